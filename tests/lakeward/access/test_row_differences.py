"""Row differences: whether a filter lets through more than another, and a row that shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeward.access.lake_formation.row_differences import beyond
from lakeward.access.lake_formation.rows import contains
from lakeward.access.truth import NO, UNKNOWN, YES
from lakeward.estate.unknown import Unknown


@pytest.mark.parametrize(
    ("rows", "others", "truth", "row"),
    [
        ("region IN ('EU', 'US')", "region = 'EU'", YES, {"region": "US"}),
        ("region = 'EU'", "region IN ('EU', 'US')", NO, None),
        (None, "region = 'EU'", YES, {"region": "EU "}),
        ("region = 'EU'", None, NO, None),
        ("total >= 5", "total > 5", YES, {"total": 5}),
        ("total > 5", "total >= 5", NO, None),
        ("total > 5", "NOT total <= 5", NO, None),
        ("a = 1 AND b = 2", "a = 1", NO, None),
        ("region IS NULL", "region = 'EU'", YES, {"region": None}),
        ("region LIKE 'E%'", "region = 'EU'", YES, {"region": "E%"}),
        ("region = 'EU'", "region LIKE '%U'", UNKNOWN, None),
        ("soundex(region) = 'E'", "region = 'EU'", UNKNOWN, None),
        (Unknown("policies"), "region = 'EU'", UNKNOWN, None),
        ("region = 'EU'", Unknown("policies"), UNKNOWN, None),
        (Unknown("policies"), None, NO, None),
    ],
)
def test_rows_beyond_others(rows, others, truth, row):
    """A wider filter has a row that shows it, a narrower one none; what isn't decided by comparing is unknown."""
    found = beyond(rows, others)

    assert (found.truth, found.row) == (truth, row)


_COMPARISONS = st.builds(
    "{} {} {}".format, st.sampled_from("ab"), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), st.integers(0, 3)
)
_FILTERS = st.recursive(
    _COMPARISONS,
    lambda inner: st.one_of(
        st.builds("({}) AND ({})".format, inner, inner),
        st.builds("({}) OR ({})".format, inner, inner),
        st.builds("NOT ({})".format, inner),
    ),
    max_leaves=4,
)
_VALUES = st.one_of(st.none(), st.integers(-1, 4), st.sampled_from([0.5, 1.5, 2.5]))


@given(_FILTERS, _FILTERS, _VALUES, _VALUES)
def test_no_row_contradicts_what_is_said(rows, others, a, b):
    """Where nothing is beyond, no row is in the one and not in the other; where something is, the row shows it."""
    found = beyond(rows, others)
    row = {"a": a, "b": b}

    if found.truth == NO:
        assert not (contains(rows, row) == YES and contains(others, row) == NO)
    else:
        assert contains(rows, found.row) == YES
        assert contains(others, found.row) == NO
