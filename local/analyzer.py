"""
The policy pack judging a recording, without an engine: its own process, spoken to in the engine's own protocol.

    with Analyzer(Path("policies")) as analyzer:
        violations = analyzer.judge(record(Path.cwd(), "dev"))

A recording stands for a preview: what only AWS knows (a token, `contracts.md` section 2) is unknown there. One
process judges any number of stacks, one after another.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE
from typing_extensions import Self

from lakeward.errors import OutsideServiceError
from lakeward.estate.unknown import has_token
from local.outcome import Violation
from local.plugin import MESSAGE_BYTES

_NO_ENGINE = "127.0.0.1:1"
"""Where the pack would log. Nothing listens there, and the pack logs only when it can't start."""

_LEVELS = {analyzer_pb2.ADVISORY: "advisory", analyzer_pb2.MANDATORY: "mandatory"}

_OPTIONS = [
    ("grpc.max_send_message_length", MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
]


class Analyzer:
    """
    One process of a policy pack.

    Args:
        pack: the pack's folder.
        environment: what the pack sees beside the variables of this process.

    """

    def __init__(self, pack: Path, *, environment: Mapping[str, str] | None = None) -> None:
        self._pack = pack.resolve()
        self._environment = {**os.environ, **(environment or {})}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and pack
            [sys.executable, "-u", "-m", "pulumi.policy", _NO_ENGINE, str(self._pack)],
            cwd=self._pack,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        port = self._process.stdout.readline().strip() if self._process.stdout else b""
        if not port.isdigit():
            self._end()
            raise OutsideServiceError(f"the policy pack in `{self._pack}` didn't start; what it said stands above")
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(port)}", options=_OPTIONS)
        self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._channel.close()
        self._end()

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def judge(self, recording: Mapping[str, Any], config: Mapping[str, str] | None = None) -> tuple[Violation, ...]:
        """
        Return what the rules have against a recording's resources, each and all together; sorted, once each.

        Args:
            recording: what a stack declares, as `python -m local.recorder` writes it.
            config: the stack's configuration as the engine hands it on: full keys, objects as JSON.

        """
        self._stub.ConfigureStack(analyzer_pb2.AnalyzerStackConfigureRequest(dry_run=True, config=dict(config or {})))
        resources = recording["resources"]
        found = {
            _violation(diagnostic, resource["urn"])
            for resource in resources
            for diagnostic in self._stub.Analyze(_alone(resource)).diagnostics
        }
        stack = next((one["urn"] for one in resources if one["parent"] is None), "")
        together = analyzer_pb2.AnalyzeStackRequest(resources=[_among_others(resource) for resource in resources])
        found.update(_violation(diagnostic, stack) for diagnostic in self._stub.AnalyzeStack(together).diagnostics)
        return tuple(sorted(found))


def _violation(diagnostic: analyzer_pb2.AnalyzeDiagnostic, urn: str) -> Violation:
    return Violation(
        urn=diagnostic.urn or urn,
        rule=diagnostic.policyName,
        message=diagnostic.message.strip(),
        level=_LEVELS[diagnostic.enforcementLevel],
    )


def _alone(resource: Mapping[str, Any]) -> analyzer_pb2.AnalyzeRequest:
    """Return what a resource rule is asked: inputs."""
    return analyzer_pb2.AnalyzeRequest(
        urn=resource["urn"],
        type=resource["type"],
        name=resource["name"],
        properties=_properties(resource["inputs"]),
        options=_options(resource),
    )


def _among_others(resource: Mapping[str, Any]) -> analyzer_pb2.AnalyzerResource:
    """Return what a stack rule sees of a resource: outputs, as far as they are known before the update."""
    return analyzer_pb2.AnalyzerResource(
        urn=resource["urn"],
        type=resource["type"],
        name=resource["name"],
        properties=_properties(resource["outputs"]),
        options=_options(resource),
        parent=resource["parent"] or "",
        dependencies=resource["dependencies"],
        propertyDependencies={
            name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
            for name, urns in resource["propertyDependencies"].items()
        },
    )


def _options(resource: Mapping[str, Any]) -> analyzer_pb2.AnalyzerResourceOptions:
    options = resource["options"]
    before = options["deleteBeforeReplace"]
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=options["protect"],
        ignoreChanges=options["ignoreChanges"],
        deleteBeforeReplace=bool(before),
        deleteBeforeReplaceDefined=before is not None,
        parent=resource["parent"] or "",
    )


def _properties(values: Mapping[str, Any]) -> struct_pb2.Struct:
    properties = struct_pb2.Struct()
    properties.update(_in_preview(values))
    return properties


def _in_preview(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return dict(_members_in_preview(value))
    if isinstance(value, list):
        return [_in_preview(item) for item in value]
    return UNKNOWN_STRING_VALUE if isinstance(value, str) and has_token(value) else value


def _members_in_preview(value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, member in value.items():
        yield key, _in_preview(member)
