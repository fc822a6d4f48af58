"""
Which access is intended: who is meant to read what, told from configuration alone.

`lakeward.access` tells who can read what from what exists, with other code; that both agree is the proof
(`style.md` section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lakeward.config import StackConfig
from lakeward.identifiers import TenantId
from lakeward.model import Isolation, Persona, PersonaKind, Table
from lakeward.plan.declarations import IntendedRead
from lakeward.plan.lf_tags import all_columns
from lakeward.plan.personas import granted_by_attributes, role_of, writes_for_tenants
from lakeward.plan.places import PlacedDatabase, has_row_security, rows_of_tenant, tables_of, tenants
from lakeward.plan.readable import readable
from lakeward.plan.shared_access import shared_reads


def intended_access(*environment: StackConfig) -> tuple[IntendedRead, ...]:
    """
    Return every intended read of an environment of stacks, sorted: one per principal, table, rows and certainty.

    A read that another one of the same principal covers (as many columns, all rows, as certain) is left out.
    """
    found: dict[tuple[str, str, str, str], list[IntendedRead]] = {}
    for config in environment:
        for read in (*_reads_of_personas(config), *shared_reads(config, environment)):
            found.setdefault((read.principal, read.account, read.database, read.table), []).append(read)
    reads: list[IntendedRead] = []
    for (_, account, database, _), alike in found.items():
        united = _united(alike)
        widest = _widest(list(dict.fromkeys([*united, *_combined(united)])))
        guarded = (account, database) in _guarded_by_policies(environment)
        reads += [replace(read, rows=None, rows_open=True) for read in widest] if guarded else widest
    for config in environment:
        for placed, table in tables_of(config):
            reads += _reads_of_tenants(config, placed, table)
    return tuple(sorted(reads, key=_order))


def _guarded_by_policies(environment: Iterable[StackConfig]) -> set[tuple[str, str]]:
    """Return the databases, each with its account, in which row-level security policies cut every read."""
    return {
        (config.account, database.name)
        for config in environment
        if has_row_security(config)
        for database, _ in tables_of(config)
        if database.configured.isolation is Isolation.POOL
    }


def _reads_of_personas(config: StackConfig) -> Iterator[IntendedRead]:
    """Yield what the stack's own personas are meant to read of its own tables, grant by grant."""
    for database, table in tables_of(config):
        for persona in config.personas:
            yield from _reads(config, persona, database, table)


def _reads_of_tenants(config: StackConfig, database: PlacedDatabase, table: Table) -> Iterator[IntendedRead]:
    """Yield that a tenant reads its own tables whole, and of pool tables its own rows."""
    everything = tuple(sorted(column.name for column in all_columns(table)))
    if database.tenant is not None:
        yield _read_of_tenant(config, database.tenant, database, table, everything)
    elif database.configured.isolation is Isolation.POOL:
        for tenant in tenants(config):
            row_filter = rows_of_tenant(table, tenant)
            columns = tuple(sorted({*row_filter.columns, *(key.name for key in table.partition_keys)}))
            read = _read_of_tenant(config, tenant, database, table, columns)
            if has_row_security(config):
                # A policy that is attached may let read by itself, all columns then (B22-5).
                yield replace(read, rows_open=True)
                yield replace(read, columns=everything, rows_open=True, certain=False)
            else:
                yield replace(read, rows=row_filter.rows)


def _read_of_tenant(
    config: StackConfig, tenant: TenantId, database: PlacedDatabase, table: Table, columns: tuple[str, ...]
) -> IntendedRead:
    return IntendedRead(
        principal=config.names.tenant_role_arn(tenant),
        account=config.account,
        database=database.name,
        table=table.name,
        columns=columns,
        rows=None,
        certain=True,
    )


def _reads(config: StackConfig, persona: Persona, database: PlacedDatabase, table: Table) -> Iterator[IntendedRead]:
    # What an external role may do on the side of IAM is only known where its ceiling is stated.
    external = persona.kind is PersonaKind.EXTERNAL
    stated = not external or bool(persona.ceiling)
    # Nor whether its tags meet a condition.
    by_name = ((grant, stated) for grant in persona.grants)
    by_attributes = ((grant, not external) for grant in granted_by_attributes(config, persona))
    for grant, known in (*by_name, *by_attributes):
        for part in readable(grant, database, table):
            yield IntendedRead(
                principal=role_of(config, persona),
                account=config.account,
                database=database.name,
                table=table.name,
                columns=tuple(sorted(part.columns)),
                rows=part.rows,
                certain=part.certain and known,
                at_most=not known,
            )
    if database.tenant is not None and writes_for_tenants(config, persona):
        # Who fills a tenant's tables may read them, says B6-4.
        yield IntendedRead(
            principal=role_of(config, persona),
            account=config.account,
            database=database.name,
            table=table.name,
            columns=tuple(sorted(column.name for column in all_columns(table))),
            rows=None,
            certain=False,
        )


def _united(reads: Iterable[IntendedRead]) -> list[IntendedRead]:
    """Unite the columns of reads that are alike otherwise (B9-7)."""
    united: dict[tuple[str | None, bool], IntendedRead] = {}
    for read in reads:
        known = united.get((read.rows, read.certain))
        columns = {*read.columns, *(known.columns if known else ())}
        united[read.rows, read.certain] = replace(read, columns=tuple(sorted(columns)))
    return list(united.values())


def _combined(reads: list[IntendedRead]) -> Iterator[IntendedRead]:
    """
    Yield what several reads of different rows may give together: all their columns in all their rows.

    AWS unites rows and columns and doesn't say whether cell by cell (B9-8), so this much is possible.
    """
    if len(reads) < 2:  # noqa: PLR2004  # one read has its own rows
        return
    rows = [read.rows for read in reads]
    united = None if None in rows else " OR ".join(f"({expression})" for expression in rows)
    columns = sorted({column for read in reads for column in read.columns})
    yield replace(reads[0], columns=tuple(columns), rows=united, certain=False)


def _widest(reads: list[IntendedRead]) -> Iterator[IntendedRead]:
    for read in reads:
        if not any(_covers(other, read) for other in reads if other is not read):
            yield read


def _covers(wide: IntendedRead, narrow: IntendedRead) -> bool:
    return wide.rows is None and wide.certain >= narrow.certain and set(wide.columns) >= set(narrow.columns)


def _order(read: IntendedRead) -> tuple[str, str, str, str, str, bool]:
    return (read.principal, read.account, read.database, read.table, read.rows or "", read.certain)
