"""A table of the Glue catalog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import CatalogTableArgs


@dataclass(frozen=True, kw_only=True)
class StorageFormat:
    """How Athena and Glue read the files of a format."""

    input_format: str
    output_format: str
    serde: str
    serde_parameters: Mapping[str, str] = field(default_factory=dict)


_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

FORMATS: Mapping[str, StorageFormat] = {
    "parquet": StorageFormat(
        input_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        output_format="org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        serde="org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        serde_parameters={"serialization.format": "1"},
    ),
    "json": StorageFormat(
        input_format=_TEXT_INPUT,
        output_format=_TEXT_OUTPUT,
        serde="org.openx.data.jsonserde.JsonSerDe",
    ),
    # Not LazySimpleSerDe, which ignores quotes: a quoted comma would move a value, perhaps a personal one, into the
    # next column, where other grants hold.
    "csv": StorageFormat(
        input_format=_TEXT_INPUT,
        output_format=_TEXT_OUTPUT,
        serde="org.apache.hadoop.hive.serde2.OpenCSVSerde",
        serde_parameters={"escapeChar": "\\", "quoteChar": '"', "separatorChar": ","},
    ),
}


class CatalogTable(LakeComponent[CatalogTableArgs], area="catalog"):
    """An external table: dropping it leaves its files where they are."""

    def place(self, args: CatalogTableArgs, declared: Declared) -> None:  # noqa: ARG002
        stored = FORMATS[args.format]
        table = aws.glue.CatalogTable(
            self.logical_name,
            database_name=args.database,
            name=args.name,
            description=args.description,
            table_type="EXTERNAL_TABLE",
            parameters={"EXTERNAL": "TRUE", "classification": args.format},
            partition_keys=[
                aws.glue.CatalogTablePartitionKeyArgs(name=key.name, type=key.type, comment=key.comment)
                for key in args.partition_keys
            ],
            storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
                location=args.location,
                input_format=stored.input_format,
                output_format=stored.output_format,
                ser_de_info=aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(
                    serialization_library=stored.serde, parameters=stored.serde_parameters
                ),
                columns=[
                    aws.glue.CatalogTableStorageDescriptorColumnArgs(
                        name=column.name, type=column.type, comment=column.comment
                    )
                    for column in args.columns
                ],
            ),
            opts=self.child(),
        )
        self.arn = table.arn
        self.register_outputs({"arn": self.arn})
