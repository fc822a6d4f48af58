"""A link to a table of another account."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import TableLinkArgs


class TableLink(LakeComponent[TableLinkArgs], area="catalog"):
    """A table that holds nothing of its own: whoever may describe it finds the owner's table through it."""

    def place(self, args: TableLinkArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        link = aws.glue.CatalogTable(
            self.logical_name,
            database_name=args.database,
            name=args.name,
            target_table=aws.glue.CatalogTableTargetTableArgs(
                catalog_id=args.target_account, database_name=args.target_database, name=args.target_table
            ),
            opts=self.child(),
        )
        self.arn = link.arn
        self.register_outputs({"arn": self.arn})
