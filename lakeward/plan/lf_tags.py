"""
The LF-Tags of the lake: `zone` on tables, `classification` on columns.

Every table gets its zone and every column its classification, so a tag grant reaches what configuration says it
reaches and nothing by omission: what lacks a key matches no expression over it (`semantics.md` B8-3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import Classification, Column, Database, Table
from lakeward.plan.declarations import LfTagArgs, LfTagAssignmentArgs

ZONE = "zone"
CLASSIFICATION = "classification"

_ANY_VALUE = "*"


def lf_tags(config: StackConfig) -> Iterator[LfTagArgs]:
    """Declare the tag keys with their values; none where there is nothing to tag."""
    zones = config.zones_with_tables()
    if not zones:
        return
    values = {ZONE: zones, CLASSIFICATION: tuple(Classification)}
    for key in sorted(values):
        yield LfTagArgs(
            logical_name=names.lf_tag(key), key=key, values=tuple(sorted(str(value) for value in values[key]))
        )


def lf_tag_assignments(config: StackConfig) -> Iterator[LfTagAssignmentArgs]:
    """Declare the tags of every table, and of its columns by classification."""
    for database in config.databases:
        for table in database.tables:
            yield from _assignments(database, table)


def _assignments(database: Database, table: Table) -> Iterator[LfTagAssignmentArgs]:
    yield LfTagAssignmentArgs(
        logical_name=names.lf_tag_assignment(database.name, table.name, ZONE),
        database=database.name,
        table=table.name,
        columns=None,
        lf_tags={ZONE: str(table.zone)},
    )
    for classification in Classification:
        columns = tuple(sorted(column.name for column in all_columns(table) if column.classification is classification))
        if columns:
            yield LfTagAssignmentArgs(
                logical_name=names.lf_tag_assignment(database.name, table.name, classification.value),
                database=database.name,
                table=table.name,
                columns=columns,
                lf_tags={CLASSIFICATION: classification.value},
            )


def all_columns(table: Table) -> tuple[Column, ...]:
    """Return a table's columns and partition keys."""
    return (*table.columns, *table.partition_keys)


def readable_through_tags(table: Table, expression: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """
    Return the columns whose tags satisfy an expression: AND over keys, OR over values (`semantics.md` B8-3, B8-6).

    A column has its own classification and inherits the table's zone (B8-2). Partition keys can't be filtered away,
    so whoever reads one column reads them too (B7-3).
    """
    matched = frozenset(
        column.name
        for column in all_columns(table)
        if all(_satisfied(key, values, table, column) for key, values in expression.items())
    )
    return matched | frozenset(key.name for key in table.partition_keys) if matched else matched


def _satisfied(key: str, values: Sequence[str], table: Table, column: Column) -> bool:
    effective = {ZONE: str(table.zone), CLASSIFICATION: str(column.classification)}
    # Lake Formation keeps keys and values in lower case (B8-1).
    accepted = {value.lower() for value in values}
    own = effective.get(key.lower())
    return own is not None and bool({own, _ANY_VALUE} & accepted)
