"""
Declarations from the arguments of a stack rule of the policy pack, as plain dicts.

The pack hands over a list of `{"urn", "type", "name", "props"}` with, where it has them, `inputs` (what the program
states), `parent`, `dependencies` and `propertyDependencies` (URNs). What isn't known in a preview is marked
`{"unknown": true}`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lakeward.estate.sources.declared import DeclaredResource
from lakeward.estate.sources.shapes import shaped
from lakeward.estate.sources.values import Json, is_unknown, plain_mapping, replaced, unknown

_REMEDY = "give a list of resources with `urn`, `type`, `name` and `props`"

_NOT_IN_AWS = ("lake:", "pulumi:")


class _Resource(msgspec.Struct, rename="camel"):
    urn: str
    type: str
    name: str
    props: dict[str, object]
    inputs: dict[str, object] | None = None
    parent: str | None = None
    dependencies: list[str] = []
    property_dependencies: dict[str, list[str]] = {}


class _Arguments(msgspec.Struct):
    resources: list[_Resource]


def declared_resources(resources: Sequence[object], source: str) -> list[DeclaredResource]:
    """
    Return what a stack rule sees as declared.

    A stack rule sees outputs, inputs among them: where it wasn't told what was stated, they serve as both. A provider
    answers an unstated property with an unknown in a preview, which would then count as one that was stated.

    Raises:
        EstateError: An item isn't such a resource.

    """
    arguments = shaped({"resources": list(resources)}, _Arguments, source, _REMEDY)
    return [_declared(resource) for resource in arguments.resources]


def _declared(resource: _Resource) -> DeclaredResource:
    outputs = _known(resource.props)
    return DeclaredResource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        parent=resource.parent,
        custom=not resource.type.startswith(_NOT_IN_AWS),
        inputs=outputs if resource.inputs is None else _known(resource.inputs),
        outputs=outputs,
        dependencies=tuple(resource.dependencies),
        property_dependencies={name: tuple(urns) for name, urns in resource.property_dependencies.items()},
    )


def _known(properties: dict[str, object]) -> dict[str, Json]:
    return {name: replaced(value, _stand_in) for name, value in plain_mapping(properties).items()}


def _stand_in(value: Json) -> Json | None:
    return unknown("known after the update") if is_unknown(value) else None
