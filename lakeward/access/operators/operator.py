"""The form of an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lakeward.access.truth import Truth

Test: TypeAlias = Callable[[str], Truth]
"""Tests one value of a request against one value of a policy, never negated."""


@dataclass(frozen=True)
class Operator:
    """
    One condition operator.

    Where a variable stands in a policy's value, an operator with wildcards gets the pieces of a pattern, in which
    what the variable holds is literal.
    """

    name: str
    negated: bool
    """Whether it holds where no value of the policy matches: several values are NOR-ed (A1-6)."""
    on_missing: Truth
    """What it answers when the request doesn't carry the key (A5)."""
    test_of: Callable[[str], Test | None]
    """Compiles a policy's value; `None` where no value of a request can match it."""
    takes_variables: bool = False
    """Whether `${…}` in its values is a variable (A3-1)."""
    test_of_pieces: Callable[[list[str | None]], Test] | None = None
    """Compiles a pattern given in pieces; `None`: the operator knows no wildcards."""
    asks_presence: bool = False
    """Whether it asks only if the key is there: `Null`."""
