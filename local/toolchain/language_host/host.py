"""The calls that the engine makes to a language host, and how a Python program or policy pack is run for them."""

from __future__ import annotations

import importlib.metadata
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import grpc
from google.protobuf import empty_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2

from local.toolchain.language_host.children import Children, terminate

SHOWN_TO_USER = 32
"""Exit code of the executor when it has already told the user what is wrong."""

_CHUNK_BYTES = 64 * 1024


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """
    Pulumi's LanguageRuntime for Python.

    Nothing is asked for up front (`GetRequiredPackages` answers nothing): the engine starts a provider when the
    program first uses it.
    """

    def __init__(self, executor: Path, engine_address: str, children: Children) -> None:
        """
        Make a host for one engine.

        Args:
            executor: the SDK's `pulumi-language-python-exec`, which runs a program.
            engine_address: `host:port` of the engine, where a program logs.
            children: the book of what is running, shared with whoever ends the process.

        """
        self._executor = executor
        self._engine_address = engine_address
        self._children = children

    def Handshake(  # noqa: N802 - the protocol's name
        self, _request: language_pb2.LanguageHandshakeRequest, _context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(  # noqa: N802
        self, _request: empty_pb2.Empty, _context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi"))

    def About(  # noqa: N802
        self, request: language_pb2.AboutRequest, _context: grpc.ServicerContext
    ) -> language_pb2.AboutResponse:
        return language_pb2.AboutResponse(
            executable=str(_interpreter(request.info)), version=".".join(map(str, sys.version_info[:3]))
        )

    def GetRequiredPackages(  # noqa: N802
        self, _request: language_pb2.GetRequiredPackagesRequest, _context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(  # noqa: N802
        self, _request: language_pb2.GetRequiredPluginsRequest, _context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPluginsResponse:
        return language_pb2.GetRequiredPluginsResponse()

    def GetProgramDependencies(  # noqa: N802
        self, _request: language_pb2.GetProgramDependenciesRequest, _context: grpc.ServicerContext
    ) -> language_pb2.GetProgramDependenciesResponse:
        return language_pb2.GetProgramDependenciesResponse()

    def InstallDependencies(  # noqa: N802
        self, _request: language_pb2.InstallDependenciesRequest, _context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        # `make env` installs them, by version and hash.
        return iter(())

    def Cancel(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        self._children.end()
        return empty_pb2.Empty()

    def Run(  # noqa: N802
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run the program to its end. Its output is the host's, which the engine reads."""
        python = _interpreter(request.info)
        program = Path(request.info.program_directory, request.info.entry_point)
        options = {
            "monitor": request.monitor_address,
            "engine": self._engine_address,
            "project": request.project,
            "root_directory": request.info.root_directory,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": str(request.dryRun).lower(),
            "parallel": str(request.parallel),
            "organization": request.organization,
        }
        flags = [part for name, value in options.items() if value for part in (f"--{name}", value)]
        environment = _environment(python, os.environ) | {
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
            "PULUMI_CONFIG_SECRET_KEYS": json.dumps(list(request.configSecretKeys)),
        }
        command = [python, "-u", self._executor, *flags, program, *request.args]
        child = self._children.start(command, folder=Path(request.pwd), environment=environment, piped=False)
        context.add_callback(lambda: terminate(child))
        code = self._children.wait(child)
        if code == SHOWN_TO_USER:
            return language_pb2.RunResponse(bail=True)
        return language_pb2.RunResponse(error=f"the program ended with exit code {code}" if code else "")

    def RunPlugin(  # noqa: N802
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack or a plugin folder, and stream its output and exit code until the engine cancels."""
        python = _interpreter(request.info)
        folder = Path(request.info.program_directory)
        if request.kind == "analyzer":
            command = [python, "-u", "-m", "pulumi.policy", request.args[-1], folder]
            working_directory = folder
        else:
            command = [python, "-u", folder, *request.args]
            working_directory = Path(request.pwd)
        inherited = dict(entry.split("=", 1) for entry in request.env)
        child = self._children.start(
            command, folder=working_directory, environment=_environment(python, inherited), piped=True
        )
        context.add_callback(lambda: terminate(child))
        yield from _output(child)
        yield language_pb2.RunPluginResponse(exitcode=self._children.wait(child))


def _interpreter(info: language_pb2.ProgramInfo) -> Path:
    """Return the interpreter of the `virtualenv` option, else the one that the environment names, else our own."""
    options = MessageToDict(info.options)
    virtualenv = options.get("virtualenv")
    if virtualenv:
        return Path(info.root_directory, virtualenv, "bin", "python")
    return Path(os.environ.get("PULUMI_PYTHON_CMD", sys.executable))


def _environment(python: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return what a program of that interpreter's virtual environment sees."""
    environment = {name: value for name, value in inherited.items() if name != "PYTHONHOME"}
    environment["PATH"] = os.pathsep.join((str(python.parent), inherited.get("PATH", os.defpath)))
    if (python.parent.parent / "pyvenv.cfg").exists():
        environment["VIRTUAL_ENV"] = str(python.parent.parent)
    return environment


def _output(child: subprocess.Popen[bytes]) -> Iterator[language_pb2.RunPluginResponse]:
    """Yield a piped child's output as it comes, until both streams are closed."""
    pieces: queue.SimpleQueue[language_pb2.RunPluginResponse | None] = queue.SimpleQueue()

    def read(stream: IO[bytes] | None, *, errors: bool) -> None:
        while stream is not None and (chunk := os.read(stream.fileno(), _CHUNK_BYTES)):
            pieces.put(
                language_pb2.RunPluginResponse(stderr=chunk) if errors else language_pb2.RunPluginResponse(stdout=chunk)
            )
        pieces.put(None)

    readers = [
        threading.Thread(target=read, args=(child.stdout,), kwargs={"errors": False}, daemon=True),
        threading.Thread(target=read, args=(child.stderr,), kwargs={"errors": True}, daemon=True),
    ]
    for reader in readers:
        reader.start()
    for _ in readers:
        while (piece := pieces.get()) is not None:
            yield piece
