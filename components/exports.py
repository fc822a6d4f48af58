"""What a stack exports: where other programs, and people, find its parts."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from components.component import Declared
from components.hub_association import PRIVATE_ZONES
from components.private_zone import PrivateZone
from lakeward.plan.declarations import (
    Declaration,
    ExternalPersonaArgs,
    LakeBucketArgs,
    PersonaRoleArgs,
    Plan,
    PrivateZoneArgs,
    QueryWorkgroupArgs,
    TaggedDeclaration,
)


def exports(plan: Plan, declared: Declared) -> Mapping[str, Mapping[str, pulumi.Input[str]]]:
    """
    Return the exports of a stack: roles and workgroups by persona, buckets by zone or shared name, private zones.

    They are the plan's own strings, known in every preview, but for the ids of private zones, which Route 53 makes up.
    Nothing of a single tenant is among them: what is a tenant's follows from its id, and one more tenant is no change
    of what others build on.
    """
    found: dict[str, dict[str, pulumi.Input[str]]] = {"buckets": {}, "roles": {}, "workgroups": {}}
    for declaration in plan.declarations:
        _collect(declaration, found)
        if isinstance(declaration, PrivateZoneArgs):
            zone = declared.the(PrivateZone, declaration.logical_name)
            found.setdefault(PRIVATE_ZONES, {})[declaration.service] = zone.zone_id
    return found


def _collect(declaration: Declaration, found: dict[str, dict[str, pulumi.Input[str]]]) -> None:
    if isinstance(declaration, TaggedDeclaration) and "tenant_id" in declaration.tags:
        return
    if isinstance(declaration, PersonaRoleArgs | ExternalPersonaArgs):
        found["roles"][declaration.persona] = declaration.arn
    elif isinstance(declaration, LakeBucketArgs):
        found["buckets"][declaration.logical_name.removeprefix("bucket-")] = declaration.name
    elif isinstance(declaration, QueryWorkgroupArgs):
        found["workgroups"][declaration.tags["lakeward:persona"]] = declaration.name
