"""
Row differences: whether some rows are among others, and if not, a row that shows it.

A filter only compares columns with values, so a table of one row for each way in which its columns can stand to those
values says everything. Where a filter asks more, or there are too many ways, nobody can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import islice, pairwise, product
from typing import TypeAlias

from lakeward.access.lake_formation.rows import Rows, contains
from lakeward.access.truth import NO, UNKNOWN, YES, Truth

_MOST_ROWS = 20_000

Sample: TypeAlias = "dict[str, str | int | float | bool | None]"


@dataclass(frozen=True)
class RowDifference:
    """Whether there are rows in one set that aren't in another."""

    truth: Truth
    row: Sample | None = None
    """One of them, where any row does `None`."""


SAME = RowDifference(NO)
_ANY_ROW = RowDifference(YES)


@lru_cache(maxsize=1 << 12)
def beyond(rows: Rows, others: Rows) -> RowDifference:
    """Return whether some rows go beyond others; UNKNOWN where that can't be told."""
    if rows == others or others is None:
        return SAME
    if not isinstance(others, str) or not (rows is None or isinstance(rows, str)):
        return RowDifference(UNKNOWN)
    from lakeward.access.lake_formation import row_expressions  # noqa: PLC0415  # the parser is slow to import

    compared: dict[str, set[str | Decimal | bool]] = {}
    complete = True
    for expression in (rows, others):
        if expression is not None:
            found = row_expressions.compared_values(expression)
            complete = complete and found.complete
            for column, values in found.values.items():
                compared.setdefault(column, set()).update(values)
    complete = complete and all(len({type(value) for value in values}) <= 1 for values in compared.values())
    ways = [[(column, value) for value in _representatives(values)] for column, values in sorted(compared.items())]
    tried = 0
    for combination in islice(product(*ways), _MOST_ROWS):
        tried += 1
        row: Sample = dict(combination)
        if contains(rows, row) == YES and contains(others, row) == NO:
            return RowDifference(YES, row)
    every = 1
    for way in ways:
        every *= len(way)
    return SAME if complete and tried == every else RowDifference(UNKNOWN)


def _representatives(values: Iterable[str | Decimal | bool]) -> Iterator[str | int | float | bool | None]:
    """Yield values that stand in every way to some: each itself, between two, below and above all, none."""
    listed = set(values)
    texts = sorted(value for value in listed if isinstance(value, str))
    numbers = sorted(value for value in listed if isinstance(value, Decimal))
    yield from texts
    yield from (_plain(number) for number in numbers)
    if texts:
        yield from (f"{text} " for text in texts)
        yield ""
    if numbers:
        yield from (_plain((one + other) / 2) for one, other in pairwise(numbers))
        yield from (_plain(numbers[0] - 1), _plain(numbers[-1] + 1))
    if any(isinstance(value, bool) for value in listed):
        yield from (True, False)
    if not listed:
        yield "0"
    yield None


def _plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


__all__ = ["SAME", "RowDifference", "Sample", "beyond"]
