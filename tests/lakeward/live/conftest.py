"""Accounts of the embedded AWS to read, one of them with stack `dev` in it."""

from __future__ import annotations

import importlib
import io
import json
import re
import threading
import zlib
from pathlib import Path
from types import SimpleNamespace

import botocore.awsrequest
import pytest
from pulumi.runtime.proto import provider_pb2

from lakeward.config import load
from lakeward.estate import read_estate
from lakeward.live import read_account
from local.aws import seed, server
from local.provider.servicer import StandInProvider
from local.provider.wire import decode, encode
from local.recorder.recording import record

ROOT = Path(__file__).parents[3]
REGION = "eu-west-1"


class Refused:
    """What the provider needs of a gRPC context: a way to say that a call has failed."""

    def abort(self, _code, reason):
        raise AssertionError(reason)

    def set_trailing_metadata(self, metadata):
        raise AssertionError(metadata)


class Deployment:
    """The resources of a recording, made one after the other in the order of their dependencies."""

    def __init__(self, recording):
        self.resources = {resource["urn"]: resource for resource in recording["resources"] if resource["custom"]}
        self.made = {}
        self.tokens = {}
        self.provider = StandInProvider()

    def deploy(self):
        (configuration,) = (r for r in self.resources.values() if r["type"] == "pulumi:providers:aws")
        self.provider.Configure(provider_pb2.ConfigureRequest(args=encode(configuration["inputs"])), Refused())
        for urn in sorted(self.resources):
            self.make(urn)

    def make(self, urn):
        resource = self.resources.get(urn)
        if resource is None or urn in self.made or resource["type"].startswith("pulumi:"):
            return
        self.made[urn] = resource
        for dependency in resource["dependencies"]:
            self.make(dependency)
        inputs = self.known(resource["inputs"])
        outputs = self.dynamic(resource, inputs) if "dynamic/" in resource["type"] else self.official(urn, inputs)
        self.tokens |= {f"%{{{resource['name']}.{member}}}": value for member, value in outputs.items()}

    def known(self, value):
        if isinstance(value, dict):
            return {name: self.known(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.known(item) for item in value]
        if not isinstance(value, str) or value in self.tokens:
            return self.tokens.get(value, value) if isinstance(value, str) else value
        # The one document that names what another resource's making makes up.
        return re.sub(r"%\{[^{}]+\}", lambda token: str(self.tokens.get(token[0], token[0])), value)

    def official(self, urn, inputs):
        checked = self.provider.Check(provider_pb2.CheckRequest(urn=urn, news=encode(inputs)), Refused())
        assert not checked.failures, (urn, checked.failures)
        created = self.provider.Create(provider_pb2.CreateRequest(urn=urn, properties=checked.inputs), Refused())
        return {**decode(created.properties), "id": created.id}

    def dynamic(self, resource, inputs):
        module, name = re.fullmatch(r".*dynamic/(.*):(.*)", resource["type"]).groups()
        return getattr(importlib.import_module(module), f"{name}Provider")().create(inputs).outs


@pytest.fixture(scope="session")
def dev_recording():
    """What stack `dev` declares."""
    return json.loads(json.dumps(record(ROOT, "dev")))


@pytest.fixture(scope="session")
def deployed(dev_recording, tmp_path_factory):
    """An embedded AWS of its own in which stack `dev` is deployed."""
    folder = tmp_path_factory.mktemp("aws")
    running = server.start(folder)
    config = load(ROOT / "Pulumi.dev.yaml")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in running.environment(config.region).items():
            environment.setenv(name, value)
        seed.seed(running, config)
        deployment = Deployment(dev_recording)
        deployment.deploy()
    yield running, deployment.tokens
    server.stop(folder)


@pytest.fixture
def account(embedded_aws, request):
    """An account of its own for each test, with its session and what its clients were asked."""
    number = f"{zlib.crc32(request.node.nodeid.encode()):012d}"
    session = embedded_aws.session(number, REGION)
    asked = []
    lock = threading.Lock()

    def note(model, **_):
        with lock:
            asked.append((model.service_model.service_name, model.name))

    session.events.register("before-call", note)

    def read():
        asked.clear()
        estate = read_account(session, number, REGION)
        read_estate(estate)
        return SimpleNamespace(
            account=estate["accounts"][number],
            region=estate["accounts"][number]["regions"][REGION],
            regions=estate["accounts"][number]["regions"],
            estate=estate,
        )

    def answer(service, operation, status=200, body=None, headers=None):
        """Let AWS answer a call this way, or in this order where there are several."""
        bodies = body if isinstance(body, list) else [body]

        def respond(request, **_):
            content = bodies.pop(0) if len(bodies) > 1 else bodies[0]
            response = botocore.awsrequest.AWSResponse(
                request.url, status, {"content-type": "application/x-amz-json-1.1", **(headers or {})}, io.BytesIO()
            )
            response._content = json.dumps(content).encode() if not isinstance(content, bytes) else content  # noqa: SLF001
            return response

        session.events.register(f"before-send.{service}.{operation}", respond)

    return SimpleNamespace(number=number, session=session, client=session.client, read=read, answer=answer, asked=asked)
