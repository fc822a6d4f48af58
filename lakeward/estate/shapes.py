"""
Readers for shapes: a frozen dataclass says what a JSON object may hold, and its reader follows from that.

A class of shape names its members in snake_case; outside they are spelled as AWS does, in PascalCase (`member`
gives another spelling). `ALSO` lists members of AWS's API that say nothing about access: accepted, not looked at.
A class with `SECTION` holds lists: where it is unknown as a whole, none of its lists is whole.
Any value may be `{"unknown": why}`: an object or flag becomes `Unknown`, a text a token, a list a `Listing` that
isn't whole. Everything else that doesn't fit is a `Problem` with its path; all of them are found in one walk.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from lakeward.errors import Problem, quote
from lakeward.estate.policies import Policy, read_policy
from lakeward.estate.unknown import Listing, Unknown, token_for

S = TypeVar("S")

# INVARIANT: a reader appends to the problems it is given whenever it returns something that doesn't fit.
Reader = Callable[[Any, str, list[Problem]], Any]


def member(name: str, *, reader: Reader | None = None, **default: Any) -> Any:  # noqa: ANN401 - as `field` is typed
    """Declare a field whose JSON member isn't its PascalCase name, or that has a reader of its own."""
    return field(metadata={"member": name, "reader": reader}, **default)


def read_shape(shape: type[S], value: object, path: str, problems: list[Problem]) -> S | Unknown | None:
    """
    Read one JSON object as a shape.

    Returns the value; `Unknown` where the object is one; `None` where it can't be read, with the reasons added
    to `problems`.
    """
    result: S | Unknown | None = _object_reader(cast("Any", shape))(value, path, problems)
    return result


def unknown_in(value: object) -> Unknown | None:
    """Return what `{"unknown": why}` says, `None` for anything else."""
    if type(value) is dict and len(value) == 1 and "unknown" in value:
        return Unknown(str(value["unknown"]))
    return None


def unknown_section(shape: type[S], unknown: Unknown) -> S:
    """Return a section none of whose content is known: lists that aren't whole, unknown objects."""
    hints = get_type_hints(shape)
    content: dict[str, Any] = {}
    for entry in fields(cast("Any", shape)):
        hint = hints[entry.name]
        if get_origin(hint) is Listing:
            content[entry.name] = Listing((), unknown)
        elif isinstance(hint, type) and getattr(hint, "SECTION", False):
            content[entry.name] = unknown_section(hint, unknown)
        elif Policy in get_args(hint):
            content[entry.name] = Policy("", has_variables=True, statements=(), unknown=unknown)
        else:
            content[entry.name] = unknown
    return shape(**content)


def pascal_case(name: str) -> str:
    """Spell a field's name as AWS spells a member: `role_arn` is `RoleArn`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


@dataclass(frozen=True)
class _Member:
    attribute: str
    reader: Reader
    required: bool


def _name_of(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _wrong(value: object, path: str, wanted: str, problems: list[Problem]) -> None:
    problems.append(Problem(path, f"{_name_of(value)} stands here", f"give {wanted}"))


def _read_text(value: Any, path: str, problems: list[Problem]) -> str:  # noqa: ANN401 - JSON as it comes
    if type(value) is str:
        return value
    if unknown_in(value) is not None:
        return token_for(path)
    _wrong(value, path, "a text", problems)
    return ""


def _read_flag(value: Any, path: str, problems: list[Problem]) -> bool | Unknown:  # noqa: ANN401
    if type(value) is bool:
        return value
    if (unknown := unknown_in(value)) is not None:
        return unknown
    _wrong(value, path, "true or false", problems)
    return False


def _read_number(value: Any, path: str, problems: list[Problem]) -> int | Unknown:  # noqa: ANN401
    if type(value) is int:
        return value
    if (unknown := unknown_in(value)) is not None:
        return unknown
    _wrong(value, path, "a whole number", problems)
    return 0


def _read_anything(value: Any, path: str, problems: list[Problem]) -> object:  # noqa: ANN401
    del path, problems
    return value


def _list_reader(item: Reader) -> Reader:
    def read(value: Any, path: str, problems: list[Problem]) -> Listing[Any]:  # noqa: ANN401
        if type(value) is not list:
            if (unknown := unknown_in(value)) is not None:
                return Listing((), unknown)
            _wrong(value, path, "a list", problems)
            return Listing()
        entries = []
        missing: Unknown | None = None
        for index, given in enumerate(value):
            entry = item(given, f"{path}[{index}]", problems)
            if isinstance(entry, Unknown):
                missing = entry
            else:
                entries.append(entry)
        return Listing(entries, missing)

    return read


def _map_reader(item: Reader) -> Reader:
    def read(value: Any, path: str, problems: list[Problem]) -> Mapping[str, Any] | Unknown:  # noqa: ANN401
        if type(value) is not dict:
            _wrong(value, path, "an object", problems)
            return {}
        if (unknown := unknown_in(value)) is not None:
            return unknown
        return {key: item(given, f"{path}.{key}", problems) for key, given in value.items()}

    return read


@cache
def _object_reader(shape: type[Any]) -> Reader:
    members = _members_of(shape)
    also: frozenset[str] = frozenset(getattr(shape, "ALSO", ()))
    required = [(name, m) for name, m in members.items() if m.required]
    # INVARIANT: an empty object means the same as an absent one wherever the shape has a member it needs.
    empty_is_absent = bool(required)

    is_section = getattr(shape, "SECTION", False)

    def read(value: Any, path: str, problems: list[Problem]) -> Any:  # noqa: ANN401
        if type(value) is not dict:
            _wrong(value, path, "an object", problems)
            return None
        if not value and empty_is_absent:
            return None
        if (unknown := unknown_in(value)) is not None:
            return unknown_section(shape, unknown) if is_section else unknown
        known: dict[str, Any] = {}
        before = len(problems)
        for name, given in value.items():
            found = members.get(name)
            if found is not None:
                if given is not None:
                    known[found.attribute] = found.reader(given, f"{path}.{name}" if path else name, problems)
            elif name not in also:
                problems.append(_unknown_key(name, path, [*members, *also]))
        problems.extend(
            Problem(f"{path}.{name}" if path else name, "this member is missing", "add it")
            for name, found in required
            if found.attribute not in known
        )
        return shape(**known) if len(problems) == before else None

    return read


def _unknown_key(name: object, path: str, valid: list[str]) -> Problem:
    near = get_close_matches(str(name), valid, n=1)
    remedy = f"did you mean {quote(near[0])}" if near else f"use one of: {', '.join(sorted(valid))}"
    return Problem(f"{path}.{name}" if path else str(name), "this key is unknown", remedy)


def _members_of(shape: type[Any]) -> dict[str, _Member]:
    hints = get_type_hints(shape)
    return {
        entry.metadata.get("member", pascal_case(entry.name)): _Member(
            attribute=entry.name,
            reader=entry.metadata.get("reader") or _reader_for(hints[entry.name]),
            required=_is_required(entry),
        )
        for entry in fields(shape)
        if entry.init
    }


def _is_required(entry: Field[Any]) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


_PLAIN: dict[object, Reader] = {
    str: _read_text,
    bool: _read_flag,
    int: _read_number,
    object: _read_anything,
    Policy: read_policy,
}


def _reader_for(hint: Any) -> Reader:  # noqa: ANN401 - a type annotation
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        wanted = [part for part in get_args(hint) if part not in (Unknown, type(None))]
        if len(wanted) != 1:
            raise TypeError(hint)
        return _reader_for(wanted[0])
    if hint in _PLAIN:
        return _PLAIN[hint]
    if origin is Listing:
        return _list_reader(_reader_for(get_args(hint)[0]))
    if origin is Mapping:
        return _map_reader(_reader_for(get_args(hint)[1]))
    if is_dataclass(hint) and isinstance(hint, type):
        return _object_reader(hint)
    raise TypeError(hint)
