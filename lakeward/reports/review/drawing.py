"""Drawings: the doors of a change as boxes on two ways from principals to tables, with where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lakeward.reports.doors import DoorRow
from lakeward.reports.review.picture import DoorChange

_NAMES = {
    "catalog": "Glue catalog",
    "grant": "Lake Formation grant",
    "vending": "GetDataAccess",
    "query": "Athena workgroup",
}
"""The doors of a query, in order."""
_PAST = ("objects", "S3 objects, past Lake Formation")
_UNASKED = "not asked"
_FIRST, _STEP = 190, 165
_PASSABLE = ("open", "possible")


@dataclass(frozen=True)
class DrawnDoor:
    """One door."""

    name: str
    state: str
    """`open`, `possible`, `shut`, or `not asked` where an earlier one has settled it."""
    was: str
    """What it was before the change; empty where it was the same."""
    x: int
    """Where its middle is, from the left."""

    @property
    def look(self) -> str:
        """Return the word for its look; one that the change has opened looks otherwise."""
        if self.was and self.state in _PASSABLE and self.was not in _PASSABLE:
            return "opened"
        return "unasked" if self.state == _UNASKED else self.state


@dataclass(frozen=True)
class Drawing:
    """Principals before whose tables all doors stand alike, before a change and after it."""

    principals: tuple[str, ...]
    """ARNs, sorted."""
    tables: tuple[str, ...]
    """`database.table`, sorted."""
    query: tuple[DrawnDoor, ...]
    past: DrawnDoor
    reads: str
    """What comes out; `nothing` where nothing does."""
    read: str
    """What came out before."""

    @property
    def told(self) -> str:
        """The drawing in words."""
        doors = [
            f"{door.name}: {door.state}{f' (was {door.was})' if door.was else ''}" for door in (*self.query, self.past)
        ]
        return "; ".join([*doors, f"reads {self.reads}"])


def drawings(changes: Iterable[DoorChange]) -> list[Drawing]:
    """Return the drawings of doors that a change moves, or behind which it changes what is read; by principal."""
    tables: dict[tuple[str, _Stand], list[str]] = {}
    for change in changes:
        if _states(change.before) == change.after.states and _reads(change.before) == _reads(change.after):
            continue
        tables.setdefault((change.after.principal, _stand(change)), []).append(change.after.table)
    principals: dict[tuple[tuple[str, ...], _Stand], list[str]] = {}
    for (principal, stand), names in tables.items():
        principals.setdefault((tuple(sorted(names)), stand), []).append(principal)
    drawn = [_drawing(tuple(who), names, stand) for (names, stand), who in principals.items()]
    return sorted(drawn, key=lambda one: (one.principals, one.tables))


@dataclass(frozen=True)
class _Stand:
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    read: str
    reads: str


def _stand(change: DoorChange) -> _Stand:
    return _Stand(_states(change.before), change.after.states, _reads(change.before), _reads(change.after))


def _states(row: DoorRow | None) -> tuple[tuple[str, str], ...]:
    return () if row is None else row.states


def _reads(row: DoorRow | None) -> str:
    return (row.reads if row is not None else "") or "nothing"


def _drawing(principals: Sequence[str], tables: tuple[str, ...], stand: _Stand) -> Drawing:
    before, after = dict(stand.before), dict(stand.after)

    def door(key: str, name: str, x: int) -> DrawnDoor:
        state = after.get(key, _UNASKED)
        # Who wasn't there had no door open.
        was = before.get(key, _UNASKED if stand.before else "shut")
        return DrawnDoor(name, state, "" if was == state else was, x)

    query = tuple(door(key, name, _FIRST + _STEP * index) for index, (key, name) in enumerate(_NAMES.items()))
    middle = (query[0].x + query[-1].x) // 2
    return Drawing(tuple(sorted(principals)), tables, query, door(*_PAST, middle), stand.reads, stand.read)
