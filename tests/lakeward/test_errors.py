"""Errors for people: their lines, their exit codes, and values that can't deceive the reader."""

import pytest

from lakeward import errors
from lakeward.errors import (
    ConfigurationError,
    EstateError,
    InvalidIdentifierError,
    InvalidInputError,
    LakewardError,
    OutsideServiceError,
    Problem,
    UsageError,
    quote,
)


def test_the_tree_in_the_docstring_is_the_tree():
    """Each class stands in the drawing, below its base."""
    drawn = [line.strip(" │├└─").split()[0] for line in errors.__doc__.splitlines() if "Error " in f"{line} "][:7]
    classes = [
        LakewardError,
        InvalidInputError,
        ConfigurationError,
        EstateError,
        UsageError,
        InvalidIdentifierError,
        OutsideServiceError,
    ]

    assert drawn == [cls.__name__ for cls in classes]
    assert all(issubclass(cls, LakewardError) for cls in classes)
    assert all(issubclass(cls, InvalidInputError) for cls in classes[1:5])


def test_a_problem_is_one_line():
    """Path first, remedy last; without a path the problem comes first."""
    assert str(Problem("zones[0]", "is odd", "make it even")) == "zones[0]: is odd; make it even"
    assert str(Problem("", "is odd", "make it even")) == "is odd; make it even"


def test_an_error_tells_all_its_problems():
    """One line per problem, in the order given."""
    error = ConfigurationError([Problem("b", "is wrong", "right it"), Problem("a", "is wrong", "right it")])

    assert error.lines() == ("b: is wrong; right it", "a: is wrong; right it")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError([]), 2),
        (EstateError([]), 2),
        (UsageError("--on", "isn't a date", "write YYYY-MM-DD"), 2),
        (InvalidIdentifierError("is odd", "make it even"), 2),
        (OutsideServiceError("the service said no"), 3),
    ],
)
def test_every_error_knows_its_exit_code(error, code):
    """2 for bad input, 3 for a failed outside service (`contracts.md` section 1)."""
    assert error.exit_code == code


def test_an_outside_failure_is_one_line():
    """What a service said is told as it is."""
    assert OutsideServiceError("sts: access denied").lines() == ("sts: access denied",)


def test_an_invalid_identifier_finds_its_place():
    """Whoever knows the place turns it into a problem there; it stays a `ValueError` for validators."""
    error = InvalidIdentifierError("`x` isn't a zone", "choose one")

    assert isinstance(error, ValueError)
    assert error.at("zones[0]") == Problem("zones[0]", "`x` isn't a zone", "choose one")


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("orders", "`orders`"),
        (5, "`5`"),
        ("a\nb\x1b[31m", r"`a\nb\x1b[31m`"),
        ("\u043erders", r"`\u043erders`"),
        ("a`b", "`a'b`"),
        ("x" * 81, f"`{'x' * 80}…`"),
        ("x" * 80, f"`{'x' * 80}`"),
    ],
)
def test_a_quoted_value_is_what_it_looks_like(value, quoted):
    """Controls, other scripts and backticks are escaped, length is bounded."""
    assert quote(value) == quoted
