"""`python -m local.preview`: what `make up` would change, judged by the policy pack, and whose access that changes."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click

from lakeward.access.difference import difference
from lakeward.estate.sources import estate_of, merged
from lakeward.on_day import on_day
from lakeward.reports.review import render_review, review
from local import command
from local.deployment import Environment, Provider, prepare
from local.narration import counted, tell_costs, tell_failure, tell_findings, tell_planned
from local.progress import say
from local.together import together


def preview(project: Path, provider: Provider, on: date) -> int:
    """Preview the stacks; return 1 if a mandatory rule is broken or the program fails."""
    environment = prepare(project, provider, on)
    say("engine: previewing under the policy pack")
    outcomes = together(
        environment.deployments,
        lambda one: one.engine.preview(one.stack, policy_pack=project / "policies", with_document=True),
    )
    code = 0
    for deployment, outcome in zip(environment.deployments, outcomes, strict=True):
        tell_findings(deployment.config, outcome, on, project)
        if not outcome.succeeded:
            tell_failure(deployment.stack, outcome)
            code = 1
            continue
        tell_planned(deployment.stack, outcome)
        say(f"stack {deployment.stack}: policy pack passed: {counted(outcome.changes, planned=True)}")
    changing = {
        one.stack: outcome.document
        for one, outcome in zip(environment.deployments, outcomes, strict=True)
        if outcome.changed
    }
    if code == 0 and changing:
        _tell_access(environment, changing)
    tell_costs([deployment.config for deployment in environment.deployments])
    return code


def _tell_access(environment: Environment, previews: Mapping[str, Mapping[str, Any]]) -> None:
    """Print who gains and who loses access against what is up; nothing where nothing is."""
    states = {
        one.stack: one.engine.export(one.stack) for one in environment.deployments if not one.engine.is_empty(one.stack)
    }
    if not states:
        say("access: nothing is up yet, so that all of it is new: .venv/bin/lakeward matrix stack:dev")
        return
    before = merged((stack, estate_of(state, stack)) for stack, state in states.items())
    after = merged((stack, estate_of(found, stack)) for stack, found in {**states, **previews}.items())
    found = review(difference(before, after), "what is up", "the preview", after)
    click.echo(render_review(found, "text"), nl=False)


@click.command()
@click.option("--provider", type=click.Choice([p.value for p in Provider]), default=Provider.STAND_IN.value)
@on_day
def main(provider: str, on: date) -> None:
    """Say what `make up` would change."""
    sys.exit(command.run("preview", lambda: preview(Path.cwd(), Provider(provider), on)))


if __name__ == "__main__":
    main()
