"""ENC010: a database is under a key of its owner's, and nothing replaces it unless the stack's data may go."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources
from policies.rule import StackRule

CLUSTER = "aws:rds/cluster:Cluster"


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for resource in resources.of(CLUSTER):
        for breach in _of_cluster(resource, kept=resources.stack.protects_data):
            yield resource, breach


def _of_cluster(resource: Resource, *, kept: bool) -> Iterator[str]:
    if not resource.flag("storageEncrypted") or resource.properties.get("kmsKeyId") is None:
        yield "its storage is under no key of yours, whose policy would say who reads a snapshot"
    if kept and not resource.protected:
        yield "a change of its key, name or subnet group would replace it, an empty one in its place"
    if kept and not resource.flag("deletionProtection"):
        yield "one call deletes it"
    if resource.flag("skipFinalSnapshot"):
        yield "nothing is left of it once it is deleted"


RULE = StackRule(
    id="ENC010",
    claim="databases-are-encrypted-and-kept",
    why="a database's key can't be changed in place, so every change of it is a new, empty database",
    source="docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.html",
    fix="set `storageEncrypted`, `kmsKeyId` and `deletionProtection`, keep the last snapshot, protect the resource",
    check=_breaches,
)
