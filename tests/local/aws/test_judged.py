"""The embedded AWS with IAM before it, for one role; every refusal differs from an accepted call in one place."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from local.aws import server
from local.aws.judged import CALLS_FILE

ACCOUNT, REGION = "100000000001", "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
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


class Account:
    """An account whose role `worker` is held to its policies."""

    def __init__(self, folder):
        self.folder = folder
        self.running = server.start(folder, judged="worker")
        self.iam = self.running.session(ACCOUNT, REGION).client("iam")
        self.iam.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST)

    def allow(self, *actions, resource="*", condition=None):
        """Give the role this and nothing else."""
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
        statement |= {"Condition": condition} if condition else {}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        self.iam.put_role_policy(RoleName="worker", PolicyName="all", PolicyDocument=json.dumps(document))

    def client(self, service):
        return self.running.session(ACCOUNT, REGION, ROLE).client(service)

    def calls(self):
        return (self.folder / CALLS_FILE).read_text().splitlines()


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    made = Account(tmp_path_factory.mktemp("judged"))
    yield made
    server.stop(made.folder)


def denied(call, **arguments):
    """What a refused call is told."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    assert refused.value.response["Error"]["Code"].startswith("AccessDenied")
    return refused.value.response["Error"]["Message"]


@pytest.mark.parametrize(
    ("service", "operation", "arguments", "action", "other"),
    [
        ("s3", "create_bucket", {"Bucket": "lake"}, "s3:CreateBucket", "s3:PutBucketPolicy"),
        ("s3", "head_bucket", {"Bucket": "lake"}, "s3:ListBucket", "s3:CreateBucket"),
        ("glue", "create_database", {"DatabaseInput": {"Name": "crm"}}, "glue:CreateDatabase", "glue:GetDatabase"),
        ("ec2", "describe_vpcs", {}, "ec2:DescribeVpcs", "ec2:DescribeSubnets"),
        ("lambda", "list_functions", {}, "lambda:ListFunctions", "lambda:GetFunction"),
        ("lakeformation", "get_data_lake_settings", {}, "lakeformation:GetDataLakeSettings", "lakeformation:GetLFTag"),
    ],
)
def test_a_call_needs_its_action(account, service, operation, arguments, action, other):
    """Refused without it, by its name; with it the same call goes through, whatever protocol the service speaks."""
    if "Bucket" in arguments:
        arguments = {**arguments, "CreateBucketConfiguration": {"LocationConstraint": REGION}}
        arguments = arguments if operation == "create_bucket" else {"Bucket": arguments["Bucket"]}
    account.allow(other)
    if operation == "head_bucket":  # HEAD has no body to tell it in
        with pytest.raises(ClientError, match="403"):
            getattr(account.client(service), operation)(**arguments)
    else:
        assert f"is not authorized to perform: {action} " in denied(
            getattr(account.client(service), operation), **arguments
        )
    account.allow(action)

    getattr(account.client(service), operation)(**arguments)

    assert any(line.split()[1:] == [action] for line in account.calls())


def test_tags_that_come_with_a_thing_need_their_own_action(account):
    """What is made with tags asks for the right to tag beside the right to make it."""
    tags = {"Tags": [{"TagKey": "a", "TagValue": "b"}]}
    account.allow("kms:CreateKey")
    told = denied(account.client("kms").create_key, **tags)
    account.client("kms").create_key()
    account.allow("kms:CreateKey", "kms:TagResource")
    account.client("kms").create_key(**tags)

    assert "kms:TagResource" in told


def test_a_role_is_passed_to_its_service_only(account):
    """Whoever registers a location hands a role over, and needs that role and that service."""
    arguments = {"ResourceArn": "arn:aws:s3:::lake", "RoleArn": ROLE}
    account.allow("lakeformation:RegisterResource")
    assert f"iam:PassRole on resource: {ROLE}" in denied(account.client("lakeformation").register_resource, **arguments)
    passing = "lakeformation:RegisterResource", "iam:PassRole"
    account.allow(*passing, condition={"StringEqualsIfExists": {"iam:PassedToService": "ec2.amazonaws.com"}})
    assert "iam:PassRole" in denied(account.client("lakeformation").register_resource, **arguments)
    account.allow(*passing, condition={"StringEqualsIfExists": {"iam:PassedToService": "lakeformation.amazonaws.com"}})

    account.client("lakeformation").register_resource(**arguments)


def test_a_boundary_is_a_condition_of_making_a_role(account):
    """The boundary that comes with a new role, and the one that a role has, are what the condition sees."""
    boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    account.allow("iam:*", condition={"ArnEquals": {"iam:PermissionsBoundary": boundary}})
    iam = account.client("iam")
    told = denied(iam.create_role, RoleName="free", AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName="bounded", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=boundary)
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    denied(iam.put_role_policy, RoleName="worker", PolicyName="more", PolicyDocument=document)

    assert f"iam:CreateRole on resource: arn:aws:iam::{ACCOUNT}:role/free" in told


def test_a_resource_is_told_from_its_neighbour(account):
    """Buckets by name and keys by their tags; the neighbour is refused."""
    account.allow("kms:*", "s3:*")
    tags = [{"TagKey": "stack", "TagValue": "dev"}]
    its = account.client("kms").create_key(Tags=tags)["KeyMetadata"]["KeyId"]
    other = account.client("kms").create_key()["KeyMetadata"]["KeyId"]
    account.allow("kms:DescribeKey", condition={"StringEquals": {"aws:ResourceTag/stack": "dev"}})
    kms = account.client("kms")
    kms.describe_key(KeyId=its)
    denied(kms.describe_key, KeyId=other)
    account.allow("kms:Encrypt", "kms:Decrypt", condition={"StringEquals": {"aws:ResourceTag/stack": "dev"}})
    blob = kms.encrypt(KeyId=its, Plaintext=b"x")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    denied(kms.encrypt, KeyId=other, Plaintext=b"x")
    account.allow("kms:CreateAlias", resource=f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/mine")
    kms.create_alias(AliasName="alias/mine", TargetKeyId=its)
    denied(kms.create_alias, AliasName="alias/yours", TargetKeyId=its)
    account.allow("s3:CreateBucket", resource="arn:aws:s3:::mine-*")
    where = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    account.client("s3").create_bucket(Bucket="mine-a", **where)

    assert "arn:aws:s3:::yours-a" in denied(account.client("s3").create_bucket, Bucket="yours-a", **where)


def test_nobody_else_is_judged(account):
    """Other roles pass, and what they call isn't noted; asking who one is needs no right."""
    account.allow("kms:CreateKey")
    before = account.calls()
    account.running.session(ACCOUNT, REGION).client("athena").list_work_groups()
    account.client("sts").get_caller_identity()

    assert before == account.calls()
