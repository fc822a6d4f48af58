"""IAM002: no identity policy allows everything, or everything but something."""

from __future__ import annotations

from collections.abc import Iterator

from policies.documents import identity_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import statements

_SERVICES = frozenset({"athena", "glue", "iam", "kms", "lakeformation", "organizations", "ram", "rds-db", "s3", "sts"})
"""Those that give or guard data: all their actions together are more than anyone needs."""

_WILDCARDS = frozenset("*?")


def _breaches(resource: Resource) -> Iterator[str]:
    for document in identity_documents(resource):
        for statement in statements(document):
            if not statement.allows:
                continue
            if statement.not_actions:
                yield f"`{statement.sid}` allows every action of every service but the ones it names"
            if statement.not_resources:
                yield f"`{statement.sid}` allows it on everything but what it names, what comes later included"
            for action in statement.actions:
                service, _, name = action.lower().partition(":")
                if set(name) <= _WILDCARDS and (service in _SERVICES or _WILDCARDS & set(service)):
                    yield f"`{statement.sid}` allows `{action}`"


RULE = ResourceRule(
    id="IAM002",
    claim="identity-policies-name-what-they-allow",
    why="what is allowed by a wildcard or an exception grows with every service, bucket and role that is added",
    source="semantics A1-3, A1-4; systems K6, K48, K57",
    fix="list the actions that are needed, on the resources that they are needed on",
    check=_breaches,
)
