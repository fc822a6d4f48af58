"""The tenant broker: what it may do, who may ask it, and that no tenant is named anywhere in it."""

from __future__ import annotations

import pytest

from lakeward.plan.broker import ARCHIVE, HANDLER
from lakeward.plan.declarations import BrokerRoleArgs, TenantBrokerArgs
from runtime.broker.settings import Settings

ACCOUNT = "100000000001"
TENANT_ROLES = f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-*"
LOGS = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/acme-dev-broker:*"
FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:acme-dev-broker"
CALLER = f"arn:aws:iam::{ACCOUNT}:role/tenant-api"


def tenancy(*tenants, **changes):
    """Change stack `dev` to have these tenants."""

    def change(values):
        values["tenancy"] = {
            "tenants": [{"id": tenant} for tenant in tenants],
            "broker": {
                "issuer": "https://login.acme.example/",
                "audience": "lakeward",
                "algorithms": ["RS256", "ES256"],
                "keySet": "https://login.acme.example/.well-known/jwks.json",
                "claim": "tenant_id",
                "caller": CALLER,
                **changes,
            },
        }
        # Nothing of this test is about tenants' tables.
        values["databases"] = [database for database in values["databases"] if "isolation" not in database]
        if not any(zone["name"] == "tenants" for zone in values["zones"]):
            values["zones"].append({"name": "tenants"})

    return change


@pytest.fixture(scope="module")
def broker(lab, declared):
    return declared(lab.planned(tenancy("tenant1", "tenant2", "tenant10")))


def test_broker_role_trusts_lambda_alone(broker):
    """No person and no other role works as the broker."""
    trust = broker.documents("broker-role")["trust"]["Statement"]

    assert trust == [
        {
            "Sid": "AllowLambdaForItsFunction",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]


def test_broker_takes_tenant_roles_and_writes_its_log(broker):
    """These two statements are all of its rights (K14)."""
    assert broker.documents("broker-role")["hand-out-sessions"]["Statement"] == [
        {
            "Sid": "AllowTakingTenantRoles",
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
            "Resource": TENANT_ROLES,
        },
        {
            "Sid": "AllowWritingItsOwnLog",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": LOGS,
        },
    ]


def test_boundary_allows_no_data(broker):
    """
    Whatever is attached to the role adds nothing, and no resource's policy opens data to it.

    Lambda decrypts the function's environment as its role, so that one context is let through.
    """
    duties = broker.documents("broker-role")["hand-out-sessions"]["Statement"]
    boundary = broker.documents("boundary-broker")["policy"]["Statement"]

    own = {
        "Sid": "AllowAtMostItsOwnEnvironment",
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": FUNCTION}},
    }
    assert [statement for statement in boundary if statement["Effect"] == "Allow"] == [own, *duties]
    assert {statement["Sid"] for statement in boundary if statement["Effect"] == "Deny"} == {
        "DenyEveryOtherUseOfKeys",
        "DenyPassingSessionTags",
        "DenyReadingData",
    }
    assert broker["broker-role"].boundary_arn == broker["boundary-broker"].arn


def test_function_is_told_what_it_reads(broker):
    """The environment that the plan writes is one that the function takes."""
    function = broker["broker-tenants"]
    settings = Settings.of(function.environment)

    assert settings == Settings(
        issuer="https://login.acme.example/",
        audience="lakeward",
        algorithms=("ES256", "RS256"),
        key_set="https://login.acme.example/.well-known/jwks.json",
        claim="tenant_id",
        tenant_roles=TENANT_ROLES.removesuffix("*"),
    )
    assert (function.archive, function.handler) == (ARCHIVE, HANDLER)


def test_function_names_code_that_exists(broker):
    """The handler is a function of the package that the archive holds."""
    module, _, function = broker["broker-tenants"].handler.rpartition(".")

    assert callable(getattr(__import__(module, fromlist=[function]), function))


def test_function_waits_for_its_role(broker):
    """Lambda looks the role up when the function is created."""
    assert "broker-role" in broker["broker-tenants"].depends_on
    assert broker["broker-tenants"].caller == CALLER


def test_another_tenant_changes_nothing_of_the_broker(lab, declared, broker):
    """Role, boundary, function, environment: to the last character."""
    more = declared(lab.planned(tenancy("tenant1", "tenant2", "tenant10", "tenant3")))
    names = ("boundary-broker", "broker-role", "broker-tenants")

    assert [broker[name] for name in names] == [more[name] for name in names]


def test_no_tenant_is_named_in_the_broker(broker):
    """Which tenants there are is for IAM to say."""
    written = repr([broker[name] for name in ("boundary-broker", "broker-role", "broker-tenants")])

    assert [tenant for tenant in ("tenant1", "tenant2", "tenant10") if tenant in written] == []


def test_stack_without_tenants_has_no_broker(lab, declared):
    """Nobody to broker for."""

    def change(values):
        tenancy("tenant1")(values)
        del values["tenancy"]

    plan = declared(lab.planned(change))

    assert plan.of((BrokerRoleArgs, TenantBrokerArgs)) == []
