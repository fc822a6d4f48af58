"""
Many tenants: what stack `dev` declares with 50, 100 and 200 of them, 100 tables of each one's own and 3 they share.

Each is declared offline by a process of its own, `python -m benchmarks.tenants NUMBER`: no engine, no AWS.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figure import Figure
from lakeward.config import parse
from lakeward.errors import OutsideServiceError
from lakeward.plan import plan_stack
from lakeward.plan.costs import tenant_costs
from lakeward.reports.tenant_costs import render_tenant_costs
from local.recorder import record

_ROOT = Path(__file__).parents[1]

NUMBERS = (50, 100, 200)
OWN_TABLES = 100
SHARED_TABLES = 3

_GRANT = "aws:lakeformation/permissions:Permissions"


def measure() -> Iterator[Figure]:
    """Yield the time to declare each number of tenants, and how it grows from the fewest to the most."""
    took = {}
    for number in NUMBERS:
        declared = _declared(number)
        took[number] = declared["processor_seconds"] / declared["resources"]
        yield Figure(
            f"declaring {number} tenants, {OWN_TABLES} tables of each and {SHARED_TABLES} shared",
            "s",
            declared["seconds"],
            at_most=1.5 * number,
            note="; ".join((f"{declared['resources']} resources, {declared['grants']} grants", *declared["costs"])),
        )
    fewest, *_, most = NUMBERS
    yield Figure(
        f"its processor time for each resource, with {most} tenants against {fewest}",
        "times",
        took[most] / took[fewest],
        at_most=1.5,
    )


def _declared(number: int) -> Mapping[str, Any]:
    done = subprocess.run(  # noqa: S603 - this interpreter, own module
        [sys.executable, "-m", "benchmarks.tenants", str(number)],
        cwd=_ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode != 0:
        raise OutsideServiceError(f"declaring {number} tenants failed: {done.stderr.strip().splitlines()[-1:]}")
    declared: dict[str, Any] = json.loads(done.stdout)
    return declared


def declare(number: int) -> Mapping[str, Any]:
    """Declare a number of tenants; return what it took, how many resources and grants there are, and what they cost."""
    config = configuration(number)
    begin, begin_processor = time.monotonic(), time.process_time()
    resources = record(_ROOT, "dev", config)["resources"]
    seconds, processor_seconds = time.monotonic() - begin, time.process_time() - begin_processor
    stack = parse({key: value for key, value in config.items() if key.startswith("lakeward:")}, "dev")
    costs = tenant_costs(stack, plan_stack(stack))
    return {
        "seconds": seconds,
        "processor_seconds": processor_seconds,
        "resources": len(resources),
        "grants": sum(resource["type"] == _GRANT for resource in resources),
        "costs": render_tenant_costs(costs).splitlines() if costs else [],
    }


def configuration(number: int) -> dict[str, Any]:
    """Return the configuration of stack `dev` with this many tenants and many tables."""
    config: dict[str, Any] = yaml.safe_load((_ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    config["lakeward:tenancy"]["tenants"] = [{"id": f"tenant{position}"} for position in range(number)]
    for database in config["lakeward:databases"]:
        wanted = {"bridge": OWN_TABLES, "pool": SHARED_TABLES}.get(database.get("isolation"))
        if wanted:
            (table,) = database["tables"]
            database["tables"] = [_another(table, position) for position in range(wanted)]
    return config


def _another(table: Mapping[str, Any], position: int) -> dict[str, Any]:
    return {
        **copy.deepcopy(dict(table)),
        "name": f"{table['name']}{position}",
        "path": f"{table['path']}{position}",
    }


if __name__ == "__main__":
    print(json.dumps(declare(int(sys.argv[1]))))  # noqa: T201 - what was asked for
