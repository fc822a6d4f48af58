"""What Lake Formation sees of the Glue catalog: databases, tables, columns, links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.glue.models import glue_backends

from local.aws import principals
from local.aws.lake_formation.errors import EntityNotFoundError
from local.aws.lake_formation.state import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from moto.glue.models import FakeDatabase, FakeTable, GlueBackend


def fold(name: str) -> str:
    """Return a database's or table's name as the catalog stores it: in lower case."""
    return name.lower()


def databases(catalog: str, region: str) -> Iterator[FakeDatabase]:
    """Yield a catalog's databases by name."""
    if principals.known_account(catalog):
        yield from (database for _, database in sorted(_backend(catalog, region).databases.items()))


def database(catalog: str, region: str, name: str) -> FakeDatabase:
    """Return a database, or raise `EntityNotFoundError`."""
    found = _backend(catalog, region).databases.get(name) if principals.known_account(catalog) else None
    if found is None:
        raise EntityNotFoundError(f"Database not found: {name}")
    return found


def table(catalog: str, region: str, database_name: str, name: str) -> FakeTable:
    """Return a table, or raise `EntityNotFoundError`."""
    found = database(catalog, region, database_name).tables.get(name)
    if found is None:
        raise EntityNotFoundError(f"Table not found: {database_name}.{name}")
    return found


def description(of: FakeTable) -> Json:
    """Return a table's current version, in Glue's shape."""
    shape: Json = of.as_dict()
    return shape


def columns(of: FakeTable) -> list[str]:
    """Return the names of a table's columns, partition keys last."""
    shape = description(of)
    stored = (shape.get("StorageDescriptor") or {}).get("Columns") or []
    return [column["Name"] for column in [*stored, *(shape.get("PartitionKeys") or [])]]


def location(of: FakeTable) -> str | None:
    """Return where a table stands, `s3://…`, or `None`."""
    return (description(of).get("StorageDescriptor") or {}).get("Location") or None


def is_link(of: FakeDatabase | FakeTable) -> bool:
    """Say whether it is a resource link: a name here for something in another catalog or database."""
    shape = of.as_dict()
    return bool(shape.get("TargetDatabase") or shape.get("TargetTable"))


def _backend(catalog: str, region: str) -> GlueBackend:
    return glue_backends[catalog][region]
