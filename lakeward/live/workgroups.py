"""Athena workgroups."""

from __future__ import annotations

from typing import Any

from lakeward.estate.sources.values import Json, canonical
from lakeward.identifiers import Arn, RegionName
from lakeward.live.calls import Aws, Call, picked, read_or_unknown

WORK_GROUPS = Call("athena", "ListWorkGroups", items="WorkGroups")
WORK_GROUP = Call("athena", "GetWorkGroup")
TAGS = Call("athena", "ListTagsForResource", items="Tags")

CALLS = (WORK_GROUPS, WORK_GROUP, TAGS)


def read(aws: Aws) -> dict[str, Json]:
    """Return the Region's workgroups, sorted by name."""

    def work_groups() -> Json:
        names = sorted(str(found["Name"]) for found in aws.every(WORK_GROUPS))
        return aws.each(lambda name: _work_group(aws, name), names)

    return {"WorkGroups": read_or_unknown(work_groups)}


def _work_group(aws: Aws, name: str) -> Json:
    arn = Arn.of(RegionName(aws.region), "athena", aws.account, f"workgroup/{name}")
    return {
        "Name": name,
        "State": read_or_unknown(lambda: _described(aws, name).get("State")),
        "Configuration": read_or_unknown(lambda: _configuration(_described(aws, name).get("Configuration", {}))),
        "Tags": read_or_unknown(lambda: _tags(aws, arn)),
    }


def _described(aws: Aws, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (aws.one(WORK_GROUP, WorkGroup=name) or {}).get("WorkGroup", {})
    return found


def _configuration(configuration: dict[str, Any]) -> Json:
    result = configuration.get("ResultConfiguration", {})
    encryption = result.get("EncryptionConfiguration")
    return {
        "EnforceWorkGroupConfiguration": bool(configuration.get("EnforceWorkGroupConfiguration", False)),
        "ResultConfiguration": {
            **picked(result, "OutputLocation"),
            **({"EncryptionConfiguration": picked(encryption, "EncryptionOption", "KmsKey")} if encryption else {}),
        },
    }


def _tags(aws: Aws, arn: str) -> Json:
    tags: list[Json] = [picked(tag, "Key", "Value") for tag in aws.every(TAGS, ResourceARN=arn)]
    return sorted(tags, key=canonical)
