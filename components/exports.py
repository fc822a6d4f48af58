"""What a stack exports: where other programs, and people, find its parts."""

from __future__ import annotations

from collections.abc import Mapping

from lakeward.plan.declarations import (
    Declaration,
    ExternalPersonaArgs,
    LakeBucketArgs,
    PersonaRoleArgs,
    Plan,
    QueryWorkgroupArgs,
    TaggedDeclaration,
)


def exports(plan: Plan) -> Mapping[str, Mapping[str, str]]:
    """
    Return the exports of a stack: roles and workgroups by persona, buckets by zone, shared ones by name.

    They are the plan's own strings, known in every preview. Nothing of a single tenant is among them: what is a
    tenant's follows from its id, and one more tenant is no change of what others build on.
    """
    found: dict[str, dict[str, str]] = {"buckets": {}, "roles": {}, "workgroups": {}}
    for declaration in plan.declarations:
        _collect(declaration, found)
    return found


def _collect(declaration: Declaration, found: dict[str, dict[str, str]]) -> None:
    if isinstance(declaration, TaggedDeclaration) and "tenant_id" in declaration.tags:
        return
    if isinstance(declaration, PersonaRoleArgs | ExternalPersonaArgs):
        found["roles"][declaration.persona] = declaration.arn
    elif isinstance(declaration, LakeBucketArgs):
        found["buckets"][declaration.logical_name.removeprefix("bucket-")] = declaration.name
    elif isinstance(declaration, QueryWorkgroupArgs):
        found["workgroups"][declaration.tags["lakeward:persona"]] = declaration.name
