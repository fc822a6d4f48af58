"""
The stacks of environment `dev` on the embedded AWS: toolchain, accounts and the engine's working set, in step.

Everything of it lies in the clone's `.lakeward/`. The state describes one instance of the embedded AWS, which lives in
memory; whatever leaves the two apart is settled here by starting both afresh, and told.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path

from lakeward import config
from lakeward.config import StackConfig
from lakeward.errors import OutsideServiceError
from local import disk, toolchain
from local.aws import server
from local.aws.seed import seed
from local.aws.server import RunningAws
from local.engine import Engine
from local.progress import say
from local.toolchain import Cli
from policies.stack import DAY

STACK = "dev"
"""The central stack. Those beside it are called `dev-…`, after it in everything: they name its roles."""
FOLDER = Path(".lakeward")
_RECORD = "deployed.json"
"""Whom the states in the folder describe. Where it is missing, what is up may be more than they know."""


class Provider(str, Enum):
    """Which `aws` provider carries out what the program declares."""

    STAND_IN = "stand-in"
    OFFICIAL = "official"


@dataclass(frozen=True)
class Deployment:
    """A stack that can be previewed and brought up."""

    config: StackConfig
    engine: Engine

    @property
    def stack(self) -> str:
        """Its name."""
        return self.config.stack


@dataclass(frozen=True)
class Environment:
    """The stacks of an environment, each in an account of its own."""

    folder: Path
    running: RunningAws
    central: Deployment
    others: tuple[Deployment, ...]
    """Those whose declarations name what the central one makes; none names another's."""

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """All of them, the central one first."""
        return (self.central, *self.others)

    def distrust(self) -> None:
        """Remember that an engine failed in the middle: AWS may hold things that no state knows."""
        # On a full disk a file can be removed, but not made.
        (self.folder / _RECORD).unlink(missing_ok=True)


def stacks_of(project: Path) -> tuple[str, ...]:
    """Return the environment's stacks: `dev`, then every `dev-…` that the project has a file of, by name."""
    beside = (
        path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in project.glob(f"Pulumi.{STACK}-*.yaml")
    )
    return (STACK, *sorted(beside))


def prepare(project: Path, provider: Provider, on: date) -> Environment:
    """
    Bring everything into the state in which the environment's stacks can be previewed or brought up.

    Args:
        project: the clone.
        provider: the `aws` provider to use.
        on: the day on which the policy pack judges exemptions.

    Raises:
        ConfigurationError: the stack's configuration, told before anything is started.
        OutsideServiceError: something can't be had, a disk is full, or another run is at work on this clone.

    """
    configs = [config.load(project / f"Pulumi.{stack}.yaml") for stack in stacks_of(project)]
    # Python keeps bytecode beside what it imports; a file cut short by a full disk would stop every later run.
    for folder in (project / FOLDER, Path(sys.prefix)):
        disk.require(folder, disk.TO_BEGIN_BYTES)
    cli = toolchain.provide()
    say(f"toolchain: pulumi {cli.version} ({cli.origin})")
    clone = _Clone(project, cli, provider, configs, on)
    running = clone.settle()
    engine = clone.engine(running)
    if provider is Provider.OFFICIAL:
        engine.install_official()
    else:
        engine.install_stand_in()
    for stack_config in configs:
        seed(running, stack_config)
        engine.ensure_stack(stack_config.stack)
    central, *others = (Deployment(stack_config, clone.engine_of(running, stack_config)) for stack_config in configs)
    return Environment(project / FOLDER, running, central, tuple(others))


class _Clone:
    """What a clone holds between two runs."""

    def __init__(self, project: Path, cli: Cli, provider: Provider, configs: Sequence[StackConfig], on: date) -> None:
        self._project = project
        self._cli = cli
        self._provider = provider
        self._on = on
        self._stacks = [stack_config.stack for stack_config in configs]
        self._region = configs[0].region
        self._folder = project / FOLDER
        self._record = self._folder / _RECORD

    def engine_of(self, running: RunningAws, stack_config: StackConfig) -> Engine:
        """Return the engine for a stack: who names no way to the deployer says that the credentials are its own."""
        role = None if stack_config.assume_roles else stack_config.deployer
        return self.engine(running, stack_config.region, role)

    def engine(self, running: RunningAws, region: str | None = None, role: str | None = None) -> Engine:
        """Return the engine on an instance, as `role`. Each provider has a home, and so a working set, of its own."""
        folder = self._folder if self._provider is Provider.STAND_IN else self._folder / self._provider.value
        environment = {**running.environment(region or self._region, role), DAY: self._on.isoformat()}
        return Engine(cli=self._cli, project=self._project, folder=folder, environment=environment)

    def settle(self) -> RunningAws:
        """
        Return an instance that is what the engine's state describes, both empty if they weren't.

        Raises:
            OutsideServiceError: another run is at work on this clone.

        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        found = server.status(self._folder / "aws")
        running = found or self._start()
        if found:
            say(f"embedded AWS: runs at {found.url}")
        engine = self.engine(running)
        # Every lock is looked at, also behind the first that is held.
        torn = {stack for stack in self._stacks if self._torn(engine, stack)}
        begun = any(engine.has_stack(stack) for stack in self._stacks)
        instance, provider = self._deployed()
        if found is None:
            if begun:
                say("embedded AWS: the one that the last state describes is gone; starting afresh")
        elif (instance, provider) == (running.instance, self._provider.value) and begun and not torn:
            return running
        else:
            # It holds things that no state here knows.
            if instance == running.instance and provider != self._provider.value:
                say(f"embedded AWS: what is up was made by the {provider} provider; starting afresh")
            else:
                say(f"engine: the last run {'was killed' if torn else 'failed'} in the middle; starting afresh")
            server.stop(self._folder / "aws")
            running = self._start()
        engine.forget()
        self._record.write_text(json.dumps([running.instance, self._provider.value]))
        return running

    def _deployed(self) -> tuple[str, str]:
        """Return the instance and provider that the states describe, empty where that isn't known."""
        try:
            instance, provider = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return "", ""
        return instance, provider

    def _start(self) -> RunningAws:
        running = server.start(self._folder / "aws")
        say(f"embedded AWS: started at {running.url}")
        return running

    @staticmethod
    def _torn(engine: Engine, stack: str) -> bool:
        """Whether a killed run left a state that can't be trusted; its lock is taken away."""
        held = engine.lock(stack)
        if held is not None and held.alive:
            raise OutsideServiceError(
                f"another run is at work on this clone (process {held.pid} on {held.hostname}): "
                "wait for it, or end it with `kill -INT`"
            )
        try:
            if held is not None:
                engine.unlock(stack)
            return engine.has_stack(stack) and bool(engine.export(stack)["deployment"].get("pending_operations"))
        except OutsideServiceError:
            # Killed while it wrote the state.
            return True
