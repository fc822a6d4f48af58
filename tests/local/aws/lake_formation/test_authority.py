"""Who may grant, tag and filter: administrators, and holders of the grant option."""

from __future__ import annotations

import pytest

ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
COLUMNS = {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": ["id"]}}


@pytest.fixture
def steward(closed, tables, as_role):
    """Return a client of a role that holds nothing yet."""
    return as_role("steward", "lakeformation")


@pytest.fixture
def hold(lake_formation, account):
    """Give the steward permissions, with or without grant option."""

    def call(resource, *permissions, grantable):
        lake_formation.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": f"arn:aws:iam::{account}:role/steward"},
            Resource=resource,
            Permissions=list(permissions),
            PermissionsWithGrantOption=list(permissions) if grantable else [],
        )

    return call


@pytest.fixture
def reader(new_role):
    return {"DataLakePrincipalIdentifier": new_role("reader")}


def test_administrator_grants_what_it_doesnt_hold(steward, lake_formation, account, reader):
    """Being named in the settings is enough to grant, and losing that ends it (`semantics.md` B5)."""
    lake_formation.put_data_lake_settings(
        DataLakeSettings={"DataLakeAdmins": [{"DataLakePrincipalIdentifier": f"arn:aws:iam::{account}:role/steward"}]}
    )

    steward.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["SELECT"])
    steward.revoke_permissions(Principal=reader, Resource=ORDERS, Permissions=["SELECT"])


def test_nobody_else_grants(steward, reader, refused, grants):
    """A role that holds nothing can't grant, nor in a batch."""
    with refused("AccessDeniedException", "['DESCRIBE'] with grant option"):
        steward.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["DESCRIBE"])
    entry = {"Id": "1", "Principal": reader, "Resource": ORDERS, "Permissions": ["DESCRIBE"]}

    failures = steward.batch_grant_permissions(Entries=[entry])["Failures"]

    assert ["AccessDeniedException"] == [failure["Error"]["ErrorCode"] for failure in failures]
    assert "reader" not in {name for name, _ in grants()}


def test_grant_option_is_what_lets_pass_on(steward, hold, reader, refused):
    """The permission alone doesn't, with the option it does, and only that permission."""
    hold(ORDERS, "DESCRIBE", grantable=False)
    with refused("AccessDeniedException", "['DESCRIBE']"):
        steward.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["DESCRIBE"])
    hold(ORDERS, "DESCRIBE", grantable=True)

    steward.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["DESCRIBE"])

    with refused("AccessDeniedException", "['ALTER']"):
        steward.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["ALTER", "DESCRIBE"])


@pytest.mark.parametrize(
    ("held", "permission"),
    [
        (ORDERS, "ALL"),
        (ORDERS, "SELECT"),
        ({"Table": {"DatabaseName": "crm", "TableWildcard": {}}}, "SELECT"),
        (COLUMNS, "SELECT"),
    ],
)
def test_right_on_the_whole_is_a_right_on_its_columns(steward, hold, reader, held, permission):
    """Who may pass on a table may pass on its columns."""
    hold(held, permission, grantable=True)

    steward.grant_permissions(Principal=reader, Resource=COLUMNS, Permissions=["SELECT"])


def test_right_on_columns_is_no_right_on_the_whole(steward, hold, reader, refused):
    """Who may pass on a column may not pass on the table, nor another one."""
    hold(COLUMNS, "SELECT", grantable=True)

    with refused("AccessDeniedException", "['SELECT']"):
        steward.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["SELECT"])
    with refused("AccessDeniedException", "['SELECT']"):
        steward.grant_permissions(
            Principal=reader, Resource={"Table": {"DatabaseName": "crm", "Name": "people"}}, Permissions=["SELECT"]
        )


def test_creator_grants_on_its_own(as_role, steward, reader, lake_formation, refused):
    """What one has created one may pass on, without being an administrator; others' creations one may not."""
    as_role("maker", "glue").create_table(DatabaseName="crm", TableInput={"Name": "own"})
    lake_formation.put_data_lake_settings(DataLakeSettings={})  # nobody administers any more
    own = {"Table": {"DatabaseName": "crm", "Name": "own"}}

    lake_formation.grant_permissions(Principal=reader, Resource=ORDERS, Permissions=["SELECT"])

    for client in (lake_formation, steward):
        with refused("AccessDeniedException", "['SELECT']"):
            client.grant_permissions(Principal=reader, Resource=own, Permissions=["SELECT"])


def test_nobody_else_tags(steward, lake_formation, refused):
    """Tags, expressions, assignments and opt-ins are administrators'."""
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw"])
    pair = [{"TagKey": "zone", "TagValues": ["raw"]}]
    someone = {"DataLakePrincipalIdentifier": "x"}

    for call, arguments in (
        (steward.create_lf_tag, {"TagKey": "other", "TagValues": ["x"]}),
        (steward.update_lf_tag, {"TagKey": "zone", "TagValuesToAdd": ["x"]}),
        (steward.delete_lf_tag, {"TagKey": "zone"}),
        (steward.add_lf_tags_to_resource, {"Resource": ORDERS, "LFTags": pair}),
        (steward.remove_lf_tags_from_resource, {"Resource": ORDERS, "LFTags": pair}),
        (steward.create_lf_tag_expression, {"Name": "x", "Expression": pair}),
        (steward.create_lake_formation_opt_in, {"Principal": someone, "Resource": ORDERS}),
        (steward.delete_lake_formation_opt_in, {"Principal": someone, "Resource": ORDERS}),
    ):
        with refused("AccessDeniedException", "role/steward"):
            call(**arguments)

    assert ["zone"] == [tag["TagKey"] for tag in lake_formation.list_lf_tags()["LFTags"]]


def test_filter_needs_select_on_the_whole_table_to_pass_on(steward, hold, account, refused):
    """Who may pass on some columns can't cut the table; who may pass on all can."""
    cut = {
        "TableCatalogId": account,
        "DatabaseName": "crm",
        "TableName": "orders",
        "Name": "eu",
        "ColumnWildcard": {},
        "RowFilter": {"AllRowsWildcard": {}},
    }
    hold(COLUMNS, "SELECT", grantable=True)
    with refused("AccessDeniedException", "['SELECT']"):
        steward.create_data_cells_filter(TableData=cut)
    hold(ORDERS, "SELECT", grantable=True)

    steward.create_data_cells_filter(TableData=cut)


def test_consumer_passes_on_only_what_was_shared(running, lake_formation, closed, tables, account, refused):
    """An administrator of another account has no say here beyond what its account got with grant option."""
    consumer = "288888888886"
    there = running.session(consumer, "eu-west-1").client("lakeformation")
    role = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{consumer}:role/OrganizationAccountAccessRole"}
    there.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [role]})
    shared = {"Table": {"CatalogId": account, "DatabaseName": "crm", "Name": "orders"}}
    lake_formation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": consumer}, Resource=ORDERS, Permissions=["DESCRIBE"]
    )

    with refused("AccessDeniedException", "['DESCRIBE'] with grant option"):
        there.grant_permissions(Principal=role, Resource=shared, Permissions=["DESCRIBE"])


def test_some_columns_of_those_held_can_be_passed_on(steward, hold, reader, refused):
    """Who may grant two columns may grant one of them, and no third."""
    both = {"TableWithColumns": {**COLUMNS["TableWithColumns"], "ColumnNames": ["id", "region"]}}
    hold(COLUMNS, "SELECT", grantable=True)

    steward.grant_permissions(Principal=reader, Resource=COLUMNS, Permissions=["SELECT"])

    with refused("AccessDeniedException", "['SELECT']"):
        steward.grant_permissions(Principal=reader, Resource=both, Permissions=["SELECT"])
    hold(both, "SELECT", grantable=True)
    steward.revoke_permissions(Principal=reader, Resource=COLUMNS, Permissions=["SELECT"])

    steward.grant_permissions(Principal=reader, Resource=COLUMNS, Permissions=["SELECT"])


def test_a_share_with_an_ou_is_passed_on_by_the_consumers_administrator(
    running, lake_formation, closed, tables, account, refused
):
    """What an OU got with grant option an administrator of another account grants on, and nothing beyond it."""
    consumer = "288888888887"
    there = running.session(consumer, "eu-west-1").client("lakeformation")
    role = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{consumer}:role/OrganizationAccountAccessRole"}
    there.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [role]})
    shared = {"Table": {"CatalogId": account, "DatabaseName": "crm", "Name": "orders"}}
    unit = {"DataLakePrincipalIdentifier": "arn:aws:organizations::100000000000:ou/o-aaaaaaaaaa/ou-aaaa-aaaaaaaa"}
    lake_formation.grant_permissions(
        Principal=unit, Resource=ORDERS, Permissions=["DESCRIBE"], PermissionsWithGrantOption=["DESCRIBE"]
    )

    there.grant_permissions(Principal=role, Resource=shared, Permissions=["DESCRIBE"])
    with refused("AccessDeniedException", "['ALTER'] with grant option"):
        there.grant_permissions(Principal=role, Resource=shared, Permissions=["ALTER"])
