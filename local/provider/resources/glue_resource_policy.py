"""
`aws:glue/resourcePolicy:ResourcePolicy`.

Source: hashicorp/terraform-provider-aws, internal/service/glue/resource_policy.go (the identity is the Region;
`enable_hybrid` isn't read back).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties


class CatalogResourcePolicy(ResourceType):
    """The resource policy of the account's catalog in a Region; its identity is the Region."""

    pulumi_type = "aws:glue/resourcePolicy:ResourcePolicy"
    properties: ClassVar = {"enableHybrid": Property(), "policy": Property(canonical=canonical_document)}
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, _wanted: Properties) -> str:
        return place.region

    def configure(self, place: Place, _identity: str, wanted: Properties, _before: Properties) -> None:
        hybrid = {"EnableHybrid": wanted["enableHybrid"]} if wanted.get("enableHybrid") else {}
        place.client("glue").put_resource_policy(PolicyInJson=wanted["policy"], **hybrid)

    def read(self, place: Place, _identity: str, known: Properties) -> Properties | None:
        # Where there is none AWS says so by an error, moto by an empty answer.
        policy = place.client("glue").get_resource_policy().get("PolicyInJson")
        return {"enableHybrid": known.get("enableHybrid"), "policy": policy} if policy else None

    def delete(self, place: Place, _identity: str, _state: Properties) -> None:
        place.client("glue").delete_resource_policy()
