"""`Bool`: `true` and `false`, ignoring case (`semantics.md` A4-3)."""

from __future__ import annotations

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token


def _equals(value: str) -> Test | None:
    if has_token(value):
        return lambda _given: UNKNOWN
    wanted = value.strip().lower()
    if wanted not in ("true", "false"):
        return None

    def test(given: str) -> Truth:
        if has_token(given):
            return UNKNOWN
        return YES if given.strip().lower() == wanted else NO

    return test


OPERATORS = (Operator("Bool", negated=False, on_missing=NO, test_of=_equals),)
