"""
The Data Catalog of one account and Region, compiled once: tables, effective LF-Tags, locations.

Names of databases, tables and columns compare ignoring case, as Glue stores them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.document import Region
from lakeward.estate.entries import (
    CatalogResource,
    Database,
    DatabaseResource,
    LfTag,
    RegisteredResource,
    Resource,
    ResourceLfTags,
    Table,
    TableResource,
    TableWithColumnsResource,
    TargetTable,
)
from lakeward.estate.unknown import Listing, Unknown, has_token, token_for

TableName: TypeAlias = tuple[str, str]
"""Database and table, in lower case."""
TagSet: TypeAlias = tuple[tuple[str, str], ...]
"""Effective LF-Tags, (key, value) in lower case, sorted: at most one value per key (B8-1); a token for what is open."""

_OPEN_TAG = token_for("any.tag")
_OPEN_TARGET = token_for("any.target")


@dataclass(frozen=True)
class TagGroup:
    """Columns of a table that carry the same effective LF-Tags."""

    tags: TagSet
    columns: frozenset[str]


@dataclass(frozen=True)
class CatalogTable:
    """A table with what follows from the catalog alone."""

    account: str
    region: str
    name: TableName
    shown_name: str
    columns: tuple[str, ...]
    """In order, partition keys last."""
    partition_keys: frozenset[str]
    locations: tuple[str, ...]
    """`s3://…` as stored; empty for views and links."""
    link: tuple[str, str, TableName] | None
    """Account, Region and name of the table that a resource link stands for."""
    tags: TagSet
    """Of the table itself."""
    groups: tuple[TagGroup, ...]
    columns_known: Truth
    """Whether the columns are known."""
    locations_known: Truth
    """Whether the locations are."""
    default_rls_policy: Truth
    all_columns: frozenset[str]
    """All columns, partition keys included."""

    @cached_property
    def shape(self) -> tuple[TagSet, tuple[TagGroup, ...]]:
        """What LF-Tag grants see of it: tables of equal shape are decided once."""
        return self.tags, self.groups


@dataclass(frozen=True)
class Location:
    """A registered location: the prefix that decides role and mode for everything below it (B2-3)."""

    prefix: str
    """`bucket` or `bucket/path`, without a slash at the end."""
    entry: RegisteredResource


class Catalog:
    """One account's catalog in one Region."""

    def __init__(self, account: str, region_name: str, region: Region, *, partial: bool = False) -> None:
        self.account = account
        self.partial = partial
        """Whether more may be here than is listed."""
        self.region_name = region_name
        self.region = region
        self.lake_formation = region.lake_formation
        self.databases = {
            database_in(database.catalog_id, database.name): database for database in region.glue.databases
        }
        self._assigned, self._open_assigned = _assigned_tags(region.lake_formation.resource_lf_tags)
        self._groups: dict[tuple[TagGroup, ...], tuple[TagGroup, ...]] = {}
        self.tables: dict[TableName, CatalogTable] = {}
        for table in region.glue.tables:
            compiled = self._compile(table)
            self.tables[compiled.name] = compiled
        self._by_database: dict[str, list[TableName]] = {}
        for name in sorted(self.tables):
            self._by_database.setdefault(name[0], []).append(name)
        self.buckets = frozenset(
            path.partition("/")[0]
            for table in self.tables.values()
            for location in table.locations
            if (path := path_of(location)) is not None
        )
        """The buckets that tables stand in."""
        self.tables_by_grant: dict[object, list[TableName]] = {}
        """The tables each grant is on, found once."""
        self._locations = sorted(
            (Location(_prefix_of(entry.resource_arn), entry) for entry in region.lake_formation.resources),
            key=lambda location: (-len(location.prefix), location.prefix),
        )
        self.expressions = {entry.name.lower(): entry.expression for entry in region.lake_formation.lf_tag_expressions}

    @cached_property
    def tables_by_folder(self) -> dict[str | None, list[CatalogTable]]:
        """The tables that stand in one place each by the folder above it, as `bucket/key…`; others under `None`."""
        found: dict[str | None, list[CatalogTable]] = {}
        for _, table in sorted(self.tables.items()):
            path = path_of(table.locations[0]) if len(table.locations) == 1 else None
            folder = path.rstrip("/").rpartition("/")[0] if path is not None else None
            found.setdefault(folder or None, []).append(table)
        return found

    def table_named(self, database: str, name: str) -> CatalogTable | None:
        """Return a table; one of a child catalog also by its database alone, where only one is called that."""
        found = self.tables.get((database.lower(), name.lower()))
        if found is not None:
            return found
        below = [
            table
            for (where, called), table in self.tables.items()
            if called == name.lower() and where.endswith(f"/{database.lower()}")
        ]
        return below[0] if len(below) == 1 else None

    @cached_property
    def has_open_names(self) -> bool:
        """Whether the name of a database or table isn't known yet, so that any name may be its own."""
        return any(has_token(part) for name in self.tables for part in name) or any(map(has_token, self.databases))

    def tables_in(self, database: str) -> list[TableName]:
        """Return the tables of a database, its name in lower case, sorted."""
        return self._by_database.get(database, [])

    def database_tags(self, name: str) -> TagSet:
        """Return the effective LF-Tags of a database: its own over the catalog's."""
        return self._effective(*_catalog_levels(name.lower()), (name.lower(),))

    def location_of(self, path: str) -> tuple[Location | None, Truth]:
        """
        Return the registered location that a path stands below, the longest one, and whether that is known.

        Args:
            path: `bucket/key…`, without a scheme.

        """
        known = YES if self.lake_formation.resources.unknown is None else UNKNOWN
        found: Location | None = None
        for location in self._locations:
            if path == location.prefix or path.startswith(f"{location.prefix}/"):
                found = found or location
            elif has_token(location.prefix) or has_token(path):
                # A token may stand for a longer prefix of the path than the one that is found, whatever its text.
                known = UNKNOWN
        return found, UNKNOWN if found is None and self.partial else known

    @cached_property
    def tables_with_privileged_access(self) -> list[TableName]:
        """The tables below a location that someone registered with privileged access (B15-8), sorted."""
        if all(location.entry.with_privileged_access is False for location in self._locations):
            return []
        found = []
        for name, table in sorted(self.tables.items()):
            path = path_of(table.locations[0]) if table.locations else None
            location = self.location_of(path)[0] if path is not None else None
            if location is not None and location.entry.with_privileged_access is not False:
                found.append(name)
        return found

    @cached_property
    def _tables_by_path(self) -> dict[str, list[TableName]]:
        found: dict[str, list[TableName]] = {}
        for name, table in sorted(self.tables.items()):
            for location in table.locations:
                if (path := path_of(location)) is not None:
                    found.setdefault(path.rstrip("/"), []).append(name)
        return found

    def tables_above(self, table: CatalogTable) -> list[CatalogTable]:
        """Return the other tables whose location holds this one's: whoever reads their files reads it too (B15-5)."""
        found: dict[TableName, None] = {}
        for location in table.locations:
            steps = (path_of(location) or "").rstrip("/").split("/")
            for length in range(1, len(steps) + 1):
                found.update(dict.fromkeys(self._tables_by_path.get("/".join(steps[:length]), ())))
        found.pop(table.name, None)
        return [self.tables[name] for name in found]

    # --- Compilation ----------------------------------------------------------------------------------------

    def _effective(self, *levels: tuple[str, ...]) -> TagSet:
        """Return the tags of the last level: each level's own replace those of the same key above it (B8-2)."""
        tags: dict[str, str] = {}
        for level in levels:
            tags.update(self._assigned.get(level, {}))
            for pattern, assigned in self._open_assigned:
                if _may_be(pattern, level):
                    tags.update({key: _OPEN_TAG for key, value in assigned.items() if tags.get(key) != value})
        return tuple(sorted(tags.items()))

    def _compile(self, table: Table) -> CatalogTable:
        database, name = database_in(table.catalog_id, table.database_name), table.name.lower()
        shown = f"{(table.catalog_id or '').partition(':')[2]}/{table.database_name}".removeprefix("/")
        storage = table.storage_descriptor
        unknown_storage = isinstance(storage, Unknown)
        known_storage = None if storage is None or isinstance(storage, Unknown) else storage
        stored = known_storage.columns if known_storage is not None else Listing()
        columns = [column.name.lower() for column in (*stored, *table.partition_keys)]
        levels = [*_catalog_levels(database), (database,), (database, name)]
        by_tags: dict[TagSet, set[str]] = {}
        for column in columns:
            tags = self._effective(*levels, (database, name, column))
            by_tags.setdefault(tags, set()).add(column)
        known = not unknown_storage and stored.unknown is None and table.partition_keys.unknown is None
        locations: tuple[str, ...] = ()
        if known_storage is not None:
            first = (known_storage.location,) if known_storage.location else ()
            locations = (*first, *known_storage.additional_locations)
        default = table.rls_properties
        return CatalogTable(
            account=self.account,
            region=self.region_name,
            name=(database, name),
            shown_name=f"{shown}.{table.name}",
            columns=tuple(dict.fromkeys(columns)),
            all_columns=frozenset(columns),
            partition_keys=frozenset(column.name.lower() for column in table.partition_keys),
            locations=locations,
            link=self._link_of(table),
            tags=self._effective(*levels),
            groups=self._shared(tuple(TagGroup(tags, frozenset(group)) for tags, group in sorted(by_tags.items()))),
            columns_known=YES if known else UNKNOWN,
            locations_known=UNKNOWN if unknown_storage else YES,
            default_rls_policy=UNKNOWN
            if isinstance(default, Unknown)
            else YES
            if default is not None and default.default_rls_policy
            else NO,
        )

    def _shared(self, groups: tuple[TagGroup, ...]) -> tuple[TagGroup, ...]:
        """Return one and the same object for equal groups."""
        return self._groups.setdefault(groups, groups)

    def _link_of(self, table: Table) -> tuple[str, str, TableName] | None:
        target = table.target_table
        if isinstance(target, TargetTable):
            name = (database_in(target.catalog_id, target.database_name), target.name.lower())
            return owner_of(target.catalog_id, self.account), target.region or self.region_name, name
        if isinstance(target, Unknown):
            return _OPEN_TARGET, self.region_name, (_OPEN_TARGET, table.name.lower())
        database = self.databases.get(database_in(table.catalog_id, table.database_name))
        linked = self.database_link(database)
        return None if linked is None else (linked[0], linked[1], (linked[2], table.name.lower()))

    def database_link(self, database: Database | None) -> tuple[str, str, str] | None:
        """Return account, Region and name of the database that a resource link stands for."""
        target = database.target_database if database is not None else None
        if isinstance(target, Unknown):
            return _OPEN_TARGET, self.region_name, _OPEN_TARGET
        if target is None:
            return None
        database_name = database_in(target.catalog_id, target.database_name)
        return owner_of(target.catalog_id, self.account), target.region or self.region_name, database_name


def owner_of(catalog_id: str | None, account: str) -> str:
    """Return the account of a catalog: its own id, or what stands before a child catalog's name (B18)."""
    return (catalog_id or account).partition(":")[0]


def database_in(catalog_id: str | None, name: str) -> str:
    """Return a database's name in lower case, below a child catalog's where it is in one, as ARNs have it (A16-3)."""
    child = (catalog_id or "").partition(":")[2]
    return f"{child}/{name}".lower() if child else name.lower()


_Level: TypeAlias = tuple[str, ...]
"""A place in the catalog, in lower case: `("",)` for the account's own catalog; else database, table, column."""


def _assigned_tags(
    entries: Listing[ResourceLfTags],
) -> tuple[dict[_Level, dict[str, str]], list[tuple[_Level | None, dict[str, str]]]]:
    """
    Return the assigned tags by place, and those whose place isn't known, with what is known of it.

    A value that isn't known is a token, and so is the key of tags of which nothing is known.
    """
    assigned: dict[_Level, dict[str, str]] = {}
    open_assigned: list[tuple[_Level | None, dict[str, str]]] = []
    for entry in entries:
        tags = _tags_of(entry.lf_tags)
        levels = levels_of(entry.resource) if isinstance(entry.resource, Resource) else None
        if levels is None:
            open_assigned.append((None, tags))
        for level in levels or ():
            if any(has_token(name) for name in level):
                open_assigned.append((level, tags))
            else:
                assigned.setdefault(level, {}).update(tags)
    if entries.unknown is not None:
        open_assigned.append((None, {_OPEN_TAG: _OPEN_TAG}))
    return assigned, open_assigned


def _may_be(pattern: _Level | None, level: _Level) -> bool:
    """Say whether a place that isn't wholly known may be this one."""
    if pattern is None:
        return True
    return len(pattern) == len(level) and all(
        written == name or has_token(written) or has_token(name) for written, name in zip(pattern, level, strict=True)
    )


def _catalog_levels(database: str) -> tuple[tuple[str, ...], ...]:
    """Return the catalogs that a database is in, the account's own first."""
    child = database.rpartition("/")[0]
    return (("",), (f"{child}/",)) if child else (("",),)


def levels_of(resource: Resource) -> tuple[_Level, ...] | None:
    """Return the places in the catalog that an assignment is on; `None` where it may be on anything."""
    if any(isinstance(part, Unknown) for part in vars(resource).values()):
        return None
    if isinstance(resource.catalog, CatalogResource):
        return ((database_in(resource.catalog.id, ""),),)
    if isinstance(resource.database, DatabaseResource):
        return ((database_in(resource.database.catalog_id, resource.database.name),),)
    if isinstance(resource.table, TableResource) and resource.table.name:
        named = resource.table
        return ((database_in(named.catalog_id, named.database_name), resource.table.name.lower()),)
    columns = resource.table_with_columns
    if isinstance(columns, TableWithColumnsResource):
        table = (database_in(columns.catalog_id, columns.database_name), columns.name.lower())
        listed: Listing[str] = columns.column_names if columns.column_names is not None else Listing()
        named_columns = tuple((*table, column.lower()) for column in listed)
        return named_columns if listed.unknown is None else (*named_columns, (*table, _OPEN_TAG))
    return ()


def _tags_of(tags: Listing[LfTag]) -> dict[str, str]:
    found = {tag.tag_key.lower(): tag.tag_values[0].lower() for tag in tags if tag.tag_values}
    found.update({tag.tag_key.lower(): _OPEN_TAG for tag in tags if tag.tag_values.unknown is not None})
    return found if tags.unknown is None else {**found, _OPEN_TAG: _OPEN_TAG}


def _prefix_of(arn: str) -> str:
    return arn.split(":", 5)[-1].removesuffix("*").rstrip("/")


def path_of(location: str) -> str | None:
    """Return `bucket/key…` of an `s3://` location; `None` for other storage."""
    for scheme in ("s3://", "s3a://", "s3n://"):
        if location.startswith(scheme):
            return location[len(scheme) :]
    return None


def satisfies(tags: TagSet | Mapping[str, str], expression: Iterable[tuple[str, frozenset[str]]]) -> Truth:
    """
    Return whether effective tags satisfy an expression: AND over keys, OR over a key's values (B8-3).

    A key that is missing never matches; the value `*` in a grant is any value. Open where it hangs on a token.
    """
    have = dict(tags)
    all_open = any(has_token(key) for key in have)
    truth = YES
    for key, values in expression:
        value = have.get(key)
        if all_open or (value is None and has_token(key)):
            truth &= UNKNOWN
        elif value is None:
            return NO
        elif value not in values and "*" not in values:
            truth &= UNKNOWN if has_token(value) or any(map(has_token, values)) else NO
    return truth
