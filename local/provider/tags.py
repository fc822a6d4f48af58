"""AWS tags in the two forms its APIs have, and what to call when they change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.provider.wire import Properties, Value


@dataclass(frozen=True)
class TagChange:
    """What to set and what to take away; both empty when nothing changes."""

    to_set: dict[str, str]
    to_remove: list[str]


def tag_change(before: Properties, wanted: Properties) -> TagChange:
    """Return the change from one state's `tagsAll` to another's."""
    old, new = before.get("tagsAll", {}), wanted.get("tagsAll", {})
    return TagChange(
        to_set={key: value for key, value in sorted(new.items()) if old.get(key) != value},
        to_remove=sorted(old.keys() - new.keys()),
    )


def as_pairs(tags: Mapping[str, str], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as a list of objects; KMS spells the members `TagKey` and `TagValue`."""
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def from_pairs(pairs: Iterable[Mapping[str, str]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Tags as a mapping."""
    return {pair[key]: pair.get(value, "") for pair in pairs}


def ec2_tags(kind: str, wanted: Properties) -> Properties:
    """Return the part of a request that tags something of EC2's as it is created; `kind` as EC2 calls it."""
    if not wanted.get("tagsAll"):
        return {}
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": as_pairs(wanted["tagsAll"])}]}


def change_ec2_tags(ec2: Value, identity: str, wanted: Properties, before: Properties) -> None:
    """Bring the tags of something of EC2's from one state to another; `ec2` is the client."""
    change = tag_change(before, wanted)
    if change.to_remove:
        ec2.delete_tags(Resources=[identity], Tags=[{"Key": key} for key in change.to_remove])
    if change.to_set:
        ec2.create_tags(Resources=[identity], Tags=as_pairs(change.to_set))
