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
)


def exports(plan: Plan) -> Mapping[str, Mapping[str, str]]:
    """
    Return the exports of a stack: roles and workgroups by persona, buckets by zone, shared ones by name.

    They are the plan's own strings, known in every preview.
    """
    found: dict[str, dict[str, str]] = {"buckets": {}, "roles": {}, "workgroups": {}}
    for declaration in plan.declarations:
        _collect(declaration, found)
    return found


def _collect(declaration: Declaration, found: dict[str, dict[str, str]]) -> None:
    if isinstance(declaration, PersonaRoleArgs | ExternalPersonaArgs):
        found["roles"][declaration.persona] = declaration.arn
    elif isinstance(declaration, LakeBucketArgs):
        found["buckets"][declaration.logical_name.removeprefix("bucket-")] = declaration.name
    elif isinstance(declaration, QueryWorkgroupArgs):
        found["workgroups"][declaration.tags["lakeward:persona"]] = declaration.name
