"""A data cells filter."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import DataCellsFilterArgs


class DataCellsFilter(LakeComponent[DataCellsFilterArgs], area="governance"):
    """Rows by an expression and columns by name, for grants to refer to."""

    def place(self, args: DataCellsFilterArgs, declared: Declared) -> None:
        rows = (
            aws.lakeformation.DataCellsFilterTableDataRowFilterArgs(
                all_rows_wildcard=aws.lakeformation.DataCellsFilterTableDataRowFilterAllRowsWildcardArgs()  # type: ignore[no-untyped-call]  # the SDK's own signature
            )
            if args.row_expression is None
            else aws.lakeformation.DataCellsFilterTableDataRowFilterArgs(filter_expression=args.row_expression)
        )
        aws.lakeformation.DataCellsFilter(
            self.logical_name,
            table_data=aws.lakeformation.DataCellsFilterTableDataArgs(
                table_catalog_id=declared.lake.account,
                database_name=args.database,
                table_name=args.table,
                name=args.name,
                column_names=args.columns,
                row_filter=rows,
            ),
            opts=self.child(),
        )
        self.register_outputs({})
