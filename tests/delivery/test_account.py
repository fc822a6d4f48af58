"""The account that a stack is delivered to, looked at before anything in it is read."""

import json

import pytest

from components.providers.connection import Connection
from delivery.account import check_home, role_of
from lakeward.errors import ConfigurationError, OutsideServiceError
from tests.delivery.test_policy import configured

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRole",
        },
    }
)


@pytest.fixture
def taken(embedded_aws, monkeypatch):
    """Open the way to an account as a role there."""

    def take(role, account):
        for name, value in embedded_aws.environment("eu-west-1").items():
            monkeypatch.setenv(name, value)
        return Connection(account=account, region="eu-west-1", assume_roles=(role,)).open()

    return take


@pytest.mark.parametrize("path", ["/", "/platform/", "/platform/deployers/"])
def test_the_deployers_arn_is_iams_with_its_path(embedded_aws, taken, path):
    """A session's own ARN has lost the path; IAM is asked for the role."""
    account = "100000000077"
    name = f"deployer-{path.count('/')}"
    iam = embedded_aws.session(account, "eu-west-1").client("iam")
    arn = iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]

    session = taken(arn, account)

    assert session.client("sts").get_caller_identity()["Arn"] == f"arn:aws:sts::{account}:assumed-role/{name}/lakeward"
    assert role_of(session) == arn == f"arn:aws:iam::{account}:role{path}{name}"


def test_roles_that_lead_to_another_account_are_refused(embedded_aws, taken):
    """Both accounts are told, and nothing is read."""
    other = "100000000078"
    iam = embedded_aws.session(other, "eu-west-1").client("iam")
    arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]

    with pytest.raises(OutsideServiceError, match=f"lead to account {other}, but the stack is account 100000000077"):
        taken(arn, "100000000077")


def state(account, region):
    """A state with the `aws` provider of an account and Region, as the engine keeps it."""
    inputs = {"allowedAccountIds": json.dumps([account]), "region": region}
    stack = {"type": "pulumi:pulumi:Stack", "urn": "urn:pulumi:dev::lakeward::pulumi:pulumi:Stack::lakeward-dev"}
    return {"deployment": {"resources": [stack, {"type": "pulumi:providers:aws", "inputs": inputs}]}}


@pytest.mark.parametrize(
    ("account", "region", "told"),
    [
        ("100000000001", "eu-west-1", []),
        ("100000000002", "eu-west-1", ["lakeward:account: the stack stands in 100000000002, not in 100000000001"]),
        ("100000000001", "us-east-1", ["lakeward:region: the stack stands in us-east-1, not in eu-west-1"]),
        (
            "100000000002",
            "us-east-1",
            [
                "lakeward:account: the stack stands in 100000000002, not in 100000000001",
                "lakeward:region: the stack stands in us-east-1, not in eu-west-1",
            ],
        ),
    ],
)
def test_a_stack_stays_in_its_account_and_region(account, region, told):
    """A changed number or Region in the configuration would make everything anew elsewhere, and is refused."""
    config = configured()
    found = []
    try:
        check_home(state(account, region), config)
    except ConfigurationError as error:
        found = [line.split(";")[0] for line in error.lines()]

    assert found == told


def test_a_stack_of_which_nothing_is_up_may_go_anywhere():
    """Before the first deployment there is nothing to stay with."""
    check_home({"deployment": {}}, configured())
