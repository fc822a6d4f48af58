"""
Patterns: `*` and `?` over any characters, and the six parts of an ARN.

`*` spans `/` (`semantics.md` A2-1). A text may hold tokens for parts that aren't known yet: a token is equal to
itself and matched by `*`; against anything else the answer is UNKNOWN, unless no value of it could match.

Matching takes time linear in the text for each piece between two stars, and never backtracks over stars: a
pattern of a thousand `*` costs no more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakeward.access.remembering import remembered
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import TOKEN, TOKEN_MARK

STAR: Final = None
"""In a list of pieces: any characters. A text in a tuple of one stands for itself, wildcards included."""

_ANY = "\ue000"  # a private-use character: stands for `?` inside a piece, so that a literal `?` can be told apart
_ARN_PARTS = 6
_NAMED_PARTS = 3  # `arn`, the partition and the service
_LARGEST_COMPARISON = 1 << 22
_CACHED_PATTERNS = 1 << 16


class Glob:
    """A pattern with wildcards, compiled."""

    __slots__ = ("_exact", "_first", "_has_token", "_last", "_middle", "_shortest", "text")

    def __init__(self, pieces: Iterable[str | None], text: str) -> None:
        """
        Compile a pattern.

        Args:
            pieces: Texts between stars in order, `STAR` for each star; `?` in a text is a wildcard.
            text: The pattern as it is shown to people.

        """
        segments: list[str] = [""]
        for piece in pieces:
            if piece is STAR:
                segments.append("")
            else:
                segments[-1] += piece
        self.text = text
        self._has_token = TOKEN_MARK in "*".join(segments)
        self._exact = segments[0] if len(segments) == 1 and _ANY not in segments[0] else None
        self._first = _Piece(segments[0])
        self._last = _Piece(segments[-1]) if len(segments) > 1 else None
        self._middle = tuple([_Piece(segment) for segment in segments[1:-1] if segment])
        self._shortest = sum([len(segment) for segment in segments])

    def matches(self, text: str) -> bool:
        """Say whether a text matches, tokens taken as they are written."""
        if self._exact is not None:
            return text == self._exact
        if self._last is None:
            return len(text) == self._first.length and self._first.stands_at(text, 0)
        if len(text) < self._shortest or not self._first.stands_at(text, 0):
            return False
        end = len(text) - self._last.length
        if not self._last.stands_at(text, end):
            return False
        position = self._first.length
        for piece in self._middle:
            found = piece.find(text, position, end)
            if found < 0:
                return False
            position = found + piece.length
        return True

    def match(self, text: str) -> Truth:
        """Return whether a text matches; UNKNOWN where that hangs on a token in either."""
        if text == self._exact or (self._exact is None and self.matches(text)):
            return YES
        if (self._has_token or TOKEN_MARK in text) and _could_meet(self._outline(), _outline(text)):
            return UNKNOWN
        return NO

    def _outline(self) -> tuple[str | None, ...]:
        """Return the pattern character by character, tokens as stars."""
        outline: list[str | None] = list(_outline(self._first.text))
        if self._last is not None:
            for piece in (*self._middle, self._last):
                outline.append(STAR)
                outline.extend(_outline(piece.text))
        return tuple(outline)


class _Piece:
    """A text without stars; `?` in it matches any character."""

    __slots__ = ("_literals", "length", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.length = len(text)
        self._literals = text.split(_ANY)

    def stands_at(self, text: str, position: int) -> bool:
        if len(self._literals) == 1:
            return text.startswith(self.text, position)
        if position + self.length > len(text):
            return False
        for literal in self._literals:
            if not text.startswith(literal, position):
                return False
            position += len(literal) + 1
        return True

    def find(self, text: str, start: int, end: int) -> int:
        if len(self._literals) == 1:
            return text.find(self.text, start, end)
        found = _scanner(self.text).search(text, start, end)
        return -1 if found is None else found.start()


@remembered(1024)
def _scanner(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text).replace(_ANY, "."), re.DOTALL)


def _outline(text: str) -> tuple[str | None, ...]:
    outline: list[str | None] = []
    position = 0
    for token in TOKEN.finditer(text):
        outline.extend(text[position : token.start()])
        outline.append(STAR)
        position = token.end()
    outline.extend(text[position:])
    return tuple(outline)


@remembered(4096)
def _could_meet(left: tuple[str | None, ...], right: tuple[str | None, ...]) -> bool:
    """
    Say whether some text matches both outlines; one row of positions of `right` is carried along `left`.

    Texts too long to compare in bounded time are taken to: what is open stays open.
    """
    start = _common_start(left, right)
    if start is None:
        return False
    left, right = left[start:], right[start:]
    if len(left) * len(right) > _LARGEST_COMPARISON:
        return True
    row = [True] + [False] * len(right)
    for index, sign in enumerate(right):
        row[index + 1] = row[index] and sign is STAR
    for sign in left:
        before = row
        row = [before[0] and sign is STAR] + [False] * len(right)
        for index, other in enumerate(right):
            if sign is STAR:
                row[index + 1] = before[index + 1] or row[index]
            elif other is STAR:
                row[index + 1] = row[index] or before[index + 1]
            else:
                row[index + 1] = before[index] and (sign in (other, _ANY) or other == _ANY)
            if sign is STAR and other is STAR:
                row[index + 1] = row[index + 1] or before[index]
    return row[-1]


def _common_start(left: tuple[str | None, ...], right: tuple[str | None, ...]) -> int | None:
    """Return how many characters two outlines begin with alike; `None` where they differ before any star."""
    start = 0
    for sign, other in zip(left, right, strict=False):
        if sign is STAR or other is STAR:
            break
        if sign != other and _ANY not in (sign, other):
            return None
        start += 1
    return start


def pieces_of(pattern: str) -> list[str | None]:
    """Split a pattern at its stars; `?` becomes a wildcard."""
    pieces: list[str | None] = []
    for index, part in enumerate(pattern.replace("?", _ANY).split("*")):
        if index:
            pieces.append(STAR)
        if part:
            pieces.append(part)
    return pieces


@remembered(_CACHED_PATTERNS)
def glob(pattern: str) -> Glob:
    """Compile a pattern; each is compiled once."""
    return Glob(pieces_of(pattern), pattern)


class ArnGlob:
    """
    A pattern for ARNs: six parts compared separately, so that no wildcard crosses a colon (`semantics.md` A2-3).

    The sixth part keeps its own colons. `*` alone is every ARN and every other text.
    """

    __slots__ = ("_across", "_head", "_incomplete", "_parts", "_tail", "text")

    def __init__(self, parts: Iterable[Iterable[str | None]], text: str, *, runs_on: bool = False) -> None:
        """
        Compile a pattern.

        Args:
            parts: The pieces of each of its parts.
            text: The pattern as it is shown to people.
            runs_on: Whether a `*` that ends a part may run on past the colon. The page on `Resource` says so, the
                rule doesn't: AMBIGUOUS where it matches in no other way.

        """
        listed = [list(part) for part in parts]
        self.text = text
        self._across: Glob | None = None
        if runs_on and any(part and part[-1] is STAR for part in listed[: _ARN_PARTS - 1]):
            self._across = Glob(_joined(listed), text)
        self._head = ""
        self._tail: Glob | None = None
        self._parts: tuple[Glob, ...] = ()
        self._incomplete: Glob | None = None
        if len(listed) < _ARN_PARTS:
            self._incomplete = Glob(_joined(listed), text)
            return
        heads = ["".join(piece or "" for piece in part) for part in listed[:5]]
        plain = all(
            STAR not in part and _ANY not in head and TOKEN_MARK not in head
            for part, head in zip(listed[:5], heads, strict=True)
        )
        if plain:
            self._head = ":".join(heads) + ":"
            self._tail = Glob(listed[5], text)
        else:
            self._parts = tuple(Glob(part, text) for part in listed)

    @property
    def is_complete(self) -> bool:
        """Whether the pattern has six parts, or is `*`."""
        return self._incomplete is None or not self.text.strip("*")

    def match(self, arn: str) -> Truth:
        """
        Return whether an ARN matches.

        A pattern with fewer than six parts other than `*` is none that IAM accepts: AMBIGUOUS where it would match
        as a plain text.
        """
        if self._tail is not None:
            if arn.startswith(self._head):
                return self._tail.match(arn[len(self._head) :])
            if TOKEN_MARK not in arn:
                return NO
            return self._match_parts(arn, (*map(glob, self._head.split(":")[:5]), self._tail))
        if self._incomplete is not None:
            if self.text.strip("*") == "" and self.text:
                return YES
            # A request on no resource at all is covered by a literal `*` only (A2-5).
            return NO if arn == "*" else AMBIGUOUS & self._incomplete.match(arn)
        return self._match_parts(arn, self._parts) or self._match_across(arn)

    def _match_across(self, arn: str) -> Truth:
        across = self._across is not None and TOKEN_MARK not in arn and self._across.matches(arn)
        return AMBIGUOUS if across else NO

    @staticmethod
    def _match_parts(arn: str, globs: tuple[Glob, ...]) -> Truth:
        parts = arn.split(":", 5)
        if len(parts) < _ARN_PARTS:
            # A token may stand for several parts at once.
            return UNKNOWN if TOKEN.search(arn) and TOKEN.sub("", arn) == "" else NO
        truth = YES
        for part, pattern in zip(parts, globs, strict=True):
            truth &= pattern.match(part)
            if truth == NO:
                break
        return truth


@remembered(_CACHED_PATTERNS)
def arn_glob(pattern: str) -> ArnGlob:
    """Compile a pattern for ARNs; each is compiled once."""
    return ArnGlob([pieces_of(part) for part in pattern.split(":", 5)], pattern)


@remembered(_CACHED_PATTERNS)
def resource_glob(pattern: str) -> ArnGlob:
    """Compile an entry of `Resource`; each is compiled once. See `completed` for one of too few parts."""
    return ArnGlob([pieces_of(part) for part in pattern.split(":", 5)], pattern, runs_on=True)


def completed(pattern: str) -> str:
    """
    Return an entry of an identity-based policy's `Resource` as IAM completes it: missing parts become `*`.

    `arn:aws:sqs` is `arn:aws:sqs:*:*:*` (IAM User Guide, `reference_policies_elements_resource`). One that doesn't
    name its service comes back as it is.
    """
    parts = pattern.split(":", 5)
    if not _NAMED_PARTS <= len(parts) < _ARN_PARTS or parts[0] != "arn" or "*" in parts[2] or "?" in parts[2]:
        return pattern
    return pattern + ":*" * (_ARN_PARTS - len(parts))


def _joined(parts: list[list[str | None]]) -> list[str | None]:
    joined: list[str | None] = []
    for index, part in enumerate(parts):
        joined.extend([":"] if index else [])
        joined.extend(part)
    return joined
