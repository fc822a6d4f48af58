"""`BinaryEquals`: equal bytes, written in base64 (`semantics.md` A4-3)."""

from __future__ import annotations

import base64
import binascii

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _equals(value: str) -> Test | None:
    if has_token(value):
        return lambda _given: UNKNOWN
    wanted = _bytes(value)
    if wanted is None:
        return None

    def test(given: str) -> Truth:
        if has_token(given):
            return UNKNOWN
        return YES if _bytes(given) == wanted else NO

    return test


OPERATORS = (Operator("BinaryEquals", negated=False, on_missing=NO, test_of=_equals),)
