"""
Conditions of a statement: operators, set operators and `IfExists` over the request context (`semantics.md` A4 to A6).

AND over operators and keys, OR over a key's values; for negated operators no value may match (A1-6).
"""

from __future__ import annotations

from typing import Literal

from lakeward.access.context import Context, ContextValue, PerhapsFilled
from lakeward.access.operators import OPERATORS, Operator
from lakeward.access.operators.operator import Test
from lakeward.access.operators.presence import ABSENT, EMPTY, PRESENT
from lakeward.access.remembering import remembered
from lakeward.access.truth import AMBIGUOUS, NEGATION, NO, UNKNOWN, YES, Truth, either_reading
from lakeward.access.variables import Template, template
from lakeward.errors import EstateError, Problem, quote
from lakeward.estate.unknown import Unknown

SetOperator = Literal["forallvalues", "foranyvalue"]


class Condition:
    """One operator on one key, compiled."""

    __slots__ = ("_if_exists", "_operator", "_set_operator", "_templates", "_tests", "key")

    def __init__(self, operator: str, key: str, values: tuple[str, ...], *, has_variables: bool) -> None:
        parsed = parse_operator(operator)
        if parsed is None:
            raise no_operator(operator, key)
        self._operator, self._set_operator, self._if_exists = parsed
        self.key = key.lower()
        takes_variables = has_variables and self._operator.takes_variables
        tests: list[Test] = []
        templates: list[Template] = []
        for value in values:
            found = template(value) if takes_variables and "${" in value else None
            if found is not None:
                templates.append(found)
            elif (test := self._operator.test_of(value)) is not None:
                tests.append(test)
        self._tests = tuple(tests)
        self._templates = tuple(templates)

    def evaluate(self, context: Context) -> Truth:  # noqa: C901, PLR0911  # one answer per kind
        """Return whether the condition holds in a request."""
        value = context.get(self.key)
        if isinstance(value, PerhapsFilled):
            if self._operator.asks_presence:
                return self._evaluate_presence(None)
            return either_reading(self._when_missing(), UNKNOWN)
        if self._operator.asks_presence:
            return self._evaluate_presence(value)
        if value is None or value == ():
            return self._when_missing()
        if isinstance(value, Unknown):
            # It may hold everything or be missing: only what every value and none agree on is certain.
            return UNKNOWN
        if self._set_operator is None:
            # A key with several values needs a set operator: without one the condition doesn't match (A4-6).
            return self._evaluate_one(value, context) if isinstance(value, str) else NO
        values = (value,) if isinstance(value, str) else value
        if self._set_operator == "foranyvalue":
            truth = NO
            for item in values:
                truth |= self._evaluate_one(item, context)
            return truth
        if not any(values):
            return YES  # an empty text or a list of them is a null data set (A6-2)
        truth = YES
        for item in values:
            truth &= self._evaluate_one(item, context)
        return truth

    def _evaluate_one(self, value: str, context: Context) -> Truth:
        truth = NO
        for test in self._tests:
            truth |= test(value)
        for variable in self._templates:
            truth |= self._matches_variable(variable, value, context)
        return NEGATION[truth] if self._operator.negated else truth

    def _matches_variable(self, variable: Template, value: str, context: Context) -> Truth:
        """Match a value in which variables stand: one without a value is null, and nothing matches it (A3-3)."""
        if self._operator.test_of_pieces is not None:
            pieces = variable.pieces(context)
            return NO if pieces is None else self._operator.test_of_pieces(pieces)(value)
        text = variable.text(context)
        test = None if text is None else self._operator.test_of(text)
        return NO if test is None else test(value)

    def _evaluate_presence(self, value: ContextValue | None) -> Truth:
        if isinstance(value, Unknown):
            return UNKNOWN
        state = ABSENT if value is None or value == () else EMPTY if value == "" else PRESENT
        truth = NO
        for test in self._tests:
            truth |= test(state)
        return truth

    def _when_missing(self) -> Truth:
        if self._set_operator == "forallvalues":
            return YES
        if self._set_operator == "foranyvalue":
            return AMBIGUOUS if self._if_exists else NO  # A5: both together are inferred, not documented
        if self._if_exists:
            return YES
        return self._operator.on_missing


@remembered(1 << 14)
def compiled_condition(
    operator: str,
    key: str,
    values: tuple[str, ...],
    has_variables: bool,  # noqa: FBT001 - what `Version` says
) -> Condition:
    """Compile a condition; each is compiled once."""
    return Condition(operator, key, values, has_variables=has_variables)


def no_operator(written: str, path: str) -> EstateError:
    """Return the error for an operator that isn't one of IAM's."""
    remedy = f"use one of: {', '.join(sorted(known.name for known in OPERATORS.values()))}"
    return EstateError([Problem(path, f"{quote(written)} is no condition operator", remedy)])


@remembered(1024)
def parse_operator(written: str) -> tuple[Operator, SetOperator | None, bool] | None:
    """Return an operator with its set operator, and whether it stands with `IfExists`; `None`: IAM has no such."""
    name = written.lower()
    set_operator: SetOperator | None = None
    if name.startswith("forallvalues:"):
        set_operator = "forallvalues"
    elif name.startswith("foranyvalue:"):
        set_operator = "foranyvalue"
    if set_operator is not None:
        name = name.partition(":")[2]
    if_exists = name.endswith("ifexists")
    operator = OPERATORS.get(name.removesuffix("ifexists"))
    if operator is None or (operator.asks_presence and (if_exists or set_operator is not None)):
        return None
    return operator, set_operator, if_exists
