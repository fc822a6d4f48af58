"""
Rows: sets of a table's rows, their union and intersection, and whether a row is among them.

A set of rows is `None` for all rows, `Unknown` where nobody can tell, else a filter expression in canonical form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from lakeward.access.truth import UNKNOWN, YES, Truth
from lakeward.estate.unknown import Unknown

Rows: TypeAlias = str | Unknown | None
"""Rows of a table: all, those that satisfy a canonical expression, or nobody knows which."""


@lru_cache(maxsize=1 << 14)
def canonical(expression: str) -> str | None:
    """
    Return a filter expression in canonical form: spaces, keywords, case of names and order of AND and OR settled.

    `None` where it can't be read: what it lets through isn't known then.
    """
    from lakeward.access.lake_formation import row_expressions  # noqa: PLC0415  # the parser is slow to import

    return row_expressions.canonical(expression)


def union(sets: Iterable[Rows]) -> Rows:
    """Return the rows in any of some sets, at least one: all rows prevail (B9-7)."""
    listed = list(sets)
    if None in listed:
        return None
    unknown = next((rows for rows in listed if isinstance(rows, Unknown)), None)
    return unknown or _joined((rows for rows in listed if isinstance(rows, str)), " OR ")


def intersection(sets: Iterable[Rows]) -> Rows:
    """Return the rows in all of some sets, at least one (B9-9)."""
    limiting = [rows for rows in sets if rows is not None]
    unknown = next((rows for rows in limiting if isinstance(rows, Unknown)), None)
    if unknown is not None or not limiting:
        return unknown
    return _joined((rows for rows in limiting if isinstance(rows, str)), " AND ")


def _joined(expressions: Iterable[str], word: str) -> str:
    listed = sorted(set(expressions))
    return listed[0] if len(listed) == 1 else word.join(f"({expression})" for expression in listed)


def contains(rows: Rows, row: Mapping[str, object]) -> Truth:
    """Return whether a row is among some rows; UNKNOWN where that can't be told."""
    if not isinstance(rows, str):
        return YES if rows is None else UNKNOWN
    from lakeward.access.lake_formation import row_expressions  # noqa: PLC0415  # as above

    return row_expressions.satisfies(row, rows)
