"""
The language of row filters (`semantics.md` B9-2), judged: `column operator constant`, joined by AND, OR and NOT.

Whatever the parser understands beyond that (functions, arithmetic, subqueries, casts, comparisons of two columns) is
refused: Lake Formation would refuse it in the middle of a deployment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError

from lakeward.config.findings import choose
from lakeward.errors import quote

LONGEST = 2047
"""Characters."""
DEEPEST = 5
"""Levels of a nested column (`semantics.md` B9-6)."""

Complaint = tuple[str, str]
"""What is wrong, and what would be right."""

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like)
_FORM = "write comparisons of a column with a constant (`=`, `<>`, `<`, `<=`, `>`, `>=`, BETWEEN, IN, LIKE, IS NULL)"

_FOREIGN = {"==": "=", "&&": "AND", "||": "OR", "!": "NOT"}

_TEXT = re.compile(r"string|(?:var)?char\(.*")
_NUMBER = re.compile(r"(?:tiny|small|big)?int|float|double|decimal\(.*")


def problems(
    text: str, types: Mapping[str, str], keys: AbstractSet[str], lacks: Callable[[str], bool]
) -> Iterator[Complaint]:
    """
    Find everything that keeps a text from being a row filter over a table.

    Args:
        text: the expression.
        types: the type of each column and partition key.
        keys: the partition keys among them.
        lacks: tells that a name not among `types` is no column; others exist, with a type that isn't known.

    """
    if len(text) > LONGEST:
        yield f"is {len(text)} characters long", f"give at most {LONGEST}"
        return
    try:
        parsed = sqlglot.parse(text, dialect="athena")
    except (SqlglotError, RecursionError):
        yield f"{quote(text)} isn't an expression", _FORM
        return
    if len(parsed) != 1 or parsed[0] is None:
        yield f"{quote(text)} isn't one expression", _FORM
        return
    if any(node.comments for node in parsed[0].walk()):
        yield "holds a comment", "say it in a comment of the file"
    # The parser takes the operators of other dialects for its own.
    for token in sqlglot.tokenize(text, dialect="athena"):
        if token.text in _FOREIGN and token.token_type is not TokenType.STRING:
            yield f"{quote(token.text)} isn't an operator here", f"write {quote(_FOREIGN[token.text])}"
    yield from _Judge(types, keys, lacks).condition(parsed[0])


class _Judge:
    """Walks an expression; what it doesn't know it refuses."""

    def __init__(self, types: Mapping[str, str], keys: AbstractSet[str], lacks: Callable[[str], bool]) -> None:
        self._types = types
        self._keys = keys
        self._lacks = lacks

    def condition(self, node: exp.Expr) -> Iterator[Complaint]:
        if isinstance(node, exp.And | exp.Or):
            yield from self.condition(node.left)
            yield from self.condition(node.right)
        elif isinstance(node, exp.Not | exp.Paren):
            yield from self.condition(node.this)
        elif isinstance(node, _COMPARISONS):
            yield from self._comparison(node.this, [node.expression])
        elif isinstance(node, exp.Between):
            yield from self._comparison(node.this, [node.args["low"], node.args["high"]])
        elif isinstance(node, exp.In) and node.expressions:
            yield from self._comparison(node.this, node.expressions)
        elif isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
            yield from self._is_null(node.this)
        else:
            yield f"{_sql(node)} isn't a comparison of a column with a constant", _FORM

    def _is_null(self, subject: exp.Expr) -> Iterator[Complaint]:
        yield from self._column(subject)
        if isinstance(subject, exp.Column) and subject.name in self._keys:
            yield f"{_sql(subject)} is a partition key, for which IS NULL isn't possible", "compare it with a value"

    def _comparison(self, subject: exp.Expr, constants: list[exp.Expr]) -> Iterator[Complaint]:
        complaints = list(self._column(subject))
        yield from complaints
        if _path(subject) is None:
            return
        for constant in constants:
            kind = _kind(constant)
            if kind is None:
                yield f"{_sql(constant)} isn't a constant", "write a number, a text in single quotes, or true or false"
            elif not complaints:
                yield from self._fits(subject, constant, kind)

    def _column(self, node: exp.Expr) -> Iterator[Complaint]:
        path = _path(node)
        if path is None:
            yield f"{_sql(node)} isn't a column", "put the column on the left, and no function around it"
        elif path[0] not in self._types:
            if self._lacks(path[0]):
                yield f"there is no column {quote(path[0])}", choose(path[0], self._types)
        elif len(path) > DEEPEST:
            yield f"{_sql(node)} is nested deeper than {DEEPEST} levels", "filter by a column further up"
        elif len(path) > 1 and not self._types[path[0]].startswith("struct<"):
            yield f"{quote(path[0])} is no struct, so it has no field {quote(path[1])}", f"write {quote(path[0])}"
        elif len(path) == 1 and not _comparable(self._types[path[0]]):
            yield (
                f"column {quote(path[0])} is {quote(self._types[path[0]])}, which row filters can't compare",
                "filter by a text, a number or a boolean",
            )

    def _fits(self, subject: exp.Expr, constant: exp.Expr, kind: str) -> Iterator[Complaint]:
        path = _path(subject)
        if path is None or len(path) > 1 or path[0] not in self._types:
            return
        wanted = _comparable(self._types[path[0]])
        if wanted != kind:
            yield (
                f"column {quote(path[0])} is {quote(self._types[path[0]])}, and {_sql(constant)} is {kind}",
                f"compare it with {wanted}",
            )


def _comparable(column_type: str) -> str | None:
    """Return what kind of constant a column of this type compares with; `None` where none does."""
    if _TEXT.fullmatch(column_type):
        return "a text in single quotes"
    if _NUMBER.fullmatch(column_type):
        return "a number"
    return "true or false" if column_type == "boolean" else None


def _kind(node: exp.Expr) -> str | None:
    """Return what kind of constant a node is; `None` where it is none."""
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string:
        return "a number"
    if isinstance(node, exp.Literal):
        return "a text in single quotes" if node.is_string else "a number"
    return "true or false" if isinstance(node, exp.Boolean) else None


def _path(node: exp.Expr) -> list[str] | None:
    """Return the names of a column, the outermost first; `None` where the node is no column."""
    if isinstance(node, exp.Dot):
        above = _path(node.this)
        return [*above, node.expression.name] if above and isinstance(node.expression, exp.Identifier) else None
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
        return [part.name for part in node.parts]
    return None


def _sql(node: exp.Expr) -> str:
    return quote(node.sql(dialect="athena", comments=False))
