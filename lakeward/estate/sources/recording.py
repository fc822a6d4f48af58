"""Declarations from a recording of the program, as `python -m local.recorder` writes it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lakeward.estate.sources.declared import DeclaredResource
from lakeward.estate.sources.shapes import shaped, without_secrets
from lakeward.estate.sources.values import plain_mapping

_REMEDY = "give what `python -m local.recorder NAME` writes"


class _Resource(msgspec.Struct, rename="camel"):
    urn: str
    type: str
    name: str
    custom: bool
    parent: str | None = None
    inputs: dict[str, object] = {}
    outputs: dict[str, object] = {}
    dependencies: list[str] = []
    property_dependencies: dict[str, list[str]] = {}


class _Recording(msgspec.Struct):
    recording: int
    resources: list[_Resource]


def recognises(document: Mapping[str, object]) -> bool:
    """Say whether a document is a recording."""
    return "recording" in document


def declared_resources(document: Mapping[str, object], source: str) -> list[DeclaredResource]:
    """
    Return what a recording declares. Unknowns are tokens in it already.

    Raises:
        EstateError: The document isn't a recording of version 1.

    """
    recording = shaped(document, _Recording, source, _REMEDY)
    return [
        DeclaredResource(
            urn=resource.urn,
            type=resource.type,
            name=resource.name,
            parent=resource.parent,
            custom=resource.custom,
            inputs=without_secrets(plain_mapping(resource.inputs)),
            outputs=without_secrets(plain_mapping(resource.outputs)),
            dependencies=tuple(resource.dependencies),
            property_dependencies={name: tuple(urns) for name, urns in resource.property_dependencies.items()},
        )
        for resource in recording.resources
    ]
