from __future__ import annotations

import pytest

from components.catalog_table import FORMATS
from lakeward.plan.declarations import CatalogColumn, CatalogTableArgs


def test_database_starts_tables_closed(one_of_each):
    """Tables that are made later in the database start without permissions."""
    inputs = one_of_each.the("aws:glue/catalogDatabase:CatalogDatabase", "database-secure-db")["inputs"]

    assert inputs["name"] == "secure-db"
    assert inputs["createTableDefaultPermissions"] == []


def test_table_is_external_and_typed(one_of_each):
    """Columns and partition keys stand as planned, at the planned location."""
    inputs = one_of_each.the("aws:glue/catalogTable:CatalogTable", "table-secure-db/visits")["inputs"]

    assert inputs["tableType"] == "EXTERNAL_TABLE"
    assert inputs["parameters"] == {"EXTERNAL": "TRUE", "classification": "parquet"}
    assert inputs["partitionKeys"] == [{"name": "day", "type": "date"}]
    assert inputs["storageDescriptor"]["location"] == "s3://acme-dev-encrypted-100000000001/visits/"
    assert inputs["storageDescriptor"]["columns"] == [
        {"name": "count", "type": "bigint"},
        {"name": "dob_encrypted", "type": "string", "comment": "encrypted"},
    ]


def test_links_name_their_targets_and_hold_nothing(one_of_each):
    """A link is a name for a database or table of another account: no location, no columns, no defaults."""
    database = one_of_each.the("aws:glue/catalogDatabase:CatalogDatabase", "link-database/silo_project")["inputs"]
    table = one_of_each.the("aws:glue/catalogTable:CatalogTable", "link-table/secure-db/silo_orders")["inputs"]

    assert database["targetDatabase"] == {"catalogId": "100000000011", "databaseName": "project"}
    assert database["createTableDefaultPermissions"] == []
    assert table["targetTable"] == {"catalogId": "100000000011", "databaseName": "project", "name": "orders"}
    assert "storageDescriptor" not in table
    assert table["databaseName"] == "secure-db"


@pytest.mark.parametrize("file_format", sorted(FORMATS))
def test_table_formats_say_how_to_read_them(file_format, recorded):
    """Each format has its input, output and serialization library, and its name as classification."""
    inputs = recorded(
        CatalogTableArgs(
            logical_name="table-a/b",
            database="a",
            name="b",
            description=None,
            location="s3://lake/b/",
            format=file_format,
            columns=(CatalogColumn(name="c", type="string", comment=None),),
            partition_keys=(),
        )
    ).the("aws:glue/catalogTable:CatalogTable")["inputs"]

    stored = inputs["storageDescriptor"]
    expected = FORMATS[file_format]
    assert inputs["parameters"]["classification"] == file_format
    assert (stored["inputFormat"], stored["outputFormat"]) == (expected.input_format, expected.output_format)
    assert stored["serDeInfo"]["serializationLibrary"] == expected.serde


def test_csv_respects_quotes():
    """A quoted comma must not move a value into the next column, where other grants hold."""
    assert FORMATS["csv"].serde.endswith("OpenCSVSerde")
    assert FORMATS["csv"].serde_parameters["quoteChar"] == '"'
