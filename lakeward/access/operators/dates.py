"""Date operators (`semantics.md` A4-3): ISO 8601 or seconds since 1970; a value that is no date matches nothing."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime, timezone

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.remembering import remembered
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token

_FORM = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII,
)
# Four digits are a year.
_EPOCH = re.compile(r"-?(?:\d{1,3}|\d{5,15})(?:\.\d+)?", re.ASCII)
_MILLISECONDS_FROM = 1e11


@remembered(1 << 12)
def _instant(text: str) -> float | None:
    """Return a date as seconds since 1970, in UTC where it names no zone."""
    text = text.strip()
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        return seconds / 1000 if abs(seconds) >= _MILLISECONDS_FROM else seconds
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    iso = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
    offset = "+0000" if zone in (None, "Z") else zone.replace(":", "")
    try:
        whole = datetime.strptime(iso + offset, "%Y-%m-%dT%H:%M:%S%z").astimezone(timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None
    return whole + (float(f"0.{fraction}") if fraction else 0.0)


def _comparing(compare: Callable[[float, float], bool]) -> Callable[[str], Test | None]:
    def test_of(value: str) -> Test | None:
        if has_token(value):
            return lambda _given: UNKNOWN
        wanted = _instant(value)
        if wanted is None:
            return None

        def test(given: str) -> Truth:
            instant = _instant(given)
            if instant is None:
                return UNKNOWN if has_token(given) else NO
            return YES if compare(instant, wanted) else NO

        return test

    return test_of


OPERATORS = (
    Operator("DateEquals", negated=False, on_missing=NO, test_of=_comparing(operator.eq)),
    Operator("DateNotEquals", negated=True, on_missing=YES, test_of=_comparing(operator.eq)),
    Operator("DateLessThan", negated=False, on_missing=NO, test_of=_comparing(operator.lt)),
    Operator("DateLessThanEquals", negated=False, on_missing=NO, test_of=_comparing(operator.le)),
    Operator("DateGreaterThan", negated=False, on_missing=NO, test_of=_comparing(operator.gt)),
    Operator("DateGreaterThanEquals", negated=False, on_missing=NO, test_of=_comparing(operator.ge)),
)
