"""
How certain it is that something holds: three values in two readings.

A `Truth` answers one question twice (`semantics.md` G-3): in the narrow reading of what AWS documents, and in the
wide one. In each reading the answer is no, open (it hangs on a value nobody knows yet, G-1) or yes, and the narrow
answer is never beyond the wide one. Six truths result; four have names:

    NO          no in both readings
    AMBIGUOUS   no in the narrow reading, yes in the wide one: the documents leave it open
    UNKNOWN     open in both readings: a value is missing
    YES         yes in both readings

Two bits hold each reading (00 no, 01 open, 11 yes), the narrow one low and the wide one high, so that AND is `&`
and OR is `|`, on one truth as on a numpy array of them.
"""

from __future__ import annotations

from typing import TypeAlias

from lakeward.estate.unknown import Unknown

Truth: TypeAlias = int

NO: Truth = 0b0000
UNKNOWN: Truth = 0b0101
AMBIGUOUS: Truth = 0b1100
YES: Truth = 0b1111

_NARROW = 0b0011
_WIDE = 0b1100

_OPPOSITE = (0b11, 0b01, 0b11, 0b00)  # of the two bits of one reading; 10 doesn't occur
NEGATION: tuple[Truth, ...] = tuple(_OPPOSITE[truth >> 2] | _OPPOSITE[truth & _NARROW] << 2 for truth in range(YES + 1))
"""The negation of each truth: negating swaps the readings too."""


def negate(truth: Truth) -> Truth:
    """Return the truth of the opposite."""
    return NEGATION[truth]


def either_reading(narrow: Truth, wide: Truth) -> Truth:
    """Combine two ways to read one thing: it holds narrowly where both hold, and widely where one does."""
    return (narrow & wide & _NARROW) | ((narrow | wide) & _WIDE)


def flag_truth(flag: bool | Unknown | None) -> Truth:  # noqa: FBT001 - the flag is the value
    """Return the truth of a setting that may be unknown; a setting that isn't given is off."""
    if isinstance(flag, Unknown):
        return UNKNOWN
    return YES if flag else NO


def hangs_on_unknown(truth: Truth) -> bool:
    """Say whether a reading is open for want of a value, and none is an outright no."""
    return truth & UNKNOWN == UNKNOWN and truth != YES


def surely(truth: Truth) -> bool:
    """Say whether it holds even in the narrow reading."""
    return truth & _NARROW == _NARROW


def narrowly_possible(truth: Truth) -> bool:
    """Say whether it may hold in the narrow reading."""
    return truth & _NARROW != 0


def possibly(truth: Truth) -> bool:
    """Say whether it may hold: in the wide reading, for some value of what is unknown."""
    return truth & _WIDE != 0
