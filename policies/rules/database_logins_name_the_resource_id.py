"""TEN030: a database login is granted by the cluster's resource id, and to one user."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.resources import Resource, as_mappings
from policies.rule import ResourceRule
from policies.statements import statements

ACTION = "rds-db:connect"

_LOGIN = re.compile(
    r"arn:aws[a-z-]*:rds-db:[a-z0-9-]+:[0-9]{12}:dbuser:(?P<cluster>(?:cluster|db)-[A-Z0-9]+|prx-[a-z0-9]+|\*)"
    r"/(?P<user>[^*?]+)"
)
_OWN = "${aws:PrincipalTag/"


def _breaches(resource: Resource) -> Iterator[str]:
    for document in _documents(resource):
        for statement in statements(document):
            if not statement.allows or not statement.covers_action(ACTION):
                continue
            for arn in statement.resources or ("*",):
                login = _LOGIN.fullmatch(arn)
                if login is None or (login["cluster"] == "*" and not login["user"].startswith(_OWN)):
                    yield f"`{statement.sid}` allows to log in as `{arn}`, which isn't one user of one cluster"


def _documents(resource: Resource) -> list[str | None]:
    if resource.type == "aws:iam/role:Role":
        return [str(policy.get("policy")) for policy in as_mappings(resource.properties.get("inlinePolicies"))]
    if resource.type in {"aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy"}:
        return [resource.text("policy")]
    return []


RULE = ResourceRule(
    id="TEN030",
    claim="database-logins-name-the-resource-id",
    why="IAM knows a cluster by its resource id only: another name matches nothing, and a wildcard every tenant's user",
    source="semantics D1-1, D1-2, D1-4",
    fix="name `arn:…:dbuser:<DbClusterResourceId>/<user>`, with the tenant's tag in the user",
    check=_breaches,
)
