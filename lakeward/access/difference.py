"""
The difference of effective access between two estates, row by row and cell by cell (`contracts.md` section 4).

Not of documents: what is spelled otherwise and lets the same people do the same things is no difference. A cell is a
column of a table, or the whole of anything else; for each the rows that may be read before and after are compared.
What only the permissive reading allows is possible: gained, where it was denied before, and never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

from lakeward.access.access_row import AccessRow, Path
from lakeward.access.causes import Causes
from lakeward.access.decision import Verdict
from lakeward.access.lake_formation.row_differences import Sample, beyond
from lakeward.access.lake_formation.rows import Rows, union
from lakeward.access.matrix import Matrix, matrix
from lakeward.access.outsiders import OutsideRow, endpoint_rows, outside_rows, outsiders, share_rows
from lakeward.access.prepared import PreparedEstate
from lakeward.access.reading import rows_to_json
from lakeward.access.scope import Scope, scope_of
from lakeward.access.truth import NO, UNKNOWN
from lakeward.access.witness import Case, Replaying, case_of
from lakeward.estate.document import read_estate
from lakeward.estate.sources.changes import Changes, EntryChange
from lakeward.estate.sources.values import Json
from lakeward.estate.unknown import Unknown


class Certainty(str, Enum):
    """How access changes that neither gains nor loses a cell."""

    SURER = "surer"
    """Possible before, certain now."""
    LESS_SURE = "less sure"
    """Certain before, possible now."""


@dataclass(frozen=True)
class Cells:
    """Columns, and the rows they are read in."""

    columns: tuple[str, ...]
    rows: Rows

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4."""
        return {"columns": list(self.columns), "rows": rows_to_json(self.rows)}


@dataclass(frozen=True)
class AccessChange:
    """One row of the difference."""

    before: AccessRow | None
    """`None`: gained."""
    after: AccessRow | None
    """`None`: lost."""
    gained: Cells | None = None
    """What is more; of a gained row everything."""
    lost: Cells | None = None
    """What is less; of a lost row everything."""
    certainty: Certainty | None = None
    causes: tuple[EntryChange, ...] = ()
    """The changed entries without which it wouldn't be."""
    witness: Case | None = None
    """A case that is allowed after and denied before: of everything gained."""
    missing: tuple[str, ...] = ()
    """What would have to be known to be certain; of what is only possible."""
    is_proven: bool = True
    """Whether the witness is denied before. What a part of an account doesn't list may have been there: then nobody
    can tell."""

    @property
    def row(self) -> AccessRow:
        """The row as it is, or as it was where it is gone."""
        found = self.after or self.before
        if found is None:
            raise LookupError("a change of nothing")
        return found

    @property
    def is_gain(self) -> bool:
        """Whether somebody can do more than before, or more certainly."""
        return self.gained is not None or self.certainty is Certainty.SURER

    @property
    def is_certain(self) -> bool:
        """Whether it is more than possible."""
        return self.row.verdict is Verdict.ALLOW

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4."""
        result: dict[str, Any]
        if self.before is not None and self.after is not None:
            result = {"before": self.before.to_json(), "after": self.after.to_json()}
            result |= {"gained": self.gained.to_json()} if self.gained is not None else {}
            result |= {"lost": self.lost.to_json()} if self.lost is not None else {}
            result |= {"certainty": self.certainty.value} if self.certainty is not None else {}
        else:
            result = self.row.to_json()
        result["cause"] = [str(change.place) for change in self.causes]
        result |= {"witness": self.witness} if self.witness is not None else {}
        result |= {"missing": list(self.missing)} if self.missing else {}
        return result if self.is_proven else {**result, "deniedBefore": "unknown"}


@dataclass(frozen=True)
class AccessDifference:
    """All access that isn't the same in two estates."""

    gained: tuple[AccessChange, ...]
    lost: tuple[AccessChange, ...]
    changed: tuple[AccessChange, ...]
    unknown: tuple[AccessChange, ...]
    """Possible before and after, by something that changed: nobody can tell whether it is more or less."""
    unchanged: int
    entries: tuple[EntryChange, ...]
    """Every entry that differs, whether or not access hangs on it."""
    after: Matrix
    """All access in the later estate, which the difference was taken from."""
    registration_roles: frozenset[str] = frozenset()
    """The roles as which Lake Formation reads locations, and so past itself, by design."""

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was taken for granted in the later estate."""
        return self.after.assumptions

    @property
    def has_gains(self) -> bool:
        """Whether anybody can do more, or may: what can't be known counts."""
        return any(change.is_gain for change in (*self.gained, *self.changed)) or bool(self.unknown)

    @property
    def unproven(self) -> int:
        """How many gained rows are of what the earlier estate doesn't describe."""
        return sum(not change.is_proven for change in (*self.gained, *self.changed))

    @property
    def is_empty(self) -> bool:
        """Whether nobody's access differs."""
        return not (self.gained or self.lost or self.changed or self.unknown)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4."""
        return {
            "gained": [change.to_json() for change in self.gained],
            "lost": [change.to_json() for change in self.lost],
            "changed": [change.to_json() for change in self.changed],
            "unchanged": self.unchanged,
            "unknown": [change.to_json() for change in self.unknown],
        }


Document: TypeAlias = Mapping[str, Json]


def difference(before: Document, after: Document) -> AccessDifference:
    """
    Return the difference of effective access between two estates.

    Args:
        before: An estate that `read_estate` accepts.
        after: Another one.

    """
    return _Comparing(_Side(before), _Side(after), Changes(before, after)).difference()


class _Side:
    """One of the two estates: what may be done in it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.prepared = PreparedEstate(read_estate(document))
        self.replaying = Replaying(self.prepared, document)
        self.cases: dict[tuple[str, ...], Mapping[str, object]] = {}
        self.rows: list[AccessRow] = []
        self.matrix = Matrix((), ())

    def survey(
        self, beside: Iterable[OutsideRow], scope: Scope | None = None, left_out: Iterable[AccessRow] = ()
    ) -> None:
        """Find all rows but those on tables that a scope doesn't hold, which are given."""
        self.matrix = matrix(self.prepared, scope=scope, holders={row.principal for row in left_out})
        self.rows = [*self.matrix.rows, *left_out]
        self.add(beside)

    def add(self, beside: Iterable[OutsideRow]) -> None:
        for outside in beside:
            self.rows.append(outside.row)
            self.cases[outside.row.sort_key] = outside.case


_Key: TypeAlias = "tuple[str, str, str]"
_READING = frozenset({Path.LAKE_FORMATION, Path.IAM})


def _key(row: AccessRow) -> _Key:
    """Return what tells accesses apart. Whether grants or IAM alone let somebody read is no other access."""
    family = "read" if row.path in _READING else f"{row.path.value} {row.verb}"
    return row.principal, row.resource, family


@dataclass(frozen=True)
class _Cell:
    """The rows in which one column may be read; `None` in place of a tuple: in none."""

    sure: tuple[Rows] | None
    possible: tuple[Rows] | None


_NOTHING = _Cell(None, None)
_WHOLE = ""
"""The column of what has none."""


def _cells(rows: Iterable[AccessRow]) -> dict[str, _Cell]:
    sure: dict[str, list[Rows]] = {}
    possible: dict[str, list[Rows]] = {}
    for row in rows:
        for column in row.columns or (_WHOLE,):
            possible.setdefault(column, []).append(row.rows)
            if row.verdict is Verdict.ALLOW:
                sure.setdefault(column, []).append(row.rows)
    return {
        column: _Cell((union(sure[column]),) if column in sure else None, (union(found),))
        for column, found in possible.items()
    }


class _CellChange(str, Enum):
    GAINED = "gained"
    LOST = "lost"
    SURER = "surer"
    LESS_SURE = "less sure"
    OPEN = "open"


@dataclass(frozen=True)
class _Compared:
    """How one cell differs."""

    kinds: frozenset[_CellChange]
    sample: Sample | None = None
    """A row that is gained."""


def _compare(before: _Cell, after: _Cell) -> _Compared:
    kinds: set[_CellChange] = set()
    sample: Sample | None = None
    for kind, one, other in ((_CellChange.GAINED, after, before), (_CellChange.LOST, before, after)):
        if one.possible is None:
            continue
        if other.possible is None:
            kinds.add(kind)
            continue
        found = beyond(one.possible[0], other.possible[0])
        if found.truth == UNKNOWN:
            kinds.add(_CellChange.OPEN)
        elif found.truth != NO:
            kinds.add(kind)
            sample = found.row if kind is _CellChange.GAINED else sample
    if not kinds and before.sure != after.sure:
        for kind, one, other in ((_CellChange.SURER, after, before), (_CellChange.LESS_SURE, before, after)):
            if one.sure is not None and (other.sure is None or beyond(one.sure[0], other.sure[0]).truth != NO):
                kinds.add(kind)
    return _Compared(frozenset(kinds), sample)


class _Comparing:
    def __init__(self, before: _Side, after: _Side, changes: Changes) -> None:
        self._before = before
        self._after = after
        self._changes = changes
        self._causes = Causes(changes, before.prepared, after.prepared)
        self._unchanged = 0
        self._gained: list[AccessChange] = []
        self._lost: list[AccessChange] = []
        self._changed: list[AccessChange] = []
        self._unknown: list[AccessChange] = []

    def difference(self) -> AccessDifference:
        who = outsiders([self._before.prepared, self._after.prepared])
        endpoints = sorted(
            change.place.entry_name for change in self._changes.all if change.place.section == "VpcEndpoints"
        )
        scope = scope_of(self._changes, (self._before.prepared, self._after.prepared))
        beside = [
            [
                *outside_rows(side.prepared, who),
                *share_rows(side.prepared),
                *endpoint_rows(side.prepared, endpoints, who),
            ]
            for side in (self._before, self._after)
        ]
        self._after.survey(())
        # What no change can bear on is as it is now.
        left_out = [row for row in self._after.rows if scope is not None and _is_surveyed(row) and not scope.holds(row)]
        self._before.survey(beside[0], scope, left_out)
        self._after.add(beside[1])
        earlier, later = _by_key(self._before.rows), _by_key(self._after.rows)
        for key in sorted(earlier.keys() | later.keys()):
            was, is_now = earlier.get(key, []), later.get(key, [])
            if was == is_now:
                self._settle(is_now)
            elif key[2].startswith(Path.METADATA.value):
                read = (key[0], key[1], "read")
                self._compare_rows(was, is_now, earlier.get(read, []), later.get(read, []))
            else:
                self._compare_rows(was, is_now)
        return AccessDifference(
            gained=tuple(self._gained),
            lost=tuple(self._lost),
            changed=tuple(self._changed),
            unknown=tuple(self._unknown),
            unchanged=self._unchanged,
            entries=self._changes.all,
            after=self._after.matrix,
            registration_roles=self._after.prepared.registration_roles,
        )

    def _settle(self, rows: Iterable[AccessRow]) -> None:
        """Count rows that are alike on both sides, but for those that are open for other reasons than before."""
        for row in rows:
            if row.verdict is Verdict.UNKNOWN and self._is_open_anew(row):
                case = self._after.replaying.opened(self._case(self._after, row))
                causes = self._causes.of(row, None)
                self._unknown.append(
                    AccessChange(row, row, causes=causes, missing=_missing(self._after.replaying.answer(case)))
                )
            else:
                self._unchanged += 1

    def _is_open_anew(self, row: AccessRow) -> bool:
        if not self._causes.candidates(row):
            return False
        case = self._after.replaying.opened(self._case(self._after, row))
        reasons = [
            {(reason["layer"], reason["why"]) for reason in side.replaying.answer(case)["reasons"]}
            for side in (self._before, self._after)
        ]
        return reasons[0] != reasons[1]

    def _compare_rows(
        self,
        was: list[AccessRow],
        is_now: list[AccessRow],
        shown_before: Iterable[AccessRow] = (),
        shown_now: Iterable[AccessRow] = (),
    ) -> None:
        """
        Compare the rows of one access.

        Args:
            was: Before.
            is_now: After.
            shown_before: Rows that show the same columns in another way: who reads a column sees it.
            shown_now: The same, after.

        """
        earlier, later = _cells([*was, *_all_rows(shown_before)]), _cells([*is_now, *_all_rows(shown_now)])
        compared = {
            column: _compare(earlier.get(column, _NOTHING), later.get(column, _NOTHING))
            for column in sorted(earlier.keys() | later.keys())
        }
        touched: set[int] = set()
        for row in is_now:
            self._tell_gain(row, was, compared, touched)
        for row in was:
            self._tell_loss(row, is_now, compared)
        self._unchanged += len(is_now) - len(touched)

    def _tell_gain(
        self, row: AccessRow, was: list[AccessRow], compared: Mapping[str, _Compared], touched: set[int]
    ) -> None:
        by_sample: dict[str, tuple[Sample | None, list[str]]] = {}
        for column in row.columns or (_WHOLE,):
            if _CellChange.GAINED in compared[column].kinds:
                sample = compared[column].sample
                by_sample.setdefault(repr(sample), (sample, []))[1].append(column)
        for sample, columns in by_sample.values():
            change = self._gain(row, was, tuple(columns) if columns != [_WHOLE] else (), sample)
            if change is not None:
                touched.add(id(row))
                (self._gained if change.before is None else self._changed).append(change)
        if by_sample:
            return
        kinds = {kind for column in row.columns or (_WHOLE,) for kind in compared[column].kinds}
        if _CellChange.OPEN in kinds:
            touched.add(id(row))
            self._unknown.append(
                AccessChange(
                    _partner(row, was),
                    row,
                    causes=self._causes.of(row, None),
                    missing=_missing_rows(row) or ("which rows the filter lets through",),
                )
            )
        elif _CellChange.SURER in kinds and row.verdict is Verdict.ALLOW:
            touched.add(id(row))
            case = self._case(self._after, row)
            denied = self._before.replaying.denies(case)
            causes = self._causes.of(row, case)
            self._changed.append(
                AccessChange(
                    _partner(row, was), row, certainty=Certainty.SURER, causes=causes, witness=case if denied else None
                )
            )
        elif _CellChange.LESS_SURE in kinds and row.verdict is Verdict.UNKNOWN:
            touched.add(id(row))
            case = self._after.replaying.opened(self._case(self._after, row))
            missing = _missing(self._after.replaying.answer(case))
            causes = self._causes.of(row, case, gained=False)
            self._changed.append(
                AccessChange(_partner(row, was), row, certainty=Certainty.LESS_SURE, causes=causes, missing=missing)
            )

    def _gain(
        self, row: AccessRow, was: list[AccessRow], columns: tuple[str, ...], sample: Sample | None
    ) -> AccessChange | None:
        """Return what is gained; `None` where it could be done before, whatever made it no row then."""
        replaying = self._after.replaying
        case = self._case(self._after, row, columns, sample)
        certain = row.verdict is Verdict.ALLOW
        if not (certain and replaying.allows(case)):
            case = replaying.opened(case)
        if not columns and self._before.replaying.allows(case):
            return None
        case = self._on_one_role(row, case)
        missing = () if certain else _missing(replaying.answer(case))
        partner = _partner(row, was)
        return AccessChange(
            before=partner,
            after=row,
            gained=Cells(columns, row.rows),
            causes=self._causes.of(row, case),
            witness=case,
            missing=missing,
            is_proven=self._before.replaying.denies(case),
        )

    def _on_one_role(self, row: AccessRow, case: Case) -> Case:
        """Return a case on every role as one on a role of which it couldn't be done before, where that isn't all."""
        if not row.resource.endswith(":role/*") or self._before.replaying.denies(case):
            return case
        allowed = self._after.replaying.allows if row.verdict is Verdict.ALLOW else self._after.replaying.may_allow
        account = self._after.prepared.estate.account(row.resource.split(":")[4])
        for role in account.iam.roles if account is not None else ():
            narrower = {**case, "resource": role.arn}
            if self._before.replaying.denies(narrower) and allowed(narrower):
                return narrower
        return case

    def _tell_loss(self, row: AccessRow, is_now: list[AccessRow], compared: Mapping[str, _Compared]) -> None:
        columns = [column for column in row.columns or (_WHOLE,) if _CellChange.LOST in compared[column].kinds]
        if not columns:
            return
        case = self._before.replaying.opened(self._case(self._before, row))
        if not row.columns and self._after.replaying.allows(case):
            self._unchanged += 1
            return
        lost = Cells(tuple(column for column in columns if column), row.rows)
        partner = _partner(row, is_now)
        asked = self._case(self._before, row, tuple(columns)) if row.columns else case
        causes = self._causes.of(row, asked, gained=False)
        if partner is None:
            self._lost.append(AccessChange(row, None, lost=lost, causes=causes))
            return
        for index, change in enumerate(self._changed):
            if change.after is partner and change.before is row and change.lost is None:
                self._changed[index] = replace(change, lost=lost)
                return
        self._changed.append(AccessChange(row, partner, lost=lost, causes=causes))

    def _case(
        self, side: _Side, row: AccessRow, columns: tuple[str, ...] | None = None, sample: Sample | None = None
    ) -> Case:
        given = side.cases.get(row.sort_key)
        if given is None:
            return case_of(row, columns, sample)
        case: Case = {name: value for name, value in given.items() if value != {}}
        for form in ("read", "act"):
            wanted = list(row.columns if columns is None else columns)
            if form in case and wanted:
                case[form] = {**case[form], "columns": wanted}
            if form == "read" and form in case and sample is not None:
                case[form] = {**case[form], "row": dict(sample)}
        return case


_OF_TABLES = frozenset({Path.LAKE_FORMATION, Path.IAM, Path.METADATA, Path.OBJECTS})


def _is_surveyed(row: AccessRow) -> bool:
    """Say whether a row is on a table, and so left out of a matrix where its scope doesn't hold it."""
    return row.path in _OF_TABLES and not row.resource.startswith("arn:")


def _by_key(rows: Iterable[AccessRow]) -> dict[_Key, list[AccessRow]]:
    found: dict[_Key, list[AccessRow]] = {}
    for row in rows:
        found.setdefault(_key(row), []).append(row)
    return found


def _all_rows(rows: Iterable[AccessRow]) -> Iterator[AccessRow]:
    return (replace(row, rows=None) for row in rows)


def _partner(row: AccessRow, others: list[AccessRow]) -> AccessRow | None:
    """Return the row of the other side that is most like one: by what it holds for certain, rows and columns."""
    if not others:
        return None
    columns = set(row.columns)
    return min(
        others,
        key=lambda other: (
            other.verdict is not row.verdict,
            other.rows != row.rows,
            -len(columns & set(other.columns)),
            other.sort_key,
        ),
    )


def _missing(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what leaves an answer open, from its reasons."""
    return tuple(dict.fromkeys(reason["why"] for reason in answer["reasons"]))


def _missing_rows(row: AccessRow) -> tuple[str, ...]:
    return (row.rows.why,) if isinstance(row.rows, Unknown) else ()
