"""Ways around a rule that are no ways around it, each beside the twin that the rule accepts."""

import json

import pytest

from policies.pack import RULES
from policies.resources import UNKNOWN, Resource, Resources
from policies.rule import ResourceRule
from policies.stack import Stack

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY = "aws:kms/key:Key"
LOCATION = "aws:lakeformation/resource:Resource"
SETTINGS = "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings"
TABLE = "aws:glue/catalogTable:CatalogTable"
TRAIL = "aws:cloudtrail/trail:Trail"

ACCOUNT = "100000000001"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
NAME = "acme-curated"
ALL_FOUR = dict.fromkeys(("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"), True)


def resource(resource_type, name, /, **properties):
    return Resource(urn=f"urn::{resource_type}::{name}", type=resource_type, name=name, properties=properties)


def found(rule_id, *resources, config=None):
    """The names of the resources that a rule finds fault with, sorted."""
    (rule,) = (rule for rule in RULES if rule.id == rule_id)
    if isinstance(rule, ResourceRule):
        return sorted({one.name for one in resources for _ in rule.check(one)})
    return sorted({one.name for one, _ in rule.check(Resources(resources, Stack(config or {})))})


def bucket(zone="curated"):
    return resource(BUCKET, "bucket", bucket=NAME, tags={"lakeward:zone": zone})


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def statement(principal, actions, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", **more}


def deny_plain_http(arn=f"arn:aws:s3:::{NAME}"):
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


@pytest.mark.parametrize("rule", ["AUD001", "ENC001", "ENC002", "SHR003"])
@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        pytest.param((), [], id="logs"),
        pytest.param(
            (resource(LOCATION, "l", arn=f"arn:aws:s3:::{NAME}/x", roleArn=READER),), ["bucket"], id="location"
        ),
        pytest.param(
            (resource(TABLE, "t", storageDescriptor={"location": f"s3://{NAME}/x/"}),), ["bucket"], id="table"
        ),
    ],
)
def test_tag_of_logs_hides_no_data(rule, beside, expected):
    """A bucket tagged as one of logs is classified all the same where a location or a table stands in it."""
    assert found(rule, bucket("logs"), *beside) == expected


@pytest.mark.parametrize("zone", ["logs", "curated"])
def test_service_linked_role_reads_no_location(zone):
    """Registering a bucket makes it one of data, whatever its tag says."""
    location = resource(LOCATION, "location", arn=f"arn:aws:s3:::{NAME}", useServiceLinkedRole=True)

    assert found("LF005", bucket(zone), location) == ["location"]


def test_second_setting_of_a_bucket_undoes_the_first():
    """Of two resources that set the same thing on one bucket the last one written stands."""
    block, open_block = (
        resource(BLOCK, name, bucket=NAME, **{**ALL_FOUR, "restrictPublicBuckets": restricted})
        for name, restricted in (("block", True), ("open", False))
    )
    policy, empty = (
        resource(POLICY, name, bucket=NAME, policy=document(*statements))
        for name, statements in (("policy", [deny_plain_http()]), ("empty", []))
    )
    encrypted, plain = (
        resource(ENCRYPTION, name, bucket=NAME, rules=[{"applyServerSideEncryptionByDefault": default}])
        for name, default in (
            ("encrypted", {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "key"}),
            ("plain", {"sseAlgorithm": "AES256"}),
        )
    )

    assert found("SHR003", bucket(), block) == []
    assert found("SHR003", bucket(), block, open_block) == ["bucket"]
    assert found("ENC002", bucket(), policy) == []
    assert found("ENC002", bucket(), policy, empty) == ["bucket"]
    assert found("ENC001", bucket(), encrypted) == []
    assert found("ENC001", bucket(), encrypted, plain) == ["bucket"]


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_rules_read_arns_of_every_partition(partition):
    """A lake in another partition breaks no rule by the spelling of its ARNs."""
    arn = f"arn:{partition}:s3:::{NAME}"
    policy = resource(POLICY, "policy", bucket=NAME, policy=document(deny_plain_http(arn)))
    data = [{"type": "AWS::S3::Object", "values": [f"{arn}/"]}]
    trail = resource(TRAIL, "trail", eventSelectors=[{"dataResources": data}])

    assert found("ENC002", bucket(), policy) == []
    assert found("AUD001", bucket(), trail) == []


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        pytest.param([{"field": "resources.ARN", "startsWiths": [f"arn:aws:s3:::{NAME}/"]}], [], id="the-bucket"),
        pytest.param([], [], id="every-bucket"),
        pytest.param(
            [
                {
                    "field": "resources.ARN",
                    "startsWiths": [f"arn:aws:s3:::{NAME}/"],
                    "notStartsWiths": [f"arn:aws:s3:::{NAME}/orders/"],
                }
            ],
            ["bucket"],
            id="all-but-a-prefix",
        ),
        pytest.param(
            [
                {"field": "resources.ARN", "notEndsWiths": [".parquet"]},
                {"field": "resources.ARN", "startsWiths": [f"arn:aws:s3:::{NAME}/"]},
            ],
            ["bucket"],
            id="twice-the-field",
        ),
        pytest.param([{"field": "readOnly", "equals": ["false"]}], ["bucket"], id="writes-only"),
    ],
)
def test_data_events_with_a_gap_are_none(selectors, expected):
    """A selector that leaves some objects or requests out doesn't record who reads the bucket."""
    fields = [
        {"field": "eventCategory", "equals": ["Data"]},
        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
        *selectors,
    ]
    trail = resource(TRAIL, "trail", advancedEventSelectors=[{"fieldSelectors": fields}])

    assert found("AUD001", bucket(), trail) == expected


ADMINISTRATION = statement({"AWS": f"arn:aws:iam::{ACCOUNT}:role/administrator"}, ["kms:PutKeyPolicy"])
USE = statement({"AWS": READER}, ["kms:Decrypt"])


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param(document(ADMINISTRATION, USE), [], id="apart"),
        pytest.param(document(ADMINISTRATION), [], id="administration-only"),
        pytest.param(json.dumps({"Statement": statement({"AWS": READER}, "kms:*")}), ["key"], id="one-statement"),
        pytest.param(document(statement({"AWS": READER}, "KMS:*")), ["key"], id="letter-case"),
        pytest.param(document(statement({"AWS": [READER]}, "*")), ["key"], id="every-action"),
        pytest.param(document(USE, statement("*", "kms:Put*")), ["key"], id="everyone-administers"),
        pytest.param(
            document({key: value for key, value in {**USE, "NotAction": "kms:List*"}.items() if key != "Action"}),
            ["key"],
            id="not-action",
        ),
        pytest.param(
            document(USE, statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "kms:PutKeyPolicy")),
            ["key"],
            id="their-account-administers",
        ),
        pytest.param(
            document(USE, statement({"AWS": ACCOUNT}, "kms:PutKeyPolicy")), ["key"], id="their-account-by-digits"
        ),
        pytest.param(
            document(USE, statement({"AWS": "arn:aws:iam::100000000002:root"}, "kms:PutKeyPolicy")),
            [],
            id="another-account-administers",
        ),
    ],
)
def test_users_of_a_key_administer_it_by_no_spelling(policy, expected):
    """Whoever uses the key may change it neither by a wildcard, an exclusion, nor through their account."""
    assert found("ENC003", resource(KEY, "key", policy=policy)) == expected


@pytest.mark.parametrize(
    ("resource_type", "properties", "expected"),
    [
        pytest.param("aws:sns/topicPolicy:TopicPolicy", {"policy": UNKNOWN}, ["x"], id="policy-of-an-unlisted-type"),
        pytest.param("aws:sns/topicPolicy:TopicPolicy", {"policy": "{}", "arn": UNKNOWN}, [], id="plain-reference"),
        pytest.param(SETTINGS, {"dataLakeAdmins": [UNKNOWN]}, ["x"], id="administrator"),
        pytest.param(SETTINGS, {"dataLakeAdmins": [READER]}, [], id="known-administrator"),
        pytest.param("aws:kms/alias:Alias", {"name": UNKNOWN}, ["x"], id="alias-that-policies-name"),
        pytest.param("aws:kms/alias:Alias", {"name": "alias/a", "targetKeyId": UNKNOWN}, [], id="key-of-an-alias"),
    ],
)
def test_unknown_hides_in_no_other_type(resource_type, properties, expected):
    """What decides access is governed on types that nobody listed, and on the project's own."""
    assert found("GEN001", resource(resource_type, "x", **properties)) == expected


def test_official_settings_close_nothing():
    """The provider's own settings resource can't say "nothing by default", so declaring it isn't enough."""
    official = resource("aws:lakeformation/dataLakeSettings:DataLakeSettings", "official", admins=[READER])
    closed = {"createDatabaseDefaultPermissions": [], "createTableDefaultPermissions": []}

    assert found("LF001", official) == ["official"]
    assert found("LF001", resource(SETTINGS, "own", **closed)) == []


# --- Documents ------------------------------------------------------------------------------------------------------

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"


def allowing(**elements):
    return document({"Sid": "S", "Effect": "Allow", "Action": "glue:GetTable", "Resource": "*", **elements})


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({}, []),
        ({"Action": ["s3:GetObject", "athena:Get*"]}, []),
        ({"Action": "*"}, ["x"]),
        ({"Action": ["glue:GetTable", "S3:*"]}, ["x"]),
        ({"Action": "s3:**"}, ["x"]),
        ({"Action": "s*:*"}, ["x"]),
        ({"Action": "?3:?*"}, ["x"]),
        ({"Action": None, "NotAction": "iam:*"}, ["x"]),
        ({"Resource": None, "NotResource": "arn:aws:s3:::one"}, ["x"]),
        ({"Effect": "Deny", "Action": "*"}, []),
    ],
    ids=str,
)
@pytest.mark.parametrize("inline", [False, True], ids=["policy", "inline"])
def test_everything_is_allowed_by_no_spelling(elements, expected, inline):
    """Letter case, doubled wildcards, exceptions and a policy inside the role say the same thing."""
    text = allowing(**{name: value for name, value in elements.items() if value is not None})
    if None in elements.values():
        stated = json.loads(text)
        for name, value in elements.items():
            if value is None:
                del stated["Statement"][0][name]
        text = json.dumps(stated)
    held = {"inlinePolicies": [{"name": "p", "policy": text}]} if inline else {"policy": text}

    assert found("IAM002", resource(ROLE if inline else ROLE_POLICY, "x", **held)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, []),
        ({"ForAnyValue:StringEquals": {"AWS:principalorgid": "o-1"}}, ["x"]),
        ({"StringEquals": {"aws:TagKeys": "tenant_id"}}, ["x"]),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "tenant_id"}}, []),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "tenant_id"}}, ["x"]),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "tenant_id"}, "Null": {"aws:TagKeys": "true"}}, ["x"]),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "tenant_id"}, "Null": {"aws:TagKeys": "false"}}, []),
    ],
    ids=str,
)
def test_operator_of_the_other_kind_is_seen_in_every_spelling(condition, expected):
    """Keys are compared ignoring letter case, and `ForAllValues` needs the key to be there (A6-2)."""
    assert found("IAM003", resource(ROLE_POLICY, "x", policy=allowing(Condition=condition))) == expected


@pytest.mark.parametrize(
    ("principal", "condition", "expected"),
    [
        (READER, {}, []),
        (f"arn:aws:iam::{ACCOUNT}:root", {}, ["x"]),
        (ACCOUNT, {}, ["x"]),
        (ACCOUNT, {"StringEquals": {"sts:ExternalId": "partner"}}, []),
        (ACCOUNT, {"StringEqualsIfExists": {"sts:ExternalId": "partner"}}, ["x"]),
        (ACCOUNT, {"StringLike": {"sts:ExternalId": "*"}}, ["x"]),
        (ACCOUNT, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/data/*"}}, []),
        (ACCOUNT, {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/*"}}, ["x"]),
        (ACCOUNT, {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:*"}}, ["x"]),
    ],
    ids=str,
)
def test_account_takes_a_role_under_no_pretext(principal, condition, expected):
    """A condition that everyone meets, or that whoever leaves the key out meets, names nobody."""
    trust = document(
        {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole", "Condition": condition}
    )

    assert found("IAM004", resource(ROLE, "x", assumeRolePolicy=trust)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:SourceAccount": ACCOUNT}}, []),
        ({"StringEquals": {"aws:SourceOrgID": "o-1aaaaaaaaa"}}, []),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-1aaaaaaaaa/r-1/*"}}, []),
        ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "*/ou-1/*"}}, ["x"]),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}}, []),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-raw"}}, []),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}, ["x"]),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:*:trail/audit"}}, ["x"]),
        ({"StringLike": {"aws:SourceAccount": "1*"}}, ["x"]),
        ({"StringLike": {"aws:SourceAccount": [ACCOUNT, "*"]}}, ["x"]),
        ({"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}}, ["x"]),
        ({"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}, ["x"]),
        ({}, ["x"]),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", [KEY, POLICY, "aws:sqs/queuePolicy:QueuePolicy"])
def test_service_is_bound_by_nothing_that_others_meet(kind, condition, expected):
    """A pattern, an exclusion or a missing key is met by another customer's request, too."""
    held = statement({"Service": "cloudtrail.amazonaws.com"}, "sns:Publish", Condition=condition)

    assert found("SHR006", resource(kind, "x", policy=document(held))) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}, ["x"]),
        ({"StringNotEqualsIfExists": {"S3:X-Amz-Server-Side-Encryption": "aws:kms"}}, ["x"]),
        ({"Null": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "true"}}, ["x"]),
        ({"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}}, []),
        (
            {
                "StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"},
                "Null": {"s3:x-amz-server-side-encryption": "false"},
            },
            [],
        ),
    ],
    ids=str,
)
def test_denial_that_fires_on_a_missing_header_is_seen(condition, expected):
    """`IfExists` doesn't help a negated operator (A4-5), and asking for `Null` of `true` says it outright."""
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*", "Condition": condition}

    assert found("ENC006", resource(POLICY, "x", policy=document(denial))) == expected


# --- Single settings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [True, "true", UNKNOWN])
@pytest.mark.parametrize(
    ("rule", "kind", "name"),
    [
        ("LF014", SETTINGS, "allowFullTableExternalDataAccess"),
        ("LF014", "aws:lakeformation/dataLakeSettings:DataLakeSettings", "allowExternalDataFiltering"),
        ("LF015", LOCATION, "hybridAccessEnabled"),
        ("LF015", LOCATION, "withPrivilegedAccess"),
    ],
)
def test_opening_setting_is_seen_as_text_and_unknown_too(rule, kind, name, value):
    """What isn't surely off is on."""
    assert found(rule, resource(kind, "x", **{name: value})) == ["x"]
    assert found(rule, resource(kind, "x", **{name: False})) == []


@pytest.mark.parametrize("enforced", [False, "false", UNKNOWN])
def test_workgroup_that_does_not_surely_enforce_is_refused(enforced):
    """AWS enforces by default; anything but that must be said."""
    results = {
        "outputLocation": "s3://acme-query-results/x/",
        "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": UNKNOWN},
    }
    kind = "aws:athena/workgroup:Workgroup"

    assert found("ENC007", resource(kind, "x", configuration={"resultConfiguration": results})) == []
    refused = {"enforceWorkgroupConfiguration": enforced, "resultConfiguration": results}
    assert found("ENC007", resource(kind, "x", configuration=refused)) == ["x"]
    assert found("ENC007", resource(kind, "x")) == ["x"]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"enableKeyRotation": True}, []),
        ({"enableKeyRotation": True, "deletionWindowInDays": 30}, []),
        ({"enableKeyRotation": True, "deletionWindowInDays": 7}, ["x"]),
        ({"enableKeyRotation": UNKNOWN}, ["x"]),
        ({}, ["x"]),
        ({"customerMasterKeySpec": "RSA_4096"}, []),
    ],
    ids=str,
)
def test_key_rotates_surely_where_it_can(properties, expected):
    """KMS rotates symmetric keys only; seven days are over before anyone is back."""
    assert found("ENC004", resource(KEY, "x", **properties)) == expected


SECRETS = {
    "a-tag": {"tags": {"note": "AKIAIOSFODNN7EXAMPLE"}},
    "in-a-document": {"policy": json.dumps({"note": "-----BEGIN RSA PRIVATE KEY-----"})},
    "in-an-address": {"environment": {"variables": {"DSN": "postgresql://app:secret@db/lake"}}},
    "by-its-name": {"environment": {"variables": {"PARTNER_API_KEY": "x"}}},
    "a-password": {"masterPassword": "x"},
}


@pytest.mark.parametrize("properties", SECRETS.values(), ids=SECRETS)
def test_secret_is_seen_wherever_it_stands_and_never_shown(properties):
    """The message says where and what kind of thing it is, and holds nothing of it."""
    (rule,) = (rule for rule in RULES if rule.id == "GEN002")
    (message,) = rule.check(resource("aws:lambda/function:Function", "x", **properties))

    assert not [text for text in ("AKIA", "BEGIN", "secret@", "`x`") if text in message]


@pytest.mark.parametrize(
    "variables",
    [
        {"SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:100000000001:secret:x"},
        {"PASSWORD": "arn:aws:secretsmanager:eu-west-1:100000000001:secret:x"},
        {"PASSWORD": ""},
        {"URL": "https://login.acme.example/keys.json"},
    ],
    ids=str,
)
def test_place_of_a_secret_is_none(variables):
    """Who says where a secret is gives nothing away."""
    function = resource("aws:lambda/function:Function", "x", environment={"variables": variables})

    assert found("GEN002", function) == []


# --- Settings of a bucket, and what exists once ---------------------------------------------------------------------

OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


@pytest.mark.parametrize(
    ("rule", "kind", "good", "bad"),
    [
        (
            "SHR007",
            OWNERSHIP,
            {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
            {"rule": {"objectOwnership": UNKNOWN}},
        ),
        (
            "ENC005",
            VERSIONING,
            {"versioningConfiguration": {"status": "Enabled"}},
            {"versioningConfiguration": {"status": "Suspended"}},
        ),
        (
            "COST001",
            LIFECYCLE,
            {"rules": [{"status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}]},
            {
                "rules": [
                    {
                        "status": "Enabled",
                        "filter": {"prefix": "tmp/"},
                        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                    }
                ]
            },
        ),
    ],
)
def test_second_setting_undoes_the_first(rule, kind, good, bad):
    """Of two settings the last one written stands, so every one must be right; none is none."""
    first, second = (resource(kind, name, bucket=NAME, **properties) for name, properties in (("a", good), ("b", bad)))

    assert found(rule, bucket(), first) == []
    assert found(rule, bucket(), first, second) == ["bucket"]
    assert found(rule, bucket()) == ["bucket"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tableWithColumns": {"databaseName": "d", "name": "other", "columnNames": ["a"]}}, []),
        ({"principal": f"{READER}-2"}, []),
        ({"tableWithColumns": {"databaseName": "d", "name": "t", "columnNames": ["b"]}}, ["second"]),
        ({"tableWithColumns": {"databaseName": "d", "name": "t", "wildcard": True}}, ["second"]),
        ({"permissions": ["INSERT"]}, ["second"]),
    ],
    ids=str,
)
def test_second_grant_is_one_by_whatever_columns_or_rights(changes, expected):
    """Rights and columns are what a grant holds, not what it is on."""
    on = {"databaseName": "d", "name": "t", "columnNames": ["a"]}
    properties = {"principal": READER, "permissions": ["SELECT"], "tableWithColumns": on}
    kind = "aws:lakeformation/permissions:Permissions"
    grants = (resource(kind, "first", **properties), resource(kind, "second", **{**properties, **changes}))

    assert found("LF009", *grants) == expected


# --- Who can do what ------------------------------------------------------------------------------------------------

LAKE_TYPE = "lake:stack:Lake"
GRANT = "aws:lakeformation/permissions:Permissions"


def urn(resource_type, name):
    return f"urn:pulumi:dev::p::{resource_type}::{name}"


def declared(resource_type, name, /, **properties):
    return Resource(urn=urn(resource_type, name), type=resource_type, name=name, properties=properties)


def people(*, zone=None, bucket_zone="curated", reader=None, deployer="deployer", tags=(("classification", "pii"),)):
    """A table of people with one column, granted to one reader; `tags` are the table's, which columns inherit."""
    table_tags = [{"key": key, "value": value} for key, value in (*tags, *((("zone", zone),) if zone else ()))]
    trust = {"Effect": "Allow", "Principal": reader or {"AWS": f"arn:aws:iam::{ACCOUNT}:role/lead"}}
    return [
        declared(
            LAKE_TYPE,
            "lake",
            account=ACCOUNT,
            region="eu-west-1",
            deployer=f"arn:aws:iam::{ACCOUNT}:role/{deployer}",
        ),
        declared(SETTINGS, "settings", createDatabaseDefaultPermissions=[], createTableDefaultPermissions=[]),
        declared("aws:glue/catalogDatabase:CatalogDatabase", "d", name="d"),
        declared(BUCKET, "bucket", bucket=NAME, tags={"lakeward:zone": bucket_zone}),
        declared(LOCATION, "location", arn=f"arn:aws:s3:::{NAME}", roleArn=f"arn:aws:iam::{ACCOUNT}:role/registration"),
        declared(
            TABLE,
            "t",
            databaseName="d",
            name="t",
            storageDescriptor={"location": f"s3://{NAME}/t/", "columns": [{"name": "email", "type": "string"}]},
        ),
        declared(
            "aws:lakeformation/resourceLfTags:ResourceLfTags",
            "tags",
            table={"databaseName": "d", "name": "t"},
            lfTags=table_tags,
        ),
        declared(GRANT, "grant", principal=READER, permissions=["SELECT"], table={"databaseName": "d", "name": "t"}),
        declared(ROLE, "reader", name="reader", assumeRolePolicy=document({**trust, "Action": "sts:AssumeRole"})),
        declared(
            ROLE_POLICY,
            "policy",
            role="reader",
            policy=allowing(Action=["glue:GetTable", "lakeformation:GetDataAccess"]),
        ),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["grant"]),
        ({"tags": ()}, []),
        ({"tags": (("Classification", "PII"),)}, ["grant"]),
        ({"zone": "masked", "bucket_zone": "masked"}, []),
        ({"zone": "masked"}, ["grant"]),
        ({"bucket_zone": "masked"}, ["grant"]),
        ({"reader": {"Service": "glue.amazonaws.com"}}, []),
        ({"reader": {"Service": "glue.amazonaws.com", "AWS": READER}}, ["grant"]),
    ],
    ids=str,
)
def test_person_reads_pii_in_clear_behind_no_mask(changes, expected):
    """A tag that calls a table masked masks nothing, and a job's role that people take is a person's."""
    assert found("LF010", *people(**changes)) == expected


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ({}, []),
        (
            {
                "lakeward:account": ACCOUNT,
                "lakeward:region": "eu-west-1",
                "lakeward:deployer": f"arn:aws:iam::{ACCOUNT}:role/deployer",
            },
            [],
        ),
        ({"lakeward:account": "100000000002"}, ["lake"]),
        ({"lakeward:region": "eu-central-1"}, ["lake"]),
        ({"lakeward:deployer": READER}, ["lake"]),
    ],
    ids=str,
)
def test_program_can_not_claim_another_account_or_deployer(configured, expected):
    """Who deploys may do everything, so it is the one that the configuration names and not whom the program does."""
    assert found("GEN004", *people(), config=configured) == expected


def test_stack_that_the_model_can_not_read_is_refused():
    """Without the root component, or with two, the rules about access would be silent."""
    first, *others = people()

    assert found("GEN004", *others) == ["the stack"]
    assert found("GEN004", first, declared(LAKE_TYPE, "second", **first.properties), *others) != []


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        ("lakeformation:PutDataLakeSettings", "LF011"),
        ("lakeformation:Put*", "LF011"),
        ("LakeFormation:*", "LF011"),
        ("glue:PutResourcePolicy", "LF011"),
        ("iam:Put*", "IAM006"),
        ("*:TagRole", "IAM006"),
        ("s3:PutBucketPolicy", "IAM006"),
    ],
)
def test_administering_is_seen_behind_every_wildcard(action, rule):
    """What the access model answers doesn't hang on how a policy spells it."""
    more = declared(ROLE_POLICY, "more", role="reader", policy=allowing(Action=action))

    assert found(rule, *people()) == []
    assert found(rule, *people(), more) != []


def test_listed_administrator_administers():
    """The twin of the test above: who stands on the list of administrators may."""
    lake, settings, *others = people()
    listed = declared(SETTINGS, "settings", **{**settings.properties, "dataLakeAdmins": [READER]})
    more = declared(ROLE_POLICY, "more", role="reader", policy=allowing(Action="lakeformation:*"))

    assert found("LF011", lake, listed, *others, more) == []
