"""Data lake settings: one object, replaced whole."""

from __future__ import annotations

import pytest

IAM_ONLY = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]


@pytest.fixture
def put(lake_formation):
    def call(**settings):
        lake_formation.put_data_lake_settings(DataLakeSettings=settings)

    return call


@pytest.fixture
def get(lake_formation):
    return lambda: lake_formation.get_data_lake_settings()["DataLakeSettings"]


def test_fresh_account_is_open(get):
    """An account that nobody has touched gives everything to IAM and has no administrator."""
    settings = get()

    assert [] == settings["DataLakeAdmins"]
    assert IAM_ONLY == settings["CreateDatabaseDefaultPermissions"]
    assert IAM_ONLY == settings["CreateTableDefaultPermissions"]


def test_put_replaces_all(put, get, new_role):
    """What a write leaves out is gone: there is no merging on the server's side."""
    administrator = {"DataLakePrincipalIdentifier": new_role("administrator")}
    put(DataLakeAdmins=[administrator], CreateTableDefaultPermissions=IAM_ONLY)
    before = get()

    put(ReadOnlyAdmins=[administrator])

    assert [administrator] == before["DataLakeAdmins"]
    assert [] == get()["DataLakeAdmins"]
    assert [administrator] == get()["ReadOnlyAdmins"]
    assert [] == get()["CreateTableDefaultPermissions"]


def test_put_keeps_what_the_service_sets_itself(put, get):
    """The cross-account version stays where none is given, and the context parameter always."""
    put(Parameters={"CROSS_ACCOUNT_VERSION": "4"})
    put(Parameters={"SET_SOURCE_IDENTITY": "TRUE"})

    assert {"CROSS_ACCOUNT_VERSION": "4", "SET_CONTEXT": "TRUE", "SET_SOURCE_IDENTITY": "TRUE"} == get()["Parameters"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"CreateDatabaseDefaultPermissions": [IAM_ONLY[0] | {"Permissions": ["ALTER"]}]},
            "must be empty or grant ALL",
        ),
        ({"CreateTableDefaultPermissions": [*IAM_ONLY, *IAM_ONLY]}, "must be empty or grant ALL"),
        ({"Parameters": {"CROSS_ACCOUNT_VERSION": "6"}}, "CROSS_ACCOUNT_VERSION=6"),
        ({"Parameters": {"UNHEARD_OF": "TRUE"}}, "UNHEARD_OF=TRUE"),
        ({"DataLakeAdmins": [{"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}]}, "Invalid principal"),
        (
            {"DataLakeAdmins": [{"DataLakePrincipalIdentifier": "arn:aws:iam::200000000000:role/x"}]},
            "Invalid principal",
        ),
        ({"ReadOnlyAdmins": [{}]}, "Invalid principal"),
    ],
)
def test_put_refuses_and_changes_nothing(put, get, refused, settings, words):
    """Settings that AWS doesn't take are refused whole."""
    before = get()

    with refused("InvalidInputException", words):
        put(**settings)

    assert before == get()


def test_put_refuses_more_than_thirty_administrators(put, refused, new_role):
    """Thirty administrators are accepted, one more isn't."""
    administrator = {"DataLakePrincipalIdentifier": new_role("administrator")}
    put(DataLakeAdmins=[administrator] * 30)

    with refused("InvalidInputException", "at most 30"):
        put(DataLakeAdmins=[administrator] * 31)


def test_another_accounts_settings_are_closed(lake_formation, refused):
    """Nobody reads or writes another account's settings by naming its catalog."""
    with refused("AccessDeniedException", "299999999998"):
        lake_formation.get_data_lake_settings(CatalogId="299999999998")
    with refused("AccessDeniedException", "299999999998"):
        lake_formation.put_data_lake_settings(CatalogId="299999999998", DataLakeSettings={})
