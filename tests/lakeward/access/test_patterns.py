"""Patterns, and how long they take."""

from __future__ import annotations

import fnmatch
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeward.access.patterns import arn_glob, glob
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES


@given(st.text("ab*?/", max_size=12), st.text("ab/", max_size=12))
def test_glob_matches_as_the_standard_library_does(pattern: str, text: str) -> None:
    """`*` is any characters, `?` is one, nothing else is special."""
    expected = re.fullmatch(fnmatch.translate(pattern), text) is not None

    assert glob(pattern).matches(text) == expected


@pytest.mark.parametrize("pattern", ["*a" * 1000 + "b", "*" * 1000, "*?a?" * 1000 + "b", "a*" * 5000])
def test_thousand_stars_are_bounded(pattern: str) -> None:
    """No pattern makes matching backtrack: a thousand stars cost no more than a scan each."""
    started = time.perf_counter()

    glob(pattern).matches("a" * 10_000)

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("lake/%{b.name}/x", "lake/%{b.name}/x", YES),
        ("lake/*", "lake/%{b.name}/x", YES),
        ("lake/tenant1/*", "lake/%{b.name}/x", UNKNOWN),
        ("lake/%{b.name}/x", "lake/tenant1/x", UNKNOWN),
        ("hr/*", "lake/%{b.name}/x", NO),
        ("lake/%{a.name}", "lake/%{b.name}", UNKNOWN),
        ("lake/tenant1/y", "lake/%{b.name}/x", NO),
    ],
)
def test_token_is_open_only_where_some_value_could_match(pattern: str, text: str, expected: int) -> None:
    """Equal to itself, matched by `*`, open against anything else that it could turn out to be."""
    assert glob(pattern).match(text) == expected


@pytest.mark.parametrize(
    ("pattern", "arn", "expected"),
    [
        ("arn:aws:s3:::lake*", "arn:aws:s3:::lake-evil/k", YES),
        ("arn:aws:s3:::lake", "arn:aws:s3:::lake/k", NO),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111111111111:role/x", YES),
        ("arn:aws:*:x", "arn:aws:s3:::x", AMBIGUOUS),
        ("*", "arn:aws:s3:::x", YES),
        ("?", "*", NO),
    ],
)
def test_arn_parts_match_separately(pattern: str, arn: str, expected: int) -> None:
    """No wildcard crosses a colon; a pattern of too few parts is none that IAM accepts (A2-2, A2-3, A2-5)."""
    assert arn_glob(pattern).match(arn) == expected
