"""NET002: an endpoint lets through our principals to our resources."""

from __future__ import annotations

from collections.abc import Iterator

from policies.networks import ENDPOINT
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

OURS = (
    frozenset({"aws:principalorgid", "aws:principalaccount", "aws:principalorgpaths", "aws:principalarn"}),
    frozenset({"aws:resourceorgid", "aws:resourceaccount", "aws:resourceorgpaths"}),
)
_FEDERATION = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Calls that no principal signs: only their resource can be bound (`semantics.md` A14-8)."""


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != ENDPOINT:
        return
    document = resource.text("policy")
    if document is None:
        if "policy" not in resource.properties or resource.properties["policy"] is None:
            yield "it has no policy of its own, so it lets anybody's credentials through, to anybody's account"
        return
    for statement in statements(document):
        if statement.allows and (loose := _loose(statement)):
            yield f"statement `{statement.sid}` of its policy doesn't say {' nor '.join(loose)}"


def _loose(statement: Statement) -> list[str]:
    bound = {
        key
        for operator, keys in statement.conditions.items()
        if "not" not in operator.lower() and "IfExists" not in operator
        for key in keys
    }
    named = bool(statement.resources) and all("*" not in resource.split("/", 1)[0] for resource in statement.resources)
    principals, resources = OURS
    federated = {action.lower() for action in statement.actions} <= _FEDERATION
    missing = []
    # Named resources are a bound of their own: AWS's buckets are read with AWS's signature or with none.
    if not (principals & bound or federated or named):
        missing.append("whose requests pass")
    if not (resources & bound or named):
        missing.append("to whose resources")
    return missing


RULE = ResourceRule(
    id="NET002",
    claim="endpoints-bind-principals-and-resources",
    why="through an endpoint with AWS's default policy data leaves for any account that credentials exist for",
    source="semantics A17-1, C3; docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    fix="give it a policy whose statements test `aws:PrincipalOrgID` and `aws:ResourceOrgID`, or name the resources",
    check=_breaches,
)
