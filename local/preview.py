"""`python -m local.preview`: what `make up` would change, judged by the policy pack."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from local import command
from local.deployment import STACK, Provider, prepare
from local.narration import counted, tell_costs, tell_failure
from local.progress import say


def preview(project: Path, provider: Provider) -> int:
    """Preview stack `dev`; return 1 if a mandatory rule is broken or the program fails."""
    deployment = prepare(project, provider)
    say(f"engine: previewing stack {STACK} under the policy pack")
    outcome = deployment.engine.preview(STACK, policy_pack=project / "policies")
    if not outcome.succeeded:
        tell_failure(outcome)
        return 1
    for step in outcome.changed:
        click.echo(f"{step.op} {step.type} {step.name}")
    say(f"policy pack passed: {counted(outcome.changes, planned=True)}")
    tell_costs(deployment.config)
    return 0


@click.command()
@click.option("--provider", type=click.Choice([p.value for p in Provider]), default=Provider.STAND_IN.value)
def main(provider: str) -> None:
    """Say what `make up` would change."""
    sys.exit(command.run("preview", lambda: preview(Path.cwd(), Provider(provider))))


if __name__ == "__main__":
    main()
