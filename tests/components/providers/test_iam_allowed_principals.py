from __future__ import annotations

import pytest

from components.providers.iam_allowed_principals import IamAllowedPrincipalsProvider

PROVIDER = IamAllowedPrincipalsProvider()
EVERYONE = {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}


@pytest.fixture
def inputs(account):
    """Databases of before: made under open defaults, with a declared and an undeclared table."""
    account.change_settings(
        DataLakeAdmins=[
            {"DataLakePrincipalIdentifier": account.role(name)}
            for name in ("deployer", "OrganizationAccountAccessRole")
        ]
    )
    for database in ("crm", "hr"):
        account.glue.create_database(DatabaseInput={"Name": database, "Description": "from before"})
        for table in ("orders", "forgotten"):
            account.glue.create_table(DatabaseName=database, TableInput={"Name": table})
    return {
        **account.connection.inputs(),
        "database": "crm",
        "tables": ["orders"],
        "iamAllowedPrincipals": [],
        "createTableDefaultPermissions": [],
    }


def open_to_everyone(account, database):
    return [
        name
        for name, resource in (
            ("database", {"Database": {"Name": database}}),
            ("orders", {"Table": {"DatabaseName": database, "Name": "orders"}}),
            ("forgotten", {"Table": {"DatabaseName": database, "Name": "forgotten"}}),
        )
        if account.lake_formation.list_permissions(Principal=EVERYONE, Resource=resource)[
            "PrincipalResourcePermissions"
        ]
    ]


def test_create_closes_a_database_of_before(account, inputs):
    """The database, its declared and its undeclared tables are closed; another database isn't touched."""
    before = open_to_everyone(account, "crm")

    created = PROVIDER.create(inputs)

    assert before == ["database", "orders", "forgotten"]
    assert open_to_everyone(account, "crm") == []
    assert open_to_everyone(account, "hr") == ["database", "orders", "forgotten"]
    assert created.id == f"{account.id}/eu-west-1/crm"
    assert created.outs == inputs


def test_create_closes_the_defaults_for_new_tables(account, inputs):
    """A table made later in the old database starts closed, and the database keeps its other properties."""
    PROVIDER.create(inputs)

    account.change_settings(CreateTableDefaultPermissions=[])
    account.glue.create_table(DatabaseName="crm", TableInput={"Name": "later"})
    database = account.glue.get_database(Name="crm")["Database"]
    later = account.lake_formation.list_permissions(
        Principal=EVERYONE, Resource={"Table": {"DatabaseName": "crm", "Name": "later"}}
    )
    assert database.get("CreateTableDefaultPermissions", []) == []
    assert database["Description"] == "from before"
    assert later["PrincipalResourcePermissions"] == []


def test_create_twice_changes_nothing_more(account, inputs):
    """Sweeping a clean database is allowed and finds nothing to do."""
    PROVIDER.create(inputs)

    PROVIDER.create(inputs)

    assert open_to_everyone(account, "crm") == []


def test_create_revokes_a_grant_on_all_tables(account, inputs):
    """A grant on the table wildcard, which AWS lists in a form that it doesn't accept back, is revoked too."""
    wildcard = {"Table": {"DatabaseName": "crm", "TableWildcard": {}}}
    account.lake_formation.grant_permissions(Principal=EVERYONE, Resource=wildcard, Permissions=["SELECT", "INSERT"])

    PROVIDER.create(inputs)

    listed = account.lake_formation.list_permissions(Principal=EVERYONE, Resource=wildcard)
    assert listed["PrincipalResourcePermissions"] == []


def test_read_shows_nothing_when_nothing_came_back(account, inputs):
    """A refresh of a closed database has nothing to tell."""
    created = PROVIDER.create(inputs)

    read = PROVIDER.read(created.id, created.outs)

    assert read.outs == inputs
    assert PROVIDER.diff(created.id, read.outs, inputs).changes is False
    assert open_to_everyone(account, "crm") == []


def test_read_shows_what_came_back(account, inputs):
    """A table that was opened by hand is drift that names it, and an update closes it."""
    created = PROVIDER.create(inputs)
    account.lake_formation.grant_permissions(
        Principal=EVERYONE,
        Resource={"Table": {"DatabaseName": "crm", "Name": "forgotten"}},
        Permissions=["ALL"],
    )

    read = PROVIDER.read(created.id, created.outs)
    difference = PROVIDER.diff(created.id, read.outs, inputs)
    PROVIDER.update(created.id, read.outs, inputs)

    assert read.outs["iamAllowedPrincipals"] == ["crm.forgotten"]
    assert difference.changes is True
    assert difference.replaces == []
    assert open_to_everyone(account, "crm") == []


def test_read_of_a_database_that_is_gone_says_so(account, inputs):
    """Where there is no database there is nothing to hold closed: the resource is gone."""
    created = PROVIDER.create(inputs)
    account.glue.delete_database(Name="crm")

    read = PROVIDER.read(created.id, created.outs)

    assert read.id == ""


def test_diff_sweeps_again_for_a_new_table(inputs):
    """Another table is an update; another database is another resource."""
    more = PROVIDER.diff("id", inputs, {**inputs, "tables": ["new", "orders"]})
    other = PROVIDER.diff("id", inputs, {**inputs, "database": "hr"})

    assert (more.changes, more.replaces) == (True, [])
    assert other.replaces == ["database"]


def test_delete_gives_nothing_back(account, inputs, caplog):
    """After a destroy the database is as closed as before, and the log says so."""
    created = PROVIDER.create(inputs)

    PROVIDER.delete(created.id, created.outs)

    assert open_to_everyone(account, "crm") == []
    assert "stays revoked" in caplog.text
