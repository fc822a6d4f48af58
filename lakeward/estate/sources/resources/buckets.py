"""S3 buckets and the resources that configure one side of a bucket."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.keys import key_arn
from lakeward.estate.sources.sections import BUCKETS
from lakeward.estate.sources.values import Json, document, given, items, mapping, text, unknown

BUCKET = "aws:s3/bucket:Bucket"

_BLOCK = {
    "BlockPublicAcls": "blockPublicAcls",
    "IgnorePublicAcls": "ignorePublicAcls",
    "BlockPublicPolicy": "blockPublicPolicy",
    "RestrictPublicBuckets": "restrictPublicBuckets",
}

_NEW_BUCKET: dict[str, Json] = {
    "Encryption": {"SSEAlgorithm": "AES256", "BucketKeyEnabled": False},
    "ObjectOwnership": "BucketOwnerEnforced",
    "PublicAccessBlock": {member: True for member in sorted(_BLOCK)},  # noqa: C420  # a dict of flags isn't Json
}
"""What S3 does for every new bucket unless told otherwise."""


def _bucket(bucket: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = bucket.inputs
    yield entry(
        BUCKETS,
        bucket,
        declarations,
        {
            "Name": declarations.identity(bucket, "bucket"),
            "Tags": bucket.tags,
            "Policy": document(inputs.get("policy")),
            "Encryption": _encryption(bucket, "serverSideEncryptionConfiguration", declarations),
        },
        defaults=_NEW_BUCKET,
    )


def _policy(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield _child(policy, declarations, {"Policy": document(policy.inputs.get("policy"))})


def _public_access_block(block: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    flags: dict[str, Json] = {member: block.inputs.get(name) or False for member, name in _BLOCK.items()}
    yield _child(block, declarations, {"PublicAccessBlock": flags})


def _ownership(controls: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    ownership = mapping(controls.inputs.get("rule")).get("objectOwnership")
    yield _child(controls, declarations, {"ObjectOwnership": ownership})


def _server_side_encryption(encryption: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    yield _child(encryption, declarations, {"Encryption": _encryption(encryption, "rules", declarations)})


def _encryption(resource: DeclaredResource, member: str, declarations: Declarations) -> Json:
    configuration = resource.inputs.get(member)
    rules = items(mapping(configuration).get("rule") or mapping(configuration).get("rules") or configuration)
    rule = mapping(rules[0]) if rules else mapping(mapping(configuration).get("rule"))
    default = mapping(rule.get("applyServerSideEncryptionByDefault"))
    if not default:
        return rules[0] if rules and not rule else None
    key = default.get("kmsMasterKeyId") or None
    return given(
        SSEAlgorithm=default.get("sseAlgorithm"),
        KMSMasterKeyID=key_arn(resource, member, key, declarations),
        BucketKeyEnabled=rule.get("bucketKeyEnabled") or False,
    )


def _child(resource: DeclaredResource, declarations: Declarations, members: dict[str, Json]) -> Entry:
    bucket = declarations.referred(resource, "bucket", BUCKET)
    name = declarations.identity(bucket, "bucket") if bucket else text(resource.inputs.get("bucket"))
    if name is None:
        # Nobody can say whose it is, so it is a bucket of its own that nothing else will name.
        name, members = (
            declarations.identity(resource, "bucket"),
            {**members, "Tags": unknown("the bucket isn't known")},
        )
    return entry(BUCKETS, resource, declarations, {"Name": name, **members}, defines=False)


READERS = {
    BUCKET: _bucket,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _ownership,
    "aws:s3/bucketPolicy:BucketPolicy": _policy,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _public_access_block,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _server_side_encryption,
}
