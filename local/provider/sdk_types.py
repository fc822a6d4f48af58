"""
What the installed SDK says a resource type looks like: property names, types, what is required, what is output.

Learnt from the SDK's own argument classes and their metadata, so that a new SDK version needs no edit here. The
metadata is read through `pulumi._types`, which the SDK's generated code itself is built on; the versions of both
are pinned.
"""

from __future__ import annotations

import collections.abc
import enum
import importlib
import inspect
import keyword
import re
import threading
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

import pulumi
from pulumi import _types as metadata

from local.provider.wire import Value

_IMPORTING = threading.RLock()  # the SDK's modules import each other in circles; two threads at once would meet in one


@dataclass(frozen=True)
class Scalar:
    """A string, number or boolean."""

    python: type


@dataclass(frozen=True)
class ListOf:
    """A list of one kind."""

    element: Kind


@dataclass(frozen=True)
class MapOf:
    """A mapping with free keys."""

    element: Kind


@dataclass(frozen=True)
class Either:
    """One of several kinds: a policy document, say, is text or an object."""

    options: tuple[Kind, ...]


@dataclass(frozen=True)
class Member:
    """One property of an object."""

    kind: Kind
    required: bool


@dataclass(frozen=True)
class Nested:
    """An object with known properties."""

    arguments: type

    @cached_property
    def members(self) -> dict[str, Member]:
        """Properties by their name on the wire."""
        with _IMPORTING:
            kinds = metadata.input_type_types(self.arguments)
        parameters = inspect.signature(self.arguments).parameters
        return {
            wire: Member(_kind(kinds[wire]), required=parameters[python].default is inspect.Parameter.empty)
            for python, wire in metadata.input_type_py_to_pulumi_names(self.arguments).items()
        }


Kind: typing.TypeAlias = Scalar | ListOf | MapOf | Either | Nested


@dataclass(frozen=True)
class ResourceShape:
    """A resource type as the SDK declares it."""

    token: str
    inputs: Nested
    outputs: frozenset[str]
    """Every property a program can read, inputs among them."""
    listed: Mapping[str, tuple[str, ...]]
    """Outputs that are lists of objects, each with its members."""


@cache
def resource_shape(token: str) -> ResourceShape:
    """
    Return the shape of a type.

    Args:
        token: as in `aws:s3/bucket:Bucket`.

    Raises:
        LookupError: the installed SDK has no such type.

    """
    _, path, name = token.split(":")
    with _IMPORTING:
        try:
            names = ["pulumi_aws", *map(_module_name, path.split("/"))]
            # The SDK loads a package when something is first asked of it. Asked for by its module the package would
            # begin to load halfway through that module, and would lack what the module holds ever after.
            resource = getattr(importlib.import_module(".".join(names[:-1])), name)
            module = importlib.import_module(".".join(names))
        except (ModuleNotFoundError, AttributeError) as error:
            raise LookupError(f"`{token}`: not in the installed SDK") from error
        # `FooArgs`, or `FooInitArgs` where another type's nested `FooArgs` has taken the name.
        arguments = next(getattr(module, public) for public in module.__all__ if public.endswith("Args"))
        outputs = metadata.resource_types(resource)
        listed = {name: members for name, kind in outputs.items() if (members := _members_of_items(kind))}
    return ResourceShape(token, Nested(arguments), frozenset(outputs), listed)


@lru_cache(maxsize=1)
def provider_arguments() -> Nested:
    """Return what `aws.Provider` accepts."""
    with _IMPORTING:
        return Nested(importlib.import_module("pulumi_aws.provider").ProviderArgs)


def _module_name(part: str) -> str:
    """Return a part of a token in snake case, and `lambda_` for what Python keeps for itself."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", part).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def _kind(annotation: Value) -> Kind:
    """Return the kind behind `Input[Optional[…]]` and the like."""
    origin: object = typing.get_origin(annotation)
    if origin is typing.Union:
        options = [_kind(option) for option in typing.get_args(annotation) if not _is_wrapping(option)]
        distinct = tuple(dict.fromkeys(options))
        return distinct[0] if len(distinct) == 1 else Either(distinct)
    if origin is collections.abc.Sequence:
        return ListOf(_kind(typing.get_args(annotation)[0]))
    if origin is collections.abc.Mapping:
        return MapOf(_kind(typing.get_args(annotation)[1]))
    if metadata.is_input_type(annotation):
        return Nested(annotation)
    if issubclass(annotation, pulumi.Archive):
        return MapOf(Scalar(str))  # on the wire: where the files are, and the engine's hash of what is in them
    return Scalar(str if issubclass(annotation, enum.Enum) else annotation)


def _members_of_items(annotation: Value) -> tuple[str, ...]:
    """Return the members of the objects in a list; none for any other kind of output."""
    origin: object = typing.get_origin(annotation)
    if origin is collections.abc.Sequence:
        (item,) = typing.get_args(annotation)
        if metadata.is_output_type(item):
            return tuple(sorted(metadata.output_type_types(item)))
    return ()


def _is_wrapping(option: Value) -> bool:
    origin: object = typing.get_origin(option)
    return option is type(None) or origin in (collections.abc.Awaitable, pulumi.Output)
