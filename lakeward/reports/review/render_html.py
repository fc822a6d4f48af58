"""The review as one page that loads nothing: verdict, lines, findings, doors, and all access after the change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lakeward.access.access_row import AccessRow
from lakeward.access.difference import AccessChange, Certainty
from lakeward.access.reading import rows_to_json
from lakeward.reports.findings import told_exemption
from lakeward.reports.matrix import Mark, ShownMatrix, ShownTable, shown_matrix
from lakeward.reports.page import render_page
from lakeward.reports.review.drawing import drawings
from lakeward.reports.review.entries import short
from lakeward.reports.review.report import GAINS, Line, Review, Standing

PICTURED = True

_MOST_ROWS = 5_000
"""Rows of the matrix; what changes is always there."""
_MOST_RIGHTS = 200
"""Rights that are listed below one line."""
_MOST_DRAWINGS = 24
_KINDS = {
    Standing.GAINED: "gained",
    Standing.SURER: "certain",
    Standing.POSSIBLE: "possible",
    Standing.UNKNOWN: "unknown",
    Standing.LOST: "lost",
    Standing.LESS_SURE: "lost",
}


@dataclass(frozen=True)
class _Right:
    principal: str
    verb: str
    resource: str
    columns: str
    rows: str


@dataclass(frozen=True)
class _Told:
    """A line, with what unfolds below it."""

    line: Line
    kind: str
    rights: tuple[_Right, ...]
    more: int
    """How many rights aren't listed."""
    witness: str


def render(review: Review) -> str:
    """Return the review as a page."""
    sections = [
        (standing.value[:1].upper() + standing.value[1:], _KINDS[standing], [_told(line) for line in found])
        for standing in Standing
        if (found := review.of(standing))
    ]
    picture = review.picture
    drawn = drawings(picture.doors) if picture is not None else []
    page, left_out = _fitting(shown_matrix(picture.matrix, dict(_marks(review)))) if picture is not None else (None, 0)
    return render_page(
        "review",
        review=review,
        mood="gains" if review.of(*GAINS) else "open" if review.of(Standing.UNKNOWN) else "none",
        sections=sections,
        drawings=drawn[:_MOST_DRAWINGS],
        drawings_left_out=len(drawn[_MOST_DRAWINGS:]),
        pairs_left_out=picture.left_out if picture is not None else 0,
        page=page,
        rows_left_out=left_out,
        short=short,
        told_exemption=told_exemption,
    )


def _told(line: Line) -> _Told:
    rights = tuple(_right(change) for change in line.changes[:_MOST_RIGHTS])
    witness = "" if line.witness is None else json.dumps(line.witness, sort_keys=True)
    return _Told(line, _KINDS[line.standing], rights, len(line.changes[_MOST_RIGHTS:]), witness)


def _right(change: AccessChange) -> _Right:
    cells = change.gained or change.lost
    columns, rows = (cells.columns, cells.rows) if cells is not None else (change.row.columns, change.row.rows)
    where = rows_to_json(rows)
    told = where if isinstance(where, str) else "all" if where is None else f"unknown: {where['unknown']}"
    return _Right(
        change.row.principal, change.row.verb, change.row.resource, ", ".join(columns), told if columns else ""
    )


def _marks(review: Review) -> Iterable[tuple[AccessRow, Mark]]:
    """Yield what becomes of rows that are there after the change."""
    found = review.difference
    for standing, changes in ((Standing.UNKNOWN, found.unknown), (None, (*found.changed, *found.gained))):
        for change in changes:
            if change.after is not None:
                yield change.after, _mark(change, standing)


def _mark(change: AccessChange, standing: Standing | None) -> Mark:
    if standing is None and change.gained is not None:
        standing = Standing.GAINED if change.is_certain else Standing.POSSIBLE
    elif standing is None and change.lost is not None:
        standing = Standing.LOST
    elif standing is None:
        standing = Standing.SURER if change.certainty is Certainty.SURER else Standing.LESS_SURE
    columns = change.gained.columns if change.gained is not None else ()
    partly = ", in part" if change.before is not None and (change.gained or change.lost) else ""
    return Mark(_KINDS[standing], f"{standing.value}{partly}", frozenset(columns))


def _fitting(page: ShownMatrix) -> tuple[ShownMatrix, int]:
    """Return a matrix of no more rows than a browser sorts at once, and how many are left out."""
    room = _MOST_ROWS
    sections: list[ShownTable] = []
    left_out = 0
    for section in page.sections:
        kept = []
        for index, source in enumerate(section.sources):
            if source in page.marks or room > 0:
                kept.append(index)
                room -= 1
        left_out += len(section.sources) - len(kept)
        if kept:
            rows = tuple(section.rows[index] for index in kept)
            sources = tuple(section.sources[index] for index in kept)
            sections.append(replace(section, rows=rows, sources=sources))
    return replace(page, sections=sections), left_out
