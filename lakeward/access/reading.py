"""Readings: what a principal can read of one table, and the doors it passes on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lakeward.access.decision import LAYER_ORDER, Decision, Layer, Reason, Verdict, verdicts
from lakeward.access.doors import Door
from lakeward.access.lake_formation.catalog import CatalogTable
from lakeward.access.lake_formation.rows import Rows, contains, union
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth, hangs_on_unknown, possibly, surely
from lakeward.estate.unknown import Unknown


@dataclass(frozen=True)
class Part:
    """Columns and rows of a table, with how certain it is that they can be read."""

    columns: frozenset[str]
    rows: Rows
    truth: Truth
    source: str
    """Place of the grant that opens it; empty where no grant does."""
    rule: str = ""
    """The rule that leaves it open, where one about the grant does."""


@dataclass(frozen=True)
class Reading:
    """What a principal can read of one table through one engine."""

    table: CatalogTable | None
    parts: tuple[Part, ...]
    doors: tuple[Door, ...]
    denied: Truth
    rows_unknown: Unknown | None = None
    """Why the rows of every read can't be known: row-level security policies (B22-U)."""
    path: str = "lake-formation"
    """`lake-formation`, `iam`, `objects` or `metadata`."""

    @property
    def truth(self) -> Truth:
        """Whether anything can be read."""
        truth = NO
        for part in self.parts:
            truth |= part.truth
        return truth

    @property
    def plain_part(self) -> Part | None:
        """The one part that says everything: certain, and nothing open beside it."""
        if len(self.parts) != 1 or self.rows_unknown is not None:
            return None
        part = self.parts[0]
        return part if part.truth == YES and part.columns else None

    def columns(self, *, permissive: bool) -> tuple[str, ...]:
        """Return the columns that can be read, sorted."""
        test = possibly if permissive else surely
        return tuple(sorted({column for part in self.parts if test(part.truth) for column in part.columns}))

    def rows(self, *, permissive: bool) -> Rows:
        """Return the rows of which something can be read."""
        test = possibly if permissive else surely
        found = [part.rows for part in self.parts if test(part.truth) and part.columns]
        if self.rows_unknown is not None and found:
            return self.rows_unknown
        return union(found) if found else None

    def rows_by_column(self, *, permissive: bool) -> dict[str, Rows]:
        """Return for each column that can be read the rows it can be read in (B9-8, must: cell by cell)."""
        test = possibly if permissive else surely
        found: dict[str, list[Rows]] = {}
        for part in self.parts:
            if test(part.truth):
                for column in part.columns:
                    found.setdefault(column, []).append(part.rows)
        if self.rows_unknown is not None:
            return dict.fromkeys(found, self.rows_unknown)
        return {column: union(rows) for column, rows in found.items()}

    def truth_of(self, columns: Iterable[str], row: Mapping[str, object] | None) -> Truth:
        """Return whether all these columns can be read, and in this row if one is given."""
        truth = YES
        for column in columns:
            one = NO
            for part in self.parts:
                if column in part.columns:
                    within = YES if row is None else contains(part.rows, row)
                    one |= part.truth & (UNKNOWN if row is not None and self.rows_unknown is not None else within)
            # The wide reading of several filters is all their columns in all their rows (B9-8).
            if row is not None:
                one |= self._anywhere(column) & self._any_column(row) & AMBIGUOUS
            truth &= one
        return truth

    def _anywhere(self, column: str) -> Truth:
        truth = NO
        for part in self.parts:
            if column in part.columns:
                truth |= part.truth
        return truth

    def _any_column(self, row: Mapping[str, object]) -> Truth:
        truth = NO
        for part in self.parts:
            truth |= part.truth & contains(part.rows, row)
        return truth

    def open_rule(self, columns: Iterable[str], sure: Mapping[str, Rows]) -> str:
        """Return the rule that leaves reading these columns open, beside what is sure."""
        wanted = set(columns)
        rules = sorted({part.rule for part in self.parts if part.rule and part.columns & wanted})
        if rules:
            return rules[0]
        if any(hangs_on_unknown(door.truth) for door in self.doors):
            return "G-1"
        return "B9-8" if wanted & sure.keys() else "G-3"

    @property
    def failing(self) -> tuple[Layer, ...]:
        """The layers of the doors that don't surely open."""
        found = {layer for door in self.doors for layer in door.failing}
        return tuple(sorted(found, key=LAYER_ORDER.__getitem__))

    def decision(self, truth: Truth | None = None) -> Decision:
        """Return the verdicts with reasons; `truth`: of a narrower question than reading anything at all."""
        answer = self.truth if truth is None else truth
        strict, permissive = verdicts(answer, self.denied)
        blocked = () if strict is Verdict.ALLOW else self.failing or (Layer.LAKE_FORMATION,)
        reasons = dict.fromkeys(
            reason
            for door in self.doors
            if strict is Verdict.ALLOW or not surely(door.truth)
            for reason in door.reasons()
        )
        if strict is not Verdict.ALLOW and not reasons:
            why = "no grant covers all that is asked for"
            reasons[Reason(Layer.LAKE_FORMATION, "", "", why)] = None
        return Decision(strict, permissive, blocked, tuple(reasons))

    def to_json(self, columns: Iterable[str] | None, row: Mapping[str, object] | None) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 3, form (c), without `id`."""
        truth = self.truth
        if columns is not None:
            truth &= self.truth_of([column.lower() for column in columns], row)
        elif row is not None:
            truth &= self._any_column(row) if self.rows_unknown is None else UNKNOWN
        decision = self.decision(truth)
        answer = decision.to_json()
        open_now = decision.verdict in (Verdict.ALLOW, Verdict.UNKNOWN)
        return {
            "verdict": answer["verdict"],
            "may": answer["may"],
            "columns": list(self.columns(permissive=False)) if open_now else [],
            "mayColumns": list(self.columns(permissive=True)) if decision.is_possible else [],
            "rows": rows_to_json(self.rows(permissive=False) if open_now else None),
            "mayRows": rows_to_json(self.rows(permissive=True) if decision.is_possible else None),
            "blockedBy": answer["blockedBy"],
            "reasons": answer["reasons"],
        }


def rows_to_json(rows: Rows) -> str | dict[str, str] | None:
    """Return rows as answers spell them."""
    return {"unknown": rows.why} if isinstance(rows, Unknown) else rows


def nothing(table: CatalogTable | None, *doors: Door) -> Reading:
    """Return a reading of nothing, and the doors that are shut."""
    return Reading(table, (), doors, NO)


def either(readings: list[Reading]) -> Reading:
    """Return what can be read on one way or another."""
    if len(readings) == 1:
        return readings[0]
    first = readings[0]
    denied = NO
    for reading in readings:
        denied |= reading.denied
    return Reading(
        first.table,
        tuple(part for reading in readings for part in reading.parts),
        tuple({id(door): door for reading in readings for door in reading.doors}.values()),
        denied,
        next((reading.rows_unknown for reading in readings if reading.rows_unknown is not None), None),
        path=first.path,
    )
