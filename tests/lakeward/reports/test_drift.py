"""Drift: two estates of one account, told apart entry by entry and statement by statement."""

from copy import deepcopy

import pytest

from lakeward.estate.sources.values import canonical
from lakeward.reports import drift

ACCOUNT, REGION = "111111111111", "eu-west-1"
READER = {"DataLakePrincipalIdentifier": f"arn:aws:iam::{ACCOUNT}:role/reader"}
DENY = {"Sid": "DenyPlainHttp", "Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": "*"}
ALLOW = {"Sid": "AllowReader", "Effect": "Allow", "Principal": {"AWS": "reader"}, "Action": "s3:Get*", "Resource": "*"}


def nothing(_services):
    """Change nothing."""


def estate(change=nothing):
    """An estate of one bucket, one grant and one setting, changed."""
    services = {
        "lakeformation": {
            "DataLakeSettings": {"DataLakeAdmins": [READER], "Parameters": {"CROSS_ACCOUNT_VERSION": "4"}},
            "Permissions": [
                {
                    "Principal": READER,
                    "Resource": {"Database": {"Name": "crm"}},
                    "Permissions": ["DESCRIBE"],
                    "PermissionsWithGrantOption": [],
                }
            ],
        },
        "ec2": {
            "SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [ingress("10.0.0.0/16"), ingress("10.9.0.0/16")]}]
        },
        "s3": {"Buckets": [{"Name": "lake", "Policy": {"Version": "2012-10-17", "Statement": [DENY, ALLOW]}}]},
    }
    change(services)
    return {"version": 1, "accounts": {ACCOUNT: {"regions": {REGION: services}}}}


def ingress(*networks):
    """A rule of a security group: HTTPS from networks."""
    ranges = [{"CidrIp": network} for network in networks]
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}


def received_by(account):
    """A grant on another account's database."""
    return {
        "Principal": {"DataLakePrincipalIdentifier": account},
        "Resource": {"Database": {"CatalogId": "222222222222", "Name": "crm"}},
        "Permissions": ["DESCRIBE"],
        "PermissionsWithGrantOption": ["DESCRIBE"],
    }


def found(change):
    return [(one.place, one.kind) for one in drift(estate(), estate(change), ACCOUNT)]


def policy(services):
    return services["s3"]["Buckets"][0]["Policy"]


def grant(services):
    return services["lakeformation"]["Permissions"][0]


def group(services):
    return services["ec2"]["SecurityGroups"][0]


GROUP = f"{ACCOUNT}/{REGION} ec2 SecurityGroups sg-1:"
BUCKET = f"{ACCOUNT}/{REGION} s3 Buckets lake:"
GRANTEE = READER["DataLakePrincipalIdentifier"]
GRANT = (
    f"{ACCOUNT}/{REGION} lakeformation Permissions "
    f'{{"DataLakePrincipalIdentifier":"{GRANTEE}"}} {{"Database":{{"Name":"crm"}}}}'
)
SETTINGS = f"{ACCOUNT}/{REGION} lakeformation DataLakeSettings:"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda services: policy(services).update(Statement=[ALLOW]),
            [(f"{BUCKET} Policy.Statement DenyPlainHttp", "not found")],
            id="deny-dropped",
        ),
        pytest.param(
            lambda services: policy(services).update(Statement=[DENY, {**ALLOW, "Principal": "*"}]),
            [(f"{BUCKET} Policy.Statement AllowReader.Principal", "differs")],
            id="statement-widened",
        ),
        pytest.param(
            lambda services: policy(services)["Statement"].append({**ALLOW, "Sid": "AllowMore"}),
            [(f"{BUCKET} Policy.Statement AllowMore", "not declared")],
            id="statement-added",
        ),
        pytest.param(
            lambda services: services["s3"]["Buckets"][0].pop("Policy"),
            [(f"{BUCKET} Policy", "not found")],
            id="policy-dropped",
        ),
        pytest.param(
            lambda services: services["s3"]["Buckets"][0].update(Policy={"unknown": "`s3:GetBucketPolicy` was denied"}),
            [(f"{BUCKET} Policy", "differs")],
            id="policy-not-readable",
        ),
        pytest.param(
            lambda services: grant(services)["Permissions"].append("DROP"),
            [(f'{GRANT}: Permissions "DROP"', "not declared")],
            id="grant-widened",
        ),
        pytest.param(
            lambda services: services["lakeformation"]["Permissions"].clear(),
            [(GRANT, "not found")],
            id="grant-dropped",
        ),
        pytest.param(
            lambda services: services["lakeformation"].update(Permissions={"unknown": "denied"}),
            [(f"{ACCOUNT}/{REGION} lakeformation Permissions", "not declared"), (GRANT, "not found")],
            id="grants-not-readable",
        ),
        pytest.param(
            lambda services: services["lakeformation"]["DataLakeSettings"].update(DataLakeAdmins=[]),
            [(f"{SETTINGS} DataLakeAdmins {READER['DataLakePrincipalIdentifier']}", "not found")],
            id="administrator-dropped",
        ),
        pytest.param(
            lambda services: services["lakeformation"]["Permissions"].append(received_by("333333333333")),
            [
                (
                    (
                        f"{ACCOUNT}/{REGION} lakeformation Permissions "
                        '{"DataLakePrincipalIdentifier":"333333333333"} '
                        '{"Database":{"CatalogId":"222222222222","Name":"crm"}}'
                    ),
                    "not declared",
                )
            ],
            id="granted-on-to-a-third",
        ),
        pytest.param(
            lambda services: group(services).update(IpPermissions=[ingress("10.0.0.0/16", "0.0.0.0/0")]),
            [
                (f"{GROUP} IpPermissions {canonical(ingress('0.0.0.0/0'))}", "not declared"),
                (f"{GROUP} IpPermissions {canonical(ingress('10.9.0.0/16'))}", "not found"),
            ],
            id="ingress-widened",
        ),
        pytest.param(
            lambda services: services["s3"]["Buckets"].append(
                {"Name": "twin", "Tags": [{"Key": "lakeward:stack", "Value": "dev"}]}
            ),
            [(f"{ACCOUNT}/{REGION} s3 Buckets twin", "not declared")],
            id="made-twice",
        ),
    ],
)
def test_a_difference_is_named_by_its_place(change, expected):
    """What is gone, added or otherwise is told where it stands, down to the statement."""
    assert found(change) == expected


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(nothing, id="nothing"),
        pytest.param(lambda services: policy(services)["Statement"].reverse(), id="statements-reordered"),
        pytest.param(lambda services: policy(services)["Statement"][0].update(Action="s3:*"), id="list-of-one"),
        pytest.param(lambda services: services["s3"]["Buckets"].append({"Name": "other"}), id="somebody-elses-bucket"),
        pytest.param(
            lambda services: group(services).update(IpPermissions=[ingress("10.9.0.0/16", "10.0.0.0/16")]),
            id="peers-of-one-port-told-together",
        ),
        pytest.param(
            lambda services: services["lakeformation"]["Permissions"].append(received_by(ACCOUNT)),
            id="granted-to-the-account-by-another",
        ),
        pytest.param(
            lambda services: services["lakeformation"]["DataLakeSettings"]["Parameters"].update(SET_CONTEXT="TRUE"),
            id="filled-in-by-aws",
        ),
    ],
)
def test_what_says_the_same_is_no_difference(change):
    """The positive twin: another order, a list of one, and what is none of the stack's."""

    def changed(services):
        services["s3"]["Buckets"][0]["Policy"] = deepcopy(policy(services))
        change(services)

    assert found(changed) == []


def test_a_line_says_place_kind_and_both_sides():
    """What a person reads holds what was declared and what is there."""
    (one,) = drift(estate(), estate(lambda services: policy(services).update(Version="2008-10-17")), ACCOUNT)

    assert str(one) == f'{BUCKET} Policy.Version: differs: declared "2012-10-17", found "2008-10-17"'
    assert one.to_json() == {
        "place": f"{BUCKET} Policy.Version",
        "kind": "differs",
        "detail": 'declared "2012-10-17", found "2008-10-17"',
    }
