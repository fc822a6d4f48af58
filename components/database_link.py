"""A link to a database of another account."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import DatabaseLinkArgs


class DatabaseLink(LakeComponent[DatabaseLinkArgs], area="catalog"):
    """A database that holds nothing of its own: whoever may describe it finds the owner's tables through it."""

    def place(self, args: DatabaseLinkArgs, declared: Declared) -> None:  # noqa: ARG002  # refers to nothing declared
        link = aws.glue.CatalogDatabase(
            self.logical_name,
            name=args.name,
            target_database=aws.glue.CatalogDatabaseTargetDatabaseArgs(
                catalog_id=args.target_account, database_name=args.target_database
            ),
            # No table is ever created in a link; without this Glue would fill the settings' defaults in.
            create_table_default_permissions=[],
            tags=args.tags,
            opts=self.child(),
        )
        self.arn = link.arn
        self.register_outputs({"arn": self.arn})
