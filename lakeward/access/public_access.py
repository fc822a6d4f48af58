"""Block Public Access: what S3 takes for a public bucket policy (`semantics.md` A18)."""

from __future__ import annotations

from ipaddress import ip_network

from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth, negate
from lakeward.estate.policies import ConditionEntry, Policy, PolicyStatement
from lakeward.estate.unknown import has_token

# Keys whose fixed values make an Allow limited (A18-2); OrgPaths aren't on the page's list (A18-5).
_LIMITING_KEYS = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalservicename",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    }
)
_POSITIVE = frozenset({"stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"})
_SHORTEST_PREFIX = {4: 8, 6: 32}


def publicness(policy: Policy) -> Truth:
    """Return whether a bucket policy is public: unless every Allow is limited to fixed values."""
    if policy.unknown is not None:
        return UNKNOWN
    limited = YES
    for statement in policy.statements:
        if statement.effect != "Deny":
            limited &= _is_limited(statement) if statement.effect == "Allow" else UNKNOWN
    return negate(limited)


def _is_limited(statement: PolicyStatement) -> Truth:
    principals = statement.principals or ()
    if not statement.excludes_principals and ("*", "*") not in principals:
        return YES
    limited = UNKNOWN if statement.unknown_conditions is not None else NO
    for entry in statement.conditions:
        limited |= _limits(entry)
    return limited


def _limits(entry: ConditionEntry) -> Truth:  # noqa: PLR0911  # one answer per kind
    key, operator = entry.key.lower(), entry.operator.lower()
    values = entry.values
    if not values or operator.endswith("ifexists") or operator.startswith("forallvalues:"):
        return NO
    operator = operator.removeprefix("foranyvalue:")
    if any(has_token(value) for value in values):
        return UNKNOWN
    if key == "aws:sourceip" and operator == "ipaddress":
        return YES if all(map(_is_narrow_network, values)) else NO
    if operator not in _POSITIVE or any("${" in value for value in values):
        return NO
    if key == "aws:principalorgpaths":
        return AMBIGUOUS
    if key == "s3:dataaccesspointarn":
        return YES if all(_has_fixed_account(value) for value in values) else NO
    if key not in _LIMITING_KEYS:
        return NO
    takes_wildcards = operator not in {"stringequals", "stringequalsignorecase"}
    fixed = all(value and not (takes_wildcards and ("*" in value or "?" in value)) for value in values)
    return YES if fixed else NO


def _is_narrow_network(text: str) -> bool:
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _SHORTEST_PREFIX[network.version]


def _has_fixed_account(arn: str) -> bool:
    parts = arn.split(":", 5)
    return len(parts) == 6 and parts[4].isdigit()  # noqa: PLR2004 - an ARN's parts
