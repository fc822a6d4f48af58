"""Tables that tenants share in PostgreSQL: keys over columns that exist, references that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, repeated, twice
from lakeward.errors import quote
from lakeward.identifiers import SqlName
from lakeward.model import AuroraColumn, AuroraReference, AuroraTable

_TENANT_COLUMN = "tenant_id"


def check(draft: Draft) -> Iterator[Finding]:
    aurora = draft.config.tenancy.aurora if draft.config.tenancy else None
    if aurora is None:
        return
    here: Loc = ("tenancy", "aurora")
    yield from twice((*here, "subnets"), aurora.subnets)
    yield from twice((*here, "clients"), aurora.clients)
    yield from repeated((((*here, "tables", t, "name"), table.name) for t, table in enumerate(aurora.tables)), "table")
    tables = {table.name: table for table in aurora.tables}
    for t, table in enumerate(aurora.tables):
        loc: Loc = (*here, "tables", t)
        yield from _columns(loc, table)
        yield from _keys(draft, loc, table)
        for r, reference in enumerate(table.references):
            yield from _reference(draft, (*loc, "references", r), table, reference, tables)


def _columns(loc: Loc, table: AuroraTable) -> Iterator[Finding]:
    yield from repeated(
        (((*loc, "columns", c, "name"), column.name) for c, column in enumerate(table.columns)), "column"
    )
    for c, column in enumerate(table.columns):
        here: Loc = (*loc, "columns", c)
        if column.name == _TENANT_COLUMN:
            yield Finding((*here, "name"), f"`{_TENANT_COLUMN}` is in every table by itself", "remove it")
        if column.generated and column.type != "uuid":
            yield Finding(
                (*here, "generated"), f"{quote(column.type)} can't be random", "make it `uuid`, or remove `generated`"
            )
        yield from twice((*here, "values"), column.values)
        yield from _words((*here, "values"), column)


def _words(loc: Loc, column: AuroraColumn) -> Iterator[Finding]:
    if not column.values:
        return
    longest = column.type.removeprefix("varchar(").removesuffix(")")
    if column.type != "text" and not longest.isdigit():
        yield Finding(loc, f"{quote(column.type)} holds no words", "make it `text`, or remove `values`")
        return
    for v, word in enumerate(column.values):
        if longest.isdigit() and len(word) > int(longest):
            yield Finding((*loc, v), f"{quote(word)} doesn't fit {quote(column.type)}", "widen the column")


def _keys(draft: Draft, loc: Loc, table: AuroraTable) -> Iterator[Finding]:
    columns = {column.name: column for column in table.columns}
    for place, key in ((("key",), table.key), *((("unique", u), key) for u, key in enumerate(table.unique))):
        yield from _named(draft, (*loc, *place), key, columns)
    for k, name in enumerate(table.key):
        if name in columns and columns[name].nullable:
            yield Finding((*loc, "key", k), f"{quote(name)} may be null", "remove `nullable` at the column")
    seen: dict[frozenset[str], Loc] = {frozenset(table.key): (*loc, "key")}
    for u, unique in enumerate(table.unique):
        here: Loc = (*loc, "unique", u)
        if (first := seen.setdefault(frozenset(unique), here)) != here:
            yield Finding(here, "these columns are a key already", "remove one", at=first)


def _named(
    draft: Draft, loc: Loc, names: Sequence[SqlName], columns: Mapping[SqlName, AuroraColumn]
) -> Iterator[Finding]:
    yield from twice(loc, names)
    for index, name in enumerate(names):
        if name == _TENANT_COLUMN:
            yield Finding((*loc, index), f"`{_TENANT_COLUMN}` leads every key by itself", "remove it")
        elif name not in columns and not _is_written(draft, name):
            yield Finding((*loc, index), f"there is no column {quote(name)}", choose(name, columns))


def _reference(
    draft: Draft, loc: Loc, table: AuroraTable, reference: AuroraReference, tables: Mapping[SqlName, AuroraTable]
) -> Iterator[Finding]:
    columns = {column.name: column for column in table.columns}
    yield from _named(draft, (*loc, "columns"), reference.columns, columns)
    referenced = tables.get(reference.table)
    if referenced is None:
        if not _is_written(draft, reference.table):
            problem = f"there is no table {quote(reference.table)}"
            yield Finding((*loc, "table"), problem, choose(reference.table, tables))
        return
    if len(reference.columns) != len(referenced.key):
        yield Finding(
            (*loc, "columns"),
            f"{len(reference.columns)} columns refer to {quote(referenced.name)}, whose key has {len(referenced.key)}",
            "name as many, in the key's order",
        )
        return
    types = {column.name: column.type for column in referenced.columns}
    for c, (name, key) in enumerate(zip(reference.columns, referenced.key, strict=True)):
        if name in columns and key in types and columns[name].type != types[key]:
            yield Finding(
                (*loc, "columns", c),
                f"{quote(name)} is {quote(columns[name].type)}, and {quote(key)} of {quote(referenced.name)} is "
                f"{quote(types[key])}",
                "give both one type",
            )


def _is_written(draft: Draft, name: str) -> bool:
    """Tell whether the file gives this name to a table or column that is invalid, and has an error of its own."""
    tenancy = draft.written.get("tenancy")
    aurora = tenancy.get("aurora") if isinstance(tenancy, Mapping) else None
    tables = aurora.get("tables") if isinstance(aurora, Mapping) else None
    entries = [table for table in tables if isinstance(table, Mapping)] if isinstance(tables, tuple) else []
    columns = [
        column
        for table in entries
        if isinstance(listed := table.get("columns"), tuple)
        for column in listed
        if isinstance(column, Mapping)
    ]
    left_out = any("tables" in gone and "aurora" in gone for gone in draft.left_out)
    return left_out and any(entry.get("name") == name for entry in (*entries, *columns))
