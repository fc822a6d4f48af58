"""What two sources say of one thing, and the problem when it isn't the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lakeward.errors import Problem, quote
from lakeward.estate.sources.values import Json, canonical


@dataclass(frozen=True)
class Said:
    """A value and the name of the source that says it."""

    value: Json
    source: str


def contradiction(path: str, first: Said, second: Said) -> Iterator[Problem]:
    """Yield the problem with two values of one thing, unless they are equal."""
    if canonical(first.value) != canonical(second.value):
        yield Problem(
            path,
            f"{quote(first.source)} and {quote(second.source)} say different things",
            "merge sources that agree on what they share, or leave one out",
        )
