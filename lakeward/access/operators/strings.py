"""
String operators (`semantics.md` A4-1).

`StringEquals` is exact: a `*` in it is a star. `StringLike` takes `*` and `?`. Case counts, except for
`…IgnoreCase`.
"""

from __future__ import annotations

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.patterns import Glob, glob
from lakeward.access.truth import NO, YES, Truth


def _equals(value: str) -> Test:
    # A text without wildcards is a pattern too, and knows about tokens.
    return Glob([value], value).match


def _equals_ignoring_case(value: str) -> Test:
    pattern = _equals(value.lower())

    def test(given: str) -> Truth:
        return pattern(given.lower())

    return test


def _like(value: str) -> Test:
    return glob(value).match


def _like_pieces(pieces: list[str | None]) -> Test:
    return Glob(pieces, "").match


OPERATORS = (
    Operator("StringEquals", negated=False, on_missing=NO, test_of=_equals, takes_variables=True),
    Operator("StringNotEquals", negated=True, on_missing=YES, test_of=_equals, takes_variables=True),
    Operator(
        "StringEqualsIgnoreCase",
        negated=False,
        on_missing=NO,
        test_of=_equals_ignoring_case,
        takes_variables=True,
    ),
    Operator(
        "StringNotEqualsIgnoreCase",
        negated=True,
        on_missing=YES,
        test_of=_equals_ignoring_case,
        takes_variables=True,
    ),
    Operator(
        "StringLike",
        negated=False,
        on_missing=NO,
        test_of=_like,
        takes_variables=True,
        test_of_pieces=_like_pieces,
    ),
    Operator(
        "StringNotLike",
        negated=True,
        on_missing=YES,
        test_of=_like,
        takes_variables=True,
        test_of_pieces=_like_pieces,
    ),
)
