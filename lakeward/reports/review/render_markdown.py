"""
The review as Markdown, for a comment on a pull request.

A comment holds 65,536 characters. What doesn't fit is told more briefly, the least important first: witnesses, what
is lost, causes, names. A line of gained access is never left out; what one of a thousand gained lines is called at
least stands there in short.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lakeward.reports.findings import Findings, told_exemption
from lakeward.reports.review.report import GAINS, Line, Review, Standing
from lakeward.reports.untrusted import in_markdown

LONGEST = 65_500
"""Characters: a comment may have 65,536, and whoever posts it marks it as its own."""
BEFORE_THE_FOLD = 15
"""Lines that are shown at once; the others are unfolded by who wants them."""


@dataclass(frozen=True)
class _Detail:
    """How much is told."""

    witnesses: bool
    others: bool
    """What isn't gained, line by line; else counted."""
    causes: bool
    longest: int
    """Characters of one text."""


_DETAILS = (
    _Detail(witnesses=True, others=True, causes=True, longest=400),
    _Detail(witnesses=False, others=True, causes=True, longest=400),
    _Detail(witnesses=False, others=False, causes=True, longest=300),
    _Detail(witnesses=False, others=False, causes=True, longest=120),
    _Detail(witnesses=False, others=False, causes=False, longest=120),
    _Detail(witnesses=False, others=False, causes=False, longest=48),
)


def render(review: Review) -> str:
    """Return the review as Markdown of at most `LONGEST` characters."""
    text = ""
    for detail in _DETAILS:
        text = _page(review, detail)
        if len(text) <= LONGEST:
            return text
    return _counted_page(review)


def _head(review: Review) -> Iterator[str]:
    yield from ("## Access review", "")
    for notice in review.notices:
        yield from (f"> **{_shown(notice, 400)}**", "")
    yield from (f"**{_shown(review.verdict, 400)}**", "")


def _page(review: Review, detail: _Detail) -> str:
    lines = [*_head(review)]
    gained = review.of(*GAINS)
    others = [line for line in review.lines if line not in gained] if len(review.lines) > len(gained) else []
    first = [*gained, *(others if detail.others else [])]
    lines += _section(first[:BEFORE_THE_FOLD], detail)
    rest = first[BEFORE_THE_FOLD:]
    if rest:
        lines += _folded(f"{len(rest):,} more lines", _section(rest, detail))
    if others and not detail.others:
        lines += [
            f"- {standing.value}: {len(review.of(standing)):,} lines"
            for standing in Standing
            if standing not in GAINS and review.of(standing)
        ]
        lines.append("")
    for findings in review.findings:
        lines += _judged(findings, detail)
    if detail.witnesses and any(line.witness is not None for line in review.lines):
        lines += _folded("Witnesses, which `lakeward decide` replays", _witnesses(review))
    if detail != _DETAILS[0]:
        lines += ["Told in short: the whole stands in the JSON report.", ""]
    lines += [f"- {_shown(note, detail.longest)}" for note in review.notes[-BEFORE_THE_FOLD:]]
    lines += ["", f"Digest of what was reviewed: `{review.digest}`"]
    return "\n".join(lines).rstrip() + "\n"


def _section(found: Sequence[Line], detail: _Detail) -> list[str]:
    lines: list[str] = []
    standing: Standing | None = None
    for line in found:
        if line.standing is not standing:
            standing = line.standing
            lines += ["", f"### {standing.value[:1].upper()}{standing.value[1:]}", ""]
        lines.append(_bullet(line, detail))
    return [*lines, ""]


def _bullet(line: Line, detail: _Detail) -> str:
    told = f"- **{_shown(line.who, detail.longest)}** {_shown(line.what, detail.longest)}"
    if detail.causes:
        told += "".join(f"<br>because: {_shown(cause, detail.longest)}" for cause in line.causes)
        told += "".join(f"<br>not known: {_shown(why, detail.longest)}" for why in line.missing)
    return told


def _judged(findings: Findings, detail: _Detail) -> list[str]:
    """Return the lines of findings: what blocks at once, the others folded, or counted by the first where short."""
    lines = ["", f"### Policy findings: {_shown(findings.verdict, detail.longest)}", ""]
    if not detail.others:
        return lines
    bullets = [
        f"- **{finding.level}** {_shown(str(finding), detail.longest)}<br>{_shown(finding.problem, detail.longest)}"
        + (f"<br>fix: {_shown(finding.fix, detail.longest)}" if finding.fix else "")
        for finding in findings.findings
    ]
    told = len(findings.blocking)
    exempt = [
        f"- {_shown(told_exemption(one, findings.on), detail.longest)}"
        f"<br>{_shown(f'{one.owner}: {one.reason}', detail.longest)}"
        for one in findings.exemptions
    ]
    rest = [*bullets[told:], *exempt]
    return [*lines, *bullets[:told], "", *(_folded(f"{len(rest):,} more lines of findings", rest) if rest else [])]


def _folded(title: str, lines: list[str]) -> list[str]:
    return ["<details>", f"<summary>{title}</summary>", "", *lines, "", "</details>", ""]


def _witnesses(review: Review) -> list[str]:
    # Escaped: no sign of a name ends the block, and what is copied from it is the whole case.
    cases = [_in_block(json.dumps(line.witness, sort_keys=True)) for line in review.lines if line.witness is not None]
    return ["", "```json", *cases, "```"]


def _in_block(text: str) -> str:
    return text.replace("`", "\\u0060")


def _counted_page(review: Review) -> str:
    """Return the page of more gained lines than a comment holds: by principal, with counts, and by cause if need be."""
    by_principal: Callable[[Line], str] = lambda line: line.who  # noqa: E731
    by_family: Callable[[Line], str] = lambda line: line.changes[0].row.path.value  # noqa: E731
    for grouped in (by_principal, by_family):
        lines = list(_counts(review, grouped))
        text = "\n".join(lines) + "\n"
        if len(text) <= LONGEST:
            break
    return text


def _counts(review: Review, grouped: Callable[[Line], str]) -> Iterator[str]:
    yield from _head(review)
    counts: dict[tuple[str, str], int] = {}
    for line in review.of(*GAINS):
        key = (line.standing.value, grouped(line))
        counts[key] = counts.get(key, 0) + len(line.changes)
    for (standing, name), count in counts.items():
        yield f"- {standing}: {_shown(name, 120)}: {count:,} rights"
    yield from (
        "",
        "Told in short: the whole stands in the JSON report.",
        "",
        f"Digest of what was reviewed: `{review.digest}`",
    )


def _shown(text: str, longest: int) -> str:
    return in_markdown(text if len(text) <= longest else f"{text[:longest]}…")
