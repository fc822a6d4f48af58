"""Self-contained cases: a decoder's quick reading of a case means what the reading member by member does."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from lakeward.access.self_contained import SoundCase, decide_self_contained
from lakeward.errors import EstateError
from tests.differential.generator import cases

_CASES = list(cases(300, seed=7))
_ALLOWING = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


def _case(*statements: Any, **members: Any) -> dict[str, Any]:
    return {
        "principal": "arn:aws:iam::111111111111:role/reader",
        "action": "s3:ListBucket",
        "resource": "arn:aws:s3:::lake",
        "resourceAccount": "111111111111",
        "context": {"s3:max-keys": "1", "aws:SecureTransport": "true"},
        "identityPolicies": [{"Version": "2012-10-17", "Statement": [*statements]}],
        **members,
    }


def _quickly(case: dict[str, Any]) -> dict[str, Any] | None:
    try:
        sound = msgspec.json.decode(json.dumps(case), type=SoundCase)
    except msgspec.ValidationError:
        return None
    decision = sound.decide()
    return None if decision is None else decision.to_json()


def test_both_readings_decide_alike() -> None:
    """Hundreds of generated cases, nearly all of which the decoder can read."""
    answers = {case["id"]: (_quickly(case), decide_self_contained(case).to_json()) for case in _CASES}

    differing = {name: pair for name, pair in answers.items() if pair[0] not in (None, pair[1])}
    read = [quick for quick, _ in answers.values() if quick is not None]
    assert not differing
    assert len(read) > 0.95 * len(_CASES)


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        ({"NumericEquals": {"s3:max-keys": 1}}, "ALLOW"),
        ({"NumericEquals": {"s3:max-keys": [2, 1]}}, "ALLOW"),
        ({"NumericEquals": {"s3:max-keys": [2, "3"]}}, "IMPLICIT_DENY"),
        ({"Bool": {"aws:SecureTransport": True}}, "ALLOW"),
        ({"Bool": {"aws:SecureTransport": False}}, "IMPLICIT_DENY"),
        # True and 1 are equal for Python, and not for IAM.
        ({"Bool": {"aws:SecureTransport": True}, "StringEquals": {"s3:max-keys": [1, True]}}, "ALLOW"),
        ({"StringEquals": {"s3:max-keys": True}}, "IMPLICIT_DENY"),
    ],
)
def test_values_stand_without_quotes(condition: dict[str, Any], verdict: str) -> None:
    """JSON lets numbers and booleans stand unquoted among the values of a condition key."""
    case = _case({**_ALLOWING, "Condition": condition})

    slowly = decide_self_contained(case).to_json()
    assert (slowly["verdict"], _quickly(case)) == (verdict, slowly)


@pytest.mark.parametrize(
    "case",
    [
        _case({**_ALLOWING, "NotAction": "s3:Get*"}),
        _case({**_ALLOWING, "NotResource": "*"}),
        _case({**_ALLOWING, "Principal": "*", "NotPrincipal": "*"}),
        _case({"Effect": "Allow", "Resource": "*"}),
        _case({"Effect": None, "Action": "*", "Resource": "*"}),
        _case({"Action": "*", "Resource": "*"}),
        _case({**_ALLOWING, "Condition": {"StringMatches": {"aws:userid": "x"}}}),
        _case({**_ALLOWING, "Condition": {"StringLike": {"aws:userid": {"a": "b"}}}}),
        _case({**_ALLOWING, "Sids": "x"}),
        _case(_ALLOWING, action="s3"),
        _case(_ALLOWING, action="s3:List*"),
        _case(_ALLOWING, resource=""),
        _case(_ALLOWING, principal="reader"),
        _case(_ALLOWING, contexts={}),
        _case(_ALLOWING, context={"a": {"b": "c"}}),
        _case(_ALLOWING, settings={"endpointType": "both"}),
        _case(_ALLOWING, serviceControlPolicies=[{"policy": []}]),
    ],
)
def test_what_must_be_refused_is_left_to_the_reading_that_says_why(case: dict[str, Any]) -> None:
    """The decoder's reading answers none of what the other one refuses."""
    quick = _quickly(case)

    assert quick is None
    with pytest.raises(EstateError):
        decide_self_contained(case)


@pytest.mark.parametrize(
    "case",
    [
        _case({"unknown": "a statement that a later step adds"}),
        _case({**_ALLOWING, "Resource": {"unknown": "a bucket's name"}}),
        _case({**_ALLOWING, "Condition": {"unknown": "conditions of a module"}}),
        _case(_ALLOWING, resourcePolicy={}),
        _case(_ALLOWING, resourcePolicy={"name": "lake", "policy": {"Statement": []}}),
        _case(_ALLOWING, identityPolicies=[json.dumps({"Statement": _ALLOWING})]),
        _case(_ALLOWING, context=None),
        _case(_ALLOWING, identityPolicies=None),
    ],
)
def test_rare_forms_mean_the_same_to_both(case: dict[str, Any]) -> None:
    """What only one reading knows is answered by it; what both know, alike."""
    slowly = decide_self_contained(case).to_json()

    assert _quickly(case) in (None, slowly)
