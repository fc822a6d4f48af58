"""C6: closed defaults and registered locations."""

import copy

EVERYONE = "IAM_ALLOWED_PRINCIPALS"


def locations(lake):
    return [entry["ResourceArn"].partition(":::")[2] for entry in lake.region["lakeformation"]["Resources"]]


def test_every_table_lies_under_a_registered_location(lake):
    """Each table's path begins with a registered bucket's, by whole names."""
    for table in lake.region["glue"]["Tables"]:
        path = table["StorageDescriptor"]["Location"].removeprefix("s3://")
        assert any(path.startswith(f"{location}/") for location in locations(lake)), table["Name"]


def test_registration_roles_are_our_own(lake):
    """No location is read as the service-linked role, and only Lake Formation assumes the roles."""
    for entry in lake.region["lakeformation"]["Resources"]:
        assert "/aws-service-role/" not in entry["RoleArn"]
        trusted = lake.request(
            "lakeformation.amazonaws.com", "sts:AssumeRole", entry["RoleArn"], **confused_deputy(lake)
        )
        refused = lake.request("data-steward", "sts:AssumeRole", entry["RoleArn"])

        assert trusted["verdict"] == "ALLOW"
        assert refused["may"] in {"IMPLICIT_DENY", "EXPLICIT_DENY"}
        assert "trust" in refused["blockedBy"]


def confused_deputy(lake):
    return {"aws__SourceAccount": "100000000001", "aws__SourceArn": "arn:aws:lakeformation:eu-west-1:100000000001:x"}


def test_nobody_gets_in_by_default(lake):
    """Defaults are empty, and no grant of `IAM_ALLOWED_PRINCIPALS` is left."""
    lake_formation = lake.region["lakeformation"]
    grantees = {entry["Principal"]["DataLakePrincipalIdentifier"] for entry in lake_formation["Permissions"]}

    assert lake_formation["DataLakeSettings"]["CreateDatabaseDefaultPermissions"] == []
    assert lake_formation["DataLakeSettings"]["CreateTableDefaultPermissions"] == []
    assert EVERYONE not in grantees


def test_one_open_grant_left_would_open_the_table(lake):
    """The positive twin: with `IAM_ALLOWED_PRINCIPALS` on the curated table, whoever has Glue rights gets it."""
    document = copy.deepcopy(lake.document)
    region = document["accounts"]["100000000001"]["regions"]["eu-west-1"]
    region["lakeformation"]["Permissions"].append(
        {
            "Principal": {"DataLakePrincipalIdentifier": EVERYONE},
            "Resource": {"Table": {"DatabaseName": "secure-db", "Name": "secure_dl_masked_data"}},
            "Permissions": ["ALL"],
            "PermissionsWithGrantOption": [],
        }
    )
    from lakeward.access import answer  # noqa: PLC0415  # beside the only use

    case = {
        "principal": lake.role("central-analytics-reader"),
        "read": {
            "account": "100000000001",
            "region": "eu-west-1",
            "database": "secure-db",
            "table": "secure_dl_masked_data",
            "columns": ["lastname"],
        },
    }

    assert answer({**case, "estate": lake.document})["may"] == "IMPLICIT_DENY"
    assert answer({**case, "estate": document})["may"] == "ALLOW"
