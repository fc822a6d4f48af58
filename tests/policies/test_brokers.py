"""The rules about brokers, way by way: each bad stack shows one, these are the others."""

import json

import pytest

from policies.resources import UNKNOWN, Resource, Resources
from policies.rules.broker_is_invoked_by_one_named_caller import RULE as INVOKED
from policies.rules.broker_role_reads_no_data import RULE as READS

ACCOUNT = "100000000001"
CALLER = f"arn:aws:iam::{ACCOUNT}:role/tenant-api"
ARN = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:acme-dev-broker"
TAGS = {"lakeward:kind": "broker"}


def resource(resource_type, name, /, **properties):
    return Resource(urn=f"urn:{name}", type=f"aws:{resource_type}", name=name, properties=properties)


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


FUNCTION = resource(
    "lambda/function:Function",
    "broker",
    name="acme-dev-broker",
    region="eu-west-1",
    role=f"arn:aws:iam::{ACCOUNT}:role/acme-dev-broker",
    tags=TAGS,
)
ROLE = resource(
    "iam/role:Role", "role", name="acme-dev-broker", permissionsBoundary="arn:aws:iam::1:policy/b", tags=TAGS
)
TAKING = {
    "Sid": "Take",
    "Effect": "Allow",
    "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
    "Resource": f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-*",
}


def permission(name="caller", /, **changes):
    properties = {"function": "acme-dev-broker", "action": "lambda:InvokeFunction", "principal": CALLER, **changes}
    return resource("lambda/permission:Permission", name, **properties)


def policy(action, on, effect="Allow"):
    statement = {"Sid": "S", "Effect": effect, "Action": action, "Resource": on}
    return resource("iam/rolePolicy:RolePolicy", "policy", role="somebody", policy=document(statement))


def said(rule, *resources):
    return [(found.name, message) for found, message in rule.check(Resources(resources))]


def test_one_permission_of_one_role_is_accepted():
    """The positive twin, whatever else the role's neighbours may do."""
    others = policy(["lambda:*"], "arn:aws:lambda:eu-west-1:100000000001:function:other")

    assert said(INVOKED, FUNCTION, permission(), others) == []


@pytest.mark.parametrize(
    ("permissions", "who"),
    [
        ([], "broker"),
        ([permission(), permission("second")], "broker"),
        ([permission(principal="*")], "caller"),
        ([permission(principal=ACCOUNT)], "caller"),
        ([permission(principal=f"arn:aws:iam::{ACCOUNT}:root")], "caller"),
        ([permission(principal=f"arn:aws:iam::{ACCOUNT}:role/*")], "caller"),
        ([permission(principal=f"arn:aws:iam::{ACCOUNT}:user/ada")], "caller"),
        ([permission(principal="apigateway.amazonaws.com")], "caller"),
        ([permission(principal=UNKNOWN)], "caller"),
        ([permission(action="lambda:*")], "caller"),
        ([permission(action="lambda:InvokeFunctionUrl")], "caller"),
    ],
    ids=str,
)
def test_any_other_permission_is_refused(permissions, who):
    """No caller, two of them, whoever isn't one role, and more than invoking."""
    assert [name for name, _ in said(INVOKED, FUNCTION, *permissions)] == [who]


@pytest.mark.parametrize(
    ("action", "on"),
    [
        ("lambda:InvokeFunction", ARN),
        ("lambda:Invoke*", "*"),
        ("LAMBDA:invokefunction", "arn:aws:lambda:*:*:function:acme-*"),
        ("*", "*"),
    ],
)
def test_identity_policy_that_reaches_the_broker_is_refused(action, on):
    """Within the account an identity policy alone lets its holder in (A10)."""
    assert [name for name, _ in said(INVOKED, FUNCTION, permission(), policy(action, on))] == ["policy"]


@pytest.mark.parametrize(
    ("action", "on", "effect"),
    [
        ("lambda:InvokeFunction", ARN, "Deny"),
        ("lambda:GetFunction", ARN, "Allow"),
        ("lambda:InvokeFunction", f"{ARN}-other", "Allow"),
        (["s3:*", "lambda:*"], "arn:aws:s3:::bucket/*", "Allow"),
    ],
)
def test_identity_policy_that_does_not_reach_the_broker_is_accepted(action, on, effect):
    """The twin of the test above."""
    assert said(INVOKED, FUNCTION, permission(), policy(action, on, effect)) == []


def test_broker_whose_region_is_unknown_is_reached_by_whoever_may_invoke_anything():
    """What can't be compared counts as reached."""
    function = resource("lambda/function:Function", "broker", name="acme-dev-broker", tags=TAGS)

    found = said(INVOKED, function, permission(), policy("lambda:InvokeFunction", ARN))

    assert [name for name, _ in found] == ["policy"]


@pytest.mark.parametrize(
    "resource_type", ["lambda/functionUrl:FunctionUrl", "lambda/eventSourceMapping:EventSourceMapping"]
)
def test_other_ways_to_the_broker_are_refused(resource_type):
    """An address or a queue invokes it for whoever reaches that."""
    way = resource(resource_type, "way", functionName=ARN)

    assert [name for name, _ in said(INVOKED, FUNCTION, permission(), way)] == ["way"]


def test_function_that_is_no_broker_is_nobodys_business():
    """Other functions may be invoked as they like."""
    other = resource("lambda/function:Function", "other", name="acme-dev-broker")

    assert said(INVOKED, other, permission(principal="*")) == []


# --- What it may do -------------------------------------------------------------------------------------------------


def of_broker(*statements):
    return resource("iam/rolePolicy:RolePolicy", "policy", role="acme-dev-broker", policy=document(*statements))


def test_broker_that_takes_tenant_roles_is_accepted():
    """The positive twin; Denies are nobody's business."""
    logging = {**TAKING, "Sid": "Log", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:r:1:log-group:g:*"}
    denying = {**TAKING, "Sid": "Deny", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}

    assert said(READS, ROLE, of_broker(TAKING, logging, denying)) == []


@pytest.mark.parametrize(
    "action",
    [
        *("s3:GetObject", "s3:*", "kms:Decrypt", "lakeformation:GetDataAccess", "glue:GetTable", "athena:*"),
        *("rds-db:connect", "sts:*", "sts:TagSession", "iam:PassRole", "*", "logs:*"),
    ],
)
def test_broker_that_may_do_more_is_refused(action):
    """Whatever isn't one of its duties, the statement is named."""
    ((name, message),) = said(READS, ROLE, of_broker(TAKING, {**TAKING, "Sid": "More", "Action": action}))

    assert (name, message) == ("policy", f"the broker may `{action}` by `More`")


@pytest.mark.parametrize(
    "on",
    [
        *("*", "arn:aws:iam::100000000001:role/*", "arn:aws:iam::100000000001:role/analyst", "arn:aws:iam::*:role/t*"),
        "arn:aws:iam::*:role/tenants/dev/*",
    ],
)
def test_broker_that_leaves_the_tenant_path_is_refused(on):
    """Any role elsewhere, or in whatever account."""
    found = said(READS, ROLE, of_broker({**TAKING, "Resource": on}))

    assert found == [("policy", f"the broker may take `{on}`, which isn't on the tenant path by `Take`")]


def test_broker_that_may_do_everything_but_something_is_refused():
    """An exception is no limit (A1-3)."""
    but = {"Sid": "But", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}

    assert said(READS, ROLE, of_broker(but)) == [
        ("policy", "the broker may do everything but what is named by `But`"),
    ]


@pytest.mark.parametrize(
    "resources",
    [
        [resource("iam/role:Role", "role", name="acme-dev-broker", tags=TAGS)],
        [
            resource(
                "iam/role:Role",
                "role",
                name="acme-dev-broker",
                permissionsBoundary="arn:aws:iam::1:policy/b",
                managedPolicyArns=["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                tags=TAGS,
            )
        ],
        [
            resource(
                "iam/role:Role",
                "role",
                name="acme-dev-broker",
                permissionsBoundary="arn:aws:iam::1:policy/b",
                inlinePolicies=[{"name": "x", "policy": document({**TAKING, "Action": "s3:GetObject"})}],
                tags=TAGS,
            )
        ],
        [
            ROLE,
            resource(
                "iam/rolePolicyAttachment:RolePolicyAttachment",
                "attachment",
                role="acme-dev-broker",
                policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess",
            ),
        ],
    ],
    ids=["no-boundary", "managed", "inline", "attached"],
)
def test_other_ways_to_more_rights_are_refused(resources):
    """Without a boundary, and by whatever is attached."""
    assert len(said(READS, *resources)) == 1
