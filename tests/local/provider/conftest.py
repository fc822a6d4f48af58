"""A provider process, an embedded AWS, and just enough of an engine to put a resource through its life."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from local.aws import server

ACCOUNT = "100000000001"
REGION = "eu-west-1"
DIFF_SOME = provider_pb2.DiffResponse.DIFF_SOME


def struct(values):
    message = Struct()
    message.update(values)
    return message


def plain(message):
    def whole(value):
        if isinstance(value, dict):
            return {key: whole(member) for key, member in value.items()}
        if isinstance(value, list):
            return [whole(element) for element in value]
        return int(value) if isinstance(value, float) and value.is_integer() else value

    return whole(MessageToDict(message))


@dataclass
class Resource:
    """One resource under the fake engine: the recorded inputs and outputs, and what the program says."""

    stub: provider_pb2_grpc.ResourceProviderStub
    token: str
    name: str = "subject"
    id: str = ""
    inputs: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)
    log: list = field(default_factory=list)

    @property
    def urn(self):
        return f"urn:pulumi:dev::lakeward::{self.token}::{self.name}"

    def check(self, inputs):
        answer = self.stub.Check(
            provider_pb2.CheckRequest(
                urn=self.urn, olds=struct(self.inputs), news=struct(inputs), randomSeed=b"0123456789abcdef"
            )
        )
        return plain(answer.inputs), {failure.property: failure.reason for failure in answer.failures}

    def diff(self, inputs, ignore=()):
        return self.stub.Diff(
            provider_pb2.DiffRequest(
                id=self.id,
                urn=self.urn,
                olds=struct(self.outputs),
                old_inputs=struct(self.inputs),
                news=struct(inputs),
                ignoreChanges=ignore,
            )
        )

    def preview(self, inputs):
        checked, failures = self.check(inputs)
        assert failures == {}
        properties = struct(checked)
        if not self.id:
            request = provider_pb2.CreateRequest(urn=self.urn, properties=properties, preview=True)
            return plain(self.stub.Create(request).properties)
        request = provider_pb2.UpdateRequest(
            id=self.id, urn=self.urn, olds=struct(self.outputs), news=properties, preview=True
        )
        return plain(self.stub.Update(request).properties)

    def up(self, inputs):
        """Create, update, replace or leave alone, as the engine does; answers which."""
        checked, failures = self.check(inputs)
        assert failures == {}
        if not self.id:
            self._create(checked)
            return "create"
        diff = self.diff(checked)
        if diff.changes != DIFF_SOME:
            return "same"
        if not diff.replaces:
            request = provider_pb2.UpdateRequest(
                id=self.id, urn=self.urn, olds=struct(self.outputs), news=struct(checked)
            )
            self.outputs = plain(self.stub.Update(request).properties)
            self.inputs = checked
            return "update"
        if diff.deleteBeforeReplace:
            self.destroy()
            self._create(checked)
        else:
            old = Resource(self.stub, self.token, self.name, self.id, self.inputs, self.outputs)
            self._create(checked)
            old.destroy()
        return "replace"

    def refresh(self):
        """Read what is there; answers whether the record changed."""
        request = provider_pb2.ReadRequest(
            id=self.id, urn=self.urn, properties=struct(self.outputs), inputs=struct(self.inputs)
        )
        answer = self.stub.Read(request)
        if not answer.id:
            self.id, self.inputs, self.outputs = "", {}, {}
            return "gone"
        before = (self.inputs, self.outputs)
        self.inputs, self.outputs = plain(answer.inputs), plain(answer.properties)
        return "same" if before == (self.inputs, self.outputs) else "drift"

    def import_(self, identity):
        answer = self.stub.Read(provider_pb2.ReadRequest(id=identity, urn=self.urn))
        self.id, self.inputs, self.outputs = answer.id, plain(answer.inputs), plain(answer.properties)
        return self.id

    def destroy(self):
        request = provider_pb2.DeleteRequest(
            id=self.id, urn=self.urn, properties=struct(self.outputs), old_inputs=struct(self.inputs)
        )
        self.stub.Delete(request)
        self.id, self.inputs, self.outputs = "", {}, {}

    def _create(self, checked):
        request = provider_pb2.CreateRequest(urn=self.urn, properties=struct(checked))
        answer = self.stub.Create(request)
        self.id, self.outputs, self.inputs = answer.id, plain(answer.properties), checked


def half_created(error):
    """The record that comes with the error of a resource which exists but isn't as wanted."""
    trailer = next(value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin")
    status = status_pb2.Status.FromString(trailer)
    detail = provider_pb2.ErrorResourceInitFailed()
    packed = status.details[0]
    assert isinstance(packed, AnyMessage)
    assert packed.Unpack(detail)
    return detail


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    """A whole embedded AWS of these tests' own."""
    folder = tmp_path_factory.mktemp("aws")
    running = server.start(folder)
    yield running
    server.stop(folder)


@pytest.fixture(scope="session")
def session(aws):
    """The account's administrator."""
    return aws.session(ACCOUNT, REGION)


class Plugins:
    """Starts provider processes as the engine does, and ends them."""

    def __init__(self):
        self._running = []

    def start(self, environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "local.provider", "127.0.0.1:1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **environment},
        )
        channel = grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}")
        self._running.append((process, channel))
        return process, provider_pb2_grpc.ResourceProviderStub(channel)

    def end(self):
        for process, channel in self._running:
            channel.close()
            process.terminate()
            process.wait(10)
            process.stdout.close()
            process.stderr.close()


@pytest.fixture(scope="session")
def plugins():
    started = Plugins()
    yield started
    started.end()


@pytest.fixture(scope="session")
def entry_role():
    return f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"


@pytest.fixture(scope="session")
def stub(aws, plugins, entry_role):
    """A configured provider in the account."""
    _, provider = plugins.start(aws.environment(REGION))
    provider.GetPluginInfo(Empty())
    arguments = {
        "region": REGION,
        "assumeRoles": f'[{{"roleArn": "{entry_role}", "sessionName": "tests"}}]',
        "allowedAccountIds": f"[{ACCOUNT}]",
        "skipRegionValidation": "true",
    }
    provider.Configure(provider_pb2.ConfigureRequest(args=struct(arguments)))
    return provider


@pytest.fixture
def resource(stub):
    """`resource(token)`: a resource of the fake engine."""

    def make(token, name="subject"):
        return Resource(stub, token, name)

    return make


@pytest.fixture(scope="session")
def read_half_created():
    return half_created
