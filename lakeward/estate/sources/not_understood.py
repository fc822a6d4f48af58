"""
Declared resources of types that no reader knows.

None of them is ignored in silence. One that can't carry access is named in the account's `partial`; one that can
(a policy, a role, a grant) also makes what it could touch unknown: the entries it refers to, or where it refers to
none, all entries of its service.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.resources import READERS, WITHOUT_ACCESS
from lakeward.estate.sources.sections import (
    BUCKETS,
    CATALOG_POLICY,
    KEYS,
    PERMISSIONS,
    ROLES,
    USERS,
    VPC_ENDPOINTS,
    Section,
)
from lakeward.estate.sources.values import Json, items, mapping, unknown

_ACCESS_WORDS = frozenset(
    [
        "access",
        "acl",
        "assignment",
        "association",
        "attachment",
        "attachments",
        "boundary",
        "exclusive",
        "grant",
        "grants",
        "group",
        "groups",
        "membership",
        "optin",
        "permission",
        "permissions",
        "policies",
        "policy",
        "principal",
        "role",
        "roles",
        "share",
        "trust",
        "user",
        "users",
    ]
)
"""Words in a type's name that say it may carry access."""

_ACCESS_INPUTS = re.compile(r"(?i)polic|principal|grantee|permission|rolearn|trust")
"""Inputs whose name says that they may."""

_TOUCHED: Mapping[str, tuple[tuple[Section, str], ...]] = {
    "ec2": ((VPC_ENDPOINTS, "PolicyDocument"),),
    "iam": ((ROLES, "Policies"), (USERS, "Policies")),
    "kms": ((KEYS, "Policy"), (KEYS, "Grants")),
    "s3": ((BUCKETS, "Policy"),),
    "s3control": ((BUCKETS, "Policy"),),
}
"""For each module of the provider: which member of which entries its resources could change."""


@dataclass(frozen=True)
class NotUnderstood:
    """A type that no reader knows, and whether it can carry access."""

    type: str
    carries_access: bool


def not_understood(declarations: Declarations) -> list[NotUnderstood]:
    """Return the types that no reader knows, sorted; components declare nothing in AWS and aren't among them."""
    found: dict[str, bool] = {}
    for resource in _unread(declarations):
        found[resource.type] = found.get(resource.type, False) or carries_access(resource)
    return [NotUnderstood(type_token, carries) for type_token, carries in sorted(found.items())]


def carries_access(resource: DeclaredResource) -> bool:
    """Say whether a resource could give or take access, by the words of its type and of its inputs."""
    name = resource.type.rsplit(":", 1)[-1]
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}
    return bool(words & _ACCESS_WORDS) or any(_ACCESS_INPUTS.search(member) for member in _members(resource.inputs))


def doubts(declarations: Declarations, known: Iterable[Entry]) -> Iterator[Entry]:
    """Yield what has to be called unknown because of resources that aren't understood but can carry access."""
    entries = [entry for entry in known if entry.defines]
    for resource in _unread(declarations):
        if not carries_access(resource):
            continue
        why = unknown(f"`{resource.type}` isn't understood")
        module = resource.type.split(":")[1].split("/")[0] if resource.type.startswith("aws:") else ""
        if module == "lakeformation":
            yield _doubt(PERMISSIONS, why, resource, declarations)
        elif module == "glue":
            yield _doubt(CATALOG_POLICY, why, resource, declarations)
        else:
            yield from _touched(resource, _TOUCHED.get(module, ()), why, declarations, entries)


def _touched(
    resource: DeclaredResource,
    touched: tuple[tuple[Section, str], ...],
    why: Json,
    declarations: Declarations,
    entries: list[Entry],
) -> Iterator[Entry]:
    names = set(_texts(dict(resource.inputs)))
    for urns in (resource.dependencies, *resource.property_dependencies.values()):
        names.update(name for urn in urns for named in declarations.at(urn) for name in declarations.spellings(named))
    for section, member in touched:
        candidates = [entry for entry in entries if entry.section is section]
        referred = [entry for entry in candidates if names & _spellings(entry)]
        for entry in referred or candidates:
            identity = {name: entry.members[name] for name in section.identity if name in entry.members}
            yield Entry(
                section=section,
                members={**identity, member: [why] if member in section.united else why},
                account=entry.account,
                region=entry.region,
                defines=False,
            )


def _doubt(section: Section, why: dict[str, Json], resource: DeclaredResource, declarations: Declarations) -> Entry:
    return Entry(
        section=section,
        members=why,
        account=declarations.account,
        region=declarations.region_of(resource),
        defines=False,
    )


def _spellings(entry: Entry) -> set[str]:
    """How another resource may name an entry: by its identity, or by the name at the end of its ARN."""
    identity = [str(entry.members.get(member)) for member in entry.section.identity]
    return {*identity, *(name.rsplit("/", 1)[-1] for name in identity)}


def _unread(declarations: Declarations) -> Iterator[DeclaredResource]:
    for resource in declarations:
        managed = resource.custom and not resource.type.startswith(("pulumi:providers:", "pulumi:pulumi:"))
        if managed and resource.type not in READERS and resource.type not in WITHOUT_ACCESS:
            yield resource


def _members(value: Mapping[str, Json]) -> Iterator[str]:
    for name, member in value.items():
        yield name
        for nested in [member, *items(member)]:
            yield from _members(mapping(nested))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
