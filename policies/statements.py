"""Policy documents as rules read them: statements with their elements as lists, whoever wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

_PRINCIPAL_ARN = "aws:principalarn"
_POSITIVE = {"ArnEquals", "ArnLike", "StringEquals", "StringLike"}


@dataclass(frozen=True)
class Statement:
    """One statement; `sid` is its position where it has none."""

    sid: str
    allows: bool
    principals: tuple[str, ...]
    """Every principal by its text, whatever its kind; empty where the element is missing."""
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]]
    strays: tuple[str, ...] = ()
    """Members of the condition that are no operator with keys: a key that stands beside its operator, or nothing."""

    @property
    def allows_everyone(self) -> bool:
        """Whether it is an Allow for every principal that its conditions leave."""
        return self.allows and "*" in self.principals

    def covers_action(self, action: str) -> bool:
        """Say whether the statement's action elements take in `action`, ignoring letter case (A1-2)."""
        if self.not_actions:
            return not _matches_any(self.not_actions, action)
        return _matches_any(self.actions, action)

    def leaves_out(self, principal: str) -> bool:
        """Say whether a condition on `aws:PrincipalArn` keeps a principal, given by its ARN, from what is allowed."""
        return any(
            not any(fnmatchcase(principal, pattern) for pattern in keys[_PRINCIPAL_ARN])
            for operator, keys in self.conditions.items()
            if operator in _POSITIVE and _PRINCIPAL_ARN in keys
        )

    def covers_resource(self, arn: str) -> bool:
        """Say whether a resource element takes in an ARN; a statement that only names exceptions may (A1-4)."""
        return not self.resources or any(fnmatchcase(arn, pattern) for pattern in self.resources)


def _matches_any(patterns: tuple[str, ...], action: str) -> bool:
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def statements(document: str | None) -> tuple[Statement, ...]:
    """Read a document; what isn't one has no statements."""
    try:
        parsed = json.loads(document or "")
    except ValueError:
        return ()
    if not isinstance(parsed, dict):
        return ()
    found = parsed.get("Statement", [])
    return tuple(
        _statement(index, item)
        for index, item in enumerate(found if isinstance(found, list) else [found])
        if isinstance(item, dict)
    )


def _statement(index: int, item: Mapping[str, object]) -> Statement:
    return Statement(
        sid=str(item.get("Sid") or f"statement {index}"),
        allows=item.get("Effect") == "Allow",
        principals=_principals(item.get("Principal")),
        actions=_texts(item.get("Action")),
        not_actions=_texts(item.get("NotAction")),
        resources=_texts(item.get("Resource")),
        not_resources=_texts(item.get("NotResource")),
        conditions=_conditions(item.get("Condition")),
        strays=_strays(item.get("Condition")),
    )


def _principals(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(text for kind in sorted(value) for text in _texts(value[kind]))
    return _texts(value)


def _conditions(value: object) -> dict[str, dict[str, tuple[str, ...]]]:
    if not isinstance(value, Mapping):
        return {}
    return {
        operator: {str(key).lower(): _texts(values) for key, values in keys.items()}
        for operator, keys in value.items()
        if isinstance(keys, Mapping)
    }


def _strays(value: object) -> tuple[str, ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple(sorted(name for name, keys in value.items() if not isinstance(keys, Mapping) or not keys))


def _texts(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(_text(item) for item in value)
    return (_text(value),)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
