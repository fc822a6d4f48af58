"""What one grant lets its holder read of one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lakeward.model import Grant, Table, TableGrant, TagGrant
from lakeward.plan.lf_tags import all_columns, readable_through_tags
from lakeward.plan.places import PlacedDatabase

_READING_BY_WRITING = {"INSERT", "DELETE"}


@dataclass(frozen=True)
class Readable:
    """Columns, partition keys included, of some rows; uncertain where only the permissive reading reads."""

    columns: frozenset[str]
    rows: str | None
    certain: bool


def readable(grant: Grant, database: PlacedDatabase, table: Table) -> Iterator[Readable]:
    """Yield what a grant lets read of a table; nothing where it is about something else."""
    everything = frozenset(column.name for column in all_columns(table))
    # Columns can be cut, partition keys can't (`semantics.md` B7-3).
    partition_keys = frozenset(column.name for column in table.partition_keys)
    if isinstance(grant, TagGrant) and "SELECT" in grant.permissions:
        if columns := readable_through_tags(database, table, grant.tags):
            yield Readable(columns, None, certain=True)
        return
    if not isinstance(grant, TableGrant) or (grant.database, grant.table) != (database.name, table.name):
        return
    if grant.columns is not None:
        yield Readable(frozenset(grant.columns) | partition_keys, None, certain=True)
    elif grant.filter is not None:
        for row_filter in table.filters:
            if row_filter.name == grant.filter:
                yield Readable(frozenset(row_filter.columns) | partition_keys, row_filter.rows, certain=True)
    elif "SELECT" in grant.permissions:
        yield Readable(everything, None, certain=True)
    elif _READING_BY_WRITING.intersection(grant.permissions):
        # AWS says that whoever inserts or deletes may read as well (B6-4).
        yield Readable(everything, None, certain=False)
