"""
The pack as the engine sees it: a server of its analyzer protocol.

The SDK's own server unfolds every resource anew for each rule, lets whoever calls the engine turn rules off
(`--policy-pack-config`), and knows one level for all that a rule finds. This one unfolds once, says that it takes no
configuration, whereupon the engine refuses that option before it begins, and reports an exempt breach as advisory.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2

from policies.access import prepare
from policies.pack import NAME, RULES, Breach, judge_alone, judge_together
from policies.resources import Resource, Resources
from policies.rule import ResourceRule, Rule
from policies.stack import Stack, today
from policies.wire import plain

VERSION = "0.1.0"
"""As in `PulumiPolicy.yaml`, which is what the engine prints."""

_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit of one message."""

_THREADS = 4


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """The pack, judging one stack."""

    def __init__(self) -> None:
        self._stack = Stack(on=today())
        self._inputs: dict[str, Mapping[str, object]] = {}
        """By URN. A component, which has no provider to hand them back, has none of them among its outputs."""

    def GetAnalyzerInfo(  # noqa: N802 - the protocol's name
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        return analyzer_pb2.AnalyzerInfo(
            name=NAME, version=VERSION, supportsConfig=False, policies=[_described(rule) for rule in RULES]
        )

    def GetPluginInfo(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def ConfigureStack(  # noqa: N802
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Take the stack's configuration, which the engine sends before it asks anything."""
        self._inputs = {}
        self._stack = Stack(
            config=dict(request.config), secret_keys=tuple(request.config_secret_keys), on=self._stack.on
        )
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge the inputs of one resource."""
        resource = _resource(request)
        self._inputs[resource.urn] = resource.properties
        return _answer(judge_alone(resource, self._stack))

    def AnalyzeStack(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeStackRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge all resources together: their outputs as far as they are known, over their inputs."""
        resources = (_among_others(resource, self._inputs.get(resource.urn, {})) for resource in request.resources)
        return _answer(judge_together(Resources(resources, self._stack)))

    def Remediate(  # noqa: N802
        self, _request: analyzer_pb2.AnalyzeRequest, _context: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Change nothing: a rule says what to do, and people do it."""
        return analyzer_pb2.RemediateResponse()


def serve() -> NoReturn:
    """Serve the pack until the process is ended; the port is the first line of its output."""
    limits = [("grpc.max_receive_message_length", _MESSAGE_BYTES), ("grpc.max_send_message_length", _MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=limits)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # What is made here lives until the stack is judged: looking through all of it again and again takes longer.
    gc.disable()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    prepare()
    while True:
        threading.Event().wait()


def _described(rule: Rule) -> analyzer_pb2.PolicyInfo:
    alone = isinstance(rule, ResourceRule)
    return analyzer_pb2.PolicyInfo(
        name=rule.name,
        description=rule.description,
        enforcementLevel=analyzer_pb2.MANDATORY,
        policy_type=analyzer_pb2.POLICY_TYPE_RESOURCE if alone else analyzer_pb2.POLICY_TYPE_STACK,
        severity=analyzer_pb2.POLICY_SEVERITY_HIGH,
        remediation_steps=rule.fix,
    )


def _answer(breaches: Iterator[Breach]) -> analyzer_pb2.AnalyzeResponse:
    return analyzer_pb2.AnalyzeResponse(diagnostics=[_diagnostic(breach) for breach in breaches])


def _diagnostic(breach: Breach) -> analyzer_pb2.AnalyzeDiagnostic:
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=breach.rule.name,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=breach.rule.description,
        message=f"{breach.rule.description}\n{breach}",
        urn=breach.resource.urn,
        enforcementLevel=analyzer_pb2.ADVISORY if breach.exemption else analyzer_pb2.MANDATORY,
        severity=analyzer_pb2.POLICY_SEVERITY_HIGH,
    )


def _resource(request: analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzerResource) -> Resource:
    options = request.options
    return Resource(
        urn=request.urn,
        type=request.type,
        name=request.name,
        properties=plain(request.properties),
        delete_before_replace=options.deleteBeforeReplace if options.deleteBeforeReplaceDefined else None,
        protected=options.protect,
    )


def _among_others(resource: analyzer_pb2.AnalyzerResource, inputs: Mapping[str, object]) -> Resource:
    found = _resource(resource)
    return replace(
        found,
        properties={**inputs, **found.properties},
        inputs=inputs,
        parent=resource.parent or None,
        dependencies=tuple(resource.dependencies),
        references={name: tuple(found.urns) for name, found in resource.propertyDependencies.items()},
    )
