"""The rights that creating databases and tables causes (`semantics.md` B4, B5; `contracts.md` section 2)."""

import pytest

from lakeward.estate.sources import estate_of

OPEN = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
DECLARED_OPEN = [{"permissions": ["ALL"], "principal": {"dataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}}]


@pytest.fixture
def open_to_all(tell):
    """Return on what `IAM_ALLOWED_PRINCIPALS` has rights once these resources are declared beside a table."""

    def read(*resources, database=None):
        estate = estate_of(
            tell.recording(
                [
                    tell.lake(),
                    tell.declared("aws:glue/catalogDatabase:CatalogDatabase", "d", {"name": "crm", **(database or {})}),
                    tell.declared("aws:glue/catalogTable:CatalogTable", "t", {"databaseName": "crm", "name": "orders"}),
                    *resources,
                ]
            ),
            "recording",
        )
        region = estate["accounts"][tell.account]["regions"][tell.region]
        return {
            kind: grant["Permissions"]
            for grant in region["lakeformation"]["Permissions"]
            if grant["Principal"]["DataLakePrincipalIdentifier"] == "IAM_ALLOWED_PRINCIPALS"
            for kind in grant["Resource"]
        }

    return read


def test_settings_and_database_that_say_nothing_by_default_keep_everyone_out(tell, open_to_all):
    """With both lists empty nothing is caused."""
    assert open_to_all(tell.settings(), database={"createTableDefaultPermissions": []}) == {}


def test_a_stack_without_settings_is_open(open_to_all):
    """AWS's own default gives everything to every principal that IAM allows, on databases and tables."""
    assert open_to_all() == {"Database": ["ALL"], "Table": ["ALL"]}


def test_a_database_without_defaults_of_its_own_copies_the_settings(tell, open_to_all):
    """Closed settings close the tables of a database that says nothing."""
    assert open_to_all(tell.settings()) == {}


def test_a_database_that_opens_its_tables_opens_only_them(tell, open_to_all):
    """A database's own default stands over the settings', and only for its tables."""
    assert open_to_all(tell.settings(), database={"createTableDefaultPermissions": DECLARED_OPEN}) == {"Table": ["ALL"]}


def test_settings_open_for_databases_open_only_databases(tell, open_to_all):
    """The two lists of the settings are about two kinds of resource."""
    assert open_to_all(tell.settings(createDatabaseDefaultPermissions=OPEN)) == {"Database": ["ALL"]}


def test_defaults_that_are_unknown_make_the_rights_unknown(tell, open_to_all):
    """Where the provider doesn't send what was declared, whether everyone may is open: never a denial."""
    settings = tell.declared(
        "aws:lakeformation/dataLakeSettings:DataLakeSettings", "s", {"admins": [], "createTableDefaultPermissions": []}
    )

    rights = open_to_all(settings, database={"createTableDefaultPermissions": []})

    assert list(rights) == ["Database"]
    assert rights["Database"]["unknown"].startswith("the provider doesn't send an empty list")


def test_the_revocation_sweeps_the_whole_database(tell, open_to_all):
    """What open settings would have caused is gone where the revocation has been."""
    revocation = tell.declared(
        "pulumi-python:dynamic/components.providers.iam_allowed_principals:IamAllowedPrincipals",
        "revocation",
        {"account": tell.account, "region": tell.region, "database": "crm", "tables": ["orders"]},
    )
    other = tell.declared("aws:glue/catalogDatabase:CatalogDatabase", "other", {"name": "other"})

    assert open_to_all(revocation) == {}
    assert open_to_all(revocation, other) == {"Database": ["ALL"]}


def test_the_creator_holds_everything_with_the_grant_option(tell):
    """The deployer creates databases and tables, so it holds all rights on them, grantable."""
    estate = estate_of(tell.recording(tell.small_lake()), "r")

    grants = [
        grant
        for grant in estate["accounts"][tell.account]["regions"][tell.region]["lakeformation"]["Permissions"]
        if grant["Principal"]["DataLakePrincipalIdentifier"] == tell.deployer
    ]
    assert [(grant["Resource"], grant["Permissions"], grant["PermissionsWithGrantOption"]) for grant in grants] == [
        ({"Database": {"Name": "crm"}}, ["ALL"], ["ALL"]),
        ({"Table": {"DatabaseName": "crm", "Name": "orders"}}, ["ALL"], ["ALL"]),
    ]


def test_without_a_known_deployer_nobody_is_the_creator(tell):
    """A right needs a holder; whoever deploys is then not described."""
    lake = [
        tell.lake(deployer=None),
        tell.settings(),
        tell.declared("aws:glue/catalogDatabase:CatalogDatabase", "d", {"name": "crm"}),
    ]

    estate = estate_of(tell.recording(lake), "r")

    assert "Permissions" not in estate["accounts"][tell.account]["regions"][tell.region]["lakeformation"]
