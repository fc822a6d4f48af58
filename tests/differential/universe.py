"""
What generated cases are about: principals, actions with their resources, and condition keys with plausible values.

Every condition key is one that AWS sends with the action; the simulator sets others aside, and the test asserts that
it never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

HOME = "111111111111"
AWAY = "222222222222"
ELSEWHERE = "333333333333"
ORGANIZATION = "o-aaaaaaaaaa"
LEVELS = ("r-aaaa", "ou-aaaa-aaaaaaaa", HOME)


class Shape(Enum):
    """What the values of a condition key look like, which decides the operators that make sense on it."""

    TEXT = "text"
    ARN = "arn"
    BOOL = "bool"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    BINARY = "binary"


@dataclass(frozen=True)
class Key:
    """A condition key: `values` are those a request may carry; `several` says whether it carries a list of them."""

    name: str
    shape: Shape
    values: tuple[str, ...]
    several: bool = False


@dataclass(frozen=True)
class Target:
    """An action, resources it works on (`{account}` for the account that holds them), and its own condition keys."""

    action: str
    resources: tuple[str, ...]
    keys: tuple[Key, ...] = ()
    weight: int = 1
    lacking: frozenset[str] = frozenset()
    """Keys that requests otherwise carry."""

    @property
    def service(self) -> str:
        return self.action.partition(":")[0]

    @property
    def knows_resources(self) -> bool:
        return self.resources != ("*",)


@dataclass(frozen=True)
class Caller:
    """A principal: what a request says, and how a policy may name it, from its account to itself."""

    kind: str
    arn: str
    account: str | None = None
    names: tuple[str, ...] = ()
    context_arn: str | None = None

    @property
    def has_role(self) -> bool:
        return self.kind in {"role", "session"}


def _session(account: str, role: str, session: str, path: str = "") -> Caller:
    role_arn = f"arn:aws:iam::{account}:role/{path}{role}"
    arn = f"arn:aws:sts::{account}:assumed-role/{role}/{session}"
    return Caller("session", arn, account, (f"arn:aws:iam::{account}:root", role_arn, arn), role_arn)


def _role(account: str, role: str) -> Caller:
    arn = f"arn:aws:iam::{account}:role/{role}"
    return Caller("role", arn, account, (f"arn:aws:iam::{account}:root", arn), arn)


def _user(account: str, user: str) -> Caller:
    arn = f"arn:aws:iam::{account}:user/{user}"
    return Caller("user", arn, account, (f"arn:aws:iam::{account}:root", arn), arn)


def _federated_user(account: str, user: str) -> Caller:
    arn = f"arn:aws:sts::{account}:federated-user/{user}"
    behind = f"arn:aws:iam::{account}:user/{user}"
    return Caller("federated user", arn, account, (f"arn:aws:iam::{account}:root", behind, arn), arn)


SESSIONS = (
    _session(HOME, "tenant-role", "tenant1"),
    _session(HOME, "tenant-role", "s-2"),
    _session(HOME, "analyst", "alice@example.com"),
    _session(HOME, "etl", "job-7", path="service/"),
)
ROLES = (_role(HOME, "tenant-role"), _role(HOME, "analyst"), _role(HOME, "lake/registration"))
USERS = (_user(HOME, "alice"), _user(HOME, "team/bob"))
FEDERATED_USERS = (_federated_user(HOME, "alice"),)
SERVICES = tuple(
    Caller("service", name)
    for name in ("athena.amazonaws.com", "cloudtrail.amazonaws.com", "glue.amazonaws.com", "s3.amazonaws.com")
)
ANONYMOUS = (Caller("anonymous", "anonymous"),)
ROOT = (Caller("root", f"arn:aws:iam::{HOME}:root", HOME, (f"arn:aws:iam::{HOME}:root",), f"arn:aws:iam::{HOME}:root"),)
SERVICE_LINKED = (
    Caller(
        "session",
        f"arn:aws:sts::{HOME}:assumed-role/AWSServiceRoleForLakeFormationDataAccess/AWSLF",
        HOME,
        (
            f"arn:aws:iam::{HOME}:root",
            f"arn:aws:iam::{HOME}:role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess",
        ),
        f"arn:aws:iam::{HOME}:role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess",
    ),
)
STRANGERS = (
    f"arn:aws:iam::{AWAY}:root",
    f"arn:aws:iam::{HOME}:role/other",
    f"arn:aws:iam::{HOME}:user/carol",
    f"arn:aws:iam::{ELSEWHERE}:role/tenant-role",
    f"arn:aws:sts::{HOME}:assumed-role/tenant-role/other",
    ELSEWHERE,
)

TENANTS = ("tenant1", "tenant2", "Tenant1", "tenant10")
PATHS = (
    f"{ORGANIZATION}/r-aaaa/ou-aaaa-aaaaaaaa/",
    f"{ORGANIZATION}/r-aaaa/ou-aaaa-bbbbbbbb/",
    f"{ORGANIZATION}/r-aaaa/ou-aaaa-aaaaaaaa/ou-aaaa-cccccccc/",
    "o-bbbbbbbbbb/r-bbbb/ou-bbbb-aaaaaaaa/",
)
_FLAG = ("true", "false")
_SERVICES_CALLED = ("athena.amazonaws.com", "glue.amazonaws.com", "cloudformation.amazonaws.com")
_DATES = (
    "2025-01-01T00:00:00Z",
    "2025-06-30T12:30:00Z",
    "2026-03-01T08:15:30Z",
    "2026-12-31T23:59:59Z",
)

TENANT_TAG = Key("aws:PrincipalTag/tenant_id", Shape.TEXT, TENANTS)
GLOBAL_KEYS = (
    TENANT_TAG,
    Key("aws:PrincipalTag/team", Shape.TEXT, ("blue", "red", "blue team", "sales/eu")),
    Key("aws:PrincipalTag/digest", Shape.BINARY, ("aGVsbG8=", "d29ybGQ=", "bGFrZQ==")),
    Key("aws:PrincipalOrgID", Shape.TEXT, (ORGANIZATION, "o-bbbbbbbbbb")),
    Key("aws:PrincipalOrgPaths", Shape.TEXT, PATHS, several=True),
    Key("aws:CalledVia", Shape.TEXT, _SERVICES_CALLED, several=True),
    Key("aws:SourceVpce", Shape.TEXT, ("vpce-0a", "vpce-0b", "vpce-1a2b")),
    Key("aws:SourceVpc", Shape.TEXT, ("vpc-0a", "vpc-0b")),
    Key("aws:RequestedRegion", Shape.TEXT, ("eu-west-1", "eu-central-1", "us-east-1")),
    Key("aws:ResourceAccount", Shape.TEXT, (HOME, AWAY)),
    Key("aws:ResourceOrgID", Shape.TEXT, (ORGANIZATION, "o-bbbbbbbbbb")),
    Key("aws:SourceAccount", Shape.TEXT, (HOME, AWAY)),
    Key("aws:SourceArn", Shape.ARN, (f"arn:aws:cloudtrail:eu-west-1:{HOME}:trail/a", f"arn:aws:s3:::lake-{AWAY}")),
    Key("aws:userid", Shape.TEXT, ("AROAEXAMPLE:tenant1", "AIDAEXAMPLE")),
    Key("aws:UserAgent", Shape.TEXT, ("aws-cli/2.15", "Boto3/1.44", "Athena")),
    Key("aws:SecureTransport", Shape.BOOL, _FLAG),
    Key("aws:ViaAWSService", Shape.BOOL, _FLAG),
    Key("aws:MultiFactorAuthPresent", Shape.BOOL, _FLAG),
    Key("aws:PrincipalIsAWSService", Shape.BOOL, _FLAG),
    Key("aws:MultiFactorAuthAge", Shape.NUMBER, ("0", "60", "3600", "86400")),
    Key("aws:CurrentTime", Shape.DATE, _DATES),
    Key("aws:TokenIssueTime", Shape.DATE, _DATES),
    Key("aws:SourceIp", Shape.ADDRESS, ("203.0.113.7", "198.51.100.200", "10.1.2.3", "2001:db8::1")),
    Key("aws:VpcSourceIp", Shape.ADDRESS, ("10.0.0.5", "10.1.255.1", "172.16.4.4")),
)

_OBJECT_TAG = Key("s3:ExistingObjectTag/classification", Shape.TEXT, ("public", "internal", "restricted"))
_TLS = Key("s3:TlsVersion", Shape.NUMBER, ("1.1", "1.2", "1.3"))
_SIGNATURE_AGE = Key("s3:signatureAge", Shape.NUMBER, ("500", "60000", "600000"))
_PREFIX = Key("s3:prefix", Shape.TEXT, ("", "tenant1/", "tenant2/", "what?/$", "tenant1/a/", "shared/"))
_MAX_KEYS = Key("s3:max-keys", Shape.NUMBER, ("1", "10", "1000"))
_ENCRYPTION = Key("s3:x-amz-server-side-encryption", Shape.TEXT, ("aws:kms", "AES256"))
_ACL = Key("s3:x-amz-acl", Shape.TEXT, ("bucket-owner-full-control", "private", "public-read"))
_VIA_SERVICE = Key("kms:ViaService", Shape.TEXT, ("s3.eu-west-1.amazonaws.com", "athena.eu-west-1.amazonaws.com"))
_CONTEXT_KEYS = Key("kms:EncryptionContextKeys", Shape.TEXT, ("aws:s3:arn", "tenant"), several=True)
_ALIASES = Key("kms:ResourceAliases", Shape.TEXT, ("alias/lake", "alias/lake-dev", "alias/other"), several=True)
_RESOURCE_TAG = Key("aws:ResourceTag/tenant_id", Shape.TEXT, TENANTS)
_REQUEST_TAG = Key("aws:RequestTag/tenant_id", Shape.TEXT, TENANTS)
_TAG_KEYS = Key("aws:TagKeys", Shape.TEXT, ("tenant_id", "team", "cost-center"), several=True)
_TRANSITIVE = Key("sts:TransitiveTagKeys", Shape.TEXT, ("tenant_id", "team"), several=True)
_EXTERNAL_ID = Key("sts:ExternalId", Shape.TEXT, ("x-1", "x-2"))
_SESSION_NAME = Key("sts:RoleSessionName", Shape.TEXT, ("tenant1", "tenant2", "alice"))
_LEADING_KEYS = Key("dynamodb:LeadingKeys", Shape.TEXT, TENANTS, several=True)

_OBJECTS = (
    "arn:aws:s3:::lake/tenant1/x",
    "arn:aws:s3:::lake/tenant2/a/b/c.parquet",
    "arn:aws:s3:::lake/shared/2026/$total?.csv",
    "arn:aws:s3:::lake-evil/tenant1/x",
    "arn:aws:s3:::lake/blue team/plan (1).txt",
)
_BUCKETS = ("arn:aws:s3:::lake", "arn:aws:s3:::lake-evil")
_KEYS = (
    "arn:aws:kms:eu-west-1:{account}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "arn:aws:kms:eu-central-1:{account}:key/mrk-1234abcd12ab34cd56ef1234567890ab",
)
_ASSUMABLE = ("arn:aws:iam::{account}:role/tenant-role", "arn:aws:iam::{account}:role/team/blue")
_TABLES = (
    "arn:aws:glue:eu-west-1:{account}:table/crm/orders",
    "arn:aws:glue:eu-west-1:{account}:table/tenant1/events",
)

TARGETS = (
    Target("s3:GetObject", _OBJECTS, (_OBJECT_TAG, _TLS, _SIGNATURE_AGE), 12),
    Target("s3:PutObject", _OBJECTS, (_ENCRYPTION, _ACL, _TLS), 6),
    Target("s3:DeleteObject", _OBJECTS, (_TLS,), 2),
    Target("s3:GetObjectVersion", _OBJECTS, (_OBJECT_TAG,), 2),
    Target("s3:ListBucket", _BUCKETS, (_PREFIX, _MAX_KEYS, _TLS), 5),
    Target("s3:GetBucketPolicy", _BUCKETS, (_TLS,), 1),
    Target("s3:PutBucketPolicy", _BUCKETS, (_TLS,), 1),
    Target("s3:ListAllMyBuckets", ("*",), (_TLS,), 1),
    Target("kms:Decrypt", _KEYS, (_VIA_SERVICE, _CONTEXT_KEYS, _ALIASES, _RESOURCE_TAG), 7),
    Target("kms:GenerateDataKey", _KEYS, (_VIA_SERVICE, _CONTEXT_KEYS, _ALIASES), 4),
    Target("kms:DescribeKey", _KEYS, (_ALIASES, _RESOURCE_TAG), 1),
    Target("kms:PutKeyPolicy", _KEYS, (_ALIASES,), 1),
    Target("kms:CreateAlias", ("arn:aws:kms:eu-west-1:{account}:alias/lake",), (), 1),
    Target("kms:ListKeys", ("*",), (), 1),
    Target("sts:AssumeRole", _ASSUMABLE, (_EXTERNAL_ID, _SESSION_NAME, _REQUEST_TAG, _TAG_KEYS, _TRANSITIVE), 7),
    Target("sts:TagSession", _ASSUMABLE, (_REQUEST_TAG, _TAG_KEYS, _TRANSITIVE), 2),
    Target("sts:GetCallerIdentity", ("*",), (), 1),
    Target("iam:PassRole", _ASSUMABLE, (Key("iam:PassedToService", Shape.TEXT, _SERVICES_CALLED),), 2),
    Target("iam:GetRole", _ASSUMABLE, (_RESOURCE_TAG,), 1),
    Target("iam:PutRolePolicy", _ASSUMABLE, (), 1),
    Target(
        "iam:UpdateAssumeRolePolicy",
        (f"arn:aws:iam::{HOME}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Reader_0a", *_ASSUMABLE),
        (_RESOURCE_TAG,),
    ),
    Target("iam:CreatePolicyVersion", ("arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::{account}:policy/own")),
    Target("iam:ListRoles", ("*",), (), 1),
    Target("glue:GetTable", _TABLES, (), 3),
    Target("glue:GetDatabase", ("arn:aws:glue:eu-west-1:{account}:database/crm",), (), 2),
    Target("glue:StartJobRun", ("arn:aws:glue:eu-west-1:{account}:job/nightly",), (_RESOURCE_TAG,), 1),
    Target("lakeformation:GetDataAccess", ("*",), (), 3),
    Target(
        "athena:StartQueryExecution",
        (
            "arn:aws:athena:eu-west-1:{account}:workgroup/analysts",
            "arn:aws:athena:eu-west-1:{account}:workgroup/tenant1",
        ),
        (_RESOURCE_TAG,),
        2,
    ),
    Target("dynamodb:GetItem", ("arn:aws:dynamodb:eu-west-1:{account}:table/orders",), (_LEADING_KEYS,), 2),
    Target("sqs:SendMessage", ("arn:aws:sqs:eu-west-1:{account}:dropzone",), (_RESOURCE_TAG,), 2),
    Target("sns:Publish", ("arn:aws:sns:eu-west-1:{account}:alerts",), (), 1),
    Target(
        "secretsmanager:GetSecretValue",
        ("arn:aws:secretsmanager:eu-west-1:{account}:secret:db/tenant1-AbCdEf",),
        (Key("secretsmanager:VersionStage", Shape.TEXT, ("AWSCURRENT", "AWSPREVIOUS")),),
        2,
    ),
    Target("lambda:InvokeFunction", ("arn:aws:lambda:eu-west-1:{account}:function:broker",), (), 1),
    Target("logs:PutLogEvents", ("arn:aws:logs:eu-west-1:{account}:log-group:/lake/audit:log-stream:a/b",), (), 1),
    Target(
        "rds-db:connect",
        ("arn:aws:rds-db:eu-west-1:{account}:dbuser:cluster-ABC/tenant1",),
        weight=2,
        # D1-3
        lacking=frozenset({"aws:SourceIp", "aws:SourceVpc", "aws:SourceVpce", "aws:VpcSourceIp", "aws:UserAgent"}),
    ),
    Target("ec2:DescribeInstances", ("*",), (), 1),
)
UNDER_RESOURCE_CONTROL = frozenset({"s3", "sts", "kms", "sqs", "secretsmanager", "dynamodb", "logs"})
"""Services in `TARGETS` that resource control policies apply to (A12-3)."""
