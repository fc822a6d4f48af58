"""
Comparison: intended access against effective access, cell by cell.

Intent comes from configuration, effect from what exists; no code is shared between them, so that their agreement
means something. What is certain in one must be certain in the other, what is possible possible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from lakeward.access.decision import Verdict
from lakeward.access.lake_formation.rows import Rows, canonical, union
from lakeward.access.matrix import AccessRow, Path, matrix
from lakeward.access.prepared import PreparedEstate
from lakeward.access.reading import rows_to_json
from lakeward.estate.document import Estate
from lakeward.estate.unknown import Unknown
from lakeward.plan.declarations import IntendedRead


class _Cell(NamedTuple):
    principal: str
    table: str
    """`account/database.table`, in lower case."""
    column: str


@dataclass(frozen=True)
class Difference:
    """Columns of one table that a principal can read and should not, or should and can't."""

    kind: str
    """`unintended`, `missing`, `rows differ`, `only possible`, `not only possible` or `raw path`."""
    principal: str
    table: str
    columns: tuple[str, ...]
    detail: str

    def __str__(self) -> str:
        """Return the difference as one line."""
        columns = ", ".join(self.columns)
        return f"{self.principal}: {self.kind}: {self.table} ({columns}): {self.detail}"

    def to_json(self) -> dict[str, Any]:
        """Return the difference as JSON."""
        return {
            "kind": self.kind,
            "principal": self.principal,
            "table": self.table,
            "columns": list(self.columns),
            "detail": self.detail,
        }


@dataclass(frozen=True)
class Comparison:
    """Whether effective access is the intended one."""

    differences: tuple[Difference, ...]
    """Sorted; empty where they are equal."""
    cells: int
    """Cells (principal, table, column) that agree."""

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        return {
            "equal": self.equal,
            "cells": self.cells,
            "differences": [difference.to_json() for difference in self.differences],
        }


def compare(intended: Iterable[IntendedRead], estate: Estate) -> Comparison:
    """
    Compare intended with effective access.

    Everyone whom the estate describes is judged, whoever configured them; only registration roles read objects by
    design. A grant to an external role without a stated ceiling is an upper bound: its own policies may take less.
    A principal without a description (the deployer, in what a stack declares) is no one's difference: whether
    it reads hangs on policies that nobody stated, and the matrix says so.
    """
    prepared = PreparedEstate(estate)
    reads = list(intended)
    judged = {read.principal for read in reads} | _described(prepared)
    effective = [row for row in matrix(prepared).rows if row.path in _READING_PATHS and row.principal in judged]
    by_grants = [row for row in effective if row.path is not Path.OBJECTS]
    registration_roles = _registration_roles(prepared)

    wanted_sure = _cells(_intended_row(read) for read in reads if read.certain)
    wanted_possible = _cells(_intended_row(read) for read in reads)
    left_open = _cells(_intended_row(read) for read in reads if read.at_most).keys()
    found_sure = _cells(_effective_row(row) for row in by_grants if row.verdict is Verdict.ALLOW)
    found_possible = _cells(_effective_row(row) for row in by_grants)

    differences = [
        *_differing(wanted_sure, found_sure, wanted_possible, found_possible, left_open),
        *_raw_paths(row for row in effective if _is_raw_path(row) and row.principal not in registration_roles),
    ]
    agreeing = sum(
        1 for cell, rows in wanted_possible.items() if cell in found_possible and _agree(rows, found_possible[cell])
    )
    ordered = sorted(differences, key=lambda d: (d.principal, d.table, d.kind, d.columns))
    return Comparison(tuple(ordered), agreeing)


_READING_PATHS = frozenset({Path.LAKE_FORMATION, Path.IAM, Path.OBJECTS})
_OPEN = Unknown("left to row-level security")
_LEFT_TO_THE_ROLE = frozenset({"missing", "not only possible"})


def _described(prepared: PreparedEstate) -> set[str]:
    found: set[str] = set()
    for _, account in prepared.accounts():
        found.update(role.arn for role in account.iam.roles)
        found.update(user.arn for user in account.iam.users)
    return found


def _registration_roles(prepared: PreparedEstate) -> set[str]:
    return {
        location.role_arn
        for _, _, region in prepared.regions()
        for location in region.lake_formation.resources
        if location.role_arn is not None
    }


def _intended_row(read: IntendedRead) -> tuple[str, str, tuple[str, ...], Rows]:
    rows: Rows = None
    if read.rows_open:
        rows = _OPEN
    elif read.rows is not None:
        rows = canonical(read.rows) or Unknown(f"{read.rows} can't be read")
    return read.principal, f"{read.account}/{read.database}.{read.table}".lower(), read.columns, rows


def _effective_row(row: AccessRow) -> tuple[str, str, tuple[str, ...], Rows]:
    return row.principal, _table(row), row.columns, row.rows


def _table(row: AccessRow) -> str:
    """Return `account/database.table` of a row on a table; the Region isn't in the plan's words."""
    account, _, table = row.resource.split("/", 2)
    return f"{account}/{table}".lower()


def _cells(reads: Iterable[tuple[str, str, tuple[str, ...], Rows]]) -> dict[_Cell, Rows]:
    found: dict[_Cell, list[Rows]] = {}
    for principal, table, columns, rows in reads:
        for column in columns:
            found.setdefault(_Cell(principal, table, column.lower()), []).append(rows)
    return {cell: _together(rows) for cell, rows in found.items()}


def _together(sets: Iterable[Rows]) -> Rows:
    """Return the rows of any of some sets, spelled alike whatever they were united from before."""
    rows = union(sets)
    return canonical(rows) or rows if isinstance(rows, str) else rows


def _differing(
    wanted_sure: Mapping[_Cell, Rows],
    found_sure: Mapping[_Cell, Rows],
    wanted_possible: Mapping[_Cell, Rows],
    found_possible: Mapping[_Cell, Rows],
    left_open: Collection[_Cell],
) -> Iterable[Difference]:
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    for cell in sorted({*wanted_possible, *found_possible}):
        kind, detail = _judge_cell(cell, wanted_sure, found_sure, wanted_possible, found_possible)
        # What a live role's own policies add to a grant, or take from it, was left to them.
        if kind and not (kind in _LEFT_TO_THE_ROLE and cell in left_open):
            grouped.setdefault((kind, cell.principal, cell.table, detail), []).append(cell.column)
    for (kind, principal, table, detail), columns in grouped.items():
        yield Difference(kind, principal, table, tuple(columns), detail)


def _judge_cell(
    cell: _Cell,
    wanted_sure: Mapping[_Cell, Rows],
    found_sure: Mapping[_Cell, Rows],
    wanted_possible: Mapping[_Cell, Rows],
    found_possible: Mapping[_Cell, Rows],
) -> tuple[str, str]:
    if cell not in wanted_possible:
        return "unintended", "it can be read and nobody intends it"
    if cell not in found_possible:
        return "missing", "it is intended and can't be read"
    if cell in wanted_sure and cell not in found_sure:
        return "only possible", "it is intended for certain and may be denied"
    if cell in found_sure and cell not in wanted_sure:
        return "not only possible", "it can be read for certain where only a possible read is intended"
    for wanted, found in ((wanted_sure, found_sure), (wanted_possible, found_possible)):
        if cell in wanted and not _agree(wanted[cell], found[cell]):
            shown = [rows_to_json(rows) or "all rows" for rows in (wanted[cell], found[cell])]
            return "rows differ", f"intended {shown[0]}, effective {shown[1]}"
    return "", ""


def _agree(wanted: Rows, found: Rows) -> bool:
    """Say whether rows are the intended ones; where nobody can know them, that is what was intended."""
    return wanted == found or (wanted == _OPEN and isinstance(found, Unknown))


def _is_raw_path(row: AccessRow) -> bool:
    """Say whether a row reads a table's objects; those of query results belong to no table."""
    return row.path is Path.OBJECTS and not row.resource.startswith("arn:")


def _raw_paths(rows: Iterable[AccessRow]) -> Iterable[Difference]:
    for row in rows:
        yield Difference(
            "raw path",
            row.principal,
            _table(row),
            row.columns,
            "its objects can be read past Lake Formation (B2-4)",
        )
