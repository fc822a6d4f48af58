"""`lakeward check`: judge a stack's configuration without the engine or AWS."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from lakeward.config import StackConfig, load, load_bytes
from lakeward.errors import ConfigurationError, Problem, UsageError
from lakeward.exemptions import fault_of
from lakeward.on_day import on_day
from lakeward.plan import plan_stack
from lakeward.plan.costs import tenant_costs
from lakeward.reports.tenant_costs import render_tenant_costs


@click.command("check")
@click.argument("config")
@click.option("--stack", metavar="NAME", help="The stack's name, where the file isn't called Pulumi.<stack>.yaml.")
@on_day
def command(config: str, stack: str | None, on: date) -> None:
    """
    Validate a stack's configuration, CONFIG: Pulumi.<stack>.yaml, or - for standard input.

    Prints every error at once, one line each: where it is, what is wrong, what would be right. Where nothing is wrong:
    what there is, and what its tenants cost.
    """
    found = _from_standard_input(stack) if config == "-" else load(Path(config), stack)
    _hold_exemptions_to(on, found)
    # Only the finished documents can be too long, and only what is declared too many.
    plan = plan_stack(found)
    tables = [table for database in found.databases for table in database.tables]
    counts = {"zone": found.zones, "database": found.databases, "table": tables, "persona": found.personas}
    held = ", ".join(f"{len(things)} {noun}{'' if len(things) == 1 else 's'}" for noun, things in counts.items())
    click.echo(f"{config}: stack {found.stack} of {found.account}/{found.region} is well formed: {held}")
    if found.exemptions:
        click.echo(f"exemptions: {len(found.exemptions)}, in force on {on}")
    if costs := tenant_costs(found, plan):
        click.echo(render_tenant_costs(costs))


def _hold_exemptions_to(day: date, config: StackConfig) -> None:
    faults = (
        (f"lakeward:exemptions ({exemption.rule} for {exemption.resource})", fault_of(exemption, day))
        for exemption in config.exemptions
    )
    remedy = "repair what it exempts and remove it, or renew it with a day at most 90 days ahead"
    if problems := [Problem(path, fault, remedy) for path, fault in faults if fault]:
        raise ConfigurationError(problems)


def _from_standard_input(stack: str | None) -> StackConfig:
    if stack is None:
        raise UsageError("--stack", "standard input doesn't say which stack it is", "give its name")
    return load_bytes(sys.stdin.buffer.read(), "-", stack, Path.cwd())
