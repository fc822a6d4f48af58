from __future__ import annotations

BUCKET = "acme-dev-encrypted-100000000001"


def test_bucket_is_private_and_owner_enforced(one_of_each):
    """All four switches of the public access block are on, and ACLs are off."""
    below = one_of_each.below("bucket-encrypted")

    assert below["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"]["inputs"] == {
        "bucket": BUCKET,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert below["aws:s3/bucketOwnershipControls:BucketOwnershipControls"]["inputs"] == {
        "bucket": BUCKET,
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    }


def test_bucket_keeps_its_content(one_of_each):
    """Removing the bucket from a stack never removes what is in it."""
    inputs = one_of_each.the("aws:s3/bucket:Bucket", "bucket-encrypted")["inputs"]

    assert inputs["forceDestroy"] is False
    assert inputs["bucket"] == BUCKET


def test_bucket_encrypts_with_its_key(one_of_each):
    """Default encryption is the zone's key with a bucket key, and waits for the key's alias."""
    kind = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    encryption = one_of_each.the(kind, "bucket-encrypted-encryption")

    assert encryption["inputs"]["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {
                "sseAlgorithm": "aws:kms",
                "kmsMasterKeyId": "%{key-encrypted.arn}",
            },
            "bucketKeyEnabled": True,
        }
    ]
    assert "key-encrypted-alias" in one_of_each.dependencies(kind, "bucket-encrypted-encryption")


def test_log_bucket_encrypts_with_s3_keys_and_logs_nowhere(one_of_each):
    """The bucket that takes logs needs no customer key, and doesn't log to itself."""
    below = one_of_each.below("bucket-logs")

    encryption = below["aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"]
    assert encryption["inputs"]["rules"][0]["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    assert "aws:s3/bucketLogging:BucketLogging" not in below
    assert len(below["aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"]["inputs"]["rules"]) == 1


def test_bucket_logs_access_under_its_prefix(one_of_each):
    """Access logs go to the named bucket."""
    assert one_of_each.the("aws:s3/bucketLogging:BucketLogging")["inputs"] == {
        "bucket": BUCKET,
        "targetBucket": "acme-dev-logs-100000000001",
        "targetPrefix": "s3/encrypted/",
    }


def test_bucket_is_versioned_before_versions_expire(one_of_each):
    """Expired objects stay as noncurrent versions for 30 days, so versioning comes first."""
    kind = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    rules = one_of_each.the(kind, "bucket-encrypted-lifecycle")["inputs"]["rules"]

    assert {rule["id"]: rule for rule in rules}["expire"] == {
        "id": "expire",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": 90},
        "noncurrentVersionExpiration": {"noncurrentDays": 30},
    }
    assert "bucket-encrypted-versioning" in one_of_each.dependencies(kind, "bucket-encrypted-lifecycle")


def test_bucket_policy_comes_after_the_public_access_block(one_of_each):
    """There is no moment in which the policy alone decides who may come in."""
    policy = one_of_each.the("aws:s3/bucketPolicy:BucketPolicy", "bucket-encrypted-policy")

    assert policy["inputs"] == {"bucket": BUCKET, "policy": '{"bucket": true}'}
    assert {"bucket-encrypted-public-access-block", "bucket-encrypted-ownership"} <= one_of_each.dependencies(
        "aws:s3/bucketPolicy:BucketPolicy", "bucket-encrypted-policy"
    )
