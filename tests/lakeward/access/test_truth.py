"""The algebra that carries two readings at once."""

from __future__ import annotations

from itertools import product

import pytest

from lakeward.access.decision import Verdict, verdicts
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, either_reading, negate, possibly, surely

# (narrow, wide): every truth, the narrow answer never beyond the wide one
TRUTHS = [narrow | wide << 2 for narrow, wide in product((0b00, 0b01, 0b11), repeat=2) if narrow & wide == narrow]


def test_there_are_six_truths() -> None:
    """Two readings of three values, the narrow one never beyond the wide one."""
    assert len(TRUTHS) == 6
    assert {NO, UNKNOWN, AMBIGUOUS, YES} <= set(TRUTHS)


@pytest.mark.parametrize("truth", TRUTHS)
def test_negating_twice_changes_nothing(truth: int) -> None:
    """Negation is its own inverse, and stays among the six."""
    assert negate(truth) in TRUTHS
    assert negate(negate(truth)) == truth


@pytest.mark.parametrize(("left", "right"), list(product(TRUTHS, repeat=2)))
def test_de_morgan_holds(left: int, right: int) -> None:
    """AND and OR are each other's mirror under negation."""
    assert negate(left & right) == negate(left) | negate(right)


@pytest.mark.parametrize("truth", TRUTHS)
def test_what_is_sure_is_possible(truth: int) -> None:
    """The strict reading never allows more than the permissive one (G-3)."""
    assert possibly(truth) or not surely(truth)


def test_a_denial_takes_the_other_reading() -> None:
    """An ambiguous Deny denies strictly and lets through permissively."""
    denied = AMBIGUOUS

    assert verdicts(YES & negate(denied), denied) == (Verdict.EXPLICIT_DENY, Verdict.ALLOW)


def test_an_unknown_deny_is_no_deny_and_no_allow() -> None:
    """Where the verdict hangs on a missing value it is UNKNOWN."""
    denied = UNKNOWN

    assert verdicts(YES & negate(denied), denied) == (Verdict.UNKNOWN, Verdict.ALLOW)


def test_two_ways_to_read_one_thing_make_it_ambiguous() -> None:
    """Narrowly both must hold, widely one."""
    assert either_reading(YES, NO) == AMBIGUOUS
    assert either_reading(YES, YES) == YES
