"""
The grants: what Lake Formation lets each persona do, and each account or role that something is shared with.

One grant per principal and resource with all its permissions, named after what it grants, so that no change of
configuration makes two of them overlap (`platform.md` section 4). The grant option goes to accounts and OUs alone,
which would be given nothing without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import DatabaseGrant, Grant, LocationGrant, TableGrant, TagGrant
from lakeward.plan.declarations import (
    GrantArgs,
    GrantedColumns,
    GrantedDatabase,
    GrantedFilter,
    GrantedLocation,
    GrantedResource,
    GrantedTable,
    GrantedTagExpression,
)
from lakeward.plan.links import descriptions
from lakeward.plan.locations import location_arn
from lakeward.plan.personas import role_of
from lakeward.plan.places import zone_place

DESCRIBE = "DESCRIBE"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who is granted what of one catalog."""

    name: str
    """As logical names spell it."""
    principal: str
    grants: tuple[Grant, ...]
    grants_on: bool = False
    """Whether it is to grant on what it gets: an account or an OU."""
    catalog: str | None = None
    """The account whose catalog the grants are about; `None`: the stack's own."""


def grants(config: StackConfig) -> Iterator[GrantArgs]:
    """Declare every persona's grants, those on databases first."""
    for persona in config.personas:
        held = (*persona.grants, *descriptions(config, persona))
        holder = Holder(name=persona.name, principal=role_of(config, persona), grants=held)
        yield from grants_of(config, holder)


def grants_of(config: StackConfig, holder: Holder) -> Iterator[GrantArgs]:
    """Declare the grants of one holder, those on databases first."""
    yield from _database_grants(holder)
    for grant in holder.grants:
        if isinstance(grant, TableGrant):
            yield _table_grant(holder, grant)
        elif isinstance(grant, TagGrant):
            yield _tag_grant(holder, grant)
        elif isinstance(grant, LocationGrant):
            yield _grant(
                holder,
                names.location_grant(holder.name, grant.location),
                ("DATA_LOCATION_ACCESS",),
                GrantedLocation(arn=location_arn(config, zone_place(grant.location))),
            )


def _grant(holder: Holder, logical_name: str, permissions: Sequence[str], resource: GrantedResource) -> GrantArgs:
    ordered = tuple(sorted(set(permissions)))
    return GrantArgs(
        logical_name=logical_name,
        principal=holder.principal,
        permissions=ordered,
        grantable=ordered if holder.grants_on else (),
        resource=resource,
    )


def _database_grants(holder: Holder) -> Iterator[GrantArgs]:
    """
    Declare what a holder may do with databases.

    Whoever has a grant on a table by name may describe its database: engines look tables up through it, and that
    the right follows from the table's is documented for grants on all tables only (`semantics.md` B6-3).
    """
    permissions: dict[str, set[str]] = {}
    for grant in holder.grants:
        if isinstance(grant, DatabaseGrant):
            permissions.setdefault(grant.database, set()).update(grant.permissions)
        elif isinstance(grant, TableGrant):
            permissions.setdefault(grant.database, set()).add(DESCRIBE)
    for database in sorted(permissions):
        yield _grant(
            holder,
            names.database_grant(holder.name, database),
            tuple(permissions[database]),
            GrantedDatabase(catalog=holder.catalog, name=database),
        )


def _table_grant(holder: Holder, grant: TableGrant) -> GrantArgs:
    logical_name = (
        names.table_grant(holder.name, grant.database, grant.table)
        if grant.filter is None
        else names.filter_grant(holder.name, grant.database, grant.table, grant.filter)
    )
    return _grant(holder, logical_name, grant.permissions, granted_of_table(grant, holder.catalog))


def granted_of_table(grant: TableGrant, catalog: str | None = None) -> GrantedTable | GrantedColumns | GrantedFilter:
    """Return what a grant on a table is on; with columns or a filter it is SELECT alone."""
    if grant.filter is not None:
        return GrantedFilter(database=grant.database, table=grant.table, name=grant.filter)
    if grant.columns is not None:
        columns = tuple(sorted(set(grant.columns)))
        return GrantedColumns(catalog=catalog, database=grant.database, table=grant.table, columns=columns)
    return GrantedTable(catalog=catalog, database=grant.database, name=grant.table)


def _tag_grant(holder: Holder, grant: TagGrant) -> GrantArgs:
    expression = tuple((key, tuple(sorted(set(grant.tags[key])))) for key in sorted(grant.tags))
    return _grant(
        holder,
        names.tag_grant(holder.name, grant.tags),
        grant.permissions,
        GrantedTagExpression(catalog=holder.catalog, expression=expression),
    )
