"""`make destroy STACK=s`: everything a stack has made, but data only where two settings say so."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from delivery.account import check_home, reach
from delivery.backend import Backend
from delivery.meanwhile import hold_still
from delivery.running import asking, run
from lakeward import config
from lakeward.errors import ConfigurationError, Problem
from local import toolchain
from local.narration import counted, tell_failure
from local.progress import say

HOLDING_DATA = frozenset({"aws:kms/key:Key", "aws:rds/cluster:Cluster", "aws:s3/bucket:Bucket"})


def destroy(project: Path, stack: str, data: str, confirm: Callable[[str], bool]) -> int:
    """
    Delete what a stack has made; return 1 if that was not wanted, or failed.

    Args:
        project: the folder that holds `Pulumi.yaml`.
        stack: the stack's name.
        data: the stack's name again, where its data is to go too.
        confirm: asks whoever is there.

    Raises:
        ConfigurationError: something holds data, and not both settings say that it may go; or something changed
            while the question waited.

    """
    file = project / f"Pulumi.{stack}.yaml"
    stack_config = config.load(file)
    reach(stack_config)
    backend = Backend(toolchain.provide(), project)
    backend.check(stack)
    state = backend.export(stack)
    check_home(state, stack_config)

    resources = state["deployment"].get("resources") or []
    holding = [one for one in resources if one["type"] in HOLDING_DATA and not one.get("retainOnDelete")]
    problems = what_is_unsaid(stack, holding, data, protect_data=stack_config.protect_data)
    if problems:
        raise ConfigurationError(problems)
    if not confirm(f"Delete {len(resources)} resources of stack {stack} in account {stack_config.account}?"):
        say("destroy: nothing was changed")
        return 1
    hold_still(file, stack_config, partial(backend.export, stack), state)
    outcome = backend.destroy(stack)
    if not outcome.succeeded:
        tell_failure(stack, outcome)
        return 1
    say(f"stack {stack}: {counted(outcome.changes)}")
    say("what stays: keys until their deletion, closed data lake settings, and the log bucket")
    return 0


def what_is_unsaid(stack: str, holding: list[dict[str, Any]], data: str, *, protect_data: bool) -> list[Problem]:
    """Return what is still to be said before a stack's data goes: in its deployed configuration and in the command."""
    if not holding:
        return []
    problems = []
    names = ", ".join(sorted(one["urn"].split("::", 3)[3] for one in holding))
    if protect_data:
        remedy = f"where that is to go too, set it to false in Pulumi.{stack}.yaml and `make deploy STACK={stack}`"
        problems.append(Problem("lakeward:protectData", f"{names} hold data or its keys", remedy))
    elif any(one.get("protect") for one in holding):
        problems.append(Problem(stack, f"{names} are still protected", f"first `make deploy STACK={stack}`"))
    if data != stack:
        problems.append(Problem("DATA", "the stack holds data", f"add DATA={stack} where that is to go too"))
    return problems


@click.command()
@click.argument("stack")
@click.option("--data", default="", help="The stack's name again, where its data is to go too.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def main(stack: str, data: str, *, yes: bool) -> None:
    """Delete what STACK has made."""
    sys.exit(run("destroy", lambda: destroy(Path.cwd(), stack, data, asking(yes=yes))))


if __name__ == "__main__":
    main()
