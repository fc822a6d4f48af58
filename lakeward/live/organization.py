"""
The organization the account belongs to, with the policies that reach it.

Any account may ask which organization it is in; the policies are shown to the management account and to those it
delegates to. Unseen they are unknown, never absent: absent would mean that none are in use.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lakeward.estate.sources.values import Json, canonical, document
from lakeward.live.calls import Aws, Call, read_or_unknown

ORGANIZATION = Call("organizations", "DescribeOrganization", absent=frozenset({"AWSOrganizationsNotInUseException"}))
PARENTS = Call("organizations", "ListParents", items="Parents")
POLICIES = Call("organizations", "ListPoliciesForTarget", items="Policies")
POLICY = Call("organizations", "DescribePolicy")

CALLS = (ORGANIZATION, PARENTS, POLICIES, POLICY)

_KINDS = {
    "serviceControlPolicies": "SERVICE_CONTROL_POLICY",
    "resourceControlPolicies": "RESOURCE_CONTROL_POLICY",
}


def read(aws: Aws) -> Json:
    """Return the account's organization; `None` where it is in none."""
    return read_or_unknown(lambda: _organization(aws))


def _organization(aws: Aws) -> Json:
    answer = aws.one(ORGANIZATION)
    if answer is None:
        return None
    found = answer["Organization"]
    path = read_or_unknown(lambda: "/".join([found["Id"], *reversed(_parents(aws)), ""]))
    return {
        "id": found["Id"],
        "managementAccount": found["MasterAccountId"],
        "accounts": {aws.account: {"path": path}},
        **{name: read_or_unknown(lambda kind=kind: _policies(aws, kind)) for name, kind in _KINDS.items()},  # type: ignore[misc]
    }


def _parents(aws: Aws) -> list[str]:
    """Return the units above the account, from the nearest to the root."""
    above: list[str] = []
    child = aws.account
    while not child.startswith("r-"):
        child = aws.every(PARENTS, ChildId=child)[0]["Id"]
        above.append(child)
    return above


def _policies(aws: Aws, kind: str) -> Json:
    return sorted(_attached(aws, kind), key=canonical)


def _attached(aws: Aws, kind: str) -> Iterator[Json]:
    for target in (aws.account, *_parents(aws)):
        for summary in aws.every(POLICIES, TargetId=target, Filter=kind):
            answer: dict[str, Any] = aws.one(POLICY, PolicyId=summary["Id"]) or {}
            yield {"target": target, "name": summary["Name"], "policy": document(answer["Policy"]["Content"])}
