"""
The picture of a change: all access after it, and where the doors of what it changes stand, before it and after.

A review's lines say what differs; this is what they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lakeward.access.access_row import AccessRow, Path
from lakeward.access.difference import AccessDifference
from lakeward.access.matrix import Matrix
from lakeward.access.prepared import PreparedEstate
from lakeward.estate.document import read_estate
from lakeward.estate.sources.values import Json
from lakeward.reports.doors import DoorRow, doors

_MOST_PAIRS = 400
"""Principals before tables whose doors are looked at: each is a reading, twice."""
_OF_TABLES = frozenset({Path.LAKE_FORMATION, Path.IAM, Path.OBJECTS, Path.METADATA})


@dataclass(frozen=True)
class DoorChange:
    """The doors between one principal and one table."""

    before: DoorRow | None
    """`None`: the principal or the table wasn't there."""
    after: DoorRow


@dataclass(frozen=True)
class Picture:
    """All access after a change."""

    matrix: Matrix
    doors: tuple[DoorChange, ...]
    """Of the principals and tables whose access differs, sorted."""
    left_out: int
    """How many more principals before tables there are whose doors nobody looked at."""


def picture(found: AccessDifference, before: Mapping[str, Json], after: Mapping[str, Json]) -> Picture:
    """
    Return the picture of a difference.

    Args:
        found: The difference.
        before: The earlier estate.
        after: The later one.

    """
    was, is_now = PreparedEstate(read_estate(before)), PreparedEstate(read_estate(after))
    pairs = _pairs(found)
    wanted: dict[str, set[str]] = {}
    for principal, table in pairs[:_MOST_PAIRS]:
        wanted.setdefault(principal, set()).add(table)
    changes: list[DoorChange] = []
    for principal, tables in sorted(wanted.items()):
        earlier = {(row.account, row.table): row for row in doors(was, [principal], tables)}
        changes += [
            DoorChange(earlier.get((row.account, row.table)), row) for row in doors(is_now, [principal], tables)
        ]
    return Picture(found.after, tuple(changes), max(0, len(pairs) - _MOST_PAIRS))


def _pairs(found: AccessDifference) -> list[tuple[str, str]]:
    """Return the principals and tables whose access differs: gains first, and what is only seen last."""
    changes = (*found.gained, *found.changed, *found.unknown, *found.lost)
    rows = [change.row for change in changes if _is_of_table(change.row)]
    rows.sort(key=lambda row: row.path is Path.METADATA)
    return list(dict.fromkeys((row.principal, row.resource) for row in rows))


def _is_of_table(row: AccessRow) -> bool:
    return row.path in _OF_TABLES and row.principal.startswith("arn:") and not row.resource.startswith("arn:")
