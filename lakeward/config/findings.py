"""What is wrong where, before it becomes a line: the currency between reading, validating and checking."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lakeward.errors import Problem, quote

Loc = tuple[str | int, ...]
"""A place in the configuration, from the top: keys as written in the file, and positions in lists."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong at a place, `at` another place where that matters."""

    loc: Loc
    problem: str
    remedy: str
    at: Loc | None = None

    def as_problem(self) -> Problem:
        where = f" at {path_of(self.at)}" if self.at is not None else ""
        return Problem(path_of(self.loc), f"{self.problem}{where}", self.remedy)


def path_of(loc: Loc) -> str:
    """
    Spell a place as people read it.

    A key without a character to see stands in quotes.

    >>> path_of(("personas", 2, "grants", 0))
    'personas[2].grants[0]'
    >>> path_of(("trust", ""))
    'trust.""'
    """
    path = ""
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            shown = quote(part).strip("`")
            shown = shown if shown.strip() else f'"{shown}"'
            path += f".{shown}" if path else shown
    return path


def nearest(word: str, valid: Iterable[str], *, likeness: float = 0.7) -> str | None:
    """Return the valid word that `word` was probably meant to be; 1 is alike, letter case aside."""
    by_folded = {candidate.casefold(): candidate for candidate in sorted(valid)}
    found = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None


def choose(word: object, valid: Iterable[str]) -> str:
    """Say what to write instead of `word`: the nearest valid one, else all of them."""
    words = sorted(valid)
    if isinstance(word, str) and (meant := nearest(word, words)):
        return f"did you mean {quote(meant)}?"
    if not words:
        return "there is none to choose"
    shown = ", ".join(quote(valid_word) for valid_word in words[:12])
    return f"choose one of {shown}{', …' if len(words) > 12 else ''}"  # noqa: PLR2004  # what fits a line


def repeated(named: Iterable[tuple[Loc, str]], noun: str) -> Iterator[Finding]:
    """Find names given twice, letter case aside, since the services behind them fold it."""
    seen: dict[str, Loc] = {}
    for loc, name in named:
        if (first := seen.setdefault(name.casefold(), loc)) != loc:
            yield Finding(loc, f"{noun} {quote(name)} stands already", "remove or rename one", at=first)


def twice(loc: Loc, words: Sequence[str]) -> Iterator[Finding]:
    """Find words that a list at a place holds twice, letter by letter."""
    for index, word in enumerate(words):
        if word in words[:index]:
            yield Finding((*loc, index), f"{quote(word)} stands twice", "keep one")
