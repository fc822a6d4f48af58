"""
Row expressions: what data cells filters let through, in a canonical form, and whether a row satisfies it.

SQL's three-valued logic holds: a row is visible only where the expression is TRUE (`semantics.md` B9-4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token

DIALECT = "trino"
_LONGEST_EXPRESSION = 16384
_DEEPEST = 200

Value: TypeAlias = str | Decimal | bool | None
Logic: TypeAlias = bool | None
"""SQL's truth: `None` is NULL."""


class UnreadableRowsError(ValueError):
    """A filter expression that can't be read, or whose value here can't be told."""


def canonical(expression: str) -> str | None:
    """Return an expression in canonical form; `None` where it can't be read."""
    parsed = _parse(expression)
    return None if parsed is None else parsed.sql(dialect=DIALECT)


def satisfies(row: Mapping[str, object], expression: str) -> Truth:
    """Return whether a row satisfies an expression; UNKNOWN where that can't be told."""
    parsed = _parse(expression)
    if parsed is None:
        return UNKNOWN
    try:
        return YES if _logic(parsed, {key.lower(): value for key, value in row.items()}) is True else NO
    except UnreadableRowsError:
        return UNKNOWN


_LANGUAGE = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between),
    *(exp.In, exp.Like, exp.Is, exp.Null, exp.Literal, exp.Boolean, exp.Neg, exp.Column, exp.Dot, exp.Identifier),
    *(exp.Cast, exp.DataType),
)


@lru_cache(maxsize=1 << 14)
def _parse(expression: str) -> exp.Expr | None:
    if len(expression) > _LONGEST_EXPRESSION or has_token(expression) or _depth(expression) > _DEEPEST:
        return None
    try:
        parsed = sqlglot.parse_one(expression, dialect=DIALECT)
    except (SqlglotError, RecursionError):
        return None
    # No functions, no comparison of columns, and one expression: what isn't of the language isn't guessed (B9-2).
    if not all(isinstance(node, _LANGUAGE) for node in parsed.walk()):
        return None
    return _ordered(_without_parentheses(parsed))


def _depth(expression: str) -> int:
    deepest = depth = 0
    for sign in expression:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return max(deepest, len(re.findall(r"\bnot\b", expression, re.IGNORECASE)))


def _without_parentheses(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node


def _ordered(node: exp.Expr) -> exp.Expr:
    """Return the expression with names in lower case and the operands of AND and OR sorted and flattened."""
    for identifier in node.find_all(exp.Identifier):
        if not identifier.args.get("quoted"):
            identifier.set("this", identifier.this.lower())
    return _sorted(node)


def _sorted(node: exp.Expr) -> exp.Expr:
    node = _without_parentheses(node)
    if isinstance(node, (exp.And, exp.Or)):
        kind: type[exp.And | exp.Or] = type(node)
        operands = {operand.sql(dialect=DIALECT): operand for operand in map(_sorted, _operands(node, kind))}
        ordered = [operands[text] for text in sorted(operands)]
        result = _wrapped(ordered[0])
        for operand in ordered[1:]:
            result = kind(this=result, expression=_wrapped(operand))
        return result if len(ordered) > 1 else ordered[0]
    if isinstance(node, exp.Not):
        inner = _sorted(node.this)
        return exp.Not(this=exp.Paren(this=inner) if isinstance(inner, (exp.And, exp.Or)) else inner)
    return node


def _operands(node: exp.Expr, kind: type[exp.And | exp.Or]) -> Iterable[exp.Expr]:
    waiting = [node]
    while waiting:
        one = _without_parentheses(waiting.pop())
        if isinstance(one, kind):
            waiting += [one.expression, one.this]
        else:
            yield one


def _wrapped(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, (exp.And, exp.Or)) else node


def _logic(node: exp.Expr, row: Mapping[str, object]) -> Logic:  # noqa: C901, PLR0911  # one answer per operator
    node = _without_parentheses(node)
    if isinstance(node, exp.And):
        return _conjunction(_logic_or_error(node.this, row), _logic_or_error(node.expression, row))
    if isinstance(node, exp.Or):
        left, right = _logic_or_error(node.this, row), _logic_or_error(node.expression, row)
        return _negation_of_logic(_conjunction(_negation(left), _negation(right)))
    if isinstance(node, exp.Not):
        return _negation_of_logic(_logic(node.this, row))
    if isinstance(node, exp.Is):
        return _is(node, row)
    if isinstance(node, exp.In):
        return _in(node, row)
    if isinstance(node, exp.Between):
        value = _value(node.this, row)
        low = _compared(">=", value, _value(node.args["low"], row))
        high = _compared("<=", value, _value(node.args["high"], row))
        return _both(low, high)
    if isinstance(node, exp.Like):
        return _like(_value(node.this, row), _value(node.expression, row))
    for kind, sign in _COMPARISONS.items():
        if type(node) is kind:
            return _compared(sign, _value(node.this, row), _value(node.expression, row))
    value = _value(node, row)
    if value is None or isinstance(value, bool):
        return value
    raise UnreadableRowsError(node.sql(dialect=DIALECT))


_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}


class _Open:
    """The value of an expression that can't be told."""


_OPEN = _Open()
_OpenLogic: TypeAlias = bool | _Open | None


def _logic_or_error(node: exp.Expr, row: Mapping[str, object]) -> _OpenLogic:
    try:
        return _logic(node, row)
    except UnreadableRowsError:
        return _OPEN


def _conjunction(left: _OpenLogic, right: _OpenLogic) -> Logic:
    if left is False or right is False:
        return False
    if isinstance(left, _Open) or isinstance(right, _Open):
        raise UnreadableRowsError
    return _both(left, right)


def _both(left: Logic, right: Logic) -> Logic:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _negation(value: _OpenLogic) -> _OpenLogic:
    return value if isinstance(value, _Open) or value is None else not value


def _negation_of_logic(value: Logic) -> Logic:
    return None if value is None else not value


def _value(node: exp.Expr, row: Mapping[str, object]) -> Value:
    node = _without_parentheses(node)
    if isinstance(node, exp.Literal):
        return str(node.this) if node.is_string else Decimal(node.this)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Neg):
        inner = _value(node.this, row)
        if isinstance(inner, Decimal):
            return -inner
    if isinstance(node, (exp.Column, exp.Dot)):
        return _column(node, row)
    raise UnreadableRowsError(node.sql(dialect=DIALECT))


def _column(node: exp.Expr, row: Mapping[str, object]) -> Value:
    path = ".".join(identifier.this for identifier in node.find_all(exp.Identifier, bfs=False)).lower()
    if path in row:
        return _plain(row[path])
    top, _, rest = path.partition(".")
    given = row.get(top)
    for part in rest.split(".") if rest else ():
        if not isinstance(given, Mapping) or part not in given:
            raise UnreadableRowsError(path)
        given = given[part]
    if top not in row:
        raise UnreadableRowsError(path)
    return _plain(given)


def _plain(given: object) -> Value:
    if given is None or isinstance(given, (str, bool)):
        return given
    if isinstance(given, (int, float)):
        return Decimal(str(given))
    raise UnreadableRowsError(str(given))


def _is(node: exp.Is, row: Mapping[str, object]) -> Logic:
    if isinstance(node.expression, exp.Null):
        return _value(node.this, row) is None
    raise UnreadableRowsError(node.sql(dialect=DIALECT))


def _in(node: exp.In, row: Mapping[str, object]) -> Logic:
    if not node.expressions:
        raise UnreadableRowsError(node.sql(dialect=DIALECT))
    value = _value(node.this, row)
    answers = [_compared("=", value, _value(item, row)) for item in node.expressions]
    if True in answers:
        return True
    return None if None in answers else False


def _compared(sign: str, left: Value, right: Value) -> Logic:
    if left is None or right is None:
        return None
    if type(left) is not type(right):
        left, right = _as_number(left), _as_number(right)
    if sign == "=":
        return left == right
    if sign == "<>":
        return left != right
    less, equal = left < right, left == right  # type: ignore[operator]  # one type by now
    return {"<": less, "<=": less or equal, ">": not (less or equal), ">=": not less}[sign]


def _as_number(value: Value) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation as error:
            raise UnreadableRowsError(value) from error
    raise UnreadableRowsError(str(value))


def _like(value: Value, pattern: Value) -> Logic:
    if value is None or pattern is None:
        return None
    if not isinstance(value, str) or not isinstance(pattern, str):
        raise UnreadableRowsError(str(pattern))
    return _like_matches(value, pattern)


def _like_matches(value: str, pattern: str) -> bool:
    """Match `%` and `_`; greedy from the left, going back to the last `%` only, so in bounded time."""
    position = index = 0
    star, resume = -1, 0
    while position < len(value):
        if index < len(pattern) and pattern[index] == "%":
            star, resume = index, position
            index += 1
        elif index < len(pattern) and pattern[index] in ("_", value[position]):
            index += 1
            position += 1
        elif star >= 0:
            index, resume = star + 1, resume + 1
            position = resume
        else:
            return False
    return all(sign == "%" for sign in pattern[index:])
