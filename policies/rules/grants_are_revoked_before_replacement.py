"""LF007: replacing a grant never takes away what the new one gives."""

from __future__ import annotations

from collections.abc import Iterator

from policies.grants import GRANTS
from policies.resources import Resource
from policies.rule import ResourceRule


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type in GRANTS and resource.delete_before_replace is not True:
        yield (
            f"a change would first give `{resource.text('principal')}` the new rights and then take away the old ones, "
            "with them all that both share"
        )


RULE = ResourceRule(
    id="LF007",
    claim="grants-are-revoked-before-replacement",
    why="a grant isn't a thing but a set of rights: made before its predecessor is deleted, it loses the overlap",
    source="measured on the engine: the update succeeds, and the shared rights are gone",
    fix="declare it with `ResourceOptions(delete_before_replace=True)`",
    check=_breaches,
)
