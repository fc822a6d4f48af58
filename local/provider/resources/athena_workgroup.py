"""
`aws:athena/workgroup:Workgroup`.

Source: hashicorp/terraform-provider-aws, internal/service/athena/workgroup.go (`ForceNew` on `name`; the defaults; an
update removes what the program no longer says).
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
    "enforceWorkgroupConfiguration": "EnforceWorkGroupConfiguration",
    "kmsKeyArn": "KmsKey",
    "publishCloudwatchMetricsEnabled": "PublishCloudWatchMetricsEnabled",
}
_CUTOFF = "BytesScannedCutoffPerQuery"


class Workgroup(ResourceType):
    """A workgroup; its identity is its name."""

    pulumi_type = "aws:athena/workgroup:Workgroup"
    properties: ClassVar = {
        "configuration.bytesScannedCutoffPerQuery": Property(),
        "configuration.enforceWorkgroupConfiguration": Property(default=True),
        "configuration.engineVersion": Property(filled_in=True),
        "configuration.engineVersion.effectiveEngineVersion": Property(filled_in=True),
        "configuration.engineVersion.selectedEngineVersion": Property(default="AUTO", filled_in=True),
        "configuration.publishCloudwatchMetricsEnabled": Property(default=True),
        "configuration.requesterPaysEnabled": Property(default=False),
        "configuration.resultConfiguration.encryptionConfiguration": Property(),
        "configuration.resultConfiguration.expectedBucketOwner": Property(),
        "configuration.resultConfiguration.outputLocation": Property(),
        "description": Property(),
        "forceDestroy": Property(default=False),
        "name": Property(replaces=True, filled_in=True),
        "state": Property(default="ENABLED"),
    }
    computed = frozenset({"arn"})
    name_property = "name"
    absent = frozenset({"InvalidRequestException"})  # what Athena answers for a workgroup that isn't there

    def create(self, place: Place, wanted: Properties) -> str:
        request: Properties = {
            "Name": wanted["name"],
            "Description": wanted.get("description", ""),
            "Configuration": self._configuration(wanted),
        }
        if wanted["tagsAll"]:
            request["Tags"] = as_pairs(wanted["tagsAll"])
        place.client("athena").create_work_group(**request)
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        athena = place.client("athena")
        changed = any(wanted.get(part) != before.get(part) for part in ("configuration", "description", "state"))
        if (before and changed) or wanted["state"] != before.get("state", "ENABLED"):
            athena.update_work_group(
                WorkGroup=identity,
                Description=wanted.get("description", ""),
                State=wanted["state"],
                ConfigurationUpdates=self._configuration_updates(wanted),
            )
        if not before:
            return
        arn, change = place.arn("athena", f"workgroup/{identity}"), tag_change(before, wanted)
        if change.to_remove:
            athena.untag_resource(ResourceARN=arn, TagKeys=change.to_remove)
        if change.to_set:
            athena.tag_resource(ResourceARN=arn, Tags=as_pairs(change.to_set))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kind = resource_shape(self.pulumi_type).inputs.members["configuration"].kind
        athena, arn = place.client("athena"), place.arn("athena", f"workgroup/{identity}")
        group = athena.get_work_group(WorkGroup=identity)["WorkGroup"]
        return {
            "arn": arn,
            "configuration": from_api(kind, group.get("Configuration", {}), _EXCEPTIONS),
            "description": group.get("Description"),
            "name": group["Name"],
            "state": group["State"],
            "tagsAll": from_pairs(athena.list_tags_for_resource(ResourceARN=arn)["Tags"]),
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        place.client("athena").delete_work_group(
            WorkGroup=identity, RecursiveDeleteOption=state.get("forceDestroy", False)
        )

    def _configuration(self, wanted: Properties) -> Properties:
        kind = resource_shape(self.pulumi_type).inputs.members["configuration"].kind
        answer: Properties = to_api(kind, wanted.get("configuration", {}), _EXCEPTIONS)
        return answer

    def _configuration_updates(self, wanted: Properties) -> Properties:
        """Return the configuration as an update: what isn't said any more has a switch of its own to remove it."""
        updates = self._configuration(wanted)
        if not updates.get(_CUTOFF):
            updates.pop(_CUTOFF, None)
            updates["RemoveBytesScannedCutoffPerQuery"] = True
        result = updates.pop("ResultConfiguration", {})
        for member in ("EncryptionConfiguration", "ExpectedBucketOwner", "OutputLocation"):
            if not result.get(member):
                result.pop(member, None)
                result[f"Remove{member}"] = True
        return {**updates, "ResultConfigurationUpdates": result}
