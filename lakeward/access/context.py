"""
The request context: condition keys and what they hold.

Keys compare ignoring case (`semantics.md` A3-2). A key holds one text, several (a tuple), or is `Unknown`: then
nobody knows whether it is there, let alone its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from lakeward.access.actions import is_multivalued, is_single_valued
from lakeward.access.remembering import remembered
from lakeward.errors import Problem
from lakeward.estate.unknown import Unknown

ContextValue: TypeAlias = str | tuple[str, ...] | Unknown


class PerhapsFilled(Unknown):
    """What the request doesn't carry, as `Null` says; whether AWS compares a value of its own isn't documented."""


class Context:
    """
    What a request carries. INVARIANT: never changed after it is made; keys are in lower case.

    Keys that begin with one of the open prefixes are `Unknown` unless they are given.
    """

    __slots__ = ("_open", "_values")

    def __init__(
        self, values: dict[str, ContextValue] | None = None, open_prefixes: Mapping[str, Unknown] | None = None
    ) -> None:
        self._values = values if values is not None else {}
        self._open = open_prefixes or {}

    def get(self, key: str) -> ContextValue | None:
        """Return what a key in lower case holds; `None` where the request doesn't carry it."""
        value = self._values.get(key)
        if value is None and self._open:
            for prefix, unknown in self._open.items():
                if key.startswith(prefix):
                    return unknown
        return value

    def items(self) -> Iterable[tuple[str, ContextValue]]:
        """Return keys and values, sorted by key."""
        return sorted(self._values.items())

    def extended(self, values: Mapping[str, ContextValue | None]) -> Context:
        """Return a context with more keys, or others in place of these; `None` takes a key away."""
        merged = dict(self._values)
        for key, value in values.items():
            if value is None:
                merged.pop(key.lower(), None)
            else:
                merged[key.lower()] = value
        return Context(merged, self._open)

    def opened(self, prefixes: Mapping[str, Unknown]) -> Context:
        """Return a context in which nobody knows what keys with these prefixes, in lower case, hold."""
        return Context(self._values, {**self._open, **prefixes})

    def over(self, other: Context) -> Context:
        """Return a context with what either holds; this one wins."""
        return Context({**other._values, **self._values}, {**other._open, **self._open})

    def without(self, keys: Iterable[str], *, prefix: str | None = None) -> Context:
        """Return a context that lacks the keys, and those that begin with `prefix`; all in lower case."""
        gone = frozenset(keys)
        return Context(
            {
                key: value
                for key, value in self._values.items()
                if key not in gone and (prefix is None or not key.startswith(prefix))
            },
            self._open,
        )


def read_context(given: object, path: str, problems: list[Problem]) -> Context:
    """
    Read a context from JSON: texts, numbers and booleans, lists of them, or `{"unknown": why}`.

    A list of one for a key that holds one value is that value; a text for a key that holds several is a list of
    one. What can't be read is added to `problems`.
    """
    if type(given) is not dict:
        problems.append(Problem(path, "this isn't an object of condition keys", 'give {"aws:…": "…"}'))
        return Context()
    values: dict[str, ContextValue] = {}
    for key, value in given.items():
        lowered, holds_several, holds_one = _read_key(key)
        if lowered in values:
            problems.append(Problem(f"{path}.{key}", "this key is there in another case", "give each key once"))
        if type(value) is str:
            values[lowered] = (value,) if holds_several else value
        elif type(value) is list:
            listed = [_text_of(item) for item in value]
            known = tuple([text for text in listed if text is not None])
            if len(known) < len(listed):
                problems.append(Problem(f"{path}.{key}", "this list holds no plain values", "give texts"))
            values[lowered] = known[0] if len(known) == 1 and holds_one else known
        elif type(value) is dict and len(value) == 1 and "unknown" in value:
            values[lowered] = Unknown(str(value["unknown"]))
        elif (text := _text_of(value)) is not None:
            values[lowered] = (text,) if holds_several else text
        elif value is not None:
            problems.append(Problem(f"{path}.{key}", "this is no value of a condition key", "give a text or a list"))
    return Context(values)


@remembered(1 << 14)
def _read_key(key: str) -> tuple[str, bool, bool]:
    """Return a condition key in lower case, whether it holds several values, and whether it is known to hold one."""
    lowered = key.lower()
    return lowered, is_multivalued(lowered), is_single_valued(lowered)


def _text_of(value: object) -> str | None:
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in (int, float):
        return str(value)
    return None
