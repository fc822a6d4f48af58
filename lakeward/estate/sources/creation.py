"""
The rights that creating databases and tables causes, which no declaration names.

Lake Formation gives `IAM_ALLOWED_PRINCIPALS` what the defaults say: the settings' for a database, and for a table
those of its database, which has copied the settings' unless it has its own (`semantics.md` B4). The creator gets
everything, grantable (B5).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lakeward.estate.sources.permissions import IAM_ALLOWED_PRINCIPALS, grant
from lakeward.estate.sources.values import Json, is_unknown, items, mapping

Members = Mapping[str, Json]

_OPEN: Json = [{"Principal": {"DataLakePrincipalIdentifier": IAM_ALLOWED_PRINCIPALS}, "Permissions": ["ALL"]}]
"""What AWS does where nobody has set the defaults."""


def caused_grants(
    settings: Members | None,
    databases: Iterable[Members],
    tables: Iterable[Members],
    *,
    creator: str | None,
    swept: frozenset[str],
) -> Iterator[dict[str, Json]]:
    """
    Yield the grants that come into being with databases and tables.

    Args:
        settings: The data lake settings; `None` where the stack declares none, which leaves AWS's open defaults.
        databases: Entries of the catalog.
        tables: Likewise.
        creator: ARN of the role that deploys; `None` where that isn't known.
        swept: Names of databases that `IAM_ALLOWED_PRINCIPALS` is taken away from, with everything in them.

    """
    stated = settings or {}
    for_databases = _stated(stated, "CreateDatabaseDefaultPermissions", _OPEN)
    for_tables = _stated(stated, "CreateTableDefaultPermissions", _OPEN)
    inherited: dict[str, Json] = {}
    for database in databases:
        name = str(database.get("Name"))
        inherited[name] = _stated(database, "CreateTableDefaultPermissions", for_tables)
        resource: Json = {"Database": _named(database, "CatalogId", "Name")}
        yield from _caused(resource, [] if name in swept else for_databases, creator)
    for table in tables:
        name = str(table.get("DatabaseName"))
        resource = {"Table": _named(table, "CatalogId", "DatabaseName", "Name")}
        yield from _caused(resource, [] if name in swept else inherited.get(name, for_tables), creator)


def _stated(source: Members, member: str, otherwise: Json) -> Json:
    value = source.get(member)
    return otherwise if value is None else value


def _named(entry: Members, *members: str) -> dict[str, Json]:
    return {member: entry[member] for member in members if member in entry}


def _caused(resource: Json, defaults: Json, creator: str | None) -> Iterator[dict[str, Json]]:
    if is_unknown(defaults):
        yield grant(IAM_ALLOWED_PRINCIPALS, resource, defaults)
    else:
        for default in (mapping(item) for item in items(defaults)):
            grantee = mapping(default.get("Principal")).get("DataLakePrincipalIdentifier")
            yield grant(grantee, resource, default.get("Permissions"))
    if creator is not None:
        yield grant(creator, resource, ["ALL"], ["ALL"])
