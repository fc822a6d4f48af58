"""
The LF-Tags of the lake: `zone` on tables, `classification` on columns, `tenant_id` on a tenant's own databases.

Every table gets its zone and every column its classification, so a tag grant reaches what configuration says it
reaches and nothing by omission: what lacks a key matches no expression over it (`semantics.md` B8-3). A tenant's own
database is tagged as a whole and its tables inherit it (B8-2), so that their number is nobody's business; without a
classification they match no persona's expression that asks for one. Where pool tables have row-level security
policies, these tables are `pooled`, for the policies to be attached by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import Classification, Column, Isolation, Table, ZoneName
from lakeward.plan.declarations import LfTagArgs, LfTagAssignmentArgs
from lakeward.plan.places import PlacedDatabase, databases_of, has_row_security, locations, templates, tenants

ZONE = "zone"
CLASSIFICATION = "classification"
TENANT = "tenant_id"
POOLED = "pooled"
YES = "true"
"""The one value of `POOLED`."""

_ANY_VALUE = "*"


def lf_tags(config: StackConfig) -> Iterator[LfTagArgs]:
    """Declare the tag keys with their values; none where there is nothing to tag."""
    if not any(locations(config)):
        return
    # All that configuration knows, used or not: AWS removes no value that is still assigned, and whatever has it is
    # deleted after the tag is changed.
    values: dict[str, Iterable[str]] = {ZONE: tuple(ZoneName), CLASSIFICATION: tuple(Classification)}
    if templates(config) and config.tenancy is not None:
        values[TENANT] = (*tenants(config), *config.tenancy.retired)
    if has_row_security(config):
        values[POOLED] = (YES,)
    for key in sorted(values):
        yield LfTagArgs(
            logical_name=names.lf_tag(key), key=key, values=tuple(sorted(str(value) for value in values[key]))
        )


def lf_tag_assignments(config: StackConfig) -> Iterator[LfTagAssignmentArgs]:
    """Declare the tags of every table, and of its columns by classification; of a tenant's own database as a whole."""
    for database in databases_of(config):
        if database.tenant is not None:
            yield LfTagAssignmentArgs(
                logical_name=names.database_lf_tag_assignment(database.name),
                database=database.name,
                table=None,
                columns=None,
                lf_tags=_of_tenant(database),
            )
            continue
        pooled = database.configured.isolation is Isolation.POOL and has_row_security(config)
        for table in database.configured.tables:
            yield from _assignments(database, table, {POOLED: YES} if pooled else {})


def _of_tenant(database: PlacedDatabase) -> Mapping[str, str]:
    return {TENANT: str(database.tenant), ZONE: str(ZoneName.TENANTS)}


def _assignments(database: PlacedDatabase, table: Table, more: Mapping[str, str]) -> Iterator[LfTagAssignmentArgs]:
    yield LfTagAssignmentArgs(
        logical_name=names.lf_tag_assignment(database.name, table.name, ZONE),
        database=database.name,
        table=table.name,
        columns=None,
        # All tags of a table in one assignment: the provider reads each back as all that the table has.
        lf_tags={ZONE: str(table.zone), **more},
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


def readable_through_tags(
    database: PlacedDatabase, table: Table, expression: Mapping[str, Sequence[str]]
) -> frozenset[str]:
    """
    Return the columns whose tags satisfy an expression: AND over keys, OR over values (`semantics.md` B8-3, B8-6).

    A column has its own classification and inherits the table's zone, or its database's tags (B8-2). Partition keys
    can't be filtered away, so whoever reads one column reads them too (B7-3).
    """
    matched = frozenset(
        column.name
        for column in all_columns(table)
        if all(_satisfied(key, values, _effective(database, table, column)) for key, values in expression.items())
    )
    return matched | frozenset(key.name for key in table.partition_keys) if matched else matched


def _effective(database: PlacedDatabase, table: Table, column: Column) -> Mapping[str, str]:
    if database.tenant is not None:
        return _of_tenant(database)
    return {ZONE: str(table.zone), CLASSIFICATION: str(column.classification)}


def _satisfied(key: str, values: Sequence[str], effective: Mapping[str, str]) -> bool:
    # Lake Formation keeps keys and values in lower case (B8-1).
    accepted = {value.lower() for value in values}
    own = effective.get(key.lower())
    return own is not None and bool({own, _ANY_VALUE} & accepted)
