"""LF015: no location lets IAM decide beside Lake Formation."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import LOCATION
from policies.resources import Resource
from policies.rule import ResourceRule


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type == LOCATION:
        if resource.properties.get("hybridAccessEnabled") not in (None, False):
            yield "whoever isn't opted in reads its tables by IAM alone, past every column and row that grants hide"
        if resource.properties.get("withPrivilegedAccess") not in (None, False):
            yield "whoever registered it reads all of it, whatever is granted"


RULE = ResourceRule(
    id="LF015",
    claim="locations-are-not-hybrid",
    why="hybrid access mode is a way into Lake Formation, and a second set of readers as long as it lasts",
    source="semantics B3; docs.aws.amazon.com/lake-formation/latest/dg/hybrid-access-mode.html",
    fix="set `hybridAccessEnabled` to false; during a migration exempt the location, with its last day",
    check=_breaches,
)
