from __future__ import annotations

from dataclasses import replace

import pytest

from lakeward.plan.declarations import (
    DataCellsFilterArgs,
    DataLakeSettingsArgs,
    GrantArgs,
    GrantedColumns,
    GrantedDatabase,
    GrantedFilter,
    GrantedLocation,
    GrantedTable,
    GrantedTagExpression,
    LfTagAssignmentArgs,
)

PERMISSIONS = "aws:lakeformation/permissions:Permissions"
ANALYST = "arn:aws:iam::100000000001:role/analyst"


def granted(recorded, resource, *permissions):
    return recorded(
        GrantArgs(logical_name="grant-a", principal=ANALYST, permissions=permissions, resource=resource)
    ).the(PERMISSIONS)


@pytest.mark.parametrize(
    ("resource", "permissions", "expected"),
    [
        pytest.param(GrantedDatabase(name="crm"), ("DESCRIBE",), {"database": {"name": "crm"}}, id="database"),
        pytest.param(
            GrantedTable(database="crm", name="orders"),
            ("SELECT",),
            {"tableWithColumns": {"databaseName": "crm", "name": "orders", "wildcard": True}},
            id="whole table, SELECT alone: as AWS lists it",
        ),
        pytest.param(
            GrantedTable(database="crm", name="orders"),
            ("DELETE", "INSERT", "SELECT"),
            {"table": {"databaseName": "crm", "name": "orders"}},
            id="whole table, SELECT among others",
        ),
        pytest.param(
            GrantedTable(database="crm", name="orders"),
            ("INSERT",),
            {"table": {"databaseName": "crm", "name": "orders"}},
            id="whole table, INSERT",
        ),
        pytest.param(
            GrantedColumns(database="crm", table="orders", columns=("id", "region")),
            ("SELECT",),
            {"tableWithColumns": {"databaseName": "crm", "name": "orders", "columnNames": ["id", "region"]}},
            id="columns",
        ),
        pytest.param(
            GrantedFilter(database="crm", table="orders", name="eu"),
            ("SELECT",),
            {
                "dataCellsFilter": {
                    "tableCatalogId": "100000000001",
                    "databaseName": "crm",
                    "tableName": "orders",
                    "name": "eu",
                }
            },
            id="filter",
        ),
        pytest.param(
            GrantedTagExpression(expression=(("classification", ("internal", "public")), ("zone", ("masked",)))),
            ("DESCRIBE", "SELECT"),
            {
                "lfTagPolicy": {
                    "resourceType": "TABLE",
                    "expressions": [
                        {"key": "classification", "values": ["internal", "public"]},
                        {"key": "zone", "values": ["masked"]},
                    ],
                }
            },
            id="LF-Tag expression",
        ),
        pytest.param(
            GrantedLocation(arn="arn:aws:s3:::lake"),
            ("DATA_LOCATION_ACCESS",),
            {"dataLocation": {"arn": "arn:aws:s3:::lake"}},
            id="location",
        ),
    ],
)
def test_grant_names_one_resource(recorded, resource, permissions, expected):
    """A grant is one principal, one resource and all its permissions, without the grant option."""
    inputs = granted(recorded, resource, *permissions)["inputs"]

    assert inputs == {"principal": ANALYST, "permissions": list(permissions), **expected}


def test_grant_is_revoked_before_it_is_granted_anew(recorded):
    """The other order takes away what was just granted (platform.md section 4)."""
    grant = granted(recorded, GrantedDatabase(name="crm"), "DESCRIBE")

    assert grant["options"]["deleteBeforeReplace"] is True


def test_grant_of_columns_and_of_the_whole_table_are_one_resource(recorded):
    """Going from one to the other is a replacement of the same resource, so nothing overlaps meanwhile."""
    columns = granted(recorded, GrantedColumns(database="crm", table="orders", columns=("id",)), "SELECT")
    whole = granted(recorded, GrantedTable(database="crm", name="orders"), "SELECT")

    assert columns["urn"] == whole["urn"]


def test_grant_of_something_else_is_refused(recorded):
    """A kind of resource that no one placed is told, not granted as something wider."""
    with pytest.raises(TypeError, match="no resource is granted by"):
        granted(recorded, object(), "SELECT")


def test_settings_are_closed_and_name_their_administrators(one_of_each):
    """The settings hold empty defaults explicitly, sorted administrators and this stack's connection."""
    inputs = one_of_each.the("pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings")["inputs"]

    assert inputs == {
        "account": "100000000001",
        "region": "eu-west-1",
        "assumeRoles": ["arn:aws:iam::100000000001:role/lakeward-deployer"],
        "deployer": "arn:aws:iam::100000000001:role/lakeward-deployer",
        "dataLakeAdmins": [
            "arn:aws:iam::100000000001:role/admin",
            "arn:aws:iam::100000000001:role/lakeward-deployer",
        ],
        "readOnlyAdmins": ["arn:aws:iam::100000000001:role/auditor"],
        "createDatabaseDefaultPermissions": [],
        "createTableDefaultPermissions": [],
        "allowFullTableExternalDataAccess": False,
        "parameters": {"CROSS_ACCOUNT_VERSION": "4", "SET_SOURCE_IDENTITY": "TRUE"},
    }


def test_settings_can_leave_the_source_identity_out(recorded):
    """The parameter is always written, so that switching it off is a change."""
    inputs = recorded(
        DataLakeSettingsArgs(
            logical_name="settings-data-lake",
            administrators=(),
            read_only_administrators=(),
            cross_account_version="3",
            set_source_identity=False,
        )
    ).the("pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings")["inputs"]

    assert inputs["parameters"] == {"CROSS_ACCOUNT_VERSION": "3", "SET_SOURCE_IDENTITY": "FALSE"}


def test_location_is_registered_with_its_own_role(one_of_each):
    """Neither the service-linked role nor hybrid access mode, both said explicitly so that drift shows."""
    assert one_of_each.the("aws:lakeformation/resource:Resource")["inputs"] == {
        "arn": "arn:aws:s3:::acme-dev-encrypted-100000000001",
        "roleArn": "arn:aws:iam::100000000001:role/acme-dev-registration-encrypted",
        "useServiceLinkedRole": False,
        "hybridAccessEnabled": False,
    }


def test_revocation_sweeps_its_database(one_of_each):
    """The sweep knows its database and tables, waits for them, and carries its connection."""
    kind = "pulumi-python:dynamic/components.providers.iam_allowed_principals:IamAllowedPrincipals"

    assert one_of_each.the(kind)["inputs"] == {
        "account": "100000000001",
        "region": "eu-west-1",
        "assumeRoles": ["arn:aws:iam::100000000001:role/lakeward-deployer"],
        "database": "secure-db",
        "tables": ["visits"],
        "iamAllowedPrincipals": [],
        "createTableDefaultPermissions": [],
    }
    assert one_of_each.dependencies(kind) == {"table-secure-db/visits"}


def test_lf_tag_has_its_values(one_of_each):
    """An LF-Tag key with exactly its values."""
    assert one_of_each.the("aws:lakeformation/lfTag:LfTag")["inputs"] == {
        "key": "zone",
        "values": ["encrypted", "masked"],
    }


@pytest.mark.parametrize(
    ("table", "columns", "expected"),
    [
        ("orders", None, {"table": {"databaseName": "crm", "name": "orders"}}),
        (
            "orders",
            ("id", "region"),
            {"tableWithColumns": {"databaseName": "crm", "name": "orders", "columnNames": ["id", "region"]}},
        ),
    ],
    ids=["table", "columns"],
)
def test_lf_tags_stand_on_one_resource(recorded, table, columns, expected):
    """LF-Tags go on a table or on some columns, never on both."""
    assignment = recorded(
        LfTagAssignmentArgs(
            logical_name="lf-tags-a",
            database="crm",
            table=table,
            columns=columns,
            lf_tags={"zone": "masked", "classification": "pii"},
        )
    ).the("aws:lakeformation/resourceLfTags:ResourceLfTags")

    assert assignment["inputs"] == {
        "lfTags": [{"key": "classification", "value": "pii"}, {"key": "zone", "value": "masked"}],
        **expected,
    }
    assert assignment["options"]["deleteBeforeReplace"] is True


def test_data_cells_filter_cuts_rows_and_columns(recorded):
    """A filter has columns, and an expression or all rows."""
    some = DataCellsFilterArgs(
        logical_name="filter-a",
        database="crm",
        table="orders",
        name="eu",
        columns=("id", "region"),
        row_expression="region = 'EU'",
    )
    kind = "aws:lakeformation/dataCellsFilter:DataCellsFilter"

    filtered = recorded(some).the(kind)["inputs"]["tableData"]
    every_row = recorded(replace(some, row_expression=None)).the(kind)["inputs"]["tableData"]

    assert filtered == {
        "tableCatalogId": "100000000001",
        "databaseName": "crm",
        "tableName": "orders",
        "name": "eu",
        "columnNames": ["id", "region"],
        "rowFilter": {"filterExpression": "region = 'EU'"},
    }
    assert every_row["rowFilter"] == {"allRowsWildcard": {}}
