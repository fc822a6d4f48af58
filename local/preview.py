"""`python -m local.preview`: what `make up` would change, judged by the policy pack."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from local import command
from local.deployment import Provider, prepare
from local.narration import counted, tell_costs, tell_failure
from local.progress import say
from local.together import together


def preview(project: Path, provider: Provider) -> int:
    """Preview the stacks; return 1 if a mandatory rule is broken or the program fails."""
    environment = prepare(project, provider)
    say("engine: previewing under the policy pack")
    outcomes = together(
        environment.deployments, lambda one: one.engine.preview(one.stack, policy_pack=project / "policies")
    )
    code = 0
    for deployment, outcome in zip(environment.deployments, outcomes, strict=True):
        if not outcome.succeeded:
            tell_failure(deployment.stack, outcome)
            code = 1
            continue
        for step in outcome.changed:
            click.echo(f"{deployment.stack}: {step.op} {step.type} {step.name}")
        say(f"stack {deployment.stack}: policy pack passed: {counted(outcome.changes, planned=True)}")
    tell_costs([deployment.config for deployment in environment.deployments])
    return code


@click.command()
@click.option("--provider", type=click.Choice([p.value for p in Provider]), default=Provider.STAND_IN.value)
def main(provider: str) -> None:
    """Say what `make up` would change."""
    sys.exit(command.run("preview", lambda: preview(Path.cwd(), Provider(provider))))


if __name__ == "__main__":
    main()
