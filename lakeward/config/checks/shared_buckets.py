"""Shared buckets: names of their own, readers of this organization, never all of it."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, repeated
from lakeward.errors import quote
from lakeward.identifiers import OrgPath
from lakeward.model import SharedBucket, ZoneName


def check(draft: Draft) -> Iterator[Finding]:
    shared_buckets = draft.config.shared_buckets
    yield from repeated(((("sharedBuckets", i, "name"), one.name) for i, one in enumerate(shared_buckets)), "bucket")
    for index, shared in enumerate(shared_buckets):
        loc: Loc = ("sharedBuckets", index)
        if shared.name in {*map(str, ZoneName), "column"} or shared.name.startswith("tenant-"):
            yield Finding((*loc, "name"), f"{quote(shared.name)} names something else of a lake", "choose another name")
        yield from _readers(draft, loc, shared)
    if shared_buckets and not draft.config.audit.trail:
        problem = f"without it nothing records who reads {quote(shared_buckets[0].name)} (AUD001)"
        yield Finding(("audit", "trail"), problem, "remove it")


def _readers(draft: Draft, loc: Loc, shared: SharedBucket) -> Iterator[Finding]:
    organization = draft.config.organization
    if organization is None:
        if draft.holds(("organization",)):
            problem = f"{quote(shared.name)} is shared in an organization that this configuration doesn't know"
            yield Finding((*loc, "readers"), problem, "add `organization`")
        return
    for index, readers in enumerate(shared.readers):
        where: Loc = (*loc, "readers", index, "path")
        if readers.path.organization != organization.id:
            yield Finding(
                where,
                f"{quote(readers.path)} is in another organization",
                f"begin it with {quote(organization.id + '/')}",
            )
        elif _is_root(readers.path):
            yield Finding(where, f"{quote(readers.path)} is the whole organization", "name an OU of it")


def _is_root(path: OrgPath) -> bool:
    return path.count("/") == 2  # noqa: PLR2004  # behind the organization and behind the root
