"""One grant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import (
    GrantArgs,
    GrantedColumns,
    GrantedDatabase,
    GrantedFilter,
    GrantedLocation,
    GrantedTable,
    GrantedTagExpression,
)


class Grant(LakeComponent[GrantArgs], area="governance"):
    """
    One principal, one resource, all its permissions; the grant option for accounts and OUs only.

    Always one `Permissions` resource, deleted before it is replaced: two that overlap take each other's rights away
    (`platform.md` section 4), and on a table the official provider reads one as the union of both.
    """

    def place(self, args: GrantArgs, declared: Declared) -> None:
        aws.lakeformation.Permissions(
            self.logical_name,
            principal=args.principal,
            permissions=args.permissions,
            permissions_with_grant_options=args.grantable or None,
            **granted_resource(args, declared.lake.account),
            opts=self.child(),
        )
        self.register_outputs({})


def granted_resource(args: GrantArgs, account: str) -> Mapping[str, Any]:
    """Return the one argument that names what is granted."""
    granted = args.resource
    if isinstance(granted, GrantedDatabase):
        return {"database": aws.lakeformation.PermissionsDatabaseArgs(catalog_id=granted.catalog, name=granted.name)}
    if isinstance(granted, GrantedTable):
        return _whole_table(granted, args.permissions)
    if isinstance(granted, GrantedColumns):
        return {
            "table_with_columns": aws.lakeformation.PermissionsTableWithColumnsArgs(
                catalog_id=granted.catalog,
                database_name=granted.database,
                name=granted.table,
                column_names=granted.columns,
            )
        }
    if isinstance(granted, GrantedFilter):
        return {
            "data_cells_filter": aws.lakeformation.PermissionsDataCellsFilterArgs(
                table_catalog_id=account,
                database_name=granted.database,
                table_name=granted.table,
                name=granted.name,
            )
        }
    if isinstance(granted, GrantedTagExpression):
        return {
            "lf_tag_policy": aws.lakeformation.PermissionsLfTagPolicyArgs(
                catalog_id=granted.catalog,
                resource_type=granted.resource_type,
                expressions=[
                    aws.lakeformation.PermissionsLfTagPolicyExpressionArgs(key=key, values=values)
                    for key, values in granted.expression
                ],
            )
        }
    if isinstance(granted, GrantedLocation):
        return {"data_location": aws.lakeformation.PermissionsDataLocationArgs(arn=granted.arn)}
    raise TypeError(f"no resource is granted by {granted!r}")


def _whole_table(granted: GrantedTable, permissions: tuple[str, ...]) -> Mapping[str, Any]:
    """
    Spell a whole table as AWS lists it back.

    A lone SELECT comes back as all columns of the table. Several permissions come back as two entries, SELECT on all
    columns and the others on the table, which the provider reads as one again: as the table, with the union of both.
    """
    if permissions == ("SELECT",):
        return {
            "table_with_columns": aws.lakeformation.PermissionsTableWithColumnsArgs(
                catalog_id=granted.catalog, database_name=granted.database, name=granted.name, wildcard=True
            )
        }
    return {
        "table": aws.lakeformation.PermissionsTableArgs(
            catalog_id=granted.catalog, database_name=granted.database, name=granted.name
        )
    }
