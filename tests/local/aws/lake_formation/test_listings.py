"""Listing grants: filters, pages, paths, other accounts."""

from __future__ import annotations

import pytest

ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
COLUMNS = {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": ["id"]}}
DATABASE = {"Database": {"Name": "crm"}}
EU = {"DataCellsFilter": {"DatabaseName": "crm", "TableName": "orders", "Name": "eu"}}
POLICY = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "zone", "TagValues": ["raw"]}]}}
LOCATION = {"DataLocation": {"ResourceArn": "arn:aws:s3:::lake"}}


@pytest.fixture
def reader(lake_formation, closed, tables, new_role):
    """Grant a reader something of every kind."""
    reader, registrar = new_role("reader"), new_role("registrar")
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw"])
    lake_formation.register_resource(ResourceArn="arn:aws:s3:::lake", RoleArn=registrar)
    lake_formation.create_data_cells_filter(
        TableData={
            "TableCatalogId": reader.split(":")[4],
            "DatabaseName": "crm",
            "TableName": "orders",
            "Name": "eu",
            "ColumnWildcard": {},
            "RowFilter": {"FilterExpression": "region = 'EU'"},
        }
    )
    for resource, permissions in (
        (ORDERS, ["DESCRIBE"]),
        (COLUMNS, ["SELECT"]),
        (DATABASE, ["DESCRIBE"]),
        (EU, ["SELECT"]),
        (POLICY, ["SELECT"]),
        (LOCATION, ["DATA_LOCATION_ACCESS"]),
        ({"Catalog": {}}, ["CREATE_DATABASE"]),
        ({"LFTag": {"TagKey": "zone", "TagValues": ["raw"]}}, ["DESCRIBE"]),
    ):
        lake_formation.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": reader}, Resource=resource, Permissions=permissions
        )
    return reader


@pytest.fixture
def kinds(grants):
    """Return the kinds of resources in a listing of the reader's grants, sorted."""

    def listed(**asked):
        return sorted(resource.split()[0] for name, resource in grants(**asked) if name == "reader")

    return listed


def test_listing_without_a_filter_shows_everything(kinds, reader):
    """Grants on all kinds of resources are listed."""
    assert [
        "Catalog",
        "DataCellsFilter",
        "DataLocation",
        "Database",
        "LFTag",
        "LFTagPolicy",
        "Table",
        "TableWithColumns",
    ] == kinds()


@pytest.mark.parametrize(
    ("resource_type", "expected"),
    [
        ("CATALOG", ["Catalog"]),
        ("DATABASE", ["Database"]),
        ("DATA_LOCATION", ["DataLocation"]),
        ("LF_TAG", ["LFTag"]),
        ("LF_TAG_POLICY", ["LFTagPolicy"]),
        ("LF_TAG_POLICY_DATABASE", []),
        ("LF_TAG_POLICY_TABLE", ["LFTagPolicy"]),
        ("TABLE", ["Table", "TableWithColumns"]),
    ],
)
def test_listing_by_kind_shows_that_kind(kinds, reader, resource_type, expected):
    """A kind of resource selects the grants on it."""
    assert expected == kinds(ResourceType=resource_type)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (ORDERS, ["Table", "TableWithColumns"]),
        (DATABASE, ["Database"]),
        (EU, ["DataCellsFilter"]),
        (POLICY, ["LFTagPolicy"]),
        (LOCATION, ["DataLocation"]),
        ({"Catalog": {}}, ["Catalog"]),
        ({"Table": {"DatabaseName": "crm", "Name": "people"}}, []),
        ({"Table": {"DatabaseName": "crm", "TableWildcard": {}}}, []),
    ],
)
def test_listing_by_resource_shows_its_grants_only(kinds, reader, resource, expected):
    """A table's listing holds the grants on its columns, and nobody else's."""
    assert expected == kinds(Resource=resource)
    assert expected == kinds(Resource=resource, Principal={"DataLakePrincipalIdentifier": reader})


def test_listing_with_related_shows_the_filters_of_a_table(kinds, reader):
    """Grants through filters of a table are shown on request."""
    assert ["DataCellsFilter", "Table", "TableWithColumns"] == kinds(Resource=ORDERS, IncludeRelated="TRUE")


def test_listing_by_principal_shows_its_grants_only(grants, reader, creator):
    """A principal's listing doesn't show the creator's rights on the same resource."""
    names = {name for name, _ in grants(Resource=ORDERS, Principal={"DataLakePrincipalIdentifier": creator})}

    assert {"OrganizationAccountAccessRole"} == names


def test_listing_refuses_what_aws_refuses(lake_formation, refused, reader):
    """A principal without a resource, and columns as a filter, aren't served."""
    with refused("InvalidInputException", "Resource is mandatory if Principal is set"):
        lake_formation.list_permissions(Principal={"DataLakePrincipalIdentifier": reader})
    with refused("InvalidInputException", "catalog, table or database"):
        lake_formation.list_permissions(Resource=COLUMNS)
    with refused("InvalidInputException", "USER"):
        lake_formation.list_permissions(ResourceType="USER")


def test_pages_together_are_the_listing(lake_formation, reader):
    """Pages follow each other without loss or repetition, and the last has no token."""
    whole = lake_formation.list_permissions()
    pages, token = [], None
    while True:
        page = lake_formation.list_permissions(MaxResults=3, **({"NextToken": token} if token else {}))
        pages.append(page["PrincipalResourcePermissions"])
        token = page.get("NextToken")
        if token is None:
            break

    assert "NextToken" not in whole
    assert all(len(page) == 3 for page in pages[:-1])
    assert whole["PrincipalResourcePermissions"] == [entry for page in pages for entry in page]


def test_long_listing_is_cut_unasked(lake_formation, closed, tables, new_role):
    """A client that doesn't follow tokens misses grants, as on AWS."""
    for number in range(17):
        role = new_role(f"role-{number}")
        lake_formation.batch_grant_permissions(
            Entries=[
                {
                    "Id": f"{table}-{permission}",
                    "Principal": {"DataLakePrincipalIdentifier": role},
                    "Resource": resource,
                    "Permissions": [permission],
                }
                for table in ("orders", "people")
                for permission, resource in (
                    ("DESCRIBE", {"Table": {"DatabaseName": "crm", "Name": table}}),
                    ("SELECT", {"Table": {"DatabaseName": "crm", "Name": table}}),
                    ("SELECT", {"TableWithColumns": {"DatabaseName": "crm", "Name": table, "ColumnNames": ["id"]}}),
                )
            ]
        )

    page = lake_formation.list_permissions()

    assert 100 == len(page["PrincipalResourcePermissions"])
    assert page["NextToken"]


@pytest.mark.parametrize("token", ["x", "-1", "9999"])
def test_foreign_token_is_refused(lake_formation, refused, reader, token):
    """A token that this listing didn't give is invalid."""
    with refused("InvalidInputException", "Invalid NextToken"):
        lake_formation.list_permissions(NextToken=token)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("arn:aws:s3:::lake", ["DataCellsFilter", "DataLocation", "Table", "TableWithColumns"]),
        ("arn:aws:s3:::lake/orders", ["DataCellsFilter", "Table", "TableWithColumns"]),
        ("arn:aws:s3:::lake/orders/", ["DataCellsFilter", "Table", "TableWithColumns"]),
        ("arn:aws:s3:::lake/order", []),
        ("arn:aws:s3:::other", []),
    ],
)
def test_effective_permissions_follow_the_path(lake_formation, reader, path, expected):
    """A path shows the grants on what stands at it or below it, whole names only."""
    found = lake_formation.get_effective_permissions_for_path(ResourceArn=path)["Permissions"]

    assert expected == sorted(
        next(iter(entry["Resource"])) for entry in found if reader == entry["Principal"]["DataLakePrincipalIdentifier"]
    )


def test_grant_to_an_account_is_seen_there(running, lake_formation, closed, tables, account):
    """The receiving account lists what another granted to it, with the owner's catalog id; a third doesn't."""
    consumer, third = "288888888881", "288888888882"
    lake_formation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": consumer}, Resource=ORDERS, Permissions=["DESCRIBE"]
    )

    seen = running.session(consumer, "eu-west-1").client("lakeformation").list_permissions()
    unseen = running.session(third, "eu-west-1").client("lakeformation").list_permissions()

    assert [{"Table": {"CatalogId": account, "DatabaseName": "crm", "Name": "orders"}}] == [
        entry["Resource"] for entry in seen["PrincipalResourcePermissions"]
    ]
    assert [] == unseen["PrincipalResourcePermissions"]


def test_grant_on_anothers_table_stands_in_the_account_that_made_it(running, lake_formation, closed, tables, account):
    """A consumer passes on what was shared with it; that is listed there, not with the owner."""
    consumer = "288888888883"
    there = running.session(consumer, "eu-west-1").client("lakeformation")
    role = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{consumer}:role/OrganizationAccountAccessRole"}
    there.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [role]})
    lake_formation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": consumer},
        Resource=ORDERS,
        Permissions=["DESCRIBE"],
        PermissionsWithGrantOption=["DESCRIBE"],
    )

    there.grant_permissions(
        Principal=role,
        Resource={"Table": {"CatalogId": account, "DatabaseName": "crm", "Name": "orders"}},
        Permissions=["DESCRIBE"],
    )

    assert role in [
        entry["Principal"] for entry in there.list_permissions(CatalogId=account)["PrincipalResourcePermissions"]
    ]
    assert role not in [
        entry["Principal"] for entry in lake_formation.list_permissions()["PrincipalResourcePermissions"]
    ]
