"""S3: the account's buckets, each in its own Region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeward.errors import OutsideServiceError
from lakeward.estate.sources.values import Json, canonical, document, is_unknown, mapping, unknown
from lakeward.live.calls import Aws, Call, NotReadError, picked, read_or_unknown

BUCKETS = Call("s3", "ListBuckets", items="Buckets", action="s3:ListAllMyBuckets")
LOCATION = Call("s3", "GetBucketLocation")
POLICY = Call("s3", "GetBucketPolicy", absent=frozenset({"NoSuchBucketPolicy"}))
BLOCK = Call(
    "s3",
    "GetPublicAccessBlock",
    action="s3:GetBucketPublicAccessBlock",
    absent=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
)
ENCRYPTION = Call(
    "s3",
    "GetBucketEncryption",
    action="s3:GetEncryptionConfiguration",
    absent=frozenset({"ServerSideEncryptionConfigurationNotFoundError"}),
)
OWNERSHIP = Call("s3", "GetBucketOwnershipControls", absent=frozenset({"OwnershipControlsNotFoundError"}))
ACCESS_LIST = Call("s3", "GetBucketAcl")
TAGS = Call("s3", "GetBucketTagging", absent=frozenset({"NoSuchTagSet"}))
ABAC = Call("s3", "GetBucketAbac")
ACCOUNT_BLOCK = Call(
    "s3control",
    "GetPublicAccessBlock",
    action="s3:GetAccountPublicAccessBlock",
    absent=frozenset({"NoSuchPublicAccessBlockConfiguration"}),
)

CALLS = (BUCKETS, LOCATION, POLICY, BLOCK, ENCRYPTION, OWNERSHIP, ACCESS_LIST, TAGS, ABAC, ACCOUNT_BLOCK)

_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

_LEGACY_LOCATIONS: Mapping[str | None, str] = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}


def read(aws: Aws) -> dict[str, dict[str, Json]]:
    """
    Return all buckets of the account by Region, sorted by name.

    A lake may use a bucket of another Region, so those are there too; nothing else is said of their Regions.
    """
    try:
        names = sorted(str(bucket["Name"]) for bucket in aws.every(BUCKETS))
    except NotReadError as error:
        return {aws.region: {"Buckets": unknown(str(error))}}
    found = aws.each(lambda name: _bucket(aws, name), names)
    regions: dict[str, dict[str, Json]] = {aws.region: {"Buckets": []}}
    for region, bucket in found:
        buckets = regions.setdefault(region, {}).setdefault("Buckets", [])
        if isinstance(buckets, list):
            buckets.append(bucket)
    if not all(_blocks_everything(mapping(bucket.get("PublicAccessBlock"))) for _, bucket in found):
        # The account's own block only matters to buckets that don't block everything themselves.
        block = _account_block(aws)
        for sections in regions.values():
            sections["PublicAccessBlock"] = block
    return regions


def _bucket(aws: Aws, name: str) -> tuple[str, dict[str, Json]]:
    ownership = read_or_unknown(lambda: _ownership(aws, name))
    policy = read_or_unknown(lambda: _policy(aws, name))
    if ownership != "BucketOwnerEnforced":
        granted = read_or_unknown(lambda: _grants_others(aws, name))
        policy = unknown("its access control list grants others, which isn't modelled") if granted is True else policy
        policy = granted if is_unknown(granted) else policy
    bucket: dict[str, Json] = {
        "Name": name,
        "Policy": policy,
        "PublicAccessBlock": read_or_unknown(lambda: _flags(aws.one(BLOCK, Bucket=name))),
        "Encryption": read_or_unknown(lambda: _encryption(aws, name)),
        "ObjectOwnership": ownership,
        "Tags": read_or_unknown(lambda: _tags(aws, name)),
        "AbacEnabled": read_or_unknown(lambda: _abac(aws, name)),
    }
    return _region(aws, name), {member: value for member, value in bucket.items() if value is not None}


def _region(aws: Aws, name: str) -> str:
    try:
        location = (aws.one(LOCATION, Bucket=name) or {}).get("LocationConstraint")
    except NotReadError:
        # All that can be told is what was asked for; its other members are refused and unknown as well.
        return aws.region
    return _LEGACY_LOCATIONS.get(location) or str(location)


def _policy(aws: Aws, name: str) -> Json:
    answer = aws.one(POLICY, Bucket=name)
    return document(answer["Policy"]) if answer else None


def _flags(answer: Mapping[str, Any] | None) -> Json:
    stated = answer["PublicAccessBlockConfiguration"] if answer else {}
    return {flag: bool(stated.get(flag, False)) for flag in _FLAGS}


def _blocks_everything(block: Mapping[str, Json]) -> bool:
    return all(block.get(flag) is True for flag in _FLAGS)


def _account_block(aws: Aws) -> Json:
    try:
        return read_or_unknown(lambda: _flags(aws.one(ACCOUNT_BLOCK, AccountId=aws.account)))
    except OutsideServiceError as error:
        # It has an endpoint of its own, which may be out of reach where the others aren't.
        return unknown(str(error))


def _encryption(aws: Aws, name: str) -> Json:
    answer = aws.one(ENCRYPTION, Bucket=name)
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else []
    if not rules:
        return {"SSEAlgorithm": "AES256", "BucketKeyEnabled": False}
    default = rules[0].get("ApplyServerSideEncryptionByDefault", {})
    return {
        **picked(default, "SSEAlgorithm", "KMSMasterKeyID"),
        "BucketKeyEnabled": bool(rules[0].get("BucketKeyEnabled", False)),
    }


def _ownership(aws: Aws, name: str) -> Json:
    answer = aws.one(OWNERSHIP, Bucket=name)
    rules = answer["OwnershipControls"]["Rules"] if answer else []
    # A bucket from before ownership controls: whoever writes an object owns it, and lists decide.
    return str(rules[0]["ObjectOwnership"]) if rules else "ObjectWriter"


def _grants_others(aws: Aws, name: str) -> Json:
    answer = aws.one(ACCESS_LIST, Bucket=name) or {}
    owner = answer.get("Owner", {}).get("ID")
    return any(grant["Grantee"].get("ID") != owner for grant in answer.get("Grants", []))


def _tags(aws: Aws, name: str) -> Json:
    answer = aws.one(TAGS, Bucket=name)
    tags: list[Json] = [picked(tag, "Key", "Value") for tag in (answer["TagSet"] if answer else [])]
    return sorted(tags, key=canonical)


def _abac(aws: Aws, name: str) -> Json:
    answer = aws.one(ABAC, Bucket=name) or {}
    return True if answer.get("AbacStatus", {}).get("Status") == "Enabled" else None
