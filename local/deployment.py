"""
Stack `dev` on the embedded AWS: the toolchain, the account and the engine's working set, brought into step.

Everything of it lies in the clone's `.lakeward/`. The state describes one instance of the embedded AWS, which lives in
memory; whatever leaves the two apart is settled here by starting both afresh, and told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from lakeward import config
from lakeward.config import StackConfig
from lakeward.errors import OutsideServiceError
from local import toolchain
from local.aws import server
from local.aws.seed import seed
from local.aws.server import RunningAws
from local.engine import Engine
from local.progress import say
from local.toolchain import Cli

STACK = "dev"
FOLDER = Path(".lakeward")


class Provider(str, Enum):
    """Which `aws` provider carries out what the program declares."""

    STAND_IN = "stand-in"
    OFFICIAL = "official"


@dataclass(frozen=True)
class Deployment:
    """A stack that can be previewed and brought up."""

    config: StackConfig
    running: RunningAws
    engine: Engine


def prepare(project: Path, provider: Provider) -> Deployment:
    """
    Bring everything into the state in which stack `dev` can be previewed or brought up.

    Args:
        project: the clone.
        provider: the `aws` provider to use.

    Raises:
        ConfigurationError: the stack's configuration, told before anything is started.
        OutsideServiceError: something can't be had, or another run is at work on this clone.

    """
    stack_config = config.load(project / f"Pulumi.{STACK}.yaml")
    cli = toolchain.provide()
    say(f"toolchain: pulumi {cli.version} ({cli.origin})")
    clone = _Clone(project, cli, provider, stack_config.region)
    running = clone.settle()
    seed(running, stack_config)
    # Who names no way to the deployer says that the caller's credentials are the deployer's.
    engine = clone.engine(running, None if stack_config.assume_roles else stack_config.deployer)
    if provider is Provider.OFFICIAL:
        engine.install_official()
    else:
        engine.install_stand_in()
    engine.ensure_stack(STACK)
    return Deployment(stack_config, running, engine)


class _Clone:
    """What a clone holds between two runs."""

    def __init__(self, project: Path, cli: Cli, provider: Provider, region: str) -> None:
        self._project = project
        self._cli = cli
        self._provider = provider
        self._region = region
        self._folder = project / FOLDER
        self._record = self._folder / "deployed.json"

    def engine(self, running: RunningAws, role: str | None = None) -> Engine:
        """Return the engine on an instance, as `role`. Each provider has a home, and so a working set, of its own."""
        folder = self._folder if self._provider is Provider.STAND_IN else self._folder / self._provider.value
        environment = running.environment(self._region, role)
        return Engine(cli=self._cli, project=self._project, folder=folder, environment=environment)

    def settle(self) -> RunningAws:
        """
        Return an instance that is what the engine's state describes, both empty if they weren't.

        Raises:
            OutsideServiceError: another run is at work on this clone.

        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        running = self._start()
        engine = self.engine(running)
        torn = self._torn(engine)
        deployed = self._deployed()
        if deployed == (running.instance, self._provider.value):
            if not torn:
                return running
            # It has made things that its state doesn't know.
            say("engine: the last run was killed in the middle; starting afresh")
            running = self._restart()
        elif deployed is not None and deployed[0] == running.instance:
            say(f"embedded AWS: what is up was made by the {deployed[1]} provider; starting afresh")
            running = self._restart()
        elif engine.has_stack(STACK):
            say("embedded AWS: the one that the last state describes is gone; starting afresh")
        engine.forget()
        self._record.write_text(json.dumps([running.instance, self._provider.value]))
        return running

    def _deployed(self) -> tuple[str, str] | None:
        """Return the instance and provider of the last run."""
        try:
            instance, provider = json.loads(self._record.read_text())
        except (OSError, ValueError):
            return None
        return instance, provider

    def _start(self) -> RunningAws:
        found = server.status(self._folder / "aws")
        running = found or server.start(self._folder / "aws")
        say(f"embedded AWS: {'runs' if found else 'started'} at {running.url}")
        return running

    def _restart(self) -> RunningAws:
        server.stop(self._folder / "aws")
        return self._start()

    @staticmethod
    def _torn(engine: Engine) -> bool:
        """Whether a killed run left a state that can't be trusted; its lock is taken away."""
        held = engine.lock(STACK)
        if held is not None and held.alive:
            raise OutsideServiceError(
                f"another run is at work on this clone (process {held.pid} on {held.hostname}): "
                "wait for it, or end it with `kill -INT`"
            )
        try:
            if held is not None:
                engine.unlock(STACK)
            return engine.has_stack(STACK) and bool(engine.export(STACK)["deployment"].get("pending_operations"))
        except OutsideServiceError:
            # Killed while it wrote the state.
            return True
