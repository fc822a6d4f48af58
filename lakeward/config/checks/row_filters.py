"""Data cells filters: on columns that exist, with expressions Lake Formation understands (`semantics.md` B9)."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.checks.catalog import columns_of
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, repeated
from lakeward.errors import quote
from lakeward.model import RowFilter, Table

_RESERVED = frozenset(
    {
        "cmax",
        "cmin",
        "ctid",
        "deletexid",
        "importoid",
        "insertxid",
        "oid",
        "redcatuniqueid",
        "tableoid",
        "xmax",
        "xmin",
    }
)
"""Column names that tables with filters can't have (`semantics.md` B9-5)."""


def check(draft: Draft) -> Iterator[Finding]:
    for d, database in enumerate(draft.config.databases):
        for t, table in enumerate(database.tables):
            loc: Loc = ("databases", d, "tables", t)
            names = (((*loc, "filters", f, "name"), row_filter.name) for f, row_filter in enumerate(table.filters))
            yield from repeated(names, "filter")
            if table.filters:
                yield from _reserved_names(loc, table)
            above = ("databases", database.name, "tables", table.name)
            for f, row_filter in enumerate(table.filters):
                yield from _columns(draft, (*loc, "filters", f), above, table, row_filter)
                yield from _rows(draft, (*loc, "filters", f, "rows"), above, table, row_filter)


def _reserved_names(loc: Loc, table: Table) -> Iterator[Finding]:
    for at, column in columns_of(table):
        if column.name in _RESERVED:
            yield Finding(
                (*loc, *at, "name"), f"{quote(column.name)} is reserved in tables with filters", "name it differently"
            )


def _columns(draft: Draft, loc: Loc, above: tuple[str, ...], table: Table, row_filter: RowFilter) -> Iterator[Finding]:
    types = {column.name: column.type for column in table.columns}
    keys = {key.name for key in table.partition_keys}
    yield from repeated((((*loc, "columns", i), name) for i, name in enumerate(row_filter.columns)), "column")
    for index, name in enumerate(row_filter.columns):
        here: Loc = (*loc, "columns", index)
        if name in keys:
            problem = f"{quote(name)} is a partition key, which whoever reads any column can read"
            yield Finding(here, problem, "leave it out")
        elif name in types:
            if types[name].startswith(("array<", "map<")):
                yield Finding(here, f"{quote(name)} is {quote(types[name])}, which filters can't hold", "leave it out")
        elif draft.lacks((*above, "columns"), name):
            yield Finding(here, f"there is no column {quote(name)} in {quote(table.name)}", choose(name, types))


def _rows(draft: Draft, loc: Loc, above: tuple[str, ...], table: Table, row_filter: RowFilter) -> Iterator[Finding]:
    if row_filter.rows is None:
        return
    # The SQL parser is large: whoever has no row filter doesn't wait for it.
    from lakeward.config.row_expression import problems  # noqa: PLC0415

    columns = {column.name: column for _, column in columns_of(table)}
    keys = frozenset(key.name for key in table.partition_keys)

    def lacks(name: str) -> bool:
        return all(draft.lacks((*above, part), name) for part in ("columns", "partitionKeys"))

    for problem, remedy in problems(row_filter.rows, {n: str(c.type) for n, c in columns.items()}, keys, lacks):
        yield Finding(loc, problem, remedy)
