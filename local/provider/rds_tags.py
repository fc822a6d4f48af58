"""Tags of RDS, which it keeps by ARN."""

from __future__ import annotations

from local.provider.account import Place
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties


def read_tags(place: Place, arn: str) -> dict[str, str]:
    """Return the tags of what an ARN names."""
    return from_pairs(place.client("rds").list_tags_for_resource(ResourceName=arn)["TagList"])


def change_tags(place: Place, arn: str, wanted: Properties, before: Properties) -> None:
    """Bring the tags of what an ARN names to what is wanted; `before` is empty after creation, which has set them."""
    change = tag_change(before, wanted) if before else tag_change({}, {})
    if change.to_remove:
        place.client("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=change.to_remove)
    if change.to_set:
        place.client("rds").add_tags_to_resource(ResourceName=arn, Tags=as_pairs(change.to_set))
