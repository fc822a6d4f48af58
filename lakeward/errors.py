"""
What can go wrong, told to people.

    LakewardError
    ├── InvalidInputError        what was given can't be used as it is; holds every problem found (exit 2)
    │   ├── ConfigurationError   a stack's configuration
    │   ├── EstateError          an estate, or a source of one
    │   └── UsageError           an argument or option of a command
    ├── InvalidIdentifierError   one text that isn't the identifier it should be (also a `ValueError`; exit 2)
    └── OutsideServiceError      AWS, the engine or another program failed (exit 3)

Every error knows its exit code (`contracts.md` section 1) and the lines that tell it, one per problem, each
`path: what is wrong; what would be right`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

_LONGEST_QUOTE = 80


def quote(value: object) -> str:
    """
    Put a value in backticks for an error line: on one line, printable ASCII kept, at most 80 characters.

    Characters that could deceive the reader (controls, backticks, letters of other scripts) appear escaped.
    """
    text = value if isinstance(value, str) else str(value)
    shown = "".join(
        c if c.isascii() and c.isprintable() and c != "`" else c.encode("unicode_escape").decode("ascii")
        for c in text[:_LONGEST_QUOTE].replace("`", "'")
    )
    return f"`{shown}{'…' if len(text) > _LONGEST_QUOTE else ''}`"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it stands, and what would be right instead."""

    path: str
    """As in `personas[2].grants[0].columns[1]`, or a file's name; empty where there is no better place."""
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return the line `path: problem; remedy`."""
        return f"{self.path}: {self.problem}; {self.remedy}" if self.path else f"{self.problem}; {self.remedy}"


class LakewardError(Exception):
    """Base of every error that is meant for people."""

    exit_code: ClassVar[int] = 2

    def lines(self) -> tuple[str, ...]:
        """Return what to print, one line per problem."""
        return (str(self),)


class InvalidInputError(LakewardError):
    """What was given can't be used as it is; `problems` holds everything that was found, in reading order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def lines(self) -> tuple[str, ...]:
        return tuple(str(problem) for problem in self.problems)


class ConfigurationError(InvalidInputError):
    """A stack's configuration can't be used."""


class EstateError(InvalidInputError):
    """An estate, or a source of one, can't be used."""


class UsageError(InvalidInputError):
    """A command was called in a way it can't answer: one problem, at an argument or option."""

    def __init__(self, path: str, problem: str, remedy: str) -> None:
        super().__init__((Problem(path, problem, remedy),))


class InvalidIdentifierError(LakewardError, ValueError):
    """A text isn't the identifier it should be: what is wrong with it, and what would be right."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}")

    def at(self, path: str) -> Problem:
        """Return this error as a problem at a place."""
        return Problem(path, self.problem, self.remedy)


class OutsideServiceError(LakewardError):
    """Something outside failed: AWS, the engine, another program. The message names it and its own words."""

    exit_code = 3
