"""Buckets outside us-east-1, read back as written."""

from __future__ import annotations

import json

import pytest

ALL_BLOCKED = {
    "BlockPublicAcls": True,
    "BlockPublicPolicy": True,
    "IgnorePublicAcls": True,
    "RestrictPublicBuckets": True,
}


@pytest.fixture
def s3(session):
    return session.client("s3")


@pytest.fixture
def bucket(s3, account):
    name = f"acme-dev-raw-{account}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


@pytest.fixture
def put_policy(s3, bucket):
    def put(*statements, name=bucket):
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))

    return put


def encryption(s3, bucket):
    return s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]


def test_new_bucket_has_todays_defaults(s3, bucket):
    """A new bucket is closed, without ACLs and encrypted, before anyone says so."""
    ownership = s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]["Rules"]

    assert ALL_BLOCKED == s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert [{"ObjectOwnership": "BucketOwnerEnforced"}] == ownership
    assert [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}] == (
        encryption(s3, bucket)
    )


def test_removed_encryption_falls_back_to_the_default(s3, bucket):
    """Without its own configuration a bucket encrypts with S3's keys."""
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/x"},
        "BucketKeyEnabled": True,
    }
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
    written = encryption(s3, bucket)
    s3.delete_bucket_encryption(Bucket=bucket)

    assert [rule] == written
    assert "AES256" == encryption(s3, bucket)[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]


def test_second_creation_is_told(s3, bucket, running, refused):
    """The owner is told that the bucket is its own, another account that the name is taken."""
    with refused("BucketAlreadyOwnedByYou"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    other = running.session("288888888885", "eu-west-1").client("s3")
    with refused("BucketAlreadyExists"):
        other.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})


def test_abac_status_is_kept(s3, bucket):
    """Off until it is enabled."""
    before = s3.get_bucket_abac(Bucket=bucket)["AbacStatus"]
    s3.put_bucket_abac(Bucket=bucket, AbacStatus={"Status": "Enabled"})

    assert {"Status": "Disabled"} == before
    assert {"Status": "Enabled"} == s3.get_bucket_abac(Bucket=bucket)["AbacStatus"]


def test_denying_policy_is_stored_and_doesnt_lock_out(s3, bucket, put_policy):
    """A deny with a condition that the request doesn't meet denies nothing: moto's half enforcement is off."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    put_policy(statement)
    s3.put_object(Bucket=bucket, Key="a/b", Body=b"x")

    assert b"x" == s3.get_object(Bucket=bucket, Key="a/b")["Body"].read()
    assert [statement] == json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Resource": "arn:aws:s3:::another"}, "invalid resource"),
        ({"Resource": ["arn:aws:s3:::{bucket}", "arn:aws:s3:::{bucket}-2/x"]}, "invalid resource"),
        ({"Resource": None}, "field Resource"),
        ({"Principal": None}, "field Principal"),
        ({"Effect": None}, "field Effect"),
    ],
)
def test_policy_that_makes_no_sense_is_refused(put_policy, bucket, refused, change, words):
    """A bucket's policy is complete and speaks of this bucket."""
    good = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    changed = json.loads(json.dumps({**good, **change}).replace("{bucket}", bucket))
    put_policy(good)

    with refused("MalformedPolicy", words):
        put_policy({name: value for name, value in changed.items() if value is not None})


def test_policy_that_isnt_json_is_refused(s3, bucket, refused):
    """Bytes aren't a policy."""
    with refused("MalformedPolicy", "invalid Json"):
        s3.put_bucket_policy(Bucket=bucket, Policy="nope")


@pytest.fixture
def logs(s3, account):
    name = f"acme-dev-logs-{account}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return name


TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "arn:aws:s3:::{logs}/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
DELIVERY = {
    "Effect": "Allow",
    "Principal": {"Service": ["logging.s3.amazonaws.com", "delivery.logs.amazonaws.com"]},
    "Action": ["s3:PutObject"],
    "Resource": ["arn:aws:s3:::{logs}/access/*"],
}


@pytest.mark.parametrize(
    ("statements", "accepted"),
    [
        ([TLS_ONLY, DELIVERY], True),
        ([DELIVERY | {"Resource": "arn:aws:s3:::{logs}/*", "Action": "s3:Put*"}], True),
        ([TLS_ONLY], False),
        ([TLS_ONLY, DELIVERY | {"Resource": "arn:aws:s3:::{logs}/other/*"}], False),
        ([TLS_ONLY, DELIVERY | {"Action": "s3:GetObject"}], False),
        ([TLS_ONLY, DELIVERY | {"Effect": "Deny"}], False),
        ([TLS_ONLY, DELIVERY | {"Principal": {"Service": "cloudtrail.amazonaws.com"}}], False),
    ],
)
def test_log_bucket_must_admit_the_logging_service(s3, bucket, logs, put_policy, refused, statements, accepted):
    """Access logs go only where the policy lets the service put them, however it is spelled."""
    put_policy(*json.loads(json.dumps(statements).replace("{logs}", logs)), name=logs)
    wanted = {"TargetBucket": logs, "TargetPrefix": "access/raw/"}

    if accepted:
        s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": wanted})
    else:
        with refused("InvalidTargetBucketForLogging"):
            s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": wanted})

    assert s3.get_bucket_logging(Bucket=bucket).get("LoggingEnabled") == (wanted if accepted else None)
