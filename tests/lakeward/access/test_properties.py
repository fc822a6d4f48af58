"""What must hold whatever the policies and grants are."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lakeward.access import answer

ORDER = {"EXPLICIT_DENY": 0, "IMPLICIT_DENY": 0, "UNKNOWN": 1, "ALLOW": 2}
SESSION = "arn:aws:sts::111111111111:assumed-role/r/s"
CONDITIONS = st.sampled_from(
    [
        {},
        {"StringEquals": {"aws:PrincipalTag/t": "a"}},
        {"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}},
        {"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-a/*"}},
        {"Null": {"aws:PrincipalTag/t": "true"}},
    ]
)
PRINCIPALS = st.sampled_from(
    ["*", {"AWS": "111111111111"}, {"AWS": "arn:aws:iam::111111111111:role/r"}, {"AWS": SESSION}]
)


@st.composite
def _statements(draw: st.DrawFn, effect: str | None = None) -> dict[str, Any]:
    statement = {
        "Effect": effect or draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        "Action": draw(st.sampled_from(["s3:GetObject", "s3:*", "*", "s3:Put*"])),
        "Resource": draw(
            st.sampled_from(["*", "arn:aws:s3:::lake/*", "arn:aws:s3:::lake/${aws:PrincipalTag/t}/*", "arn:aws:s3:::x"])
        ),
    }
    condition = draw(CONDITIONS)
    return {**statement, "Condition": condition} if condition else statement


@st.composite
def _cases(draw: st.DrawFn) -> dict[str, Any]:
    def policy(*, principals: bool = False) -> dict[str, Any]:
        statements = draw(st.lists(_statements(), max_size=3))
        if principals:
            statements = [{**statement, "Principal": draw(PRINCIPALS)} for statement in statements]
        return {"Version": "2012-10-17", "Statement": statements}

    case: dict[str, Any] = {
        "principal": SESSION,
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::lake/a/x",
        "resourceAccount": draw(st.sampled_from(["111111111111", "222222222222"])),
        "context": draw(st.sampled_from([{}, {"aws:PrincipalTag/t": "a"}, {"aws:SourceVpce": "vpce-1"}])),
        "identityPolicies": [policy()],
        "resourcePolicy": policy(principals=True),
    }
    if draw(st.booleans()):
        case["sessionPolicy"] = policy()
    if draw(st.booleans()):
        case["permissionBoundaries"] = [policy()]
    return case


@given(_cases())
def test_strict_is_within_permissive(case: dict[str, Any]) -> None:
    """What the strict reading allows, the permissive one does."""
    actual = answer(case)

    assert ORDER[actual["verdict"]] <= ORDER[actual["may"]]


@given(_cases(), _statements("Deny"))
def test_a_deny_never_widens(case: dict[str, Any], deny: dict[str, Any]) -> None:
    """One more Deny in the identity policy leaves as much or less, in both readings."""
    before = answer(case)
    policy = case["identityPolicies"][0]

    after = answer({**case, "identityPolicies": [{**policy, "Statement": [*policy["Statement"], deny]}]})

    assert ORDER[after["verdict"]] <= ORDER[before["verdict"]]
    assert ORDER[after["may"]] <= ORDER[before["may"]]


@given(_cases(), _statements("Allow"))
def test_an_allow_never_narrows(case: dict[str, Any], allow: dict[str, Any]) -> None:
    """One more Allow in the identity policy leaves as much or more, in both readings."""
    before = answer(case)
    policy = case["identityPolicies"][0]

    after = answer({**case, "identityPolicies": [{**policy, "Statement": [*policy["Statement"], allow]}]})

    assert ORDER[after["verdict"]] >= ORDER[before["verdict"]]
    assert ORDER[after["may"]] >= ORDER[before["may"]]


@given(_cases())
def test_order_of_statements_does_not_count(case: dict[str, Any]) -> None:
    """Reversing every policy changes no verdict."""
    reversed_case = {
        **case,
        "identityPolicies": [{**policy, "Statement": policy["Statement"][::-1]} for policy in case["identityPolicies"]],
        "resourcePolicy": {**case["resourcePolicy"], "Statement": case["resourcePolicy"]["Statement"][::-1]},
    }

    actual, expected = answer(reversed_case), answer(case)

    assert (actual["verdict"], actual["may"]) == (expected["verdict"], expected["may"])
