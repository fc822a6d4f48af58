"""
Bringing the stacks of a revision up, on an embedded AWS of its own, for what only AWS and other stacks name.

A recording has tokens for that, which are equal before and after a change. Where one stack takes what another one has
exported, the review is of the names themselves: whoever reads it sees which.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from lakeward import config
from lakeward.config import StackConfig
from lakeward.errors import OutsideServiceError
from lakeward.estate.sources.names import names_in, tokens_in
from local import toolchain
from local.aws import server
from local.aws.seed import seed
from local.engine import ThrowawayEngine
from local.progress import say
from local.review.declarations import Declaration

_LINKED = (".venv", "build")


def brought_up(project: Path, declared: Mapping[str, Declaration]) -> dict[str, Mapping[str, str]]:
    """
    Bring up the stacks of a project that refer to others, after those; return what AWS has named, by stack and token.

    The state and the embedded AWS are gone afterwards, and the project's folder is as before but for the links that
    `prepared` makes.

    Raises:
        ConfigurationError: a stack's configuration is wrong.
        OutsideServiceError: a stack can't be brought up.

    """
    stacks = list(_referring({name: config.load(project / f"Pulumi.{name}.yaml") for name in sorted(declared)}))
    if not stacks:
        return {}
    say(f"review: bringing up {', '.join(stack.stack for stack in stacks)}, since one refers to another")
    cli = toolchain.provide()
    found: dict[str, Mapping[str, str]] = {}
    with tempfile.TemporaryDirectory(prefix="lakeward-") as folder:
        running = server.start(Path(folder) / "aws")
        try:
            for stack in stacks:
                role = None if stack.assume_roles else stack.deployer
                environment = running.environment(stack.region, role)
                engine = ThrowawayEngine(
                    cli=cli, project=project, folder=Path(folder) / "engine", environment=environment
                )
                engine.install_stand_in()
                seed(running, stack)
                engine.ensure_stack(stack.stack, project / f"Pulumi.{stack.stack}.yaml")
                outcome = engine.up(stack.stack)
                if not outcome.succeeded:
                    told = "; ".join(outcome.errors) or outcome.output
                    raise OutsideServiceError(f"stack {stack.stack} can't be brought up: {told}")
                names = names_in(engine.export(stack.stack)["deployment"]["resources"])
                wanted = tokens_in(declared[stack.stack].recording)
                found[stack.stack] = {token: names[token] for token in sorted(wanted & names.keys())}
        finally:
            server.stop(Path(folder) / "aws")
    return found


def with_names(declared: Mapping[str, Declaration], names: Mapping[str, Mapping[str, str]]) -> dict[str, Declaration]:
    """Return declarations with what AWS has named."""
    return {stack: replace(found, names=names.get(stack, {})) for stack, found in declared.items()}


def prepared(revision: Path, project: Path) -> None:
    """Link what `make env` has made for a project into a revision of it, which was unpacked without."""
    for name in _LINKED:
        made = project / name if name != ".venv" else Path(sys.prefix)
        if made.exists() and not (revision / name).exists():
            (revision / name).symlink_to(made.resolve())


def _referring(stacks: Mapping[str, StackConfig]) -> Iterator[StackConfig]:
    """Yield the stacks that refer to another one and those, each after the one that it refers to."""
    hubs = {
        name: stack.network.hub.stack
        for name, stack in stacks.items()
        if stack.network is not None and stack.network.hub is not None and stack.network.hub.stack in stacks
    }
    yield from (stacks[name] for name in sorted(set(hubs.values())))
    yield from (stacks[name] for name in hubs)
