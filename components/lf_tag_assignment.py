"""LF-Tags on a database, a table or some of its columns."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import LfTagAssignmentArgs


class LfTagAssignment(LakeComponent[LfTagAssignmentArgs], area="governance"):
    """
    The LF-Tags of one resource.

    Deleted before it is replaced: adding a key's new value and then removing its old one would leave the resource
    without the key, and tag grants would silently stop or start to reach it.
    """

    def place(self, args: LfTagAssignmentArgs, declared: Declared) -> None:  # noqa: ARG002
        database = table = columns = None
        if args.table is None:
            database = aws.lakeformation.ResourceLfTagsDatabaseArgs(name=args.database)
        elif args.columns is None:
            table = aws.lakeformation.ResourceLfTagsTableArgs(database_name=args.database, name=args.table)
        else:
            columns = aws.lakeformation.ResourceLfTagsTableWithColumnsArgs(
                database_name=args.database, name=args.table, column_names=args.columns
            )
        aws.lakeformation.ResourceLfTags(
            self.logical_name,
            lf_tags=[
                aws.lakeformation.ResourceLfTagsLfTagArgs(key=key, value=value)
                for key, value in sorted(args.lf_tags.items())
            ],
            database=database,
            table=table,
            table_with_columns=columns,
            opts=self.child(),
        )
        self.register_outputs({})
