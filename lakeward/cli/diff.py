"""`lakeward diff`: who gains and who loses access."""

from __future__ import annotations

import gc
from typing import TextIO

import click

from lakeward.access.difference import difference
from lakeward.estate.sources import open_sources
from lakeward.reports.findings import read_findings
from lakeward.reports.review import FORMATS, is_pictured, picture, render_review, review
from lakeward.reports.review.redaction import Redaction

_FAILING = 1
"""The answer is a finding (`contracts.md` section 1)."""


@click.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(["gained"]), help="End with code 1 where access is gained, or may be.")
@click.option(
    "--findings",
    "judged",
    multiple=True,
    type=click.File(encoding="utf-8"),
    help="Findings of the policy pack to show beside it, as JSON; may be given for several stacks.",
)
@click.option("--redact", is_flag=True, help="Replace accounts, names and literals by pseudonyms.")
def command(  # noqa: PLR0913  # click passes options so
    before: str, after: str, form: str, fail_on: str | None, judged: tuple[TextIO, ...], *, redact: bool
) -> int:
    """
    Say who gains and who loses access from BEFORE to AFTER, by which change, each gain with a case that proves it.

    Both are sources as in `lakeward estate`: such as `lakeward diff git:main:dev stack:dev`. What is spelled otherwise
    and changes nobody's access is no difference.
    """
    gc.disable()  # what is made is kept to the end: looking for garbage is in vain
    try:
        beside = [read_findings(file.read(), file.name) for file in judged]
        was, is_now = open_sources([before]), open_sources([after])
        shown = found = difference(was, is_now)
        seen = picture(found, was, is_now) if is_pictured(form) else None
        names = (before, after)
        if redact:
            redaction = Redaction((was, is_now))
            shown, names = redaction.difference(found), ("before", "after")
            beside = [redaction.findings(one) for one in beside]
            seen = redaction.picture(seen) if seen is not None else None
        click.echo(render_review(review(shown, *names, is_now, findings=beside, picture=seen), form), nl=False)
    finally:
        gc.enable()
    return _FAILING if fail_on and found.has_gains else 0
