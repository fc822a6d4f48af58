"""The Glue catalog as Lake Formation governs it."""

from __future__ import annotations

import pytest

IAM_ONLY = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
DATABASE = 'Database {"Name": "crm"}'
ORDERS = 'Table {"DatabaseName": "crm", "Name": "orders"}'
CREATOR = "OrganizationAccountAccessRole"
EVERYTHING = (["ALL"], ["ALL"])
OPEN = (["ALL"], [])


def test_new_objects_are_open_while_the_defaults_are(tables, grants):
    """In an untouched account IAM decides, on the database and on each table (`semantics.md` B4-1)."""
    assert OPEN == grants()["IAM_ALLOWED_PRINCIPALS", DATABASE]
    assert OPEN == grants()["IAM_ALLOWED_PRINCIPALS", ORDERS]


def test_new_objects_belong_to_their_creator_alone_once_closed(closed, tables, grants):
    """With closed defaults the creator has everything, to pass on, and nobody else anything."""
    assert {CREATOR} == {name for name, _ in grants()}
    assert EVERYTHING == grants()[CREATOR, DATABASE]
    assert EVERYTHING == grants()[CREATOR, ORDERS]


def test_closing_the_settings_leaves_what_exists_open(tables, lake_formation, glue, grants):
    """Old databases keep their own default for new tables, and old grants stay (`semantics.md` B4-2)."""
    lake_formation.put_data_lake_settings(DataLakeSettings={})
    glue.create_table(DatabaseName="crm", TableInput={"Name": "late"})
    glue.create_database(DatabaseInput={"Name": "new"})
    glue.create_table(DatabaseName="new", TableInput={"Name": "t"})

    opened = {resource for name, resource in grants() if name == "IAM_ALLOWED_PRINCIPALS"}

    assert 'Table {"DatabaseName": "crm", "Name": "late"}' in opened
    assert DATABASE in opened
    assert not any('"new"' in resource for resource in opened)


def test_databases_own_default_wins(closed, glue, grants):
    """A database created with its own default for tables keeps it, and shows it."""
    glue.create_database(DatabaseInput={"Name": "crm", "CreateTableDefaultPermissions": IAM_ONLY})
    glue.create_table(DatabaseName="crm", TableInput={"Name": "orders"})

    assert IAM_ONLY == glue.get_database(Name="crm")["Database"]["CreateTableDefaultPermissions"]
    assert ("IAM_ALLOWED_PRINCIPALS", DATABASE) not in grants()
    assert OPEN == grants()["IAM_ALLOWED_PRINCIPALS", ORDERS]


def test_closed_database_in_an_open_account(glue, grants):
    """An explicit empty default closes a database's tables, not the database."""
    glue.create_database(DatabaseInput={"Name": "crm", "CreateTableDefaultPermissions": []})
    glue.create_table(DatabaseName="crm", TableInput={"Name": "orders"})

    assert OPEN == grants()["IAM_ALLOWED_PRINCIPALS", DATABASE]
    assert ("IAM_ALLOWED_PRINCIPALS", ORDERS) not in grants()


def test_update_keeps_the_default_unless_given(glue):
    """An update without a default doesn't open the database; one with a default sets it."""
    glue.create_database(DatabaseInput={"Name": "crm", "CreateTableDefaultPermissions": []})
    glue.update_database(Name="crm", DatabaseInput={"Name": "crm", "Description": "customers"})
    kept = glue.get_database(Name="crm")["Database"]
    glue.update_database(Name="crm", DatabaseInput={"Name": "crm", "CreateTableDefaultPermissions": IAM_ONLY})

    assert ("customers", []) == (kept["Description"], kept["CreateTableDefaultPermissions"])
    assert IAM_ONLY == glue.get_database(Name="crm")["Database"]["CreateTableDefaultPermissions"]


def test_default_for_others_than_iam_is_refused(glue, refused):
    """A database's default is empty or all to IAM."""
    with refused("InvalidInputException", "CreateTableDefaultPermissions"):
        glue.create_database(
            DatabaseInput={"Name": "crm", "CreateTableDefaultPermissions": [IAM_ONLY[0] | {"Permissions": ["ALTER"]}]}
        )

    assert [] == glue.get_databases()["DatabaseList"]


def test_failed_creation_gives_no_rights(closed, tables, as_role, grants, refused):
    """Who tries to create what exists gets nothing on it."""
    client = as_role("intruder", "glue")
    with refused("AlreadyExistsException"):
        client.create_table(DatabaseName="crm", TableInput={"Name": "orders"})
    client.create_table(DatabaseName="crm", TableInput={"Name": "own"})

    assert [('Table {"DatabaseName": "crm", "Name": "own"}', EVERYTHING)] == [
        (resource, rights) for (name, resource), rights in grants().items() if name == "intruder"
    ]


@pytest.fixture
def hung(lake_formation, closed, tables, account, new_role):
    """Hang a grant, a tag, a filter and an opt-in on `orders`, and a grant on `people`."""
    reader = {"DataLakePrincipalIdentifier": new_role("reader")}
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw"])
    for table in ("orders", "people"):
        resource = {"Table": {"DatabaseName": "crm", "Name": table}}
        lake_formation.grant_permissions(Principal=reader, Resource=resource, Permissions=["SELECT", "DESCRIBE"])
        lake_formation.add_lf_tags_to_resource(Resource=resource, LFTags=[{"TagKey": "zone", "TagValues": ["raw"]}])
        lake_formation.create_lake_formation_opt_in(Principal=reader, Resource=resource)
        named = {"DatabaseName": "crm", "TableName": table, "Name": "eu"}
        lake_formation.create_data_cells_filter(
            TableData={"TableCatalogId": account, **named, "ColumnWildcard": {}, "RowFilter": {"AllRowsWildcard": {}}}
        )
        lake_formation.grant_permissions(Principal=reader, Resource={"DataCellsFilter": named}, Permissions=["SELECT"])


@pytest.fixture
def hanging(lake_formation, grants):
    """Return the names of tables on which grants, tags, filters and opt-ins hang."""

    def found():
        def tables(texts):
            return {table for table in ("orders", "people") if any(f'"{table}"' in text for text in texts)}

        search = lake_formation.search_tables_by_lf_tags(Expression=[{"TagKey": "zone", "TagValues": ["raw"]}])
        return (
            tables([resource for _, resource in grants()]),
            {entry["Table"]["Name"] for entry in search["TableList"]},
            {entry["TableName"] for entry in lake_formation.list_data_cells_filter()["DataCellsFilters"]},
            {
                entry["Resource"]["Table"]["Name"]
                for entry in lake_formation.list_lake_formation_opt_ins()["LakeFormationOptInsInfoList"]
            },
        )

    return found


@pytest.mark.parametrize("batch", [False, True])
def test_deleted_table_takes_everything_along(glue, hung, hanging, batch):
    """Grants, tags, filters and opt-ins of a table end with it; those of its neighbour stay."""
    before = hanging()
    if batch:
        glue.batch_delete_table(DatabaseName="crm", TablesToDelete=["orders", "unheard"])
    else:
        glue.delete_table(DatabaseName="crm", Name="orders")

    assert ({"orders", "people"},) * 4 == before
    assert ({"people"},) * 4 == hanging()


def test_recreated_table_inherits_nothing_from_the_old_one(glue, hung, lake_formation, grants):
    """A table of the same name is a new table: no grant, no tag, no filter."""
    glue.delete_table(DatabaseName="crm", Name="orders")
    glue.create_table(DatabaseName="crm", TableInput={"Name": "orders"})
    resource = {"Table": {"DatabaseName": "crm", "Name": "orders"}}

    assert {(CREATOR, ORDERS): EVERYTHING} == grants(Resource=resource)
    assert "LFTagsOnTable" not in lake_formation.get_resource_lf_tags(Resource=resource)
    assert [] == lake_formation.list_data_cells_filter(Table=resource["Table"])["DataCellsFilters"]


def test_deleted_database_takes_everything_along(glue, hung, hanging, grants):
    """Nothing hangs on the tables of a database that is gone, nor on itself."""
    glue.delete_database(Name="crm")

    assert (set(),) * 4 == hanging()
    assert {} == grants()


def test_names_are_folded(glue, closed, grants):
    """Names of databases and tables are stored in lower case, and found in any."""
    glue.create_database(DatabaseInput={"Name": "CRM"})
    glue.create_table(DatabaseName="Crm", TableInput={"Name": "Orders"})

    assert "orders" == glue.get_table(DatabaseName="CRM", Name="ORDERS")["Table"]["Name"]
    assert (CREATOR, ORDERS) in grants()


def test_links_keep_their_target_and_are_not_open(glue, account, grants):
    """A resource link names its target; even in an open account it isn't given to IAM."""
    target = {"CatalogId": "211111111112", "DatabaseName": "shared"}
    glue.create_database(DatabaseInput={"Name": "link", "TargetDatabase": target})
    glue.create_database(DatabaseInput={"Name": "crm"})
    glue.create_table(DatabaseName="crm", TableInput={"Name": "orders", "TargetTable": {**target, "Name": "orders"}})

    assert target == glue.get_database(Name="link")["Database"]["TargetDatabase"]
    assert {**target, "Name": "orders"} == glue.get_table(DatabaseName="crm", Name="orders")["Table"]["TargetTable"]
    assert {("IAM_ALLOWED_PRINCIPALS", DATABASE)} == {key for key in grants() if key[0] != CREATOR}


def test_another_catalog_is_read_by_its_id_and_not_written(running, glue, tables, account, refused):
    """A catalog id means that account's catalog."""
    other = running.session("288888888884", "eu-west-1").client("glue")

    assert "orders" == other.get_table(CatalogId=account, DatabaseName="crm", Name="orders")["Table"]["Name"]
    with refused("EntityNotFoundException"):
        other.get_table(DatabaseName="crm", Name="orders")
    with refused("AccessDeniedException", account):
        other.create_table(CatalogId=account, DatabaseName="crm", TableInput={"Name": "planted"})
    with refused("EntityNotFoundException", "Catalog 211111111113"):
        other.get_databases(CatalogId="211111111113")
