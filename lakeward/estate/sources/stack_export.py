"""Declarations from `pulumi stack export`: what the engine last knew to be there."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lakeward.estate.sources.declared import DeclaredResource, name_of
from lakeward.estate.sources.shapes import shaped
from lakeward.estate.sources.values import Json, plain_mapping, replaced, unknown

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The member that marks an object of the state as something else than itself: a secret, an asset, a reference."""

_REMEDY = "give what `pulumi stack export` prints"


class _Resource(msgspec.Struct, rename="camel"):
    urn: str
    type: str
    custom: bool = False
    delete: bool = False
    id: str | None = None
    parent: str | None = None
    inputs: dict[str, object] = {}
    outputs: dict[str, object] = {}
    dependencies: list[str] | None = None
    property_dependencies: dict[str, list[str] | None] | None = None


class _Deployment(msgspec.Struct):
    resources: list[_Resource] = []


class _Export(msgspec.Struct):
    deployment: _Deployment


def recognises(document: Mapping[str, object]) -> bool:
    """Say whether a document is a stack export."""
    return "deployment" in document


def declared_resources(document: Mapping[str, object], source: str) -> list[DeclaredResource]:
    """
    Return the resources of a state as they were last read; what waits for its deletion isn't declared any more.

    Raises:
        EstateError: The document isn't a stack export.

    """
    export = shaped(document, _Export, source, _REMEDY)
    return [_declared(resource) for resource in export.deployment.resources if not resource.delete]


def as_asked_for(document: Mapping[str, object]) -> dict[str, object]:
    """
    Return a stack export in which what was asked for stands over what the provider read back.

    So read, it is what the stack declares with the identifiers that AWS made up, whatever became of it since.

    Raises:
        EstateError: The document isn't a stack export.

    """
    export = shaped(document, _Export, "the stack's state", _REMEDY)
    resources = [
        {**msgspec.to_builtins(resource), "outputs": {**resource.outputs, **resource.inputs}}
        if resource.custom
        else msgspec.to_builtins(resource)
        for resource in export.deployment.resources
    ]
    return {"deployment": {"resources": resources}}


def _declared(resource: _Resource) -> DeclaredResource:
    inputs, outputs = _known(resource.inputs), _known(resource.outputs)
    if resource.id:
        outputs.setdefault("id", resource.id)
    return DeclaredResource(
        urn=resource.urn,
        type=resource.type,
        name=name_of(resource.urn),
        parent=resource.parent or None,
        custom=resource.custom,
        # What the provider read back stands over what was asked for; a component's outputs are only its own words.
        inputs={**inputs, **outputs} if resource.custom else inputs,
        outputs=outputs,
        dependencies=tuple(resource.dependencies or ()),
        property_dependencies={
            name: tuple(urns) for name, urns in (resource.property_dependencies or {}).items() if urns
        },
    )


def _known(properties: dict[str, object]) -> dict[str, Json]:
    return {name: replaced(value, _stand_in) for name, value in plain_mapping(properties).items()}


def _stand_in(value: Json) -> Json | None:
    marked = isinstance(value, dict) and _SIGNATURE in value
    return unknown("secret") if marked else None
