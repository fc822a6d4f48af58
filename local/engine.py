"""
The Pulumi engine on a working set of its own: nothing of the user's `~/.pulumi`, backend or credentials is touched.

    engine = Engine(cli=provide(), project=Path.cwd(), folder=Path(".lakeward"), environment=running.environment())
    engine.install_stand_in()
    engine.ensure_stack("dev")
    outcome = engine.up("dev", policy_pack=Path("policies"))

A working set is a folder: the CLI's home with its plugins, a file backend, a random passphrase, and a copy of each
stack's configuration. The copy is there because the engine writes the passphrase's salt into that file, and
`Pulumi.<stack>.yaml` belongs to people.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import secrets
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeward.config.document import mapping
from lakeward.errors import ConfigurationError, OutsideServiceError, Problem
from local.operations import Operations
from local.toolchain import Cli

# Programs and plugins verify TLS as the user does.
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
# The vendor's plugins are downloaded as the user downloads.
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy")

_STAND_IN = """#!/bin/sh
# The stand-in for the `aws` provider: it refuses every endpoint that isn't on this machine.
exec {python} -I -u -m local.provider "$@"
"""


@dataclass(frozen=True)
class Lock:
    """Who holds a stack in the file backend."""

    pid: int | None
    """`None`: it ended before it could say."""
    hostname: str

    @property
    def alive(self) -> bool:
        """Whether the holder may still be at work: on another machine that can't be seen, so it may."""
        if self.pid is None:
            return False
        if self.hostname != os.uname().nodename:
            return True
        status = Path("/proc", str(self.pid), "stat")
        if Path("/proc/self").exists():
            # Its name, and whether it only waits to be reaped. A pid may belong to another program by now.
            return status.exists() and re.match(r"\d+ \(pulumi\) [^ZX]", status.read_text()) is not None
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


class Engine(Operations):
    """
    One working set of the engine.

    Args:
        cli: the CLI to drive.
        project: the folder that holds `Pulumi.yaml`.
        folder: the working set's own folder, made if needed (mode 0700).
        environment: what the program, the providers and the policy pack see beside the engine's own variables: the
            `AWS_*` of the AWS to work on. Nothing is inherited but the variables of TLS certificates.
        python: the interpreter of programs whose `Pulumi.yaml` names no virtual environment, and of the stand-in
            provider.

    """

    def __init__(
        self,
        *,
        cli: Cli,
        project: Path,
        folder: Path,
        environment: Mapping[str, str],
        python: Path = Path(sys.executable),
    ) -> None:
        super().__init__(cli, project)
        self.folder = folder.resolve()
        self.python = python
        self._outside = dict(environment)
        self._home = self.folder / "pulumi-home"
        self._backend = self.folder / "state"
        self._stacks = self.folder / "stacks"
        self._passphrase = self.folder / "passphrase"
        self._lay_out()

    def _lay_out(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for folder in (self._home, self._backend, self._stacks, self.folder / "home"):
            folder.mkdir(exist_ok=True)
        if not self._passphrase.exists():
            # The file must never be seen half-written: a lost passphrase is a lost state.
            handle, draft = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(32))
            Path(draft).replace(self._passphrase)
        # What the engine reads of a project when it makes a stack, beside the copies of the configuration.
        (self._stacks / "Pulumi.yaml").write_text(f"name: {self.project_name}\nruntime: python\n")

    @property
    def project_name(self) -> str:
        """
        The project's name.

        Raises:
            ConfigurationError: there is no readable `Pulumi.yaml` that has one.

        """
        file = self.project / "Pulumi.yaml"
        name = mapping(file).get("name")
        if not isinstance(name, str):
            raise ConfigurationError([Problem(f"{file}: name", "is missing", "give the project its name")])
        return name

    @property
    def _records(self) -> Path:
        return self._stacks

    def environment(self) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in _CERTIFICATES if name in os.environ}
        return {
            **inherited,
            **self._outside,
            "PATH": os.pathsep.join((str(self.cli.pulumi.parent), str(self.python.parent), os.defpath)),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "PULUMI_HOME": str(self._home),
            # Its files of attributes, which nobody reads, may be cut short by a kill, and then stop every command.
            "PULUMI_BACKEND_URL": f"{self._backend.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self._passphrase),
            # Also what the language host and dynamic providers run in when the project names no virtual environment.
            "PULUMI_PYTHON_CMD": str(self.python),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # A missing plugin fails at once, with its name, instead of after five attempts to download it.
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            # `history/` keeps every state already.
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            # `--event-log` exists only with it.
            "PULUMI_DEBUG_COMMANDS": "true",
        }

    # Plugins

    def install_stand_in(self) -> None:
        """Install the stand-in `aws` provider, at the version of the installed SDK, unless it is there already."""
        version = importlib.metadata.version("pulumi-aws")
        shim = _STAND_IN.format(python=shlex.quote(str(self.python)))
        installed = self._home / "plugins" / f"resource-aws-v{version}" / "pulumi-resource-aws"
        if installed.exists() and installed.read_text(errors="replace") == shim:
            return
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, "pulumi-resource-aws")
            source.write_text(shim)
            source.chmod(0o755)
            self._must("plugin", "install", "resource", "aws", version, "--file", folder, "--reinstall")

    def install_official(self) -> None:
        """
        Download the vendor's `aws` provider, at the version of the installed SDK, unless it is there already.

        Raises:
            OutsideServiceError: it can't be downloaded.

        """
        version = importlib.metadata.version("pulumi-aws")
        proxies = {name: os.environ[name] for name in _PROXIES if name in os.environ}
        self._must("plugin", "install", "resource", "aws", version, extra=proxies)

    # Stacks

    def ensure_stack(self, stack: str, configuration: Path | None = None) -> None:
        """
        Make a stack if the working set doesn't have it, and take its configuration as it is now.

        Args:
            stack: the stack's name.
            configuration: the file to take; the project's `Pulumi.<stack>.yaml` if none is given.

        Raises:
            ConfigurationError: the file can't be read as YAML.

        """
        document = mapping(configuration or self.project / f"Pulumi.{stack}.yaml")
        salt = self._salt(stack)
        if salt:
            document["encryptionsalt"] = salt
        draft = self._configuration(stack).with_suffix(".draft")
        draft.write_text(yaml.safe_dump(document, sort_keys=False))
        draft.replace(self._configuration(stack))
        if not salt:
            # A state without the salt that goes with it is what an interrupted first run leaves behind.
            self.run("stack", "rm", stack, "--yes", "--force", "--preserve-config", cwd=self._stacks)
            self._must("stack", "init", stack, "--no-select", cwd=self._stacks)

    def forget(self) -> None:
        """Drop every stack with its state, readable or not, without touching what it describes."""
        for folder in (self._backend, self._stacks):
            shutil.rmtree(folder)
        self._lay_out()

    def has_stack(self, stack: str) -> bool:
        """Whether the working set holds the stack."""
        return self._salt(stack) is not None

    def _configuration(self, stack: str) -> Path:
        return self._stacks / f"Pulumi.{stack}.yaml"

    def _salt(self, stack: str) -> str | None:
        file = self._configuration(stack)
        if not file.exists():
            return None
        salt = mapping(file).get("encryptionsalt")
        return None if salt is None else str(salt)

    def export(self, stack: str) -> dict[str, Any]:
        """
        Return the stack's state, as `pulumi stack export` writes it.

        It is read where the backend keeps it: starting the CLI for it takes longer than everything that asks.

        Raises:
            OutsideServiceError: it isn't whole.

        """
        file = self._backend / ".pulumi" / "stacks" / self.project_name / f"{stack}.json"
        try:
            checkpoint = json.loads(file.read_text())
            return {"version": checkpoint["version"], "deployment": checkpoint["checkpoint"].get("latest") or {}}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise OutsideServiceError(f"the state of stack {stack} can't be read: {file}") from problem

    def lock(self, stack: str) -> Lock | None:
        """Return who holds the stack, or held it when it died; `None` if nobody does."""
        locks = self._backend / ".pulumi" / "locks" / "organization" / self.project_name / stack
        for file in sorted(locks.glob("*.json")):
            try:
                held = json.loads(file.read_text())
            except ValueError:
                return Lock(pid=None, hostname=os.uname().nodename)
            return Lock(pid=int(held["pid"]), hostname=str(held["hostname"]))
        return None

    def unlock(self, stack: str) -> None:
        """Take the stack from whoever held it."""
        self._must("cancel", "--yes", "--stack", stack, cwd=self._stacks)

    @property
    def _states(self) -> Path | None:
        return self._backend

    def _of(self, stack: str) -> tuple[str, ...]:
        return ("--stack", stack, "--config-file", str(self._configuration(stack)))


class ThrowawayEngine(Engine):
    """
    An engine with whose stacks nobody goes on after a crash.

    Their states are written at the end of an operation only, which is much less work for whoever has hundreds of
    resources. What a killed engine has made is recorded nowhere.
    """

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "PULUMI_SKIP_CHECKPOINTS": "true"}
