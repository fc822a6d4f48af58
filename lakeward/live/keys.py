"""KMS keys with aliases, policies, grants and tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakeward.estate.sources.values import Json, canonical, document, unknown
from lakeward.live.calls import Aws, Call, NotReadError, picked, read_or_unknown

KEYS = Call("kms", "ListKeys", items="Keys")
ALIASES = Call("kms", "ListAliases", items="Aliases")
KEY = Call("kms", "DescribeKey")
POLICY = Call("kms", "GetKeyPolicy", absent=frozenset({"NotFoundException"}))
GRANTS = Call("kms", "ListGrants", items="Grants")
TAGS = Call("kms", "ListResourceTags", items="Tags")

CALLS = (KEYS, ALIASES, KEY, POLICY, GRANTS, TAGS)

_GOING = frozenset({"PendingDeletion", "PendingReplicaDeletion"})
"""Nobody can use a key that waits for its deletion: it isn't there any more."""


def read(aws: Aws) -> dict[str, Json]:
    """Return the Region's keys, sorted by ARN."""

    def keys() -> Json:
        aliases = _aliases(aws)
        listed = sorted(aws.every(KEYS), key=lambda key: str(key["KeyArn"]))
        found = aws.each(lambda key: _key(aws, key, aliases), listed)
        return [key for key in found if key is not None]

    return {"Keys": read_or_unknown(keys)}


def _aliases(aws: Aws) -> Mapping[str, list[Json]] | NotReadError:
    by_key: dict[str, list[Json]] = {}
    try:
        for alias in aws.every(ALIASES):
            by_key.setdefault(alias.get("TargetKeyId", ""), []).append(alias["AliasName"])
    except NotReadError as error:
        return error
    return by_key


def _key(aws: Aws, key: Mapping[str, Any], aliases: Mapping[str, list[Json]] | NotReadError) -> Json:
    identifier = key["KeyId"]
    described = read_or_unknown(lambda: _described(aws, identifier))
    state = described.get("KeyState") if isinstance(described, dict) else None
    if state in _GOING:
        return None
    return {
        "Arn": key["KeyArn"],
        "Aliases": (
            unknown(str(aliases)) if isinstance(aliases, NotReadError) else sorted(aliases.get(identifier, []), key=str)
        ),
        "Policy": read_or_unknown(lambda: _policy(aws, identifier)),
        "Grants": read_or_unknown(lambda: _grants(aws, identifier)),
        "Tags": read_or_unknown(lambda: _tags(aws, identifier)),
        **({"KeyManager": "AWS"} if isinstance(described, dict) and described.get("KeyManager") == "AWS" else {}),
        **({} if state in (None, "Enabled") else {"KeyState": state}),
    }


def _described(aws: Aws, key: str) -> Json:
    answer = aws.one(KEY, KeyId=key)
    return picked(answer["KeyMetadata"], "KeyManager", "KeyState") if answer else None


def _policy(aws: Aws, key: str) -> Json:
    answer = aws.one(POLICY, KeyId=key, PolicyName="default")
    return document(answer["Policy"]) if answer else unknown("KMS names no policy of this key")


def _grants(aws: Aws, key: str) -> Json:
    grants: list[Json] = [
        {
            **picked(grant, "GranteePrincipal", "Constraints"),
            "Operations": sorted(grant.get("Operations", [])),
        }
        for grant in aws.every(GRANTS, KeyId=key)
    ]
    return sorted(grants, key=canonical)


def _tags(aws: Aws, key: str) -> Json:
    tags: list[Json] = [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in aws.every(TAGS, KeyId=key)]
    return sorted(tags, key=canonical)
