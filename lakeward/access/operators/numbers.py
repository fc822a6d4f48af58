"""Numeric operators (`semantics.md` A4-3); a value that is no number matches nothing."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token

_FORM = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)


def _number(text: str) -> Decimal | None:
    text = text.strip()
    if _FORM.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _comparing(compare: Callable[[Decimal, Decimal], bool]) -> Callable[[str], Test | None]:
    def test_of(value: str) -> Test | None:
        if has_token(value):
            return lambda _given: UNKNOWN
        wanted = _number(value)
        if wanted is None:
            return None

        def test(given: str) -> Truth:
            number = _number(given)
            if number is None:
                return UNKNOWN if has_token(given) else NO
            return YES if compare(number, wanted) else NO

        return test

    return test_of


OPERATORS = (
    Operator("NumericEquals", negated=False, on_missing=NO, test_of=_comparing(operator.eq)),
    Operator("NumericNotEquals", negated=True, on_missing=YES, test_of=_comparing(operator.eq)),
    Operator("NumericLessThan", negated=False, on_missing=NO, test_of=_comparing(operator.lt)),
    Operator("NumericLessThanEquals", negated=False, on_missing=NO, test_of=_comparing(operator.le)),
    Operator("NumericGreaterThan", negated=False, on_missing=NO, test_of=_comparing(operator.gt)),
    Operator("NumericGreaterThanEquals", negated=False, on_missing=NO, test_of=_comparing(operator.ge)),
)
