"""
`python -m local.up`: the main job.

Stack `dev` is brought up on the embedded AWS by the real engine under the policy pack, read back from that AWS, and
compared with what its plan intends. What is printed at the end is who can read what.
"""

from __future__ import annotations

import pathlib
import sys
from dataclasses import replace

import click

from lakeward.access import Path, PreparedEstate, matrix
from lakeward.config import StackConfig
from lakeward.estate import read_estate
from lakeward.estate.sources.merge import merged
from lakeward.estate.sources.values import Json
from lakeward.live import read_account
from lakeward.plan import plan_stack
from lakeward.plan.declarations import ExternalPersonaArgs, PersonaRoleArgs, Plan, TenantRoleArgs
from lakeward.reports import compare, doors, render_doors, render_matrix
from local import command
from local.aws.server import RunningAws
from local.deployment import STACK, Deployment, Provider, prepare
from local.narration import counted, tell, tell_costs, tell_failure
from local.progress import say


def up(project: pathlib.Path, provider: Provider) -> int:
    """Bring stack `dev` up; return 1 if a rule is broken, the engine fails, or access isn't what was intended."""
    deployment = prepare(project, provider)
    say(f"engine: bringing stack {STACK} up under the policy pack")
    outcome = deployment.engine.up(STACK, policy_pack=project / "policies", on_event=tell)
    if not outcome.succeeded:
        tell_failure(outcome)
        return 1
    say(f"stack {STACK}: {counted(outcome.changes)}")
    return judge(deployment)


def judge(deployment: Deployment) -> int:
    """Read back what is up, print who can read what, and return 1 if that isn't what the plan intends."""
    estate = read_estate(read_back(deployment.running, deployment.config), "embedded AWS")
    plan = plan_stack(deployment.config)
    show(PreparedEstate(estate), readers_of(plan))
    tell_costs(deployment.config)
    comparison = compare(plan.intended_access, estate)
    for difference in comparison.differences:
        say(f"access: {difference}")
    if not comparison.equal:
        say("access: what is up isn't what the plan intends; nothing was rolled back")
        return 1
    say(f"access: exactly what the plan intends ({comparison.cells} columns, counted for each reader)")
    return 0


def read_back(running: RunningAws, config: StackConfig) -> dict[str, Json]:
    """Return the lake's account as an estate, with the accounts whose roles it gives something: theirs say the rest."""
    # Lake Formation tells everything only to a data lake administrator, which the deployer is.
    readers: dict[str, str | None] = {persona.role.account: None for persona in config.personas if persona.role}
    readers[config.account] = config.deployer
    return merged(
        (account, read_account(running.session(account, config.region, role), account, config.region))
        for account, role in sorted(readers.items())
    )


def show(prepared: PreparedEstate, readers: tuple[str, ...]) -> None:
    """Print who reads which columns of which table, and where each door to each table stands for the readers."""
    found = matrix(prepared)
    reads = tuple(row for row in found.rows if row.path in {Path.LAKE_FORMATION, Path.IAM})
    click.echo(render_matrix(replace(found, principals=readers, rows=reads), "text"))
    click.echo(render_doors(doors(prepared, readers)))
    click.echo(f"More, with the reasons: .venv/bin/lakeward matrix stack:{STACK}, .venv/bin/lakeward explain --help")


def readers_of(plan: Plan) -> tuple[str, ...]:
    """Return the ARNs of the roles that a plan's personas and tenants work as, sorted."""
    kinds = PersonaRoleArgs | ExternalPersonaArgs | TenantRoleArgs
    found = {declaration.arn for declaration in plan.declarations if isinstance(declaration, kinds)}
    return tuple(sorted(found))


@click.command()
@click.option("--provider", type=click.Choice([p.value for p in Provider]), default=Provider.STAND_IN.value)
def main(provider: str) -> None:
    """Bring stack dev up on the embedded AWS."""
    sys.exit(command.run("up", lambda: up(pathlib.Path.cwd(), Provider(provider))))


if __name__ == "__main__":
    main()
