"""Filter expressions in canonical form."""

from __future__ import annotations

import pytest

from lakeward.access.lake_formation.rows import canonical, contains, intersection, union
from lakeward.access.truth import NO, UNKNOWN, YES
from lakeward.estate import Unknown


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("region='EU'", "REGION = 'EU'"),
        ("a = 1 AND b = 2", "(b = 2) and (a = 1)"),
        ("a = 1 OR (b = 2 OR c = 3)", "c = 3 OR b = 2 OR a = 1"),
        ("a <> 1", "a != 1"),
    ],
)
def test_equal_expressions_have_one_form(left: str, right: str) -> None:
    """Spaces, case of names, order of operands and spelling don't tell expressions apart."""
    assert canonical(left) == canonical(right)


@pytest.mark.parametrize(("left", "right"), [("a = 'x'", "a = 'X'"), ("a = 1 AND b = 2", "a = 1 OR b = 2")])
def test_different_expressions_have_different_forms(left: str, right: str) -> None:
    """Case of values and the operator between them do."""
    assert canonical(left) != canonical(right)


@pytest.mark.parametrize("text", ["region = (((", "", "a = 1; drop table x", "(" * 5000 + "a = 1" + ")" * 5000])
def test_expression_that_cannot_be_read_has_no_form(text: str) -> None:
    """Nobody guesses what it lets through."""
    assert canonical(text) is None


def test_all_rows_prevail_in_a_union() -> None:
    """A grant of all rows beside a filter shows all rows (B9-7)."""
    assert union(["a = 1", None]) is None
    assert union(["b = 2", "a = 1", "b = 2"]) == "(a = 1) OR (b = 2)"


def test_intersection_keeps_both_predicates() -> None:
    """What an account shares and what its administrator grants both hold (B9-9)."""
    assert intersection(["a = 1", None]) == "a = 1"
    assert intersection(["a = 1", "b = 2"]) == "(a = 1) AND (b = 2)"
    assert intersection([None, None]) is None


@pytest.mark.parametrize(
    ("rows", "row", "expected"),
    [
        ("count >= 5", {"count": 5}, YES),
        ("count >= 5", {"count": 4}, NO),
        ("count >= 5", {"count": None}, NO),
        ("count >= 5", {}, UNKNOWN),
        ("a = 1 OR b = 2", {"a": 1}, YES),
        ("a = 1 AND b = 2", {"a": 2}, NO),
        ("NOT a = 1", {"a": None}, NO),
        (None, {}, YES),
        (Unknown("later"), {}, UNKNOWN),
    ],
)
def test_row_is_visible_only_where_the_expression_is_true(rows: object, row: dict[str, object], expected: int) -> None:
    """SQL's three values: NULL hides a row (B9-4); a column that isn't told leaves it open."""
    assert contains(rows, row) == expected  # type: ignore[arg-type]
