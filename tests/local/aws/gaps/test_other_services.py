"""Keys, roles, workgroups and trails, read back as written."""

from __future__ import annotations

import json

import pytest


def test_key_rotation_keeps_its_period(session, refused):
    """The period is read back; without one it is a year; while rotation is off there is none."""
    kms = session.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    off = kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key)
    yearly = kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    often = kms.get_key_rotation_status(KeyId=key)

    assert (False, True, True) == tuple(status["KeyRotationEnabled"] for status in (off, yearly, often))
    assert (None, 365, 180) == tuple(status.get("RotationPeriodInDays") for status in (off, yearly, often))
    with refused("ValidationException", "between 90 and 2560"):
        kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=2561)


def test_key_policy_doesnt_lock_out(session):
    """A deny with a condition doesn't keep the embedded AWS from describing a key."""
    kms = session.client("kms")
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "kms:*", '
        '"Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
    )
    key = kms.create_key(Policy=policy)["KeyMetadata"]["KeyId"]

    assert "Enabled" == kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def test_permissions_boundary_must_exist(iam, new_role, account, refused):
    """A role is bounded by a policy that exists, at creation and later."""
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
    boundary = iam.create_policy(PolicyName="boundary", PolicyDocument=document)["Policy"]["Arn"]
    new_role("subject")
    iam.put_role_permissions_boundary(RoleName="subject", PermissionsBoundary=boundary)

    with refused("NoSuchEntity", "does not exist or is not attachable"):
        iam.put_role_permissions_boundary(RoleName="subject", PermissionsBoundary=f"{boundary}-2")
    with refused("NoSuchEntity", "does not exist or is not attachable"):
        iam.create_role(
            RoleName="other",
            AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": {"Effect": "Allow", '
            f'"Principal": {{"AWS": "{account}"}}, "Action": "sts:AssumeRole"}}}}',
            PermissionsBoundary=f"{boundary}-2",
        )

    assert boundary == iam.get_role(RoleName="subject")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"]


@pytest.fixture
def athena(session):
    client = session.client("athena")
    client.create_work_group(
        Name="analyst",
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
            "ResultConfiguration": {
                "OutputLocation": "s3://results/analyst/",
                "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": "alias/results"},
            },
        },
    )
    return client


def test_workgroup_update_changes_what_it_names(athena):
    """The rest of the configuration stays, removals remove."""
    athena.update_work_group(
        WorkGroup="analyst",
        Description="reads",
        State="DISABLED",
        ConfigurationUpdates={
            "PublishCloudWatchMetricsEnabled": True,
            "RemoveBytesScannedCutoffPerQuery": True,
            "ResultConfigurationUpdates": {
                "OutputLocation": "s3://results/other/",
                "RemoveEncryptionConfiguration": True,
            },
        },
    )
    group = athena.get_work_group(WorkGroup="analyst")["WorkGroup"]
    configuration = group["Configuration"]

    assert ("reads", "DISABLED") == (group["Description"], group["State"])
    assert {"OutputLocation": "s3://results/other/"} == configuration["ResultConfiguration"]
    assert configuration["EnforceWorkGroupConfiguration"]
    assert configuration["PublishCloudWatchMetricsEnabled"]
    assert "BytesScannedCutoffPerQuery" not in configuration


def test_workgroup_has_one_date(athena):
    """Two readings tell the same date of creation."""
    first, second = (athena.get_work_group(WorkGroup="analyst")["WorkGroup"]["CreationTime"] for _ in range(2))

    assert first == second


def test_unknown_workgroup_is_told(athena, refused):
    """What isn't there is neither read nor changed nor deleted."""
    for call in (athena.get_work_group, athena.update_work_group, athena.delete_work_group):
        with refused("InvalidRequestException", "WorkGroup nobody is not found."):
            call(WorkGroup="nobody")


@pytest.mark.parametrize(
    "selectors",
    [
        {
            "EventSelectors": [
                {
                    "ReadWriteType": "All",
                    "IncludeManagementEvents": True,
                    "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::lake/"]}],
                    "ExcludeManagementEventSources": [],
                }
            ]
        },
        {
            "AdvancedEventSelectors": [
                {
                    "Name": "objects",
                    "FieldSelectors": [
                        {"Field": "eventCategory", "Equals": ["Data"]},
                        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                        {"Field": "resources.ARN", "StartsWith": ["arn:aws:s3:::lake/"]},
                    ],
                }
            ]
        },
    ],
    ids=["basic", "advanced"],
)
def test_trail_tells_that_it_has_selectors(session, account, selectors):
    """A trail says that it has event selectors once it has some, and returns them."""
    trail = session.client("cloudtrail")
    bucket = f"logs-{account}"
    session.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    trail.create_trail(Name="audit", S3BucketName=bucket, IsMultiRegionTrail=True)
    before = trail.get_trail(Name="audit")["Trail"]["HasCustomEventSelectors"]
    trail.put_event_selectors(TrailName="audit", **selectors)
    trail.start_logging(Name="audit")
    written = trail.get_event_selectors(TrailName="audit")

    assert before is False
    assert trail.get_trail(Name="audit")["Trail"]["HasCustomEventSelectors"] is True
    assert trail.describe_trails()["trailList"][0]["HasCustomEventSelectors"] is True
    assert selectors == {name: written[name] for name in selectors}
    assert trail.get_trail_status(Name="audit")["IsLogging"] is True


def test_trust_by_context_can_be_changed(iam, new_role, account):
    """Lake Formation's registration roles trust by `sts:SetContext`: their trust is changed like any other."""
    new_role("registration")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lakeformation.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:SetContext"],
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.update_assume_role_policy(RoleName="registration", PolicyDocument=json.dumps(document))

    assert document == iam.get_role(RoleName="registration")["Role"]["AssumeRolePolicyDocument"]


def test_cluster_answers_the_authentication_set_last(session):
    """IAM database authentication is off, on and off again when it was last set so."""
    rds = session.client("rds")
    cluster = {"DBClusterIdentifier": "tenants"}
    rds.create_db_cluster(**cluster, Engine="aurora-postgresql", MasterUsername="owner", ManageMasterUserPassword=True)
    answers = []
    for enabled in (True, False):
        rds.modify_db_cluster(**cluster, EnableIAMDatabaseAuthentication=enabled)
        (found,) = rds.describe_db_clusters(**cluster)["DBClusters"]
        answers.append(found["IAMDatabaseAuthenticationEnabled"])

    assert [True, False] == answers
