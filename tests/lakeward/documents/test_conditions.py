"""What can't be written as a condition, and what a written one says."""

from __future__ import annotations

import pytest

from lakeward.documents import conditions
from lakeward.documents.conditions import (
    KEY_ALIASES,
    PRINCIPAL_ARN,
    SECURE_TRANSPORT,
    VIA_SERVICE,
    Condition,
    ConditionKey,
    Operator,
    StringsKey,
)
from lakeward.documents.errors import MalformedDocumentError

ROLE = "arn:aws:iam::111111111111:role/reader"


def test_a_set_operator_on_a_single_valued_key_cannot_be_built():
    """K2: `ForAnyValue` on a key that holds one value is refused; the same operator on a multivalued key isn't."""
    with pytest.raises(MalformedDocumentError, match=r"`ForAnyValue:StringEquals` doesn't take the key `aws:Principal"):
        Condition(Operator.ANY_STRING_EQUALS, PRINCIPAL_ARN, (ROLE,))

    assert KEY_ALIASES.any_equals("alias/a") == Condition(Operator.ANY_STRING_EQUALS, KEY_ALIASES, ("alias/a",))


def test_a_multivalued_key_without_a_set_operator_cannot_be_built():
    """A4-6: a plain operator never matches a key with several values; on a single-valued key it does."""
    with pytest.raises(MalformedDocumentError, match="`StringEquals` doesn't take the key `kms:ResourceAliases`"):
        Condition(Operator.STRING_EQUALS, KEY_ALIASES, ("alias/a",))

    assert VIA_SERVICE.equals("s3.eu-west-1.amazonaws.com").operator is Operator.STRING_EQUALS


@pytest.mark.parametrize(
    ("operator", "key"),
    [
        (Operator.STRING_LIKE, PRINCIPAL_ARN),
        (Operator.ARN_LIKE, VIA_SERVICE),
        (Operator.BOOL, VIA_SERVICE),
        (Operator.STRING_EQUALS, SECURE_TRANSPORT),
        (Operator.ALL_STRING_NOT_EQUALS, VIA_SERVICE),
    ],
)
def test_an_operator_of_another_family_cannot_be_built(operator, key):
    """A key takes the operators of its own kind only."""
    with pytest.raises(MalformedDocumentError, match="doesn't take the key"):
        Condition(operator, key, ("true",))


def test_a_wildcard_that_would_be_read_literally_cannot_be_built():
    """A4-1: `StringEquals` takes `*` as a star, so writing one is a mistake; `StringLike` reads it."""
    with pytest.raises(MalformedDocumentError, match="`StringEquals` of `kms:ViaService` takes a wildcard literally"):
        VIA_SERVICE.equals("s3.*.amazonaws.com")

    assert VIA_SERVICE.like("s3.*.amazonaws.com").values == ("s3.*.amazonaws.com",)


def test_a_condition_without_values_cannot_be_built():
    """AWS takes an empty list and then never (or always) matches."""
    with pytest.raises(MalformedDocumentError, match="`ArnNotLike` of `aws:PrincipalArn` has no value"):
        PRINCIPAL_ARN.not_like()


def test_every_key_offers_only_operators_that_take_it():
    """No method of a key builds a condition that its own check refuses."""
    keys = [key for key in vars(conditions).values() if isinstance(key, ConditionKey)]
    built = [
        getattr(key, method)("x")
        for key in keys
        for method in ("equals", "not_equals", "like", "not_like", "any_equals", "none_equals")
        if hasattr(key, method)
    ]

    assert {condition.key.name for condition in built} >= {"aws:PrincipalArn", "kms:ResourceAliases", "s3:prefix"}
    assert all(
        condition.operator.spelled.startswith("For") is isinstance(condition.key, StringsKey) for condition in built
    )
