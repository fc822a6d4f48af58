"""IAM003: a condition compares many values as a set, and one value as one."""

from __future__ import annotations

from collections.abc import Iterator

from policies.documents import identity_documents, resource_documents
from policies.resources import Resource
from policies.rule import ResourceRule
from policies.statements import Statement, statements

_SETS = ("ForAllValues:", "ForAnyValue:")

MULTIVALUED = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
        "kms:encryptioncontextkeys",
        "kms:grantoperations",
        "kms:resourcealiases",
        "sts:transitivetagkeys",
    }
)
"""Keys with several values in one request (A7); every other key of AWS's own has one."""

_SINGLE = ("aws:", "kms:", "s3:", "sts:")


def _breaches(resource: Resource) -> Iterator[str]:
    for document in (*resource_documents(resource), *identity_documents(resource)):
        for statement in statements(document):
            yield from _misfits(statement)


def _misfits(statement: Statement) -> Iterator[str]:
    for operator, keys in sorted(statement.conditions.items()):
        in_set = operator.startswith(_SETS)
        for key in sorted(keys):
            if operator == "Null":
                continue
            if in_set and key not in MULTIVALUED and key.startswith(_SINGLE):
                yield f"`{statement.sid}` compares `{key}`, which has one value, by `{operator}`"
            if not in_set and key in MULTIVALUED:
                yield f"`{statement.sid}` compares `{key}`, which has several values, by `{operator}`"
            if operator.startswith("ForAllValues:") and statement.allows and not _guarded(statement, key):
                yield f"`{statement.sid}` allows whoever sends no `{key}` at all, which `{operator}` is true of"


def _guarded(statement: Statement, key: str) -> bool:
    """Say whether the key must be there (A6-2)."""
    return "false" in {value.lower() for value in statement.conditions.get("Null", {}).get(key, ())}


RULE = ResourceRule(
    id="IAM003",
    claim="set-operators-fit-their-keys",
    why="an operator of the other kind is true where the key is missing, or of one value among many",
    source="semantics A6-1, A6-2, A6-4; systems K2",
    fix="use a set operator for keys with several values only, and `Null` of `false` beside `ForAllValues` in an Allow",
    check=_breaches,
)
