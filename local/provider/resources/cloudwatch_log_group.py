"""
`aws:cloudwatch/logGroup:LogGroup`.

Source: hashicorp/terraform-provider-aws, internal/service/logs/group.go (`ForceNew` on `name`; a retention of 0 is
none).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import tag_change
from local.provider.wire import Properties


class LogGroup(ResourceType):
    """A log group; its identity is its name."""

    pulumi_type = "aws:cloudwatch/logGroup:LogGroup"
    properties: ClassVar = {
        "name": Property(replaces=True, filled_in=True),
        "retentionInDays": Property(default=0),
    }
    computed = frozenset({"arn"})
    name_property = "name"
    absent = frozenset({"ResourceNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        tags = {"tags": wanted["tagsAll"]} if wanted["tagsAll"] else {}
        place.client("logs").create_log_group(logGroupName=wanted["name"], **tags)
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        logs = place.client("logs")
        days = wanted["retentionInDays"]
        if days and days != before.get("retentionInDays", 0):
            logs.put_retention_policy(logGroupName=identity, retentionInDays=days)
        elif not days and before.get("retentionInDays"):
            logs.delete_retention_policy(logGroupName=identity)
        change = tag_change(before, wanted) if before else tag_change({}, {})
        if change.to_remove:
            logs.untag_resource(resourceArn=self._arn(place, identity), tagKeys=change.to_remove)
        if change.to_set:
            logs.tag_resource(resourceArn=self._arn(place, identity), tags=change.to_set)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        logs = place.client("logs")
        listed = logs.describe_log_groups(logGroupNamePrefix=identity)["logGroups"]
        group = next((one for one in listed if one["logGroupName"] == identity), None)
        if group is None:
            return None
        return {
            "arn": self._arn(place, identity),
            "name": identity,
            "retentionInDays": group.get("retentionInDays", 0),
            "tagsAll": logs.list_tags_for_resource(resourceArn=self._arn(place, identity))["tags"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("logs").delete_log_group(logGroupName=identity)

    @staticmethod
    def _arn(place: Place, name: str) -> str:
        return place.arn("logs", f"log-group:{name}")
