"""What a program may write."""

from __future__ import annotations

import pytest

from local.provider import checks
from local.provider.resources import resource_types
from local.provider.sdk_types import resource_shape
from local.provider.wire import UNKNOWN

TYPES = resource_types()
GRANT = "aws:lakeformation/permissions:Permissions"
ROLE = "arn:aws:iam::100000000001:role/reader"


def failures(pulumi_type, inputs):
    found = checks.failures(TYPES[pulumi_type], resource_shape(pulumi_type), inputs)
    return {failure.property: failure.reason for failure in found}


@pytest.mark.parametrize(
    ("pulumi_type", "inputs", "expected"),
    [
        pytest.param(
            "aws:s3/bucket:Bucket",
            {"buckett": "b"},
            {"buckett": "unknown property; use `bucket`"},
            id="unknown",
        ),
        pytest.param(
            "aws:lakeformation/lfTag:LfTag",
            {"zzz": "b", "key": "k", "values": ["v"]},
            {"zzz": "unknown property; choose catalogId, key, region, values"},
            id="unknown-without-a-near-name",
        ),
        pytest.param(
            "aws:lakeformation/lfTag:LfTag",
            {"values": ["v"]},
            {"key": "missing required property"},
            id="missing",
        ),
        pytest.param(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            {"bucket": "b", "rule": {}},
            {"rule.objectOwnership": "missing required property"},
            id="missing-below",
        ),
        pytest.param(
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            {"bucket": "b", "rules": [{"id": "a", "status": "Enabled", "expiration": {"day": 1}}]},
            {"rules[0].expiration.day": "unknown property; use `days`"},
            id="unknown-in-a-list",
        ),
        pytest.param(
            "aws:iam/role:Role",
            {"assumeRolePolicy": "{}", "maxSessionDuration": "3600"},
            {"maxSessionDuration": "must be a whole number"},
            id="text-for-a-number",
        ),
        pytest.param(
            "aws:s3/bucket:Bucket",
            {"forceDestroy": "true", "tags": ["a"]},
            {"forceDestroy": "must be true or false", "tags": "must be a mapping"},
            id="every-failure-at-once",
        ),
        pytest.param(
            "aws:lakeformation/lfTag:LfTag",
            {"key": "k", "values": "v"},
            {"values": "must be a list"},
            id="text-for-a-list",
        ),
        pytest.param(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            {"bucket": "b", "rule": "BucketOwnerEnforced"},
            {"rule": "must be an object"},
            id="text-for-an-object",
        ),
        pytest.param(
            GRANT,
            {"principal": ROLE, "permissions": ["SELECT"], "table": {"databaseName": "d"}},
            {"table": "incomplete; set `name` or `wildcard`"},
            id="grant-on-no-table",
        ),
        pytest.param(
            GRANT,
            {"principal": ROLE, "permissions": [], "database": {"name": "d"}},
            {"permissions": "a grant without permissions; name at least one"},
            id="grant-of-nothing",
        ),
    ],
)
def test_refuses(pulumi_type, inputs, expected):
    """What the SDK's type doesn't allow is refused by path, all of it at once."""
    assert failures(pulumi_type, inputs) == expected


def test_refuses_a_grant_on_two_resources_and_on_none():
    """A grant names exactly one resource; with one it passes."""
    both = {"database": {"name": "d"}, "table": {"databaseName": "d", "name": "t"}}
    common = {"principal": ROLE, "permissions": ["DESCRIBE"]}

    assert "database, table are set" in failures(GRANT, {**common, **both})["principal"]
    assert "none is set" in failures(GRANT, common)["principal"]
    assert failures(GRANT, {**common, "database": {"name": "d"}}) == {}


@pytest.mark.parametrize(
    ("pulumi_type", "inputs", "path"),
    [
        ("aws:s3/bucket:Bucket", {"versioning": {"enabled": True}}, "versioning"),
        (
            "aws:athena/workgroup:Workgroup",
            {"configuration": {"requesterPaysEnabled": True, "executionRole": ROLE}},
            "configuration.executionRole",
        ),
        (
            "aws:lakeformation/optIn:OptIn",
            {
                "principals": [{"dataLakePrincipalIdentifier": ROLE}],
                "resourceDatas": [{"lfTagPolicies": [{"resourceType": "TABLE"}]}],
            },
            "resourceDatas.lfTagPolicies",
        ),
    ],
)
def test_refuses_what_it_does_not_build(pulumi_type, inputs, path):
    """A property that the SDK has and the stand-in would ignore is refused, not ignored."""
    found = failures(pulumi_type, inputs)

    assert list(found) == [path]
    assert "doesn't build" in found[path]


def test_documents_are_json():
    """Text that AWS would refuse as a document is refused in the preview; JSON passes, also as an object."""
    grant = {"Version": "2012-10-17", "Statement": []}
    policy = TYPES["aws:iam/policy:Policy"]

    assert failures("aws:iam/policy:Policy", {"policy": '{\n"Version": s3cret}'}) == {
        "policy": "must be a JSON document; look at line 2, column 12"
    }
    assert failures("aws:iam/policy:Policy", {"policy": '{"Version": "2012-10-17"}'}) == {}
    assert checks.completed(policy, {"policy": grant})["policy"] == '{"Version": "2012-10-17", "Statement": []}'
    assert checks.completed(policy, {"policy": {**grant, "Id": UNKNOWN}})["policy"] == UNKNOWN


def test_takes_what_is_not_known_yet():
    """In a preview any value may be unknown, whatever its type."""
    unknown = {"bucket": UNKNOWN, "forceDestroy": UNKNOWN, "tags": UNKNOWN}

    assert failures("aws:s3/bucket:Bucket", unknown) == {}
    assert failures(GRANT, {"principal": UNKNOWN, "permissions": UNKNOWN, "table": UNKNOWN}) == {}


def test_reasons_hold_no_value():
    """A value of the wrong type may be a secret, so that no reason repeats it."""
    found = failures("aws:kms/key:Key", {"policy": 12345678, "description": ["s3cret"], "tags": {"a": 87654321}})

    assert sorted(found) == ["description", "policy", "tags.a"]
    for value in ("12345678", "s3cret", "87654321"):
        assert value not in str(found)


def test_defaults_are_filled_in_where_the_program_is_silent():
    """Also inside lists, and only below what the program has written."""
    trail = TYPES["aws:cloudtrail/trail:Trail"]
    said = {"s3BucketName": "b", "eventSelectors": [{"readWriteType": "WriteOnly"}, {}]}

    filled = checks.completed(trail, said)

    assert filled["enableLogging"] is True
    assert filled["isMultiRegionTrail"] is False
    assert filled["eventSelectors"] == [
        {"readWriteType": "WriteOnly", "includeManagementEvents": True},
        {"readWriteType": "All", "includeManagementEvents": True},
    ]
    assert said == {"s3BucketName": "b", "eventSelectors": [{"readWriteType": "WriteOnly"}, {}]}
    assert "configuration" not in checks.completed(TYPES["aws:athena/workgroup:Workgroup"], {"name": "n"})
