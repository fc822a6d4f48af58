"""A database of the Glue catalog."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import CatalogDatabaseArgs


class CatalogDatabase(LakeComponent[CatalogDatabaseArgs], area="catalog"):
    """A database. Tables created in it later start without any permission."""

    def place(self, args: CatalogDatabaseArgs, declared: Declared) -> None:  # noqa: ARG002
        database = aws.glue.CatalogDatabase(
            self.logical_name,
            name=args.name,
            description=args.description,
            create_table_default_permissions=[],
            tags=args.tags,
            opts=self.child(),
        )
        self.arn = database.arn
        self.register_outputs({"arn": self.arn})
