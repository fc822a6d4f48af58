"""Service and resource control policies, and what they are attached to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.values import Json, document, mapping, text, unknown

POLICY = "aws:organizations/policy:Policy"
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"

FULL_ACCESS: Mapping[str, Json] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
"""What Organizations attaches to every target when service control policies come into use (`semantics.md` A12-1)."""

_MEMBERS = {
    "SERVICE_CONTROL_POLICY": "serviceControlPolicies",
    "RESOURCE_CONTROL_POLICY": "resourceControlPolicies",
}


def control_policies(organization: Mapping[str, Json], declarations: Declarations) -> dict[str, Json]:
    """
    Return the members of an estate's `organization` that hold the declared policies; none where none is declared.

    Where service control policies are in use, each level above an account keeps `FullAWSAccess`.
    """
    found: dict[str, list[Json]] = {}
    for attachment in declarations.of(ATTACHMENT):
        policy = declarations.referred(attachment, "policyId", POLICY)
        member = _MEMBERS.get(text((policy.inputs if policy else {}).get("type")) or "SERVICE_CONTROL_POLICY")
        if member is not None:
            found.setdefault(member, []).append(_attached(attachment, policy))
    services = found.get("serviceControlPolicies")
    if services is not None:
        targets = {target for entry in services if (target := text(mapping(entry).get("target")))}
        targets |= _levels(organization)
        services += [{"target": target, "name": "FullAWSAccess", "policy": {**FULL_ACCESS}} for target in targets]
    return {member: sorted(entries, key=_order) for member, entries in sorted(found.items())}


def _attached(attachment: DeclaredResource, policy: DeclaredResource | None) -> Json:
    known = policy.inputs if policy else {}
    content = document(known.get("content"))
    return {
        "target": attachment.inputs.get("targetId"),
        "name": text(known.get("name")) or (policy.name if policy else attachment.name),
        "policy": content if policy else unknown("the policy isn't declared in this stack"),
    }


def _levels(organization: Mapping[str, Json]) -> set[str]:
    """Return the root, the OUs and the accounts that the organization's description names."""
    levels: set[str] = set()
    for account, described in mapping(organization.get("accounts")).items():
        path = text(mapping(described).get("path")) or ""
        levels |= {account, *path.strip("/").split("/")[1:]}
    return levels - {text(organization.get("managementAccount")) or ""}


def _order(entry: Json) -> tuple[str, str]:
    said = mapping(entry)
    return str(said.get("target")), str(said.get("name"))


def _of_the_organization(resource: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    """Say nothing: control policies stand in no account."""
    del resource, declarations
    yield from ()


READERS = {ATTACHMENT: _of_the_organization, POLICY: _of_the_organization}
