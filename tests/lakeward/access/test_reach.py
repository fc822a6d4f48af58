"""What the matrix says beside reads: steps, assumed roles, logins, other people's query results, metadata."""

from __future__ import annotations

from typing import Any

import pytest

from lakeward.access import Path, PreparedEstate, matrix
from lakeward.estate import read_estate

ACCOUNT = "111111111111"
PLACE = f"{ACCOUNT}/eu-west-1"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k"
READS = ["glue:GetTable", "lakeformation:GetDataAccess"]
Json = dict[str, Any]


def role_arn(name: str) -> str:
    """Return a role's ARN."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def allow(*actions: str, on: str = "*", **more: object) -> Json:
    """Return a statement that allows."""
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def role(name: str, *statements: Json, trust: Json | None = None, tags: Json | None = None) -> Json:
    """Return a role of an estate."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    trusted = {"Version": "2012-10-17", "Statement": [] if trust is None else [trust]}
    return {
        "Arn": role_arn(name),
        "AssumeRolePolicyDocument": trusted,
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
        "Policies": [{"PolicyName": "p", "PolicyDocument": document}],
    }


def trusting(*, action: str = "sts:AssumeRole", **principal: str) -> Json:
    """Return a statement of a trust policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action}


def grant(name: str, resource: Json, *permissions: str, grantable: tuple[str, ...] = ()) -> Json:
    """Return a grant to a role."""
    return {
        "Principal": {"DataLakePrincipalIdentifier": role_arn(name)},
        "Resource": resource,
        "Permissions": list(permissions),
        "PermissionsWithGrantOption": list(grantable),
    }


ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
DOMAIN = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "domain", "TagValues": ["sales"]}]}}
BUCKET_OF_RESULTS = {
    "Name": "results",
    "Configuration": {"ResultConfiguration": {"OutputLocation": "s3://results/reader/"}},
}


def rows_of(roles: list[Json], **sections: Json) -> set[tuple[str, str, str, str, str]]:
    """Return the rows of the roles' matrix but for their reads: principal, verb, resource, verdict, path."""
    region = {
        "glue": {
            "Databases": [{"Name": "crm"}],
            "Tables": [
                {
                    "DatabaseName": "crm",
                    "Name": "orders",
                    "StorageDescriptor": {
                        "Columns": [{"Name": "id"}, {"Name": "email"}],
                        "Location": "s3://lake/orders",
                    },
                }
            ],
        },
        "s3": {"Buckets": [{"Name": "lake"}, {"Name": "results"}]},
        "lakeformation": {"Permissions": [grant("reader", ORDERS, "SELECT")]},
        **sections,
    }
    account = {"iam": {"Roles": roles}, "regions": {"eu-west-1": region}}
    found = matrix(PreparedEstate(read_estate({"version": 1, "accounts": {ACCOUNT: account}})))
    return {
        (row.principal.rpartition("/")[2], row.verb, row.resource, row.verdict.value, row.path.value)
        for row in found.rows
        if row.path not in {Path.LAKE_FORMATION, Path.IAM, Path.KEY}
    }


READER = role("reader", allow(*READS), allow("s3:GetObject", on="arn:aws:s3:::lake/*"))
OTHER = role("other", allow(*READS))


def steps_of(roles: list[Json], name: str, **sections: Json) -> set[tuple[str, str, str]]:
    """Return a role's steps: verb, resource, verdict."""
    found = rows_of(roles, **sections)
    return {
        (verb, place, verdict) for who, verb, place, verdict, path in found if (who, path) == (name, "administration")
    }


def test_who_has_no_rights_over_others_has_no_step() -> None:
    """Reading isn't a step, nor is having nothing."""
    assert steps_of([READER, OTHER], "reader") == set()
    assert steps_of([READER, OTHER], "other") == set()


@pytest.mark.parametrize(
    ("action", "resource", "place"),
    [
        ("lakeformation:PutDataLakeSettings", "*", PLACE),
        ("glue:PutResourcePolicy", "*", f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::lake", "arn:aws:s3:::lake"),
        ("iam:PutRolePolicy", role_arn("reader"), role_arn("reader")),
        ("iam:AttachRolePolicy", role_arn("read*"), role_arn("reader")),
        ("iam:UpdateAssumeRolePolicy", role_arn("reader"), role_arn("reader")),
        ("iam:TagRole", "*", role_arn("*")),
    ],
)
def test_step_is_told_with_what_it_is_on(action: str, resource: str, place: str) -> None:
    """Whoever may do one of these is one step from access, and only who may (B5-1, A14-6)."""
    roles = [READER, OTHER, role("engineer", allow(action, on=resource))]

    assert steps_of(roles, "engineer") == {(action, place, "ALLOW")}
    assert steps_of(roles, "other") == set()


def test_role_without_rights_is_no_step() -> None:
    """Changing a role that holds nothing gains nothing; changing one's own role does."""
    roles = [READER, OTHER, role("engineer", allow("iam:PutRolePolicy", on=role_arn("other")))]
    own = [READER, role("engineer", allow("iam:PutRolePolicy", on=role_arn("engineer")))]

    assert steps_of(roles, "engineer") == set()
    assert steps_of(own, "engineer") == {("iam:PutRolePolicy", role_arn("engineer"), "ALLOW")}


def test_registering_takes_a_role_to_pass() -> None:
    """A location is registered with a role that Lake Formation may assume and the registrar may pass (B5-1)."""
    registration = role("registration", trust=trusting(Service="lakeformation.amazonaws.com"))
    passing = allow("iam:PassRole", on=role_arn("registration"))
    registering = allow("lakeformation:RegisterResource")

    assert ("lakeformation:RegisterResource", PLACE, "ALLOW") in steps_of(
        [READER, registration, role("engineer", registering, passing)], "engineer"
    )
    assert steps_of([READER, registration, role("engineer", registering)], "engineer") == set()


def test_key_is_opened_by_its_policy_only() -> None:
    """Who may change a key's policy or grant its use; the key policy must let it (A15-1, A15-3)."""
    delegating = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*", "Resource": "*"}
    roles = [READER, role("engineer", allow("kms:CreateGrant", "kms:PutKeyPolicy"))]
    key = {"Arn": KEY, "Policy": {"Version": "2012-10-17", "Statement": [delegating]}}
    shut = {"Arn": KEY, "Policy": {"Version": "2012-10-17", "Statement": []}}

    expected = {("kms:CreateGrant", KEY, "ALLOW"), ("kms:PutKeyPolicy", KEY, "ALLOW")}
    assert steps_of(roles, "engineer", kms={"Keys": [key]}) == expected
    assert steps_of(roles, "engineer", kms={"Keys": [shut]}) == set()


def test_function_that_works_as_a_reader_is_a_possible_step() -> None:
    """Which functions there are isn't in an estate: whoever may change one may change one that holds rights."""
    trust = trusting(Service="lambda.amazonaws.com")
    changing = allow("lambda:UpdateFunctionCode")
    reader = {**READER, "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    functions = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:*"

    assert steps_of([reader, role("engineer", changing)], "engineer") == {
        ("lambda:UpdateFunctionCode", functions, "UNKNOWN")
    }
    assert steps_of([READER, role("engineer", changing)], "engineer") == set()


def test_listed_function_is_a_step_for_who_changes_its_code_or_settings() -> None:
    """A function whose role holds rights, or takes a role that does, is as good as that role (A14-6)."""
    trust = trusting(AWS=role_arn("broker"))
    reader = {**READER, "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
    roles = [
        reader,
        role("broker", allow("sts:AssumeRole", on=role_arn("reader"))),
        role("idle"),
        role("engineer", allow("lambda:UpdateFunction*")),
    ]
    arn = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function"

    def changed(works_as: str) -> set[tuple[str, str, str]]:
        functions = [{"FunctionName": "f", "Role": role_arn(works_as)}]
        return steps_of(roles, "engineer", **{"lambda": {"Functions": functions}})

    whole = {
        ("lambda:UpdateFunctionCode", f"{arn}:f", "ALLOW"),
        ("lambda:UpdateFunctionConfiguration", f"{arn}:f", "ALLOW"),
    }
    assert changed("reader") == changed("broker") == whole
    assert changed("idle") == set()


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({"LFTag": {"TagKey": "domain", "TagValues": ["sales"]}}, {(f"{PLACE}/crm.orders", "ALLOW")}),
        ({"LFTag": {"TagKey": "other", "TagValues": ["x"]}}, set()),
    ],
)
def test_moving_a_table_takes_the_tag_and_the_table(held: Json, expected: set[tuple[str, str]]) -> None:
    """ASSOCIATE on a tag that grants hang on, and the table with Super and grant option (B8-10)."""
    permissions = [
        grant("reader", DOMAIN, "SELECT"),
        grant("engineer", held, "ASSOCIATE"),
        grant("engineer", ORDERS, "ALL", grantable=("ALL",)),
    ]
    roles = [READER, role("engineer", allow("lakeformation:AddLFTagsToResource"))]

    found = steps_of(roles, "engineer", lakeformation={"Permissions": permissions})

    assert {
        (place, verdict) for verb, place, verdict in found if verb == "lakeformation:AddLFTagsToResource"
    } == expected


def test_database_is_reset_by_who_may_change_its_cluster() -> None:
    """A new master password, or a copy restored elsewhere, shows all data."""
    cluster = {
        "DBClusterIdentifier": "shop",
        "DbClusterResourceId": "cluster-A",
        "IAMDatabaseAuthenticationEnabled": True,
    }
    arn = f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:shop"
    roles = [READER, OTHER, role("engineer", allow("rds:ModifyDBCluster", on=arn))]

    assert steps_of(roles, "engineer", rds={"DBClusters": [cluster]}) == {("rds:ModifyDBCluster", arn, "ALLOW")}
    assert steps_of(roles, "other", rds={"DBClusters": [cluster]}) == set()


@pytest.mark.parametrize(
    ("enabled", "resource", "tags", "expected"),
    [
        (True, "*", {}, {("*", "ALLOW")}),
        (True, f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:cluster-A/report", {}, {("report", "ALLOW")}),
        (True, f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:*/${{aws:PrincipalTag/t}}", {"t": "a"}, {("a", "ALLOW")}),
        (True, f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:*/${{aws:PrincipalTag/t}}", {}, set()),
        (True, f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:cluster-B/report", {}, set()),
        (False, "*", {}, set()),
    ],
)
def test_login_is_told_with_its_user(enabled: bool, resource: str, tags: Json, expected: set[tuple[str, str]]) -> None:
    """`rds-db:connect` on the cluster's resource id and the user, where IAM logins are on (D1-1, D1-2)."""
    cluster = {
        "DBClusterIdentifier": "shop",
        "DbClusterResourceId": "cluster-A",
        "IAMDatabaseAuthenticationEnabled": enabled,
    }
    roles = [role("service", allow("rds-db:connect", on=resource), tags=tags)]

    found = rows_of(roles, rds={"DBClusters": [cluster]})

    assert {
        (place.rpartition("/")[2], verdict) for _, _, place, verdict, path in found if path == "database"
    } == expected


def test_assumed_roles_are_told_with_who_may() -> None:
    """By name the trust suffices; through the account its own policies must allow too (A14-1)."""
    target = role("target", trust=trusting(AWS=ACCOUNT))
    named = role("named", trust=trusting(AWS=role_arn("other")))
    chooser = role("chooser", allow("sts:AssumeRole", on=role_arn("target")))

    found = rows_of([target, named, OTHER, chooser])

    assert {(who, place, verdict) for who, _, place, verdict, path in found if path == "assume"} == {
        ("chooser", role_arn("target"), "ALLOW"),
        ("other", role_arn("named"), "ALLOW"),
    }


def test_roles_that_others_may_assume_are_told() -> None:
    """Services and accounts that nobody describes; what those accounts allow isn't known."""
    found = rows_of(
        [role("job", trust=trusting(Service="glue.amazonaws.com")), role("shared", trust=trusting(AWS="222222222222"))]
    )

    assert {(who, place, verdict) for who, _, place, verdict, path in found if path == "assume"} == {
        ("glue.amazonaws.com", role_arn("job"), "ALLOW"),
        ("arn:aws:iam::222222222222:root", role_arn("shared"), "UNKNOWN"),
    }


def test_query_results_of_others_are_told() -> None:
    """Objects in the prefix that somebody else's workgroup writes to; one's own are none of others (B20)."""
    working = allow("athena:StartQueryExecution", on=f"arn:aws:athena:eu-west-1:{ACCOUNT}:workgroup/results")
    reading = allow("s3:GetObject", on="arn:aws:s3:::results/*")
    athena = {"WorkGroups": [BUCKET_OF_RESULTS]}

    shared = rows_of([role("reader", working, reading), role("other", reading)], athena=athena)
    alone = rows_of([role("reader", working, reading), OTHER], athena=athena)

    expected = ("other", "s3:GetObject", "arn:aws:s3:::results/reader/*", "ALLOW", "objects")
    assert {row for row in shared if row[2].startswith("arn:aws:s3:::results")} == {expected}
    assert {row for row in alone if row[2].startswith("arn:aws:s3:::results")} == set()


def test_columns_that_show_without_being_read_are_told() -> None:
    """DESCRIBE shows every column and reads none (B2-6, B6-2)."""
    permissions = {"Permissions": [grant("reader", ORDERS, "SELECT"), grant("other", ORDERS, "DESCRIBE")]}

    found = rows_of([READER, OTHER], lakeformation=permissions)

    assert {row for row in found if row[4] == "metadata"} == {
        ("other", "DESCRIBE", f"{PLACE}/crm.orders", "ALLOW", "metadata")
    }


def test_principal_without_known_policies_may_do_anything() -> None:
    """One row for all roles, and nothing is said to be denied or allowed."""
    policies = {"unknown": "no ceiling is stated"}
    stranger = {**role("stranger"), "Policies": [policies]}

    found = steps_of([READER, OTHER, stranger], "stranger", lakeformation={"Permissions": []})

    assert {verdict for _, _, verdict in found} == {"UNKNOWN"}
    assert ("lakeformation:PutDataLakeSettings", PLACE, "UNKNOWN") in found
