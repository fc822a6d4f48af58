"""
The scope of some changes: whose table rows they can bear on, so that others needn't be found twice.

Only what is certain to be confined counts. A grant to one role or user, and its own policies, bear on its rows alone;
a table, its tags, filters and opt-ins bear on rows of its database. Anything else may bear on everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lakeward.access.access_row import AccessRow
from lakeward.access.lake_formation.grantees import without_path
from lakeward.access.lake_formation.settings import gives_full_tables
from lakeward.access.prepared import PreparedEstate
from lakeward.access.truth import NO
from lakeward.estate.sources.changes import Changes, EntryChange
from lakeward.estate.sources.values import Json, mapping, text
from lakeward.estate.unknown import TOKEN_MARK, has_token


@dataclass(frozen=True)
class Scope:
    """Principals all of whose rows may differ, and databases on which anybody's may."""

    principals: frozenset[str]
    """ARNs without paths."""
    databases: frozenset[tuple[str, str, str]]
    """(account, Region, name in lower case)."""

    def holds_principal(self, arn: str) -> bool:
        """Say whether all rows of a principal may differ."""
        return without_path(arn) in self.principals

    def holds_database(self, account: str, region: str, database: str) -> bool:
        """Say whether anybody's rows on a database may differ."""
        return (account, region, database.lower()) in self.databases

    def holds(self, row: AccessRow) -> bool:
        """Say whether a row on a table may differ."""
        account, region, name = row.resource.split("/", 2)
        return self.holds_principal(row.principal) or self.holds_database(account, region, name.partition(".")[0])


def scope_of(changes: Changes, sides: Iterable[PreparedEstate]) -> Scope | None:
    """Return the scope of the changes between two prepared estates; `None`: everything."""
    listed = tuple(sides)
    # Who reads a whole table may read what lies below its location, in any database (B15-5).
    if any(gives_full_tables(catalog) != NO for side in listed for catalog in side.catalogs.values()):
        return None
    registration = {role for side in listed for role in side.registration_roles}
    principals: set[str] = set()
    databases: set[tuple[str, str, str]] = set()
    for change in changes.all:
        database = _database(change)
        principal = _principal(change)
        if TOKEN_MARK in change.place.key or principal in registration:
            return None
        if principal is not None:
            principals.add(without_path(principal))
        elif database is not None:
            databases.add((change.place.account, change.place.region, database.lower()))
        else:
            return None
    return Scope(frozenset(principals), frozenset(databases))


def _principal(change: EntryChange) -> str | None:
    """Return the one role or user that an entry bears on; `None` where it bears on others too."""
    if change.place.section in ("Roles", "Users"):
        return change.place.entry_name
    return _identity(change) if change.place.section == "Permissions" else None


def _identity(change: EntryChange) -> str | None:
    """Return the one role or user that a grant is to; `None` where it is to others, or under a condition."""
    for entry in change.entries():
        named = text(mapping(entry.get("Principal")).get("DataLakePrincipalIdentifier"))
        is_one = named is not None and (":role/" in named or ":user/" in named) and not has_token(named)
        return named if is_one and not entry.get("Condition") else None
    return None


_IN_DATABASES = {"Tables": "DatabaseName", "DataCellsFilters": "DatabaseName"}


def _database(change: EntryChange) -> str | None:
    """Return the database that an entry bears on; `None` where it may be others, or another account's."""
    for entry in change.entries():
        if change.place.section in _IN_DATABASES:
            own = entry.get("CatalogId") is None and entry.get("TableCatalogId") in (None, change.place.account)
            return text(entry.get(_IN_DATABASES[change.place.section])) if own else None
        if change.place.section in ("ResourceLFTags", "OptIns"):
            return _database_of(mapping(entry.get("Resource")))
    return None


def _database_of(resource: dict[str, Json]) -> str | None:
    for member, name in (("Database", "Name"), ("Table", "DatabaseName"), ("TableWithColumns", "DatabaseName")):
        if member in resource:
            named = mapping(resource[member])
            return text(named.get(name)) if named.get("CatalogId") is None else None
    return None
