"""What is compiled once and kept: patterns, conditions, what the service reference says. All of it can be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_FORGETTING: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """
    Make a function keep its results by its arguments.

    Args:
        most: How many results are kept.

    """

    def keep(function: Callable[P, T]) -> Callable[P, T]:
        kept = lru_cache(maxsize=most)(function)
        _FORGETTING.append(kept.cache_clear)
        return kept  # type: ignore[return-value]  # lru_cache's type loses the parameters

    return keep


def forget() -> None:
    """Drop everything kept: results are few, but each may be as large as the text it was made of."""
    for clear in _FORGETTING:
        clear()
