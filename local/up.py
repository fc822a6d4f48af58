"""
`python -m local.up`: the main job.

The stacks of environment `dev` are brought up on the embedded AWS by the real engine under the policy pack, each in
an account of its own, read back from that AWS as one estate, and compared with what their plans intend. What is
printed at the end is who can read what.
"""

from __future__ import annotations

import gc
import pathlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import cast

import click

from lakeward.access import Path, PreparedEstate, matrix
from lakeward.config import StackConfig
from lakeward.errors import OutsideServiceError
from lakeward.estate import read_estate
from lakeward.estate.document import VERSION
from lakeward.estate.sources import as_asked_for, estate_of, merged
from lakeward.estate.sources.values import Json
from lakeward.live import read_account
from lakeward.on_day import on_day
from lakeward.plan import intended_access, plan_stack
from lakeward.plan.declarations import ExternalPersonaArgs, PersonaRoleArgs, Plan, TenantRoleArgs
from lakeward.reports import compare, doors, drift, render_doors, render_matrix
from lakeward.reports.untrusted import on_terminal
from local import command
from local.aws.server import RunningAws
from local.deployment import STACK, Deployment, Environment, Provider, prepare
from local.narration import counted, tell, tell_costs, tell_failure, tell_findings
from local.outcome import Outcome
from local.progress import say
from local.together import together


def up(project: pathlib.Path, provider: Provider, on: date) -> int:
    """Bring the stacks up; return 1 if a rule is broken, the engine fails, or access isn't what was intended."""
    environment = prepare(project, provider, on)
    policies = project / "policies"
    changing = _changing(environment, policies, on)
    # The others name roles of the central stack, which therefore comes first; none names another's.
    for stage in ((environment.central,), environment.others):
        due = [deployment for deployment in stage if deployment in changing]
        try:
            outcomes = together(due, partial(_bring_up, policies=policies, on=on))
        except OutsideServiceError:
            environment.distrust()
            raise
        if not all(outcome.succeeded for outcome in outcomes):
            # A broken rule stops a stack before anything is made; whatever else fails may have made something.
            if any(not outcome.succeeded and not outcome.violations for outcome in outcomes):
                environment.distrust()
            return 1
    return judge(environment)


def _changing(environment: Environment, policies: pathlib.Path, on: date) -> Sequence[Deployment]:
    """
    Return the stacks with something to do.

    A preview that changes nothing is all that an unchanged stack needs; one of which nothing is up is brought up at
    once, which begins with a preview.
    """
    begun = [one for one in environment.deployments if not one.engine.is_empty(one.stack)]
    say(f"engine: bringing {_listed(environment.deployments)} up under the policy pack")
    outcomes = together(begun, lambda one: one.engine.preview(one.stack, policy_pack=policies))
    unchanged = []
    for deployment, outcome in zip(begun, outcomes, strict=True):
        if outcome.succeeded and not outcome.changed:
            say(f"stack {deployment.stack}: {counted(outcome.changes)}, policy pack passed")
            tell_findings(deployment.config, outcome, on, policies.parent)
            unchanged.append(deployment)
    return [deployment for deployment in environment.deployments if deployment not in unchanged]


def _bring_up(deployment: Deployment, *, policies: pathlib.Path, on: date) -> Outcome:
    """Bring one stack up, telling what happens."""
    stack = deployment.stack
    outcome = deployment.engine.up(stack, policy_pack=policies, on_event=partial(tell, stack))
    tell_findings(deployment.config, outcome, on, policies.parent)
    if not outcome.succeeded:
        tell_failure(stack, outcome)
    else:
        say(f"stack {stack}: {counted(outcome.changes)}")
    return outcome


def _listed(deployments: Sequence[Deployment]) -> str:
    names = [deployment.stack for deployment in deployments]
    return f"stack{'' if len(names) == 1 else 's'} {', '.join(names)}"


def judge(environment: Environment) -> int:
    """Read back what is up, print who can read what, and return 1 if that isn't what the plans intend."""
    gc.disable()  # what is read lives to the end
    configs = [deployment.config for deployment in environment.deployments]
    found = read_back(environment.running, configs)
    estate = read_estate(found, "embedded AWS")
    show(PreparedEstate(estate), readers_of(map(plan_stack, configs)))
    tell_costs(configs)
    comparison = compare(intended_access(*configs), estate)
    for difference in comparison.differences:
        say(f"access: {difference}")
    strayed = [line for lines in together(environment.deployments, partial(drifted, found=found)) for line in lines]
    for line in on_terminal(strayed):
        say(f"drift: {line}")
    if not comparison.equal:
        say("access: what is up isn't what the plan intends; nothing was rolled back")
    else:
        say(f"access: exactly what the plan intends ({comparison.cells} columns, counted for each reader)")
    if strayed:
        say("drift: what is up isn't what the stacks declare; `make down`, then `make up` makes it anew")
    return 0 if comparison.equal and not strayed else 1


def drifted(deployment: Deployment, found: dict[str, Json]) -> list[str]:
    """Return in what a stack's account isn't what the stack declares, a line each."""
    declared = estate_of(as_asked_for(deployment.engine.export(deployment.stack)), f"stack {deployment.stack}")
    return [f"{deployment.stack}: {one}" for one in drift(declared, found, deployment.config.account)]


def read_back(running: RunningAws, configs: Sequence[StackConfig]) -> dict[str, Json]:
    """
    Return the lakes' accounts as an estate, with the accounts whose roles they give something: theirs say more.

    The embedded AWS is in no organization, so which one its accounts stand in for, configuration says.
    """
    # Lake Formation tells everything only to a data lake administrator, which the deployer is.
    readers: dict[tuple[str, str], str | None] = {
        (persona.role.account, config.region): None for config in configs for persona in config.personas if persona.role
    }
    readers.update({(config.account, config.region): config.deployer for config in configs})
    accounts = [
        (account, read_account(running.session(account, region, role), account, region))
        for (account, region), role in sorted(readers.items())
    ]
    return merged([*accounts, *_organizations(configs)])


def _organizations(configs: Sequence[StackConfig]) -> Iterator[tuple[str, dict[str, Json]]]:
    for config in configs:
        organization = plan_stack(config).lake.organization
        if organization is not None:
            yield config.stack, {"version": VERSION, "organization": cast("Json", organization), "accounts": {}}


def show(prepared: PreparedEstate, readers: tuple[str, ...]) -> None:
    """Print who reads which columns of which table, and where each door to each table stands for the readers."""
    found = matrix(prepared)
    reads = tuple(row for row in found.rows if row.path in {Path.LAKE_FORMATION, Path.IAM})
    click.echo(render_matrix(replace(found, principals=readers, rows=reads), "text"))
    click.echo(render_doors(doors(prepared, readers)))
    click.echo(f"More, with the reasons: .venv/bin/lakeward matrix stack:{STACK}, .venv/bin/lakeward explain --help")


def readers_of(plans: Iterable[Plan]) -> tuple[str, ...]:
    """Return the ARNs of the roles that the plans' personas and tenants work as, sorted."""
    kinds = PersonaRoleArgs | ExternalPersonaArgs | TenantRoleArgs
    found = {declaration.arn for plan in plans for declaration in plan.declarations if isinstance(declaration, kinds)}
    return tuple(sorted(found))


@click.command()
@click.option("--provider", type=click.Choice([p.value for p in Provider]), default=Provider.STAND_IN.value)
@on_day
def main(provider: str, on: date) -> None:
    """Bring the stacks of environment dev up on the embedded AWS."""
    sys.exit(command.run("up", lambda: up(pathlib.Path.cwd(), Provider(provider), on)))


if __name__ == "__main__":
    main()
