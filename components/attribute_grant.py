"""One grant by attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.component import Declared, LakeComponent
from components.providers import attribute_grant
from components.providers.connection import Connection
from lakeward.plan.declarations import AttributeGrantArgs, GrantedColumns, GrantedDatabase, GrantedFilter


class AttributeGrant(LakeComponent[AttributeGrantArgs], area="governance"):
    """Whoever meets a condition, one resource, all its permissions, never the grant option."""

    def place(self, args: AttributeGrantArgs, declared: Declared) -> None:
        lake = declared.lake
        attribute_grant.AttributeGrant(
            self.logical_name,
            Connection(account=lake.account, region=lake.region, assume_roles=lake.assume_roles),
            principal=args.principal,
            condition=args.condition,
            permissions=args.permissions,
            resource=_resource(args, lake.account),
            opts=self.child(),
        )
        self.register_outputs({})


def _resource(args: AttributeGrantArgs, account: str) -> Mapping[str, Any]:
    """Return what is granted in AWS's own shape; a lone SELECT on a table is one on all its columns."""
    granted = args.resource
    if isinstance(granted, GrantedDatabase):
        return {"Database": {"Name": granted.name}}
    if isinstance(granted, GrantedFilter):
        return {
            "DataCellsFilter": {
                "TableCatalogId": account,
                "DatabaseName": granted.database,
                "TableName": granted.table,
                "Name": granted.name,
            }
        }
    if isinstance(granted, GrantedColumns):
        return {
            "TableWithColumns": {
                "DatabaseName": granted.database,
                "Name": granted.table,
                "ColumnNames": list(granted.columns),
            }
        }
    where = {"DatabaseName": granted.database, "Name": granted.name}
    return (
        {"TableWithColumns": {**where, "ColumnWildcard": {}}} if args.permissions == ("SELECT",) else {"Table": where}
    )
