"""
What a program may write: unknown properties, missing ones, wrong types, and the defaults.

The shape is the SDK's. What the SDK has and the stand-in doesn't build is refused too: a property that is silently
ignored is worse than one that is missing.
"""

from __future__ import annotations

import copy
import difflib
import json
from collections.abc import Iterator

from local.provider.differences import canonical_document
from local.provider.resource_type import Failure, ResourceType
from local.provider.sdk_types import Either, Kind, ListOf, MapOf, Nested, ResourceShape, Scalar
from local.provider.wire import UNKNOWN, Properties, Value, holds_unknown

_SAID = {str: "a string", int: "a whole number", float: "a number", bool: "true or false"}


def failures(resource_type: ResourceType, shape: ResourceShape, inputs: Properties) -> list[Failure]:
    """Everything wrong with a resource's inputs, sorted by property; no reason holds a value."""
    found = list(shape_failures(shape.inputs, inputs))
    found += _unbuilt(resource_type, shape.inputs, inputs, "", "")
    found += _broken_documents(resource_type, inputs)
    if not found:
        found += resource_type.check(inputs)
    return sorted(found, key=lambda failure: failure.property)


def shape_failures(shape: Nested, value: Properties, path: str = "") -> Iterator[Failure]:
    """Unknown properties, missing ones, and values of another type than the SDK's."""
    for name in value:
        if name not in shape.members:
            nearest = difflib.get_close_matches(name, shape.members, n=1)
            remedy = f"use `{nearest[0]}`" if nearest else f"choose {', '.join(sorted(shape.members))}"
            yield Failure(_below(path, name), f"unknown property; {remedy}")
    for name, member in shape.members.items():
        if name in value:
            yield from _value_failures(member.kind, value[name], _below(path, name))
        elif member.required:
            yield Failure(_below(path, name), "missing required property")


def completed(resource_type: ResourceType, inputs: Properties) -> Properties:
    """Return the inputs with the official provider's defaults where the program is silent, and documents as text."""
    filled = copy.deepcopy(inputs)
    for path in _documents(resource_type):
        document = filled.get(path)
        if isinstance(document, dict):
            filled[path] = UNKNOWN if holds_unknown(document) else json.dumps(document)
    for path, known in resource_type.properties.items():
        if known.default is not None:
            *parents, name = path.split(".")
            for holder in _holders(filled, parents):
                holder.setdefault(name, known.default)
    return filled


def _documents(resource_type: ResourceType) -> list[str]:
    return [path for path, known in resource_type.properties.items() if known.canonical is canonical_document]


def _broken_documents(resource_type: ResourceType, inputs: Properties) -> Iterator[Failure]:
    for path in _documents(resource_type):
        text = inputs.get(path, UNKNOWN)
        if not isinstance(text, str) or text == UNKNOWN:
            continue
        try:
            json.loads(text)
        except json.JSONDecodeError as error:
            yield Failure(path, f"must be a JSON document; look at line {error.lineno}, column {error.colno}")


def _holders(value: Value, parents: list[str]) -> Iterator[Properties]:
    """Every object at a path; lists are walked through. None where the program hasn't written the parent."""
    if isinstance(value, list):
        for element in value:
            yield from _holders(element, parents)
    elif isinstance(value, dict):
        if not parents:
            yield value
        elif parents[0] in value:
            yield from _holders(value[parents[0]], parents[1:])


def _value_failures(kind: Kind, value: Value, path: str) -> Iterator[Failure]:
    if value == UNKNOWN:
        return
    match kind:
        case Scalar(python=python):
            if not _is_scalar(python, value):
                yield Failure(path, f"must be {_SAID[python]}")
        case ListOf() | MapOf():
            yield from _collection_failures(kind, value, path)
        case Nested():
            if isinstance(value, dict):
                yield from shape_failures(kind, value, path)
            else:
                yield Failure(path, "must be an object")
        case Either(options=options):
            attempts = [list(_value_failures(option, value, path)) for option in options]
            if all(attempts):
                yield from attempts[0]


def _collection_failures(kind: ListOf | MapOf, value: Value, path: str) -> Iterator[Failure]:
    if isinstance(kind, ListOf) and isinstance(value, list):
        for position, one in enumerate(value):
            yield from _value_failures(kind.element, one, f"{path}[{position}]")
    elif isinstance(kind, MapOf) and isinstance(value, dict):
        for key, one in value.items():
            yield from _value_failures(kind.element, one, _below(path, key))
    else:
        yield Failure(path, "must be a list" if isinstance(kind, ListOf) else "must be a mapping")


def _is_scalar(python: type, value: Value) -> bool:
    if isinstance(value, bool):
        return python is bool
    if python is float:
        return isinstance(value, (int, float))
    return isinstance(value, python)


def _unbuilt(
    resource_type: ResourceType, shape: Nested, value: Properties, path: str, pattern: str
) -> Iterator[Failure]:
    for name, member in shape.members.items():
        if name not in value or (not path and name in ("region", "tags")):
            continue
        here, written = _below(pattern, name), _below(path, name)
        if here in resource_type.properties:
            continue
        if not _reaches_below(resource_type, here):
            yield Failure(written, "the stand-in provider doesn't build this property; use the official provider")
            continue
        for inner in _objects(member.kind, value[name]):
            nested = member.kind.element if isinstance(member.kind, ListOf) else member.kind
            if isinstance(nested, Nested):
                yield from _unbuilt(resource_type, nested, inner, written, here)


def _reaches_below(resource_type: ResourceType, pattern: str) -> bool:
    """Whether the table lists properties below a path that it doesn't list itself: then only those are built."""
    return any(path.startswith(f"{pattern}.") for path in resource_type.properties)


def _objects(kind: Kind, value: Value) -> list[Properties]:
    candidates = value if isinstance(kind, ListOf) and isinstance(value, list) else [value]
    return [one for one in candidates if isinstance(one, dict)]


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
