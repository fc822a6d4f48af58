"""
Condition operators: one family per module, each operator a value with declared properties.

An operator states whether it is negated, what it answers when the key is missing (`semantics.md` A5), and whether
variables stand in its values (A3-1). Set operators and `IfExists` are the same for all: `lakeward.access.conditions`.
"""

from __future__ import annotations

from lakeward.access.operators import addresses, arns, binary, booleans, dates, numbers, presence, strings
from lakeward.access.operators.operator import Operator

OPERATORS: dict[str, Operator] = {
    operator.name.lower(): operator
    for family in (strings, arns, numbers, dates, booleans, binary, addresses, presence)
    for operator in family.OPERATORS
}
"""All operators by name in lower case."""

__all__ = ["OPERATORS", "Operator"]
