"""
What can't be known yet: in an estate the object `{"unknown": why}`, inside a text the token `%{name.property}`.

A token is equal to itself, is matched by `*`, and is open against anything else (`contracts.md` section 2). An
unknown that stands where a text belongs becomes a token of its own, so that every text of an estate is a `str`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

TOKEN = re.compile(r"%\{[^{}]*\}")
TOKEN_MARK = "%{"  # noqa: S105  # no secret: how a token begins


@dataclass(frozen=True)
class Unknown:
    """A value that nobody knows yet, and why."""

    why: str


_NOT_IN_TOKENS = str.maketrans("{}: ", "()-_")


def token_for(path: str) -> str:
    """Return the token that stands for an unknown text at one place: equal to itself and to no other."""
    return f"%{{unknown.{path.translate(_NOT_IN_TOKENS)}}}"


def has_token(text: str) -> bool:
    """Say whether a text holds a part that isn't known yet."""
    return TOKEN_MARK in text and TOKEN.search(text) is not None


class Listing(tuple[T, ...], Generic[T]):  # noqa: SLOT001  # a generic tuple with one attribute more
    """
    The entries of a list that are known, and whether there may be others.

    `unknown` says why the list isn't whole; `None`: it is.
    """

    unknown: Unknown | None

    def __new__(cls, entries: Iterable[T] = (), unknown: Unknown | None = None) -> Listing[T]:
        listing = super().__new__(cls, tuple(entries))
        listing.unknown = unknown
        return listing
