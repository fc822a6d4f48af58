"""
Causes: which changed entries a change of access comes from.

A change is a cause where access is as before without it: the later estate is asked again with that one change undone.
Only entries that can bear on a row are tried: its principal's, its table's, its place's. Where no change alone decides,
because each of several would do, all that bear on the row are named, and so they are where there are too many to try.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from lakeward.access.access_row import AccessRow, Path
from lakeward.access.cases import answer
from lakeward.access.decision import Verdict
from lakeward.access.lake_formation.catalog import path_of
from lakeward.access.lake_formation.grantees import without_path
from lakeward.access.prepared import PreparedEstate
from lakeward.access.witness import Case
from lakeward.estate.document import read_estate
from lakeward.estate.sources.changes import ORGANIZATION, ChangeKind, Changes, EntryChange
from lakeward.estate.sources.values import Json, mapping, text
from lakeward.estate.unknown import has_token

_MOST_TRIED = 60
"""How many changes are undone to see what hangs on them; beyond that, those nearest to a row are named untried."""
_FEW = 4
"""So many that bear on a row can all be named untried."""
_MOST_COPIED = 100_000
"""How many entries the estates with something undone may hold together: each is read anew."""
_CATALOG_WIDE = frozenset(
    {
        *("DataLakeSettings", "LFTags", "LFTagExpressions", "RLSPolicies", "RLSPolicyAttachments", "ResourcePolicy"),
        *("DataCatalogEncryptionSettings",),
    }
)
_TABLE_PATHS = frozenset({Path.LAKE_FORMATION, Path.IAM, Path.METADATA, Path.DELEGABLE, Path.OBJECTS})
# The sections whose entries bear on a row only where they name its principal or its table.
_NEAR = frozenset(
    {"Roles", "Users", "Permissions", "OptIns", "ResourceLFTags", "DataCellsFilters", "Tables", "Databases"}
)


_NO_TABLE = ("", "")
# The step that hangs on grants: which LF-Tags they are on, and what may be granted on (B8-10).
_TAGGING = "lakeformation:AddLFTagsToResource"


class Causes:
    """Finds the causes of rows; what was tried is kept."""

    def __init__(self, changes: Changes, before: PreparedEstate, after: PreparedEstate) -> None:
        self._changes = changes
        self._sides = (before, after)
        self._undone: dict[EntryChange, PreparedEstate] = {}
        self._affordable = min(_MOST_TRIED, _MOST_COPIED // (len(changes) + 1))
        self._found: dict[tuple[object, ...], tuple[EntryChange, ...]] = {}
        self._candidates: dict[tuple[object, ...], tuple[EntryChange, ...]] = {}

    def of(self, row: AccessRow, case: Case | None, *, gained: bool = True) -> tuple[EntryChange, ...]:
        """
        Return the causes of a row's change, sorted by place.

        Args:
            row: The row that is gained, lost or changed.
            case: What is allowed on one side only; `None`: what bears on the row is named untried.
            gained: Whether that is the later side.

        """
        candidates = self.candidates(row)
        if not candidates:
            return self._changes.all
        if case is None or len(candidates) == 1:
            return candidates
        near = tuple(change for change in candidates if change.place.section in _NEAR)
        # What wasn't there and is about this very row needs no trial: without all of it there was no such access.
        if gained and len(near) == len(candidates) and all(change.kind is ChangeKind.ADDED for change in near):
            return near
        if len(self._undone.keys() | set(candidates)) > self._affordable:
            return candidates if len(candidates) <= _FEW or not near else near
        alike = (row.principal, row.path, row.verb, row.verdict, _database(row), candidates, gained)
        found = self._found.get(alike)
        if found is None:
            found = self._found[alike] = self._decisive(candidates, case, gained=gained)
        return found

    def candidates(self, row: AccessRow) -> tuple[EntryChange, ...]:
        """Return the changed entries that may bear on a row."""
        key = (row.principal, row.resource, row.path, row.verb)
        found = self._candidates.get(key)
        if found is None:
            about = _About(row, self._sides)
            found = self._candidates[key] = tuple(one for one in self._changes.all if about.is_touched_by(one))
        return found

    def _decisive(self, candidates: tuple[EntryChange, ...], case: Case, *, gained: bool) -> tuple[EntryChange, ...]:
        now = _standing(self._sides[1], case)
        then = {change: _standing(self._without(change), case) for change in candidates}
        needed = tuple(one for one in candidates if (then[one] < now if gained else then[one] > now))
        return needed or candidates

    def _without(self, change: EntryChange) -> PreparedEstate:
        found = self._undone.get(change)
        if found is None:
            found = self._undone[change] = PreparedEstate(read_estate(self._changes.undone([change])))
        return found


def _standing(prepared: PreparedEstate, case: Case) -> int:
    """Return how far a case is allowed: 2 for certain, 1 possibly, 0 not."""
    given: dict[str, Any] = answer({**case, "estate": {}}, lambda _: prepared)
    if given["verdict"] == Verdict.ALLOW.value:
        return 2
    return 1 if given["may"] in (Verdict.ALLOW.value, Verdict.UNKNOWN.value) else 0


def _database(row: AccessRow) -> str:
    return row.resource.partition(".")[0] if not row.resource.startswith("arn:") else row.resource


class _About:
    """What a row is about, and so what can bear on it."""

    def __init__(self, row: AccessRow, sides: Iterable[PreparedEstate]) -> None:
        self._row = row
        self._sides = tuple(sides)
        self._principal = without_path(row.principal)
        self._account, self._region, self._table = "", "", _NO_TABLE
        if not row.resource.startswith("arn:"):
            parts = row.resource.split("/", 2)
            self._account, self._region = parts[0], parts[1] if len(parts) > 1 else ""
            if len(parts) > 2:  # noqa: PLR2004 - account, Region, table
                database, _, table = parts[2].partition(".")
                self._table = (database.lower(), table.lower())

    def is_touched_by(self, change: EntryChange) -> bool:
        place = change.place
        if place.account == ORGANIZATION or not place.section or place.section == "partial":
            return True
        judge = getattr(self, f"_by_{place.section.lower()}", None)
        if judge is not None:
            return bool(judge(change))
        if place.section in _CATALOG_WIDE:
            return self._in_catalog(change) and self._row.path in _TABLE_PATHS | {Path.ADMINISTRATION}
        return place.entry_name in self._row.resource

    def _in_catalog(self, change: EntryChange) -> bool:
        return not self._account or (change.place.account, change.place.region) == (self._account, self._region)

    def _by_roles(self, change: EntryChange) -> bool:
        arn = change.place.entry_name
        if arn in (self._row.principal, self._row.resource):
            return True
        return self._row.path in (Path.LAKE_FORMATION, Path.IAM) and arn in self._registration_roles

    def _by_users(self, change: EntryChange) -> bool:
        return change.place.entry_name == self._row.principal

    def _by_permissions(self, change: EntryChange) -> bool:
        return self._names_principal(change) and self._on_table(change)

    def _by_optins(self, change: EntryChange) -> bool:
        return self._names_principal(change) and self._on_table(change)

    def _names_principal(self, change: EntryChange) -> bool:
        for entry in change.entries():
            named = text(mapping(entry.get("Principal")).get("DataLakePrincipalIdentifier"))
            if named is None or has_token(named) or named == self._row.principal:
                return True
            if named.isdigit():
                return f"::{named}:" in self._row.principal
            if (":role/" not in named and ":user/" not in named) or without_path(named) == self._principal:
                return True
        return False

    def _on_table(self, change: EntryChange) -> bool:
        """Say whether a grant's resource may hold the row's table: by another's name it doesn't."""
        if self._row.path not in _TABLE_PATHS:
            return self._row.verb == _TAGGING
        return any(self._holds(mapping(entry.get("Resource"))) for entry in change.entries())

    def _holds(self, resource: Mapping[str, Json]) -> bool:
        if "DataLocation" in resource:
            return False
        for member in ("Table", "TableWithColumns", "DataCellsFilter", "Database"):
            if member in resource:
                named = mapping(resource[member])
                database = text(named.get("DatabaseName") if member != "Database" else named.get("Name"))
                table = text(named.get("TableName") if member == "DataCellsFilter" else named.get("Name"))
                table = None if member == "Database" else table
                return _same(database, self._table[0]) and _same(table, self._table[1])
        return True

    def _by_resourcelftags(self, change: EntryChange) -> bool:
        return self._on_table(change)

    def _by_datacellsfilters(self, change: EntryChange) -> bool:
        return self._table != _NO_TABLE and any(
            _same(text(entry.get("DatabaseName")), self._table[0])
            and _same(text(entry.get("TableName")), self._table[1])
            for entry in change.entries()
        )

    def _by_databases(self, change: EntryChange) -> bool:
        return self._table != _NO_TABLE and any(
            _same(text(entry.get("Name")), self._table[0]) for entry in change.entries()
        )

    def _by_tables(self, change: EntryChange) -> bool:
        return self._table != _NO_TABLE and any(
            _same(text(entry.get("DatabaseName")), self._table[0]) and _same(text(entry.get("Name")), self._table[1])
            for entry in change.entries()
        )

    def _by_resources(self, change: EntryChange) -> bool:
        if self._row.path not in _TABLE_PATHS:
            return False
        return self._stands_in(change.place.entry_name)

    def _stands_in(self, location_arn: str) -> bool:
        prefix = location_arn.split(":", 5)[-1].rstrip("/*")
        return not self._locations or any(location.startswith(prefix) for location in self._locations)

    def _by_buckets(self, change: EntryChange) -> bool:
        name = change.place.entry_name
        if self._row.resource.startswith("arn:"):
            return name in self._row.resource
        return self._row.path in _TABLE_PATHS and (
            not self._locations or any(location.partition("/")[0] == name for location in self._locations)
        )

    def _by_keys(self, change: EntryChange) -> bool:
        if self._row.resource.startswith("arn:aws:kms:"):
            return change.place.entry_name.rpartition("/")[2] in self._row.resource
        return self._row.path in _TABLE_PATHS

    def _by_vpcendpoints(self, change: EntryChange) -> bool:
        return change.place.entry_name in self._row.resource

    def _by_workgroups(self, _: EntryChange) -> bool:
        return self._row.path is Path.OBJECTS and self._row.resource.startswith("arn:aws:s3:::")

    @cached_property
    def _registration_roles(self) -> frozenset[str | None]:
        """The roles as which Lake Formation reads the row's table."""
        return frozenset(
            location.role_arn
            for side in self._sides
            for _, _, region in side.regions()
            for location in region.lake_formation.resources
            if self._stands_in(location.resource_arn)
        )

    @cached_property
    def _locations(self) -> tuple[str, ...]:
        return tuple(_locations_of(self._sides, (self._account, self._region), self._table))


def _locations_of(sides: Iterable[PreparedEstate], place: tuple[str, str], name: tuple[str, str]) -> Iterator[str]:
    for side in sides:
        catalog = side.catalogs.get(place)
        table = catalog.table_named(*name) if catalog is not None and name[0] else None
        for location in table.locations if table is not None else ():
            yield path_of(location) or location


def _same(named: str | None, own: str) -> bool:
    """Say whether a name may be a row's own; one that isn't given, isn't known or is of no table is."""
    return named is None or not own or has_token(named) or named.lower() == own
