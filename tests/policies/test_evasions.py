"""Ways around a rule that are no ways around it, each beside the twin that the rule accepts."""

import json

import pytest

from policies.pack import RULES
from policies.resources import UNKNOWN, Resource, Resources
from policies.rule import ResourceRule

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


def found(rule_id, *resources):
    """The names of the resources that a rule finds fault with, sorted."""
    (rule,) = (rule for rule in RULES if rule.id == rule_id)
    if isinstance(rule, ResourceRule):
        return sorted({one.name for one in resources for _ in rule.check(one)})
    return sorted({one.name for one, _ in rule.check(Resources(resources))})


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
