from __future__ import annotations

from lakeward.plan.declarations import AuditTrailArgs, DataKeyArgs

TRAIL = "aws:cloudtrail/trail:Trail"


def test_workgroup_enforces_where_results_go(one_of_each):
    """A client can't choose another prefix, key or bucket owner for its results."""
    configuration = one_of_each.the("aws:athena/workgroup:Workgroup")["inputs"]["configuration"]

    assert configuration["enforceWorkgroupConfiguration"] is True
    assert configuration["requesterPaysEnabled"] is False
    assert configuration["resultConfiguration"] == {
        "outputLocation": "s3://acme-dev-query-results-100000000001/analyst/",
        "expectedBucketOwner": "100000000001",
        "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKeyArn": "%{key-encrypted.arn}"},
    }


def test_workgroup_waits_for_the_keys_alias(one_of_each):
    """Results can't be encrypted before the alias, by which policies know the key, exists."""
    assert "key-encrypted-alias" in one_of_each.dependencies("aws:athena/workgroup:Workgroup")


def test_trail_records_every_region_and_can_be_validated(one_of_each):
    """The trail is multi-Region, validated, encrypted and on."""
    inputs = one_of_each.the(TRAIL)["inputs"]

    assert inputs["isMultiRegionTrail"] is True
    assert inputs["enableLogFileValidation"] is True
    assert inputs["enableLogging"] is True
    assert inputs["kmsKeyId"] == "%{key-encrypted.arn}"
    assert inputs["s3BucketName"] == "acme-dev-logs-100000000001"


def test_trail_records_management_and_data_events(one_of_each):
    """Management events, reads and writes alike, and the objects of the named buckets."""
    assert one_of_each.the(TRAIL)["inputs"]["advancedEventSelectors"] == [
        {
            "name": "Management events",
            "fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}],
        },
        {
            "name": "Data events of the lake",
            "fieldSelectors": [
                {"field": "eventCategory", "equals": ["Data"]},
                {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                {"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::acme-dev-encrypted-100000000001/"]},
            ],
        },
    ]


def test_trail_without_buckets_records_no_objects(recorded):
    """An empty list must not become a selector that matches every bucket."""
    key = DataKeyArgs(logical_name="key-logs", alias="alias/logs", description="", policy="{}", tags={})
    trail = AuditTrailArgs(
        logical_name="trail-audit",
        name="audit",
        bucket="logs",
        prefix="cloudtrail",
        key="key-logs",
        data_event_prefixes=(),
        tags={},
    )

    selectors = recorded(key, trail).the(TRAIL)["inputs"]["advancedEventSelectors"]

    assert [selector["name"] for selector in selectors] == ["Management events"]
