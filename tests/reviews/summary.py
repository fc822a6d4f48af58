"""A difference in as few words as say everything of it: what a reviewed change is expected to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakeward.access.access_row import AccessRow
from lakeward.access.difference import AccessChange, AccessDifference, Cells
from lakeward.access.reading import rows_to_json
from lakeward.reports.review.entries import named, short

_FEW = 6


def summary(found: AccessDifference) -> dict[str, Any]:
    """Return what is gained, lost, changed and unknown, a line for each row, and the resources that gains come from."""
    gains = [change for change in (*found.gained, *found.changed) if change.is_gain]
    losses = [change for change in (*found.lost, *found.changed) if not change.is_gain]
    told = {
        "gained": _lines(_told(change.row) for change in found.gained),
        "lost": _lines(_told(change.row) for change in found.lost),
        "changed": _lines(_changed(change) for change in found.changed),
        "unknown": _lines(_told(change.row) for change in found.unknown),
        "causes of gains": sorted({named(cause) for change in gains for cause in change.causes}),
        "causes of losses": sorted({named(cause) for change in losses for cause in change.causes}),
    }
    return {name: value for name, value in told.items() if value}


def _lines(lines: Iterable[tuple[str, str]]) -> list[str]:
    """Return lines; those that differ in the table only are one, with a count."""
    groups: dict[str, list[str]] = {}
    for form, table in lines:
        database = table.partition(".")[0]
        groups.setdefault(form.replace("TABLE", f"{database}.TABLE"), []).append(table)
    told = []
    for form, tables in groups.items():
        names = [form.replace(f"{one.partition('.')[0]}.TABLE", one) for one in tables]
        told += names if len(names) <= _FEW else [f"{form.replace('TABLE', '*')} x{len(names)}"]
    return sorted(told)


def _told(row: AccessRow, cells: str | None = None) -> tuple[str, str]:
    table = row.resource.rpartition("/")[2] if not row.resource.startswith("arn:") and "." in row.resource else ""
    shown = "TABLE" if table else row.resource
    possible = "" if row.verdict.value == "ALLOW" else " possibly"
    what = _cells(Cells(row.columns, row.rows)) if cells is None else cells
    return f"{short(row.principal)} {row.path.value} {row.verb} {shown}{what}{possible}", table


def _changed(change: AccessChange) -> tuple[str, str]:
    parts = [
        f" {sign}{_cells(cells)}" for sign, cells in (("+", change.gained), ("-", change.lost)) if cells is not None
    ]
    return _told(change.row, "".join(parts) + (f" {change.certainty.value}" if change.certainty else ""))


def _cells(cells: Cells) -> str:
    columns = f" ({', '.join(cells.columns)})" if cells.columns else ""
    return columns + (f" where {rows_to_json(cells.rows)}" if cells.rows is not None else "")
