"""The review for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lakeward.reports.findings import finding_lines
from lakeward.reports.review.report import Line, Review, Standing
from lakeward.reports.untrusted import on_terminal, printable

_LONGEST = 600
"""Characters of one line: a name may have thousands."""


def render(review: Review) -> str:
    """Return the review as lines: the verdict, then each section, each line with its causes and its witness."""
    return "".join(f"{line}\n" for line in on_terminal(_lines(review)))


def _lines(review: Review) -> Iterator[str]:
    yield from map(_cut, review.notices)
    yield _cut(review.verdict)
    for standing in Standing:
        found = review.of(standing)
        if found:
            yield ""
            yield f"{standing.value[:1].upper()}{standing.value[1:]}:"
            for line in found:
                yield from _told(line)
    for findings in review.findings:
        yield ""
        yield from map(_cut, finding_lines(findings))
    yield from map(_cut, review.notes)
    yield ""
    yield f"digest of what was reviewed: {review.digest}"


def _told(line: Line) -> Iterator[str]:
    yield _cut(f"  {line}")
    for cause in line.causes:
        yield _cut(f"    because: {cause}")
    for why in line.missing:
        yield _cut(f"    not known: {why}")
    if line.witness is not None:
        # Whole, so that it can be replayed; escaped, so that it can be shown.
        yield f"    witness: {json.dumps(line.witness, sort_keys=True)}"


def _cut(text: str) -> str:
    shown = printable(text)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
