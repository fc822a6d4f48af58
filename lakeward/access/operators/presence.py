"""`Null`: whether the request carries the key at all (`semantics.md` A4-4)."""

from __future__ import annotations

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token

PRESENT = "present"
ABSENT = "absent"
EMPTY = "empty"
"""The key is there and holds an empty text: the documents say null, AWS was seen to say present."""


def _is_null(value: str) -> Test | None:
    if has_token(value):
        return lambda _given: UNKNOWN
    wanted = value.strip().lower()
    if wanted not in ("true", "false"):
        return None
    answers = {ABSENT: YES, PRESENT: NO, EMPTY: AMBIGUOUS}
    if wanted == "false":
        answers = {ABSENT: NO, PRESENT: YES, EMPTY: AMBIGUOUS}

    def test(given: str) -> Truth:
        return answers[given]

    return test


OPERATORS = (Operator("Null", negated=False, on_missing=NO, test_of=_is_null, asks_presence=True),)
