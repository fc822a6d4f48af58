"""A run of the engine, told to the person who waits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import click

from lakeward.config import StackConfig
from lakeward.errors import LakewardError
from lakeward.estate.sources.program import recorded
from lakeward.plan.endpoint_costs import cost_estimate
from lakeward.reports import findings_of, program_lines, render_costs, render_findings
from local.events import Event
from local.outcome import UNCHANGED, Outcome, step
from local.progress import say
from policies.pack import RULES

_DONE = {
    "create": "created",
    "delete": "deleted",
    "discard": "discarded",
    "import": "imported",
    "read": "read",
    "refresh": "refreshed",
    "replace": "replaced",
    "same": "unchanged",
    "update": "updated",
}


def counted(changes: Mapping[str, int], *, planned: bool = False) -> str:
    """Put the counts of operations into words, as in `3 created, 120 unchanged` or `3 to create`."""
    told = (
        f"{count} to {op}" if planned and op not in UNCHANGED else f"{count} {_DONE.get(op, op)}"
        for op, count in sorted(changes.items())
    )
    return ", ".join(told) or "nothing"


def tell(stack: str, event: Event) -> None:
    """Tell an event of a stack's run, if it is one to watch: a preview's summary, or a resource that has changed."""
    summary = event.get("summaryEvent")
    if summary is not None and summary["isPreview"] and summary["result"] == "succeeded":
        say(f"{stack}: previewed, policy pack passed: {counted(summary['resourceChanges'], planned=True)}")
    done = step(event)
    if done is not None and done.custom and not done.planned and done.op not in UNCHANGED:
        say(f"  {stack}: {_DONE.get(done.op, done.op)} {done.type} {done.name}")


def tell_planned(stack: str, preview: Outcome) -> None:
    """Print each resource that a preview would change; components, which only hold others, are left out."""
    for planned in preview.changed:
        if planned.custom:
            click.echo(f"{stack}: {planned.op} {planned.type} {planned.name}")


def tell_findings(config: StackConfig, outcome: Outcome, on: date, project: Path) -> None:
    """Tell what the policy pack found in a run of a project, and every exemption; nothing where there is neither."""
    found = findings_of(
        outcome.violations,
        RULES,
        stack=config.stack,
        on=on,
        exemptions=config.exemptions,
        sources=_lines(config.stack, project) if outcome.violations else None,
    )
    if found.findings or found.exemptions:
        for line in render_findings(found, "text").splitlines():
            say(line)


def _lines(stack: str, project: Path) -> dict[str, str]:
    """Return where the program declares what: the engine's events don't say, so that it is run again, offline."""
    try:
        return program_lines(json.loads(recorded(stack, project, f"stack {stack}")))
    except LakewardError:
        return {}


def tell_costs(configs: Iterable[StackConfig]) -> None:
    """Print what the endpoints of each stack cost, by its configuration's own prices."""
    for config in configs:
        if estimate := cost_estimate(config):
            click.echo(render_costs(estimate))


def tell_failure(stack: str, outcome: Outcome) -> None:
    """Tell what went wrong in a stack's run, beside the rules that were broken."""
    for told in outcome.errors:
        say(f"{stack}: {told}")
    if not outcome.violations and not outcome.errors:
        say(outcome.output)
