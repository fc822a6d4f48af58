"""Data cells filters."""

from __future__ import annotations

import pytest

NAMED = {"DatabaseName": "crm", "TableName": "orders", "Name": "eu"}
EU = {"DataCellsFilter": NAMED}


@pytest.fixture
def data(account, closed, tables):
    def make(**change):
        made = {
            "TableCatalogId": account,
            **NAMED,
            "ColumnNames": ["id", "region"],
            "RowFilter": {"FilterExpression": "region = 'EU' AND id IS NOT NULL"},
        }
        return {name: value for name, value in {**made, **change}.items() if value is not None}

    return make


@pytest.fixture
def create(lake_formation, data):
    return lambda **change: lake_formation.create_data_cells_filter(TableData=data(**change))


@pytest.fixture
def get(lake_formation, account):
    def call(name="eu"):
        return lake_formation.get_data_cells_filter(**{**NAMED, "TableCatalogId": account, "Name": name})[
            "DataCellsFilter"
        ]

    return call


def test_filter_is_returned_as_created(create, get, data):
    """What was created is read back, with a version."""
    create()

    found = get()

    assert found.pop("VersionId")
    assert data() == found


def test_filters_are_listed_all_or_by_table(lake_formation, create):
    """A table selects its filters."""
    create()
    create(TableName="people", Name="all", ColumnNames=None, ColumnWildcard={}, RowFilter={"AllRowsWildcard": {}})

    def names(**asked):
        return [found["Name"] for found in lake_formation.list_data_cells_filter(**asked)["DataCellsFilters"]]

    assert ["eu", "all"] == names()
    assert ["all"] == names(Table={"DatabaseName": "crm", "Name": "people"})


def test_filter_is_created_once(create, refused):
    """A second filter of the name is refused, one on another table isn't."""
    create()
    create(TableName="people")

    with refused("AlreadyExistsException", "already exists: eu"):
        create()


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"TableName": "x"}, "EntityNotFoundException", "Table not found: crm.x"),
        ({"TableCatalogId": "299999999997"}, "EntityNotFoundException", "catalog 299999999997"),
        ({"ColumnNames": ["id", "salary"]}, "InvalidInputException", "Column not found: salary"),
        ({"ColumnNames": None}, "InvalidInputException", "Exactly one of column names"),
        ({"ColumnWildcard": {}}, "InvalidInputException", "Exactly one of column names"),
        (
            {"ColumnNames": None, "ColumnWildcard": {"ExcludedColumnNames": ["salary"]}},
            "InvalidInputException",
            "Column not found: salary",
        ),
        ({"RowFilter": {"FilterExpression": "salary > 1"}}, "InvalidInputException", "filter expression: salary"),
        ({"RowFilter": {"FilterExpression": "region = "}}, "InvalidInputException", "Invalid filter expression"),
        (
            {"RowFilter": {"FilterExpression": "id > 1 " + "OR id > 1 " * 210}},
            "InvalidInputException",
            "longer than 2047",
        ),
        (
            {"RowFilter": {"FilterExpression": "id > 1", "AllRowsWildcard": {}}},
            "InvalidInputException",
            "Exactly one of filter expression",
        ),
    ],
)
def test_filter_that_makes_no_sense_is_refused(lake_formation, create, refused, change, code, words):
    """A filter is over an existing table's existing columns, and says what it means."""
    with refused(code, words):
        create(**change)

    assert [] == lake_formation.list_data_cells_filter()["DataCellsFilters"]


def test_update_of_an_old_version_is_a_concurrent_modification(lake_formation, create, get, data, refused):
    """Who read before someone else wrote must read again; the current version can be changed."""
    create()
    old = get()["VersionId"]
    lake_formation.update_data_cells_filter(
        TableData=data(RowFilter={"FilterExpression": "region = 'DE'"}, VersionId=old)
    )

    with refused("ConcurrentModificationException", "another version"):
        lake_formation.update_data_cells_filter(TableData=data(VersionId=old))

    assert {"FilterExpression": "region = 'DE'"} == get()["RowFilter"]


def test_delete_takes_grants_along(lake_formation, create, new_role, grants, refused):
    """A filter's grants end with it, and it is gone for reading, changing and deleting."""
    create()
    lake_formation.grant_permissions(
        Principal={"DataLakePrincipalIdentifier": new_role("reader")}, Resource=EU, Permissions=["SELECT"]
    )
    before = {name for name, resource in grants() if "DataCellsFilter" in resource}

    lake_formation.delete_data_cells_filter(**NAMED)

    assert {"reader"} == before
    assert "reader" not in {name for name, _ in grants()}
    with refused("EntityNotFoundException", "not found: eu"):
        lake_formation.delete_data_cells_filter(**NAMED)


def test_filter_grants_select_only(lake_formation, create, new_role, refused):
    """A filter can be read through, nothing else."""
    create()

    with refused("InvalidInputException", "['INSERT']"):
        lake_formation.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": new_role("reader")}, Resource=EU, Permissions=["INSERT"]
        )
