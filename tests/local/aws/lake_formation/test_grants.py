"""Granting and revoking."""

from __future__ import annotations

import concurrent.futures

import pytest

ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
WILDCARD = 'TableWithColumns {"ColumnWildcard": {}, "DatabaseName": "crm", "Name": "orders"}'
TABLE = 'Table {"DatabaseName": "crm", "Name": "orders"}'


def columns(*names):
    return {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": list(names)}}


@pytest.fixture
def reader(closed, tables, new_role):
    return new_role("reader")


@pytest.fixture
def grant(lake_formation):
    def call(principal, resource, permissions, grantable=(), **more):
        lake_formation.grant_permissions(
            Principal={"DataLakePrincipalIdentifier": principal},
            Resource=resource,
            Permissions=permissions,
            PermissionsWithGrantOption=list(grantable),
            **more,
        )

    return call


@pytest.fixture
def revoke(lake_formation):
    def call(principal, resource, permissions, grantable=(), **more):
        lake_formation.revoke_permissions(
            Principal={"DataLakePrincipalIdentifier": principal},
            Resource=resource,
            Permissions=permissions,
            PermissionsWithGrantOption=list(grantable),
            **more,
        )

    return call


@pytest.fixture
def held(grants):
    """Return what the reader holds."""
    return lambda: {resource: rights for (name, resource), rights in grants().items() if name == "reader"}


def test_grant_on_a_table_is_listed_as_aws_lists_it(grant, held, reader):
    """SELECT on a table is a right on all its columns; the others are rights on the table."""
    grant(reader, ORDERS, ["SELECT", "DESCRIBE", "INSERT"], ["SELECT"])

    assert {TABLE: (["DESCRIBE", "INSERT"], []), WILDCARD: (["SELECT"], ["SELECT"])} == held()


def test_grant_by_wildcard_is_the_same_grant(grant, held, reader):
    """A table's SELECT and SELECT on all columns of it are one right, however it was spelled."""
    grant(reader, ORDERS, ["SELECT"])
    grant(
        reader,
        {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnWildcard": {}}},
        ["SELECT", "ALTER"],
    )

    assert {TABLE: (["ALTER"], []), WILDCARD: (["SELECT"], [])} == held()


def test_grant_on_all_tables_is_listed_by_its_own_name(grant, held, reader):
    """A grant on the tables of a database names none of them."""
    grant(reader, {"Table": {"DatabaseName": "crm", "TableWildcard": {}}}, ["SELECT", "DESCRIBE"])

    assert {
        'Table {"DatabaseName": "crm", "Name": "ALL_TABLES", "TableWildcard": {}}': (["DESCRIBE"], []),
        'TableWithColumns {"ColumnWildcard": {}, "DatabaseName": "crm", "Name": "ALL_TABLES"}': (["SELECT"], []),
    } == held()


def test_grants_to_one_principal_on_one_resource_add_up(grant, held, reader):
    """A second grant adds, it doesn't replace; the order of columns doesn't matter."""
    grant(reader, columns("id", "region"), ["SELECT"])
    grant(reader, columns("region", "id"), ["SELECT"], ["SELECT"])
    grant(reader, {"Database": {"Name": "crm"}}, ["DESCRIBE"])
    grant(reader, {"Database": {"Name": "CRM"}}, ["ALTER"])

    assert {
        'Database {"Name": "crm"}': (["ALTER", "DESCRIBE"], []),
        'TableWithColumns {"ColumnNames": ["id", "region"], "DatabaseName": "crm", "Name": "orders"}': (
            ["SELECT"],
            ["SELECT"],
        ),
    } == held()


def test_excluded_columns_are_a_resource_of_their_own(grant, held, reader):
    """All columns but some is another right than all columns."""
    body = {"DatabaseName": "crm", "Name": "orders", "ColumnWildcard": {"ExcludedColumnNames": ["name"]}}
    grant(reader, {"TableWithColumns": body}, ["SELECT"])

    assert [WILDCARD.replace("{}", '{"ExcludedColumnNames": ["name"]}')] == list(held())


def test_super_coexists_with_single_permissions(grant, revoke, held, reader):
    """Revoking ALL leaves what was granted one by one (`semantics.md` B6-1)."""
    grant(reader, ORDERS, ["ALL"])
    grant(reader, ORDERS, ["ALTER"])

    revoke(reader, ORDERS, ["ALL"])

    assert {TABLE: (["ALTER"], [])} == held()


def test_revoke_takes_the_grant_option_along(grant, revoke, held, reader):
    """Who loses a permission can't pass it on; who loses the option keeps the permission."""
    grant(reader, ORDERS, ["DESCRIBE", "ALTER"], ["DESCRIBE", "ALTER"])

    revoke(reader, ORDERS, ["DESCRIBE"])

    assert {TABLE: (["ALTER"], ["ALTER"])} == held()


def test_revoke_of_all_leaves_nothing(grant, revoke, held, reader):
    """A grant without permissions isn't listed."""
    grant(reader, ORDERS, ["SELECT", "DESCRIBE"])

    revoke(reader, ORDERS, ["SELECT", "DESCRIBE"])

    assert {} == held()


def test_revoke_refuses_what_isnt_granted(grant, revoke, held, refused, reader):
    """A revocation of more than is held is refused as a whole, in AWS's words."""
    with refused("InvalidInputException", "No permissions revoked. Grantee has no permissions"):
        revoke(reader, ORDERS, ["DESCRIBE"])
    grant(reader, ORDERS, ["DESCRIBE", "SELECT"])
    with refused("InvalidInputException", "No permissions revoked. Grantee does not have: ['ALTER']"):
        revoke(reader, ORDERS, ["DESCRIBE", "ALTER", "SELECT"])

    assert {TABLE: (["DESCRIBE"], []), WILDCARD: (["SELECT"], [])} == held()


def test_revoke_doesnt_ask_whether_the_role_still_exists(grant, revoke, held, iam, reader):
    """Grants of a role that was deleted stay, and can be taken away."""
    grant(reader, ORDERS, ["DESCRIBE"])
    iam.delete_role(RoleName="reader")
    before = held()

    revoke(reader, ORDERS, ["DESCRIBE"])

    assert {TABLE: (["DESCRIBE"], [])} == before
    assert {} == held()


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::{account}:role/nobody",
        "arn:aws:iam::{account}:user/nobody",
        "arn:aws:iam::{account}:root",
        "arn:aws:iam::{account}:group/readers",
        "arn:aws:sts::{account}:assumed-role/reader/session",
        "arn:aws:iam::{account}:saml-provider/nowhere:user/someone",
        "arn:aws:iam::211111111111:role/of-an-account-nobody-used",
        "reader",
        "*",
    ],
)
def test_grant_refuses_a_principal_that_doesnt_exist(grant, held, refused, reader, account, principal):
    """Only what exists and can hold grants gets any."""
    with refused("InvalidInputException", "Invalid principal"):
        grant(principal.format(account=account), ORDERS, ["SELECT"])

    assert {} == held()


@pytest.mark.parametrize(
    "principal",
    [
        "{reader}",
        "{account}:IAMPrincipals",
        "211111111111",
        "arn:aws:organizations::100000000000:organization/o-aaaaaaaaaa",
        "arn:aws:organizations::100000000000:ou/o-aaaaaaaaaa/ou-aaaa-aaaaaaaa",
        "arn:aws:iam::{account}:saml-provider/corporate:group/readers",
        "IAM_ALLOWED_PRINCIPALS",
    ],
)
def test_grant_accepts_every_kind_of_principal(grant, grants, iam, reader, account, principal):
    """Roles, accounts, organizations, OUs, federated groups and the two groups of all are principals."""
    iam.create_saml_provider(Name="corporate", SAMLMetadataDocument="<m>" + "-" * 1000 + "</m>")
    name = principal.format(account=account, reader=reader)

    grant(name, ORDERS, ["ALL"])

    assert (["ALL"], []) == grants()[name.rsplit("/", 1)[-1], TABLE]


@pytest.mark.parametrize(
    ("resource", "permission"),
    [
        ({"Database": {"Name": "crm"}}, "SELECT"),
        (ORDERS, "CREATE_TABLE"),
        (ORDERS, "DATA_LOCATION_ACCESS"),
        (columns("id"), "INSERT"),
        (columns("id"), "ALL"),
        ({"Catalog": {}}, "SELECT"),
        (ORDERS, "READ"),
    ],
)
def test_grant_refuses_a_permission_the_resource_doesnt_have(grant, held, refused, reader, resource, permission):
    """Each kind of resource has its own permissions."""
    with refused("InvalidInputException", permission):
        grant(reader, resource, [permission])

    assert {} == held()


@pytest.mark.parametrize(
    ("resource", "code", "words"),
    [
        ({"Database": {"Name": "hr"}}, "EntityNotFoundException", "Database not found: hr"),
        ({"Table": {"DatabaseName": "crm", "Name": "x"}}, "EntityNotFoundException", "Table not found: crm.x"),
        ({"Table": {"DatabaseName": "hr", "TableWildcard": {}}}, "EntityNotFoundException", "Database not found: hr"),
        (columns("id", "salary"), "InvalidInputException", "non-existent column: salary"),
        ({"DataLocation": {"ResourceArn": "arn:aws:s3:::lake"}}, "InvalidInputException", "register the S3 path"),
        ({"Table": {"DatabaseName": "crm"}}, "InvalidInputException", "cannot both be empty"),
        ({"Database": {"Name": "crm"}, "Catalog": {}}, "InvalidInputException", "exactly one"),
        (
            {"DataCellsFilter": {"DatabaseName": "crm", "TableName": "orders", "Name": "eu"}},
            "EntityNotFoundException",
            "filter not found: eu",
        ),
        (
            {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "zone", "TagValues": ["raw"]}]}},
            "EntityNotFoundException",
            "Tag or tag value does not exist.",
        ),
        (
            {"LFTagPolicy": {"ResourceType": "TABLE", "ExpressionName": "harmless"}},
            "EntityNotFoundException",
            "expression not found: harmless",
        ),
    ],
)
def test_grant_refuses_a_resource_that_doesnt_exist(grant, held, refused, reader, resource, code, words):
    """Nothing is granted on what isn't there."""
    with refused(code, words):
        grant(reader, resource, ["DATA_LOCATION_ACCESS" if "DataLocation" in resource else "DESCRIBE"])

    assert {} == held()


def test_grant_refuses_a_grant_option_beyond_the_permissions(grant, held, refused, reader):
    """What can be passed on is part of what is held."""
    with refused("InvalidInputException", "subset"):
        grant(reader, ORDERS, ["DESCRIBE"], ["ALTER"])

    assert {} == held()


def test_grant_on_a_resource_link_reaches_the_link_only(grant, held, glue, refused, reader, account):
    """A link can be described and dropped; rights on data stand on its target (`semantics.md` B13)."""
    target = {"CatalogId": account, "DatabaseName": "crm", "Name": "orders"}
    glue.create_table(DatabaseName="crm", TableInput={"Name": "link", "TargetTable": target})
    link = {"Table": {"DatabaseName": "crm", "Name": "link"}}

    with refused("InvalidInputException", "['SELECT']"):
        grant(reader, link, ["SELECT"])
    grant(reader, link, ["DESCRIBE"])

    assert {'Table {"DatabaseName": "crm", "Name": "link"}': (["DESCRIBE"], [])} == held()


def test_condition_makes_a_grant_of_its_own(lake_formation, grant, revoke, refused, account, reader):
    """Grants under different conditions don't mix, and each is revoked under its own."""
    everyone = f"{account}:IAMPrincipals"
    expression = 'context.iam.principalTags.hasTag("team")'
    grant(everyone, ORDERS, ["DESCRIBE"])
    grant(everyone, ORDERS, ["DESCRIBE"], Condition={"Expression": expression})

    listed = lake_formation.list_permissions(Resource=ORDERS)["PrincipalResourcePermissions"]
    conditions = [
        entry.get("Condition") for entry in listed if everyone == entry["Principal"]["DataLakePrincipalIdentifier"]
    ]
    revoke(everyone, ORDERS, ["DESCRIBE"])
    with refused("InvalidInputException", "No permissions revoked"):
        revoke(everyone, ORDERS, ["DESCRIBE"])
    revoke(everyone, ORDERS, ["DESCRIBE"], Condition={"Expression": expression})

    assert [None, {"Expression": expression}] == conditions


@pytest.mark.parametrize(
    ("principal", "grantable", "length", "words"),
    [
        ("{reader}", [], 10, "only supported for the principal"),
        ("{account}:IAMPrincipals", ["DESCRIBE"], 10, "not supported with grant option"),
        ("{account}:IAMPrincipals", [], 3001, "longer than 3000"),
    ],
)
def test_condition_is_refused_where_aws_takes_none(
    grant, held, refused, reader, account, principal, grantable, length, words
):
    """Conditions are for all principals of an account, without grant option, and short."""
    with refused("InvalidInputException", words):
        grant(
            principal.format(account=account, reader=reader),
            ORDERS,
            ["DESCRIBE"],
            grantable,
            Condition={"Expression": "x" * length},
        )

    assert {} == held()


def test_batch_grants_what_it_can_and_reports_the_rest(lake_formation, held, reader, account):
    """Each entry stands on its own; a failure names its entry, its code and its reason."""
    good = {
        "Id": "1",
        "Principal": {"DataLakePrincipalIdentifier": reader},
        "Resource": ORDERS,
        "Permissions": ["DESCRIBE"],
        "PermissionsWithGrantOption": ["DESCRIBE"],
    }
    bad = good | {"Id": "2", "Principal": {"DataLakePrincipalIdentifier": f"arn:aws:iam::{account}:role/nobody"}}
    hollow = {"Id": "3"}

    failures = lake_formation.batch_grant_permissions(Entries=[good, bad, hollow])["Failures"]

    assert {TABLE: (["DESCRIBE"], ["DESCRIBE"])} == held()
    assert [("2", "InvalidInputException"), ("3", "InvalidInputException")] == [
        (failure["RequestEntry"]["Id"], failure["Error"]["ErrorCode"]) for failure in failures
    ]


def test_batch_revokes_what_it_can_and_reports_the_rest(lake_formation, grant, held, reader):
    """A batch of revocations goes on after one that has nothing to revoke."""
    grant(reader, ORDERS, ["DESCRIBE"])
    entries = [
        {
            "Id": permission,
            "Principal": {"DataLakePrincipalIdentifier": reader},
            "Resource": ORDERS,
            "Permissions": [permission],
        }
        for permission in ("ALTER", "DESCRIBE")
    ]

    failures = lake_formation.batch_revoke_permissions(Entries=entries)["Failures"]

    assert {} == held()
    assert ["ALTER"] == [failure["RequestEntry"]["Id"] for failure in failures]


def test_parallel_grants_are_all_kept(lake_formation, grants, new_role, reader):
    """Forty grants at once leave forty grants."""
    roles = [new_role(f"role-{number}") for number in range(8)]
    wanted = [(role, permission) for role in roles for permission in ("ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT")]

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(
                lake_formation.grant_permissions,
                Principal={"DataLakePrincipalIdentifier": role},
                Resource=ORDERS,
                Permissions=[permission],
            )
            for role, permission in wanted
        ]
        for call in calls:
            call.result()

    assert {
        (f"role-{number}", TABLE): (["ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT"], []) for number in range(8)
    } == {key: rights for key, rights in grants().items() if key[0].startswith("role-")}


def test_request_that_isnt_in_the_model_is_refused(refused, session):
    """Members that the service model doesn't have, or lacks, are invalid input."""
    from botocore.config import Config  # noqa: PLC0415 -- only here are client checks off

    client = session.client("lakeformation", config=Config(parameter_validation=False))

    with refused("InvalidInputException", 'Missing required parameter in input: "Permissions"'):
        client.grant_permissions(Principal={"DataLakePrincipalIdentifier": "x"}, Resource=ORDERS)


def test_operation_that_isnt_implemented_says_so(lake_formation, refused):
    """What the embedded AWS can't do is refused in words, never answered with nothing."""
    with refused("NotImplementedException", "doesn't implement ListTransactions"):
        lake_formation.list_transactions()
