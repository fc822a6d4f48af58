"""
The grants: what Lake Formation lets each persona do.

One grant per principal and resource with all its permissions, named after what it grants, never with the grant
option, so that no change of configuration makes two of them overlap (`platform.md` section 4).
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import DatabaseGrant, LocationGrant, Persona, TableGrant, TagGrant
from lakeward.plan.declarations import (
    GrantArgs,
    GrantedColumns,
    GrantedDatabase,
    GrantedFilter,
    GrantedLocation,
    GrantedTable,
    GrantedTagExpression,
)
from lakeward.plan.locations import location_arn
from lakeward.plan.personas import role_of
from lakeward.plan.places import zone_place

_DESCRIBE = "DESCRIBE"


def grants(config: StackConfig) -> Iterator[GrantArgs]:
    """Declare every persona's grants, those on databases first."""
    for persona in config.personas:
        yield from _database_grants(config, persona)
        for grant in persona.grants:
            if isinstance(grant, TableGrant):
                yield _table_grant(config, persona, grant)
            elif isinstance(grant, TagGrant):
                yield _tag_grant(config, persona, grant)
            elif isinstance(grant, LocationGrant):
                yield GrantArgs(
                    logical_name=names.location_grant(persona.name, grant.location),
                    principal=role_of(config, persona),
                    permissions=("DATA_LOCATION_ACCESS",),
                    resource=GrantedLocation(arn=location_arn(config, zone_place(grant.location))),
                )


def _database_grants(config: StackConfig, persona: Persona) -> Iterator[GrantArgs]:
    """
    Declare what a persona may do with databases.

    Whoever has a grant on a table by name may describe its database: engines look tables up through it, and that
    the right follows from the table's is documented for grants on all tables only (`semantics.md` B6-3).
    """
    permissions: dict[str, set[str]] = {}
    for grant in persona.grants:
        if isinstance(grant, DatabaseGrant):
            permissions.setdefault(grant.database, set()).update(grant.permissions)
        elif isinstance(grant, TableGrant):
            permissions.setdefault(grant.database, set()).add(_DESCRIBE)
    for database in sorted(permissions):
        yield GrantArgs(
            logical_name=names.database_grant(persona.name, database),
            principal=role_of(config, persona),
            permissions=tuple(sorted(permissions[database])),
            resource=GrantedDatabase(name=database),
        )


def _table_grant(config: StackConfig, persona: Persona, grant: TableGrant) -> GrantArgs:
    return GrantArgs(
        logical_name=names.table_grant(persona.name, grant.database, grant.table)
        if grant.filter is None
        else names.filter_grant(persona.name, grant.database, grant.table, grant.filter),
        principal=role_of(config, persona),
        permissions=tuple(sorted(set(grant.permissions))),
        resource=granted_of_table(grant),
    )


def granted_of_table(grant: TableGrant) -> GrantedTable | GrantedColumns | GrantedFilter:
    """Return what a grant on a table is on; with columns or a filter it is SELECT alone."""
    if grant.filter is not None:
        return GrantedFilter(database=grant.database, table=grant.table, name=grant.filter)
    if grant.columns is not None:
        return GrantedColumns(database=grant.database, table=grant.table, columns=tuple(sorted(set(grant.columns))))
    return GrantedTable(database=grant.database, name=grant.table)


def _tag_grant(config: StackConfig, persona: Persona, grant: TagGrant) -> GrantArgs:
    return GrantArgs(
        logical_name=names.tag_grant(persona.name, grant.tags),
        principal=role_of(config, persona),
        permissions=tuple(sorted(set(grant.permissions))),
        resource=GrantedTagExpression(
            expression=tuple((key, tuple(sorted(set(grant.tags[key])))) for key in sorted(grant.tags)),
        ),
    )
