"""LF-Tags: values, assignment, inheritance, search."""

from __future__ import annotations

import pytest

DATABASE = {"Database": {"Name": "crm"}}
ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}


def columns(*names):
    return {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": list(names)}}


@pytest.fixture
def tags(lake_formation, closed, tables):
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw", "masked", "curated"])
    lake_formation.create_lf_tag(TagKey="classification", TagValues=["public", "pii"])


@pytest.fixture
def assign(lake_formation, tags):
    def call(resource, **values):
        pairs = [{"TagKey": key, "TagValues": [value]} for key, value in values.items()]
        return lake_formation.add_lf_tags_to_resource(Resource=resource, LFTags=pairs)["Failures"]

    return call


@pytest.fixture
def remove(lake_formation, tags):
    def call(resource, **values):
        pairs = [{"TagKey": key, "TagValues": [value]} for key, value in values.items()]
        return lake_formation.remove_lf_tags_from_resource(Resource=resource, LFTags=pairs)["Failures"]

    return call


@pytest.fixture
def carried(lake_formation):
    """Return what a resource carries: by level, then by column."""

    def plain(pairs):
        return {pair["TagKey"]: pair["TagValues"][0] for pair in pairs}

    def call(resource, **more):
        answer = lake_formation.get_resource_lf_tags(Resource=resource, **more)
        return (
            plain(answer.get("LFTagOnDatabase", [])),
            plain(answer.get("LFTagsOnTable", [])),
            {column["Name"]: plain(column["LFTags"]) for column in answer.get("LFTagsOnColumns", [])},
        )

    return call


def test_tags_are_stored_in_lower_case(lake_formation, closed):
    """Keys and values are folded, and found in any case (`semantics.md` B8-1)."""
    lake_formation.create_lf_tag(TagKey="Zone", TagValues=["Raw", "raw", "Masked"])

    assert ["masked", "raw"] == lake_formation.get_lf_tag(TagKey="ZONE")["TagValues"]


def test_second_tag_of_a_key_is_refused(lake_formation, tags, refused):
    """A key is created once."""
    with refused("InvalidInputException", "already exists"):
        lake_formation.create_lf_tag(TagKey="zone", TagValues=["other"])

    assert ["curated", "masked", "raw"] == lake_formation.get_lf_tag(TagKey="zone")["TagValues"]


def test_unknown_tag_isnt_found(lake_formation, closed, refused):
    """What isn't there is neither read nor changed nor deleted."""
    for call in (
        lambda: lake_formation.get_lf_tag(TagKey="zone"),
        lambda: lake_formation.update_lf_tag(TagKey="zone", TagValuesToAdd=["x"]),
        lambda: lake_formation.delete_lf_tag(TagKey="zone"),
    ):
        with refused("EntityNotFoundException", "Tag or tag value does not exist."):
            call()


def test_update_adds_and_deletes_values(lake_formation, tags):
    """Values change in one call."""
    lake_formation.update_lf_tag(TagKey="zone", TagValuesToAdd=["archive"], TagValuesToDelete=["raw"])

    assert ["archive", "curated", "masked"] == lake_formation.get_lf_tag(TagKey="zone")["TagValues"]


def test_update_keeps_a_value_that_is_in_use(lake_formation, assign, remove, refused):
    """A value goes only when no resource carries it."""
    assign(ORDERS, zone="raw")
    with refused("InvalidInputException", "Update not allowed"):
        lake_formation.update_lf_tag(TagKey="zone", TagValuesToDelete=["raw"])
    remove(ORDERS, zone="raw")

    lake_formation.update_lf_tag(TagKey="zone", TagValuesToDelete=["raw"])

    assert ["curated", "masked"] == lake_formation.get_lf_tag(TagKey="zone")["TagValues"]


def test_delete_takes_assignments_along(lake_formation, assign, carried):
    """A deleted tag is carried by nobody, other tags stay."""
    assign(ORDERS, zone="raw", classification="pii")

    lake_formation.delete_lf_tag(TagKey="zone")

    assert {"classification": "pii"} == carried(ORDERS)[1]
    assert ["classification"] == [tag["TagKey"] for tag in lake_formation.list_lf_tags()["LFTags"]]


def test_second_assignment_merges(assign, carried):
    """Another key adds to what is assigned; the same key replaces its value."""
    assign(ORDERS, zone="raw")
    assign(ORDERS, classification="pii")
    assign(ORDERS, zone="masked")

    assert {"zone": "masked", "classification": "pii"} == carried(ORDERS)[1]


def test_tags_are_inherited_until_assigned_anew(assign, remove, carried):
    """A database's tags hold below; a nearer one replaces that key only, and its removal brings the other back."""
    assign(DATABASE, zone="raw", classification="public")
    assign(ORDERS, zone="masked")
    assign(columns("name"), classification="pii")
    overridden = carried(ORDERS)

    remove(columns("name"), classification="pii")
    remove(ORDERS, zone="masked")

    everywhere = {"zone": "masked", "classification": "public"}
    assert (
        {"zone": "raw", "classification": "public"},
        everywhere,
        {"id": everywhere, "region": everywhere, "name": everywhere | {"classification": "pii"}, "day": everywhere},
    ) == overridden
    assert {"zone": "raw", "classification": "public"} == carried(ORDERS)[1]
    assert {"zone": "raw", "classification": "public"} == carried(columns("name"))[2]["name"]


def test_assigned_tags_are_shown_without_inherited_ones(assign, carried):
    """On request only what was assigned to the resource itself is shown."""
    assign(DATABASE, zone="raw")
    assign(columns("name"), classification="pii")

    assert ({"zone": "raw"}, {}, {"name": {"classification": "pii"}}) == carried(ORDERS, ShowAssignedLFTags=True)
    assert ({}, {}, {}) == carried(columns("id"), ShowAssignedLFTags=True)


@pytest.mark.parametrize(
    ("pair", "code"),
    [
        ({"TagKey": "unheard", "TagValues": ["raw"]}, "EntityNotFoundException"),
        ({"TagKey": "zone", "TagValues": ["unheard"]}, "EntityNotFoundException"),
        ({"TagKey": "zone", "TagValues": ["raw", "masked"]}, "InvalidInputException"),
    ],
)
def test_assignment_reports_what_it_cant_do(lake_formation, tags, carried, pair, code):
    """A tag that doesn't exist, or two values at once, is a failure; the other tags of the call are assigned."""
    good = {"TagKey": "classification", "TagValues": ["pii"]}

    failures = lake_formation.add_lf_tags_to_resource(Resource=ORDERS, LFTags=[pair, good])["Failures"]

    assert [(pair, code)] == [(failure["LFTag"], failure["Error"]["ErrorCode"]) for failure in failures]
    assert {"classification": "pii"} == carried(ORDERS)[1]


def test_removal_reports_what_isnt_assigned(assign, remove, carried):
    """Another value than the assigned one isn't removed."""
    assign(ORDERS, zone="raw")

    failures = remove(ORDERS, zone="masked")

    assert ["EntityNotFoundException"] == [failure["Error"]["ErrorCode"] for failure in failures]
    assert {"zone": "raw"} == carried(ORDERS)[1]


def test_assignment_needs_an_existing_resource(assign, refused):
    """Nothing is assigned to what isn't there."""
    with refused("EntityNotFoundException", "Table not found"):
        assign({"Table": {"DatabaseName": "crm", "Name": "x"}}, zone="raw")
    with refused("InvalidInputException", "non-existent column: salary"):
        assign(columns("salary"), zone="raw")
    with refused("InvalidInputException", "Only database, table, or tableWithColumns"):
        assign({"Table": {"DatabaseName": "crm", "TableWildcard": {}}}, zone="raw")


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ({"zone": ["masked"]}, ["orders"]),
        ({"zone": ["raw", "masked"]}, ["orders", "people"]),
        ({"zone": ["masked"], "classification": ["pii"]}, ["orders"]),
        ({"zone": ["raw"], "classification": ["pii"]}, []),
        ({"classification": ["public"]}, []),
    ],
)
def test_search_finds_tables_by_their_own_and_their_columns_tags(lake_formation, assign, expression, found):
    """AND over keys, OR over values, on effective tags; a column that matches brings its table."""
    assign(DATABASE, zone="raw")
    assign(ORDERS, zone="masked")
    assign(columns("name"), classification="pii")

    answer = lake_formation.search_tables_by_lf_tags(
        Expression=[{"TagKey": key, "TagValues": values} for key, values in expression.items()]
    )

    assert found == [entry["Table"]["Name"] for entry in answer["TableList"]]


def test_search_finds_databases(lake_formation, assign):
    """A database is found by what it carries itself, not by its tables' tags."""
    assign(DATABASE, zone="raw")
    assign(ORDERS, zone="masked")

    def search(value):
        answer = lake_formation.search_databases_by_lf_tags(Expression=[{"TagKey": "zone", "TagValues": [value]}])
        return [entry["Database"]["Name"] for entry in answer["DatabaseList"]]

    assert ["crm"] == search("raw")
    assert [] == search("masked")


def test_deleted_column_leaves_no_tag_for_its_successor(glue, assign, carried):
    """A column that is dropped and comes back carries nothing of its own."""
    assign(columns("name"), classification="pii")

    def update(*names):
        glue.update_table(
            DatabaseName="crm",
            TableInput={
                "Name": "orders",
                "StorageDescriptor": {"Columns": [{"Name": name, "Type": "string"} for name in names]},
            },
        )

    update("id")
    update("id", "name")

    assert {} == carried(columns("name"))[2]
