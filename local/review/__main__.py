"""`python -m local.review`: a change reviewed in one step, or in two jobs of which only the first runs its code."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from delivery.reviewed import KEPT
from lakeward.estate.sources.program import changed_since, project_at
from lakeward.on_day import on_day
from lakeward.reports.review import FORMATS, Review, picture, render_review, review
from lakeward.reports.review.redaction import Redaction
from local import command
from local.progress import say
from local.review import declarations
from local.review.bringing_up import brought_up, prepared, with_names
from local.review.judging import Judgement, judge

_PACK = Path(__file__).parents[2] / "policies"
_SUFFIXES = {"markdown": "md", "text": "txt"}
_FINDING = 1


@click.group()
def main() -> None:
    """Review a change: who gains and who loses access."""


@main.command()
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help="A folder of the project.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder to write into.")
@click.option("--up", is_flag=True, help="Bring stacks that refer to others up first, for what these have named.")
def declare(project: Path, out: Path, *, up: bool) -> None:
    """Write what every stack of a project declares. Runs the project's own program, offline."""

    def action() -> int:
        found = declarations.declared_by(project)
        declarations.write(with_names(found, brought_up(project, found)) if up else found, out)
        return 0

    sys.exit(command.run("declare", action))


def _judging(function: click.decorators.FC) -> click.decorators.FC:
    """Add the options of whoever judges."""
    for option in (
        click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder for the reports."),
        click.option("--redact", is_flag=True, help="Replace accounts, names and literals by pseudonyms."),
        click.option("--block-gains", is_flag=True, help="Gained access is a reason to end with code 1."),
        click.option("--approved", is_flag=True, help="A code owner has approved the code that declares."),
        on_day,
    ):
        function = option(function)
    return function


@main.command("judge")
@click.option("--base", "before", type=click.Path(path_type=Path, exists=True), required=True)
@click.option("--head", "after", type=click.Path(path_type=Path, exists=True), required=True)
@click.option(
    "--changed", type=click.Path(path_type=Path, exists=True), required=True, help="Changed files, one a line."
)
@_judging
def judge_declarations(  # noqa: PLR0913  # click passes options so
    before: Path, after: Path, changed: Path, out: Path, on: date, *, redact: bool, block_gains: bool, approved: bool
) -> None:
    """Review declarations that were written elsewhere. Runs nothing of the change."""

    def action() -> int:
        files = changed.read_text(encoding="utf-8").splitlines()
        judged = judge(declarations.read(before), declarations.read(after), files, on=on, pack=_PACK)
        page = _page(judged, "base", "head", redact=redact)
        return _report(judged, page, judged.blocks(gains=block_gains, approved=approved), out, redact=redact)

    sys.exit(command.run("review", action))


@main.command("change")
@click.option("--base", "revision", default="main", show_default=True, help="The revision to compare with.")
@_judging
def judge_change(  # noqa: PLR0913  # click passes options so
    revision: str, out: Path, on: date, *, redact: bool, block_gains: bool, approved: bool
) -> None:
    """Review the working tree against a revision."""

    def action() -> int:
        say(f"review: running the program of {revision} and of the working tree, offline")
        with project_at(revision, Path.cwd(), "--base") as then:
            base = declarations.declared_by(then)
            prepared(then, Path.cwd())
            base = with_names(base, brought_up(then, base))
        head = declarations.declared_by(Path.cwd())
        judged = judge(base, head, changed_since(revision, Path.cwd(), "--base"), on=on, pack=_PACK)
        page = _page(judged, revision, "working tree", redact=redact)
        code = _report(judged, page, judged.blocks(gains=block_gains, approved=approved), out, redact=redact)
        click.echo((out / "review.txt").read_text(encoding="utf-8"), nl=False)
        return code

    sys.exit(command.run("review", action))


def _page(judged: Judgement, before: str, after: str, *, redact: bool) -> Review:
    estates = (judged.before, judged.after)
    found, findings, notices = judged.difference, judged.findings, judged.notices
    seen = picture(found, *estates)
    if redact:
        pseudonyms = Redaction(estates)
        found, seen = pseudonyms.difference(found), pseudonyms.picture(seen)
        findings = tuple(map(pseudonyms.findings, findings))
        notices = tuple(map(pseudonyms.text, notices))
    return review(found, before, after, judged.after, findings=findings, picture=seen, notices=notices)


def _report(judged: Judgement, page: Review, blocks: Sequence[str], out: Path, *, redact: bool) -> int:
    """
    Write the review in every format, and what was reviewed; return 1 where the change can't be merged as it is.

    `make deploy REVIEWED=…` names differing rows by the estates, which hold every name: redacted, none is written.
    """
    out.mkdir(parents=True, exist_ok=True)
    for form in FORMATS:
        (out / f"review.{_SUFFIXES.get(form, form)}").write_text(render_review(page, form), encoding="utf-8")
    facts = {**judged.to_json(), "blocks": list(blocks)}
    (out / "judgement.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    if not redact:
        kept = out / KEPT.name
        kept.mkdir(exist_ok=True)
        for stack, digest in judged.digests.items():
            document = json.dumps(judged.stacks[stack], sort_keys=True)
            (kept / f"{digest}.json").write_text(document, encoding="utf-8")
    for reason in blocks:
        say(f"review: {reason}")
    return _FINDING if blocks else 0


if __name__ == "__main__":
    main()
