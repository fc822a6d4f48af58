"""
`aws:cloudtrail/trail:Trail`.

Source: hashicorp/terraform-provider-aws, internal/service/cloudtrail/trail.go (`ForceNew` on `name`; the defaults;
selectors are read only where the trail has custom ones).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.tags import as_pairs, from_pairs, tag_change
from local.provider.wire import Properties

_EXCEPTIONS = {
    "endsWiths": "EndsWith",
    "notEndsWiths": "NotEndsWith",
    "notStartsWiths": "NotStartsWith",
    "startsWiths": "StartsWith",
}
_SETTINGS = {
    "enableLogFileValidation": "EnableLogFileValidation",
    "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "isMultiRegionTrail": "IsMultiRegionTrail",
    "isOrganizationTrail": "IsOrganizationTrail",
    "kmsKeyId": "KmsKeyId",
    "s3BucketName": "S3BucketName",
    "s3KeyPrefix": "S3KeyPrefix",
}
_DESCRIBED = {**_SETTINGS, "enableLogFileValidation": "LogFileValidationEnabled", "homeRegion": "HomeRegion"}
_SELECTORS = ("advancedEventSelectors", "eventSelectors")

# What a new trail records: management events. A trail that had selectors gets this one back.
_UNSELECTED = [{"ReadWriteType": "All", "IncludeManagementEvents": True}]


class Trail(ResourceType):
    """A trail; its identity is its ARN."""

    pulumi_type = "aws:cloudtrail/trail:Trail"
    properties: ClassVar = {
        "advancedEventSelectors": Property(),
        "advancedEventSelectors.fieldSelectors": Property(unordered=True),
        "enableLogFileValidation": Property(default=False),
        "enableLogging": Property(default=True),
        "eventSelectors": Property(),
        "eventSelectors.excludeManagementEventSources": Property(unordered=True),
        "eventSelectors.includeManagementEvents": Property(default=True),
        "eventSelectors.readWriteType": Property(default="All"),
        "includeGlobalServiceEvents": Property(default=True),
        "isMultiRegionTrail": Property(default=False),
        "isOrganizationTrail": Property(default=False),
        "kmsKeyId": Property(),
        "name": Property(replaces=True, filled_in=True),
        "s3BucketName": Property(),
        "s3KeyPrefix": Property(),
    }
    computed = frozenset({"arn", "homeRegion"})
    name_property = "name"
    absent = frozenset({"TrailNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("cloudtrail").create_trail(
            Name=wanted["name"], TagsList=as_pairs(wanted["tagsAll"]), **self._settings(wanted)
        )
        return place.arn("cloudtrail", f"trail/{wanted['name']}")

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        trails = place.client("cloudtrail")
        if before and self._settings(wanted) != self._settings(before):
            trails.update_trail(Name=identity, **{"KmsKeyId": "", "S3KeyPrefix": "", **self._settings(wanted)})
        if any(wanted.get(name) != before.get(name) for name in _SELECTORS):
            self._select(place, identity, wanted)
        # AWS creates a trail that doesn't log.
        if wanted["enableLogging"] != before.get("enableLogging", False):
            turn = trails.start_logging if wanted["enableLogging"] else trails.stop_logging
            turn(Name=identity)
        change = tag_change(before, wanted) if before else tag_change({}, {})
        if change.to_remove:
            removed = [{"Key": key} for key in change.to_remove]
            trails.remove_tags(ResourceId=identity, TagsList=removed)
        if change.to_set:
            trails.add_tags(ResourceId=identity, TagsList=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, known: Properties) -> Properties | None:
        members = resource_shape(self.pulumi_type).inputs.members
        trails = place.client("cloudtrail")
        trail = trails.get_trail(Name=identity)["Trail"]
        selectors = trails.get_event_selectors(TrailName=identity) if trail.get("HasCustomEventSelectors") else {}
        if not known.get("eventSelectors") and self._is_unselected(selectors):
            selectors = {}
        tags = trails.list_tags(ResourceIdList=[trail["TrailARN"]])["ResourceTagList"]
        return {
            **{name: trail.get(api) for name, api in _DESCRIBED.items()},
            **{
                name: from_api(members[name].kind, selectors.get(name[0].upper() + name[1:]), _EXCEPTIONS)
                for name in _SELECTORS
            },
            "arn": trail["TrailARN"],
            "enableLogging": trails.get_trail_status(Name=identity)["IsLogging"],
            "name": trail["Name"],
            "tagsAll": from_pairs(tag for entry in tags for tag in entry.get("TagsList", [])),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("cloudtrail").delete_trail(Name=identity.rpartition("/")[2])

    def _settings(self, said: Properties) -> Properties:
        return {api: said[name] for name, api in _SETTINGS.items() if said.get(name) is not None}

    def _select(self, place: Place, identity: str, wanted: Properties) -> None:
        """Put the selectors, or without any the management events that a new trail records."""
        members = resource_shape(self.pulumi_type).inputs.members
        said = {
            name[0].upper() + name[1:]: to_api(members[name].kind, wanted[name], _EXCEPTIONS)
            for name in _SELECTORS
            if wanted.get(name)
        }
        place.client("cloudtrail").put_event_selectors(TrailName=identity, **(said or {"EventSelectors": _UNSELECTED}))

    def _is_unselected(self, selectors: Properties) -> bool:
        if selectors.get("AdvancedEventSelectors"):
            return False
        return [{name: one.get(name) for name in _UNSELECTED[0]} for one in selectors.get("EventSelectors", [])] == (
            _UNSELECTED
        ) and not any(one.get("DataResources") for one in selectors["EventSelectors"])
