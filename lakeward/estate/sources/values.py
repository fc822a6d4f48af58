"""
JSON as the sources bring it: values that may be unknown, and the few ways to look at them.

An unknown value is the object `{"unknown": why}`; inside a text it is a token `%{logical-name.property}`
(`contracts.md` section 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

import msgspec

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

WHOLE_TOKEN = re.compile(r"%\{(?P<name>[^{}]+)\.(?P<property>[^{}.]+)\}")
"""A text that is one token and nothing else."""


def unknown(why: str) -> dict[str, Json]:
    """Return the value that stands where nothing is known yet."""
    return {"unknown": why}


def is_unknown(value: Json) -> bool:
    """Say whether the whole value is unknown."""
    return isinstance(value, dict) and len(value) == 1 and "unknown" in value


def token(name: str, member: str) -> str:
    """Return the token of a property that only AWS will know."""
    return f"%{{{name}.{member}}}"


def canonical(value: object) -> str:
    """Return a value's JSON with sorted keys and no spaces: equal texts mean equal values."""
    return msgspec.json.encode(value, order="sorted").decode()


def text(value: Json) -> str | None:
    """Return a text that isn't empty, else `None`: an empty one is how some providers say "not set"."""
    return value if isinstance(value, str) and value else None


def mapping(value: Json) -> dict[str, Json]:
    """Return an object whose members are known; anything else has none. A list of one object is that object."""
    if isinstance(value, list) and len(value) == 1:
        return mapping(value[0])
    return value if isinstance(value, dict) and not is_unknown(value) else {}


def items(value: Json) -> list[Json]:
    """Return a list's items; a list that isn't known is one unknown item, anything else has none."""
    if is_unknown(value):
        return [value]
    return value if isinstance(value, list) else []


def given(**members: Json) -> dict[str, Json]:
    """Return the members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def document(value: Json) -> Json:
    """
    Return a policy document as an object, from the object or from its text.

    A text that can't be read is unknown, and so is one that holds a token where no token can stand.
    """
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        parsed: Json = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return unknown("known after its resource exists" if WHOLE_TOKEN.fullmatch(value) else "isn't JSON")
    return parsed if isinstance(parsed, dict) else unknown("isn't a policy document")


def replaced(value: Json, replacement: Callable[[Json], Json | None]) -> Json:
    """Return a value with every part for which `replacement` gives one replaced by it, outermost first."""
    instead = replacement(value)
    if instead is not None:
        return instead
    if isinstance(value, dict):
        return {name: replaced(member, replacement) for name, member in value.items()}
    if isinstance(value, list):
        return [replaced(item, replacement) for item in value]
    return value


def plain_mapping(value: Mapping[str, object]) -> dict[str, Json]:
    """Return a decoded JSON object as `Json`; what isn't JSON raises `TypeError`."""
    return {name: _plain(item) for name, item in value.items()}


def _plain(value: object) -> Json:
    if isinstance(value, Mapping):
        return plain_mapping(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(value)
