from __future__ import annotations

import pytest

from components.providers.attribute_grant import AttributeGrantProvider
from lakeward.documents.attributes import attribute_condition
from lakeward.errors import OutsideServiceError

PROVIDER = AttributeGrantProvider()
SALES = attribute_condition({"department": ["sales"]})
HR = attribute_condition({"department": ["hr"]})
COLUMNS = {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": ["id", "total"]}}
WHOLE = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
EVERY_COLUMN = {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnWildcard": {}}}
DATABASE = {"Database": {"Name": "crm"}}
FILTER = {"DataCellsFilter": {"DatabaseName": "crm", "TableName": "orders", "Name": "eu"}}


@pytest.fixture
def lake(account):
    """A database with a table and a filter, and its deployer an administrator."""
    account.change_settings(
        DataLakeAdmins=[
            {"DataLakePrincipalIdentifier": account.role(name)}
            for name in ("deployer", "OrganizationAccountAccessRole")
        ]
    )
    account.glue.create_database(DatabaseInput={"Name": "crm"})
    columns = [{"Name": name, "Type": "string"} for name in ("id", "total", "region")]
    table = {"Name": "orders", "StorageDescriptor": {"Columns": columns}}
    account.glue.create_table(DatabaseName="crm", TableInput=table)
    account.lake_formation.create_data_cells_filter(
        TableData={
            "TableCatalogId": account.id,
            "DatabaseName": "crm",
            "TableName": "orders",
            "Name": "eu",
            "ColumnNames": ["id"],
            "RowFilter": {"FilterExpression": "region = 'EU'"},
        }
    )
    return account


def inputs_of(account, resource=COLUMNS, *, permissions=("SELECT",), condition=SALES):
    return {
        **account.connection.inputs(),
        "principal": f"{account.id}:IAMPrincipals",
        "condition": condition,
        "permissions": list(permissions),
        "resource": resource,
    }


def held(account):
    """What all principals of the account hold: condition, kind and permissions."""
    entries = account.lake_formation.list_permissions()["PrincipalResourcePermissions"]
    return sorted(
        (entry["Condition"]["Expression"], *entry["Resource"], entry["Permissions"])
        for entry in entries
        if entry["Principal"]["DataLakePrincipalIdentifier"] == f"{account.id}:IAMPrincipals"
    )


KINDS = [
    pytest.param(COLUMNS, ("SELECT",), ["TableWithColumns"], id="columns"),
    pytest.param(EVERY_COLUMN, ("SELECT",), ["TableWithColumns"], id="all columns"),
    pytest.param(WHOLE, ("DESCRIBE", "SELECT"), ["Table", "TableWithColumns"], id="table"),
    pytest.param(DATABASE, ("DESCRIBE",), ["Database"], id="database"),
    pytest.param(FILTER, ("SELECT",), ["DataCellsFilter"], id="filter"),
]


@pytest.mark.parametrize(("resource", "permissions", "kinds"), KINDS)
def test_a_grant_of_every_kind_lives_and_dies(lake, resource, permissions, kinds):
    """It is granted under its condition, read back as it was declared, and gone after its deletion."""
    inputs = inputs_of(lake, resource, permissions=permissions)

    created = PROVIDER.create(inputs)
    listed = held(lake)
    read = PROVIDER.read(created.id, created.outs)
    PROVIDER.delete(created.id, created.outs)

    assert [(condition, kind) for condition, kind, _ in listed] == [(SALES, kind) for kind in kinds]
    assert sorted(name for *_, names in listed for name in names) == sorted(permissions)
    assert (read.id, read.outs) == (created.id, inputs)
    assert PROVIDER.diff(created.id, read.outs, inputs).changes is False
    assert held(lake) == []


def test_creation_twice_is_one_grant(lake):
    """A creation that is repeated after a failure finds its grant there."""
    PROVIDER.create(inputs_of(lake))
    PROVIDER.create(inputs_of(lake))

    assert held(lake) == [(SALES, "TableWithColumns", ["SELECT"])]


def test_deletion_leaves_the_grant_under_another_condition(lake):
    """Who meets another condition keeps what it gives, on the same columns too."""
    sales, hr = inputs_of(lake), inputs_of(lake, condition=HR)
    PROVIDER.create(sales)
    created = PROVIDER.create(hr)

    PROVIDER.delete(created.id, created.outs)

    assert held(lake) == [(SALES, "TableWithColumns", ["SELECT"])]


def test_read_of_a_grant_that_is_gone_says_so(lake):
    """Revoked by hand, or its table dropped: the resource is gone, and its deletion finds nothing to do."""
    created = PROVIDER.create(inputs_of(lake))
    lake.glue.delete_table(DatabaseName="crm", Name="orders")

    read = PROVIDER.read(created.id, created.outs)
    PROVIDER.delete(created.id, created.outs)

    assert read.id == ""


def test_read_shows_a_permission_that_is_gone(lake):
    """What somebody revoked is drift, and the grant is made anew: the rest of it revoked first."""
    inputs = inputs_of(lake, WHOLE, permissions=("DESCRIBE", "SELECT"))
    created = PROVIDER.create(inputs)
    lake.lake_formation.revoke_permissions(
        Principal={"DataLakePrincipalIdentifier": inputs["principal"]},
        Resource=WHOLE,
        Permissions=["DESCRIBE"],
        Condition={"Expression": SALES},
    )

    read = PROVIDER.read(created.id, created.outs)
    difference = PROVIDER.diff(created.id, read.outs, inputs)
    PROVIDER.delete(created.id, created.outs)

    assert read.outs["permissions"] == ["SELECT"]
    assert (difference.replaces, difference.delete_before_replace) == (["permissions"], True)
    assert held(lake) == []


@pytest.mark.parametrize("member", ["condition", "permissions", "principal", "resource", "account", "region"])
def test_whatever_changes_replaces_the_grant_revoked_first(account, member):
    """ADR 0004: made before the old one is revoked, the new grant would lose what both give."""
    inputs = inputs_of(account)

    difference = PROVIDER.diff("id", inputs, {**inputs, member: "other"})

    assert (difference.changes, difference.replaces, difference.delete_before_replace) == (True, [member], True)


def test_another_way_to_aws_replaces_nothing(account):
    """The role chain is recorded for the next refresh; the grant stays."""
    inputs = inputs_of(account)
    changed = {**inputs, "assumeRoles": []}

    assert PROVIDER.diff("id", inputs, changed).changes is True
    assert PROVIDER.diff("id", inputs, changed).replaces == []
    assert PROVIDER.update("id", inputs, changed).outs == changed


REFUSED = [
    pytest.param({"principal": "arn:aws:iam::111111111111:role/x"}, "principal", id="a role"),
    pytest.param({"condition": " "}, "condition", id="no condition"),
    pytest.param({"condition": "x" * 3001}, "condition", id="too long"),
    pytest.param({"resource": {"LFTagPolicy": {"ResourceType": "TABLE"}}}, "resource", id="LF-Tags"),
    pytest.param({"resource": {**COLUMNS, **DATABASE}}, "resource", id="two"),
    pytest.param({"permissions": []}, "permissions", id="nothing"),
]


@pytest.mark.parametrize(("change", "member"), REFUSED)
def test_the_preview_refuses_what_aws_would(account, change, member):
    """B11-1, B11-3: the condition's form, and what can be granted under one."""
    good, bad = inputs_of(account), {**inputs_of(account), **change}

    assert PROVIDER.check({}, good).failures == []
    assert [failure.property for failure in PROVIDER.check({}, bad).failures] == [member]


def test_credentials_of_another_account_are_refused(lake, new_account):
    """Nothing is granted anywhere when the role chain leads elsewhere."""
    inputs = {**inputs_of(lake), "account": new_account().id}

    with pytest.raises(OutsideServiceError, match="the credentials lead to account"):
        PROVIDER.create(inputs)
    assert held(lake) == []
