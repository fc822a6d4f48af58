"""Databases, tables and columns: distinct names and places, and no identifying value in clear where it mustn't be."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, repeated
from lakeward.errors import quote
from lakeward.model import Classification, Column, Protection, Table, ZoneName

CLEAR_ZONES = frozenset({ZoneName.RAW, ZoneName.STAGE, ZoneName.CURATED, ZoneName.TENANTS})
"""Zones in which identifying values may stand as they are; tenants' own data are theirs to read in clear."""


def check(draft: Draft) -> Iterator[Finding]:
    databases = draft.config.databases
    yield from repeated(((("databases", i, "name"), found.name) for i, found in enumerate(databases)), "database")
    yield from _places(draft)
    for d, database in enumerate(databases):
        above: Loc = ("databases", d, "tables")
        yield from repeated((((*above, t, "name"), table.name) for t, table in enumerate(database.tables)), "table")
        for t, table in enumerate(database.tables):
            yield from _columns(draft, (*above, t), table)


def columns_of(table: Table) -> Iterator[tuple[Loc, Column]]:
    """Return a table's columns, then its partition keys, each with its place in the table."""
    for index, column in enumerate(table.columns):
        yield ("columns", index), column
    for index, column in enumerate(table.partition_keys):
        yield ("partitionKeys", index), column


def _columns(draft: Draft, loc: Loc, table: Table) -> Iterator[Finding]:
    yield from repeated((((*loc, *at, "name"), column.name) for at, column in columns_of(table)), "column")
    for at, column in columns_of(table):
        yield from _protection(draft, (*loc, *at), table, column)
    for index, key in enumerate(table.partition_keys):
        yield from _partition_key((*loc, "partitionKeys", index), table, key)


def _protection(draft: Draft, loc: Loc, table: Table, column: Column) -> Iterator[Finding]:
    clear = column.protection is Protection.CLEAR
    if clear and column.classification is Classification.PII and table.zone not in CLEAR_ZONES:
        yield Finding(
            (*loc, "protection"),
            f"column {quote(column.name)} is `pii` and stands in clear in zone {quote(table.zone)}",
            "write `masked` or `encrypted`, or move the table to `curated`",
        )
    if column.protection is Protection.ENCRYPTED:
        if column.type not in {"string", "binary"}:
            yield Finding(
                (*loc, "type"),
                f"an encrypted column holds ciphertext, not {quote(column.type)}",
                "write `string` or `binary`",
            )
        if draft.knows("dataKeys") and draft.config.data_keys.column is None:
            yield Finding(
                (*loc, "protection"),
                f"column {quote(column.name)} is `encrypted`, but there is no column key",
                "add `dataKeys.column` with its `encrypters`",
            )


def _partition_key(loc: Loc, table: Table, key: Column) -> Iterator[Finding]:
    """Judge a partition key: its values are in object keys, and no column grant hides it (`semantics.md` B7-3)."""
    if "<" in key.type or key.type == "binary":
        yield Finding(
            (*loc, "type"), f"{quote(key.type)} can't be a partition key's", "choose a simple type such as `string`"
        )
    if key.protection is Protection.ENCRYPTED:
        yield Finding(
            (*loc, "protection"), "an encrypted value would become a folder's name", "partition by another column"
        )
    if (
        key.classification is Classification.PII
        and key.protection is Protection.CLEAR
        and table.zone is ZoneName.CURATED
    ):
        yield Finding(
            (*loc, "classification"),
            f"partition key {quote(key.name)} is `pii`: in object keys, and read by whoever reads any column",
            "partition by a column that identifies nobody",
        )


def _places(draft: Draft) -> Iterator[Finding]:
    """Find tables that stand in or on one another: whoever may write the one could change the other."""
    placed: list[tuple[Loc, Table]] = []
    for d, database in enumerate(draft.config.databases):
        for t, table in enumerate(database.tables):
            loc: Loc = ("databases", d, "tables", t, "path")
            for _, other in placed:
                if other.zone is table.zone and (problem := _clash(table.path, other.path)):
                    whose = f"{quote(table.path)} {problem} table {quote(other.name)}"
                    yield Finding(loc, whose, "give each table a path of its own")
                    break
            placed.append((loc, table))


def _clash(path: str, other: str) -> str | None:
    if path == other:
        return "is also the path of"
    if path.startswith(f"{other}/"):
        return f"lies below {quote(other)}, the path of"
    return f"lies above {quote(other)}, the path of" if other.startswith(f"{path}/") else None
