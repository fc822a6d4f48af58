"""
The engine's side of a recording: takes registrations, answers computed outputs with tokens.

A token `%{logical-name.property}` stands for what only AWS will know (`contracts.md` section 2).
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2

from components.hub_association import PRIVATE_ZONES
from lakeward.network import EndpointService
from local.provider.sdk_types import resource_shape
from local.recorder.wire import plain

STACK_TYPE = "pulumi:pulumi:Stack"
STACK_REFERENCE = "pulumi:pulumi:StackReference"

_PLUMBING = "__provider"
"""What the dynamic provider's process needs to find its class; no reader of a recording does."""

_INSTALLED = (".venv",)
"""Where libraries stand, which are inside the project's folder and none of its code."""


class Recorder(mocks.MockMonitor):
    """
    Takes what a program registers, and is called from many threads at once.

    Nothing is executed: dynamic resources are recorded like any other, and a function call is refused, since its
    answer would have to come from AWS.
    """

    def __init__(self, project: str, stack: str, root: Path | None = None) -> None:
        super().__init__(_NoMocks())
        self._root = root
        self._project = project
        self._stack = stack
        self._lock = threading.Lock()
        self._recorded: dict[str, dict[str, Any]] = {}

    def recorded(self) -> list[dict[str, Any]]:
        """Return every resource, sorted by URN."""
        return [self._recorded[urn] for urn in sorted(self._recorded)]

    def exports(self) -> dict[str, Any]:
        """Return what the program exported."""
        stack = next(entry for entry in self._recorded.values() if entry["type"] == STACK_TYPE)
        exports: dict[str, Any] = stack["outputs"]
        return exports

    def RegisterResource(  # noqa: N802  # the protocol's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        urn = self._urn(request)
        inputs = {key: value for key, value in plain(request.object).items() if key != _PLUMBING}
        outputs = {**inputs, **_computed(request)} if request.custom else {}
        entry = {
            "urn": urn,
            "type": request.type,
            "name": request.name,
            "custom": request.custom,
            "parent": request.parent or None,
            "inputs": inputs,
            "outputs": outputs,
            "dependencies": sorted(request.dependencies),
            "propertyDependencies": {
                name: sorted(dependencies.urns)
                for name, dependencies in sorted(request.propertyDependencies.items())
                if dependencies.urns
            },
            "provider": request.provider or None,
            "options": _options(request),
            "source": _line(request, self._root),
        }
        with self._lock:
            if urn in self._recorded:
                raise ValueError(f"two resources have the URN {urn}")
            self._recorded[urn] = entry
        answer = struct_pb2.Struct()
        answer.update(outputs)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=_token(request.name, "id") if request.custom else "", object=answer
        )

    def RegisterResourceOutputs(  # noqa: N802  # the protocol's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        with self._lock:
            self._recorded[request.urn]["outputs"] = plain(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        raise NotImplementedError(f"the program asks AWS for {request.tok}; an offline recording can't answer")

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        if request.type != STACK_REFERENCE:
            raise NotImplementedError(f"the program reads {request.type} from AWS; an offline recording can't answer")
        # What another stack exports is known when it is deployed, which a recording doesn't ask for.
        answer = struct_pb2.Struct()
        answer.update({**plain(request.properties), "outputs": _exports_of(request.name), "secretOutputNames": []})
        urn = f"urn:pulumi:{self._stack}::{self._project}::{request.type}::{request.name}"
        return resource_pb2.ReadResourceResponse(urn=urn, properties=answer)

    def _urn(self, request: resource_pb2.RegisterResourceRequest) -> str:
        """Return the URN as the engine makes it: types of all parents but the stack, joined by `$`."""
        parent_type = request.parent.split("::")[2] if request.parent else ""
        qualified = request.type if parent_type in {"", STACK_TYPE} else f"{parent_type}${request.type}"
        return f"urn:pulumi:{self._stack}::{self._project}::{qualified}::{request.name}"


class _NoMocks(mocks.Mocks):
    """`MockMonitor` wants mocks; everything they could answer is answered above."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        raise NotImplementedError(args.typ)


def _exports_of(reference: str) -> Mapping[str, Mapping[str, str]]:
    """Return a token for everything that a stack of this project exports for others."""
    return {PRIVATE_ZONES: {service: _token(f"{reference}.{PRIVATE_ZONES}", service) for service in EndpointService}}


def _token(name: str, output: str) -> str:
    return f"%{{{name}.{output}}}"


def _computed(request: resource_pb2.RegisterResourceRequest) -> Mapping[str, Any]:
    """
    Return the outputs that only AWS knows; of a dynamic resource there are none.

    A list of objects is one object of tokens: how many there will be, nobody knows.
    """
    if not request.type.startswith("aws:"):
        return {}
    shape = resource_shape(request.type)
    return {
        output: [{member: _token(f"{request.name}.{output}", member) for member in shape.listed[output]}]
        if output in shape.listed
        else _token(request.name, output)
        for output in sorted(shape.outputs - set(shape.inputs.members))
    }


def _line(request: resource_pb2.RegisterResourceRequest, root: Path | None) -> str | None:
    """
    Return where the project's own code declares a resource, as `path:line` below its folder.

    What a library declares has its line where the library was called; the stack itself is nobody's line.
    """
    if root is None or request.type == STACK_TYPE:
        return None
    for frame in request.stackTrace.frames:
        path = Path(unquote(urlsplit(frame.pc.uri).path))
        if path.is_relative_to(root) and path.relative_to(root).parts[:1] != _INSTALLED:
            return f"{path.relative_to(root).as_posix()}:{frame.pc.line}"
    return None


def _options(request: resource_pb2.RegisterResourceRequest) -> dict[str, Any]:
    """
    Return the options that a reader may ask for.

    `deleteBeforeReplace` is `None` where the program leaves it to the provider. `dependsOn` is what the request
    depends on beyond the resources its properties come from.
    """
    of_properties = {urn for dependencies in request.propertyDependencies.values() for urn in dependencies.urns}
    return {
        "protect": request.protect,
        "deleteBeforeReplace": request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        "ignoreChanges": sorted(request.ignoreChanges),
        "aliases": [json_format.MessageToDict(alias) for alias in request.aliases],
        "dependsOn": sorted(set(request.dependencies) - of_properties),
    }
