"""The language host, called as the engine calls it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

SHIM = Path(__file__).parents[3] / "local" / "toolchain" / "plugin-shim"

# Stands in for the SDK's executor: says what it was given, and ends as the program's argument says.
EXECUTOR = """\
import json, os, signal, sys, time
from pathlib import Path
Path("executed.json").write_text(json.dumps([sys.argv[1:], os.environ["PULUMI_CONFIG"], os.getpid()]))
if sys.argv[-1] == "forever":
    while True:
        time.sleep(1)
sys.exit(int(sys.argv[-1]))
"""

PLUGIN = """\
import os, sys, time
from pathlib import Path
Path("plugin.pid").write_text(str(os.getpid()))
print("to out", *sys.argv[1:], os.environ["OF_THE_ENGINE"], flush=True)
print("to err", file=sys.stderr, flush=True)
while sys.argv[1] == "forever":
    time.sleep(1)
sys.exit(7)
"""


@pytest.fixture
def program(tmp_path):
    folder = tmp_path / "program"
    folder.mkdir()
    (folder / "__main__.py").write_text(PLUGIN)
    return folder


@pytest.fixture
def host(tmp_path):
    """A host in a process group of its own, as the engine starts it: beside its executor, by its shim."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    shim = bin_folder / "pulumi-language-python"
    shim.write_bytes(SHIM.read_bytes())
    shim.chmod(0o755)
    (bin_folder / "pulumi-language-python-exec").write_text(EXECUTOR)
    with subprocess.Popen(
        [shim, "--logtostderr", "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        env={"PATH": os.defpath, "PULUMI_PYTHON_CMD": sys.executable},
        cwd=tmp_path,
        start_new_session=True,
    ) as process:
        process.port = int(process.stdout.readline())
        yield process
        process.kill()


@pytest.fixture
def runtime(host):
    with grpc.insecure_channel(f"127.0.0.1:{host.port}") as channel:
        yield language_pb2_grpc.LanguageRuntimeStub(channel)


def info(folder: Path, **options: str) -> language_pb2.ProgramInfo:
    described = language_pb2.ProgramInfo(
        root_directory=str(folder), program_directory=str(folder), entry_point="__main__.py"
    )
    described.options.update(options)
    return described


def run(runtime, folder: Path, *args: str, **options: str):
    return runtime.Run(
        language_pb2.RunRequest(
            project="tiny",
            stack="dev",
            pwd=str(folder),
            monitor_address="127.0.0.1:2",
            dryRun=True,
            parallel=8,
            organization="organization",
            config={"tiny:depth": "deep"},
            info=info(folder, **options),
            args=args,
        ),
        timeout=20,
    )


def is_written(file: Path) -> bool:
    return file.exists() and file.read_text().endswith("]")


def executed(folder: Path):
    return json.loads((folder / "executed.json").read_text())


class TestRun:
    def test_the_executor_is_told_what_the_engine_said(self, runtime, program):
        """A program runs by the SDK's executor, with the engine's addresses, stack and configuration."""
        answer = run(runtime, program, "0")
        arguments, config, _ = executed(program)

        assert (answer.error, answer.bail) == ("", False)
        assert config == '{"tiny:depth": "deep"}'
        assert arguments == [
            *("--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--project", "tiny"),
            *("--root_directory", str(program), "--stack", "dev", "--pwd", str(program)),
            *("--dry_run", "true", "--parallel", "8", "--organization", "organization"),
            *(str(program / "__main__.py"), "0"),
        ]

    @pytest.mark.parametrize(
        ("code", "error", "bail"),
        [("0", "", False), ("32", "", True), ("1", "the program ended with exit code 1", False)],
    )
    def test_a_program_that_fails_is_told_once(self, runtime, program, code, error, bail):
        """An exit code is an error, but 32: the program has already told its own."""
        answer = run(runtime, program, code)

        assert (answer.error, answer.bail) == (error, bail)

    def test_the_project_chooses_its_virtual_environment(self, runtime, program):
        """`virtualenv` is looked up below the project's root, and beats the environment's interpreter."""
        python = program / "env" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text("#!/bin/sh\nexit 3\n")
        python.chmod(0o755)

        assert run(runtime, program, "0").error == ""
        assert run(runtime, program, "0", virtualenv="env").error == "the program ended with exit code 3"


class TestRunPlugin:
    def request(self, folder: Path, *args: str) -> language_pb2.RunPluginRequest:
        return language_pb2.RunPluginRequest(
            pwd=str(folder), args=args, env=["OF_THE_ENGINE=a=b"], kind="resource", info=info(folder)
        )

    def test_output_and_exit_code_are_streamed(self, runtime, program):
        """A plugin folder is run with its arguments and the engine's environment; what it says comes as it says it."""
        pieces = list(runtime.RunPlugin(self.request(program, "127.0.0.1:1"), timeout=20))

        assert b"".join(piece.stdout for piece in pieces) == b"to out 127.0.0.1:1 a=b\n"
        assert b"".join(piece.stderr for piece in pieces) == b"to err\n"
        assert [piece.exitcode for piece in pieces if piece.WhichOneof("output") == "exitcode"] == [7]

    def test_a_cancelled_plugin_ends(self, runtime, program, eventually, gone):
        """The engine ends a plugin by cancelling the call: nothing of it stays."""
        call = runtime.RunPlugin(self.request(program, "forever"), timeout=20)
        next(call)
        pid = int((program / "plugin.pid").read_text())
        assert not gone(pid)
        call.cancel()

        assert eventually(lambda: gone(pid))


class TestEnd:
    def test_an_interrupt_ends_the_host_and_its_program_at_once(self, runtime, host, program, eventually, gone):
        """The engine waits for whoever holds the host's output; nobody does a second after SIGINT to the group."""
        # A call that nobody holds is cancelled.
        call = runtime.Run.future(language_pb2.RunRequest(pwd=str(program), info=info(program), args=["forever"]))
        assert eventually(lambda: is_written(program / "executed.json"))
        _, _, pid = executed(program)
        assert not gone(pid)
        os.killpg(host.pid, signal.SIGINT)

        assert host.wait(5) == 0
        assert eventually(lambda: gone(pid), 2)
        assert eventually(call.done)

    def test_a_cancelled_run_ends_its_program(self, runtime, program, eventually):
        """Cancel ends what runs and answers; nothing is started after it."""
        call = runtime.Run.future(
            language_pb2.RunRequest(pwd=str(program), info=info(program), args=["forever"]), timeout=20
        )
        assert eventually(lambda: is_written(program / "executed.json"))
        runtime.Cancel(empty_pb2.Empty(), timeout=20)

        assert "exit code -15" in call.result().error
        with pytest.raises(grpc.RpcError, match="shutting down"):
            run(runtime, program, "0")

    def test_the_host_follows_a_killed_engine(self, tmp_path, eventually, gone):
        """A killed engine interrupts nobody: the host sees that its parent is another, and goes."""
        engine = subprocess.Popen(
            [sys.executable, "-c", self.ENGINE, sys.executable], stdout=subprocess.PIPE, cwd=tmp_path, text=True
        )
        pid = int(engine.stdout.readline())
        assert not gone(pid)
        engine.kill()
        engine.wait()
        engine.stdout.close()

        assert eventually(lambda: gone(pid))

    ENGINE = """\
import subprocess, sys, time
host = subprocess.Popen(
    [sys.argv[1], "-I", "-m", "local.toolchain.language_host", "executor", "127.0.0.1:1"],
    stdout=subprocess.PIPE, start_new_session=True,
)
host.stdout.readline()
print(host.pid, flush=True)
time.sleep(60)
"""


class TestShim:
    def shim(self, folder: Path, environment, name: str = "pulumi-language-python") -> str:
        copy = folder / name
        copy.write_bytes(SHIM.read_bytes())
        copy.chmod(0o755)
        done = subprocess.run(
            [copy, "127.0.0.1:1"], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=20
        )
        return done.stdout + done.stderr

    def interpreter(self, path: Path) -> Path:
        path.parent.mkdir(parents=True)
        path.write_text('#!/bin/sh\necho "$0" "$@"\n')
        path.chmod(0o755)
        return path

    def test_the_engines_environment_names_the_interpreter(self, tmp_path):
        """`PULUMI_PYTHON_CMD` decides, also where there is a `.venv`."""
        named, other = self.interpreter(tmp_path / "named" / "python"), tmp_path / ".venv" / "bin" / "python"
        self.interpreter(other)
        said = self.shim(tmp_path, {"PATH": os.defpath, "PULUMI_PYTHON_CMD": str(named)})

        assert said == (
            f"{named} -I -u -m local.toolchain.language_host {tmp_path}/pulumi-language-python-exec 127.0.0.1:1\n"
        )

    def test_else_it_is_the_projects(self, tmp_path):
        """Without it, the nearest `.venv` upwards from the project's folder is taken."""
        python = self.interpreter(tmp_path / ".venv" / "bin" / "python")
        (tmp_path / "project").mkdir()

        assert self.shim(tmp_path / "project", {"PATH": os.defpath}).startswith(f"{python} -I")

    def test_dynamic_resources_run_in_the_projects_environment(self, tmp_path):
        """The engine names the project's virtual environment to a provider; it beats every other interpreter."""
        python, other = self.interpreter(tmp_path / "env" / "bin" / "python"), tmp_path / "named" / "python"
        self.interpreter(other)
        environment = {"PATH": os.defpath, "PULUMI_RUNTIME_VIRTUALENV": "env", "PULUMI_PYTHON_CMD": str(other)}
        said = self.shim(tmp_path, environment, name="pulumi-resource-pulumi-python")

        assert said == f"{python.relative_to(tmp_path)} -u -m local.toolchain.dynamic_provider 127.0.0.1:1\n"

    def test_no_interpreter_is_told(self, tmp_path):
        """Where there is none, the reader learns what to type."""
        assert "run `make env`" in self.shim(tmp_path, {"PATH": os.defpath})
