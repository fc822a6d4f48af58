"""
`aws:lakeformation/resource:Resource`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/resource.go (`ForceNew` on every argument;
`role_arn`, `hybrid_access_enabled` and the others are `Computed` too). The official provider takes over a location
that is registered already; this one refuses, so that an unrecorded registration is noticed and imported.
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_SWITCHES = {
    "hybridAccessEnabled": "HybridAccessEnabled",
    "withFederation": "WithFederation",
    "withPrivilegedAccess": "WithPrivilegedAccess",
}


class Resource(ResourceType):
    """A data lake location; its identity is the location's ARN."""

    pulumi_type = "aws:lakeformation/resource:Resource"
    properties: ClassVar = {
        "arn": Property(replaces=True),
        "roleArn": Property(replaces=True, filled_in=True),
        "useServiceLinkedRole": Property(replaces=True),
        **{name: Property(replaces=True, filled_in=True) for name in _SWITCHES},
    }
    computed = frozenset({"lastModified"})
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        request: Properties = {"ResourceArn": wanted["arn"]}
        if wanted.get("roleArn"):
            request["RoleArn"] = wanted["roleArn"]
        else:
            request["UseServiceLinkedRole"] = True
        request.update({api: True for name, api in _SWITCHES.items() if wanted.get(name)})
        place.client("lakeformation").register_resource(**request)
        return str(wanted["arn"])

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        info = place.client("lakeformation").describe_resource(ResourceArn=identity)["ResourceInfo"]
        modified = info.get("LastModified")
        return {
            "arn": identity,
            "roleArn": info.get("RoleArn"),
            "lastModified": modified.strftime("%Y-%m-%dT%H:%M:%SZ") if modified else None,
            **{name: info.get(api, False) for name, api in _SWITCHES.items()},
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("lakeformation").deregister_resource(ResourceArn=identity)
