"""The migration of the tenants' database, as the configuration wants it."""

from __future__ import annotations

from lakeward.config import StackConfig
from lakeward.documents.sql.migration import Migration, migration
from lakeward.documents.sql.tables import SqlColumn, SqlReference, SqlTable
from lakeward.model import AuroraTable


def tenant_migration(config: StackConfig) -> Migration | None:
    """Return what brings the stack's database to its tables and tenants; `None` where it has no database."""
    if config.tenancy is None or config.tenancy.aurora is None:
        return None
    aurora = config.tenancy.aurora
    return migration(
        aurora.database, [_table(table) for table in aurora.tables], [tenant.id for tenant in config.tenancy.tenants]
    )


def _table(table: AuroraTable) -> SqlTable:
    return SqlTable(
        name=table.name,
        key=table.key,
        columns=tuple(
            SqlColumn(
                name=column.name,
                type=column.type,
                nullable=column.nullable,
                generated=column.generated,
                words=column.values,
            )
            for column in table.columns
        ),
        unique=table.unique,
        references=tuple(
            SqlReference(columns=reference.columns, table=reference.table) for reference in table.references
        ),
    )
