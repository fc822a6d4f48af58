"""Attribute conditions: Cedar over the principal's tags, evaluated by Cedar's own engine (`semantics.md` B11)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import Unknown, has_token

_LONGEST_EXPRESSION = 3000
_UID = {"type": "Lake::Entity", "id": "one"}
_REQUEST = {
    "principal": 'Lake::Entity::"one"',
    "action": 'Lake::Action::"read"',
    "resource": 'Lake::Entity::"one"',
    "context": {"iam": {"principalTags": {"__entity": _UID}}},
}


def condition_holds(expression: str, tags: Mapping[str, str] | Unknown) -> Truth:
    """
    Return whether a principal with these tags meets a condition.

    Tags are the role's, overridden by the session's (B11-2, A14-3). A tag that is read without being there is an
    error in Cedar, and the grant doesn't apply. UNKNOWN: the tags aren't known, or the expression can't be read.
    """
    if isinstance(tags, Unknown):
        return UNKNOWN
    if any(has_token(value) for value in tags.values()):
        return UNKNOWN
    return _evaluate(expression, tuple(sorted(tags.items())))


@lru_cache(maxsize=1 << 12)
def _evaluate(expression: str, tags: tuple[tuple[str, str], ...]) -> Truth:
    policy = _policy_of(expression)
    if policy is None:
        return UNKNOWN
    import cedarpy  # noqa: PLC0415  # the engine is slow to import

    entity = {"uid": _UID, "attrs": {}, "parents": [], "tags": dict(tags)}
    result = cedarpy.is_authorized(_REQUEST, policy, [entity])
    if result.decision == cedarpy.Decision.NoDecision:
        return UNKNOWN
    return YES if result.decision == cedarpy.Decision.Allow else NO


@lru_cache(maxsize=1 << 12)
def _policy_of(expression: str) -> str | None:
    """Return the Cedar policy of a condition; `None` where the expression isn't exactly one condition."""
    if len(expression) > _LONGEST_EXPRESSION or has_token(expression):
        return None
    import cedarpy  # noqa: PLC0415  # as above

    policy = f"permit(principal, action, resource) when {{ {expression} }};"
    try:
        parsed = json.loads(cedarpy.policies_to_json_str(policy))
    except ValueError:
        return None
    policies = parsed.get("staticPolicies", {})
    whole = len(policies) == 1 and all(len(one.get("conditions", ())) == 1 for one in policies.values())
    return policy if whole else None
