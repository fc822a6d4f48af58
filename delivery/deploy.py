"""`make deploy STACK=s`: preview under the pack, guards, a question, and then the update."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from delivery.account import check_home, reach
from delivery.backend import Backend
from delivery.guards import assigned_values, refusals
from delivery.meanwhile import hold_still
from delivery.reviewed import hold_preview_to, hold_to
from delivery.running import asking, run
from lakeward import config
from lakeward.access.difference import difference
from lakeward.errors import ConfigurationError
from lakeward.estate.sources import estate_of
from lakeward.model import ExpectedChanges
from lakeward.reports.review import render_review, review
from local import toolchain
from local.narration import counted, tell, tell_failure, tell_planned
from local.outcome import Outcome
from local.progress import say


def deploy(project: Path, stack: str, reviewed: str, confirm: Callable[[str], bool]) -> int:
    """
    Deploy a stack to its account; return 1 if it was refused, not wanted, or failed.

    Args:
        project: the folder that holds `Pulumi.yaml`.
        stack: the stack's name.
        reviewed: the digest of what a review was of, as `make review` tells it; empty where there was none.
        confirm: asks whoever is there.

    Raises:
        ConfigurationError: the configuration, the backend or the credentials aren't those for this, or something
            changed while the question waited.
        OutsideServiceError: AWS, the backend or the toolchain can't be had.

    """
    file = project / f"Pulumi.{stack}.yaml"
    stack_config = config.load(file)
    told = partial(click.echo, nl=False)
    declared = hold_to(reviewed, stack, project, told) if reviewed else None
    reach(stack_config)
    backend = Backend(toolchain.provide(), project)
    for name in backend.left_behind:
        say(f"backend: {name} is left behind: it isn't for a user to say how stacks are judged")
    backend.check(stack)
    state = backend.export(stack)
    check_home(state, stack_config)

    say(f"engine: previewing {stack} under the policy pack")
    policies = project / "policies"
    preview = backend.preview(stack, policy_pack=policies, with_document=True)
    if not preview.succeeded:
        tell_failure(stack, preview)
        return 1
    guard(preview, stack_config.expected_changes or ExpectedChanges())
    tell_planned(stack, preview)
    say(f"stack {stack}: policy pack passed: {counted(preview.changes, planned=True)}")
    if not preview.changed:
        return 0
    if declared is not None:
        hold_preview_to(declared, preview.document, told)
    click.echo(access_changed(state, preview.document, stack_config.account), nl=False)
    if not confirm(f"Deploy this to account {stack_config.account}?"):
        say("deploy: nothing was changed")
        return 1
    hold_still(file, stack_config, partial(backend.export, stack), state)
    outcome = backend.up(stack, policy_pack=policies, on_event=partial(tell, stack))
    if not outcome.succeeded:
        tell_failure(stack, outcome)
        return 1
    say(f"stack {stack}: {counted(outcome.changes)}")
    return 0


def access_changed(state: Mapping[str, Any], preview: Mapping[str, Any], account: str) -> str:
    """
    Return in words who gains and who loses access.

    A stack of which nothing is up yet has an empty account, in the organization that it will be in.
    """
    after = estate_of(preview, "the preview")
    is_up = bool(state["deployment"].get("resources"))
    before = estate_of(state, "what is up") if is_up else {**after, "accounts": {account: {}}}
    return render_review(review(difference(before, after), "what is up", "the preview", after), "text")


def guard(preview: Outcome, expected: ExpectedChanges) -> None:
    """
    Refuse a preview that would do by accident what can't be undone, or what AWS would refuse half-way.

    Raises:
        ConfigurationError: every such change with what allows it.

    """
    refused = (*refusals(preview.steps, expected), *assigned_values(preview.document))
    if refused:
        raise ConfigurationError(refused)


@click.command()
@click.argument("stack")
@click.option("--reviewed", default="", help="The digest of what was reviewed.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def main(stack: str, reviewed: str, *, yes: bool) -> None:
    """Deploy STACK to its account."""
    sys.exit(run("deploy", lambda: deploy(Path.cwd(), stack, reviewed, asking(yes=yes))))


if __name__ == "__main__":
    main()
