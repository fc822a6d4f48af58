"""
Part `hostile`: the life of a stack on an AWS with all the troubles it can make, ten times in a row.

The whole stack `dev`: a first `up`, a change, two looks that find nothing to do, and `destroy`. Every round has a seed
of its own.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from lakeward.estate.sources import as_asked_for, estate_of
from lakeward.reports import drift
from local.aws import server
from local.toolchain import Cli, provide
from tests.engine.conftest import deployed_in
from tests.soak.part import Figure

ROUNDS = 10
CHANGE = {
    "name": "second-analyst",
    "trust": {"saml": "arn:aws:iam::100000000001:saml-provider/corporate"},
    "queries": True,
    "grants": [{"database": "secure-db", "table": "secure_dl_encrypted_data", "columns": ["count"]}],
}


def run(size: float, folder: Path) -> Figure:
    """Live through the rounds, and stop at the first that fails: its seed tells it again."""
    cli = provide()
    rounds = max(1, round(ROUNDS * size))
    begin = random.SystemRandom().randrange(2**31)
    for number in range(rounds):
        failures = _round(cli, folder / str(number), begin + number)
        if failures:
            return Figure(f"{number} of {rounds} rounds passed, the next has seed {begin + number}", tuple(failures))
    return Figure(f"{rounds} of {rounds} rounds passed, seeds from {begin}")


def _round(cli: Cli, folder: Path, seed: int) -> list[str]:
    folder.mkdir(parents=True)
    server.start(folder / "aws", hostile=seed)
    with deployed_in(folder, cli) as deployment:
        _configured(deployment, None)
        steps = (("up", {}), ("changed", {"change": True}), ("again", {}), ("looked", {"refresh": True}))
        for name, options in steps:
            if options.pop("change", False):
                _configured(deployment, lambda config: config["lakeward:personas"].append(CHANGE))
            outcome = deployment.engine.up("dev", policy_pack=deployment.policies, **options)
            if not outcome.succeeded:
                return [f"{name}: {outcome.errors or outcome.output}"]
            if name in {"again", "looked"} and outcome.changed:
                return [f"{name}: {step.op} {step.type} {step.name}" for step in outcome.changed]
            wrong = [f"{name}: {line}" for line in (*deployment.differences(), *_strayed(deployment))]
            if wrong:
                return wrong
        outcome = deployment.engine.destroy("dev")
        return [] if outcome.succeeded else [f"destroy: {outcome.errors or outcome.output}"]


def _strayed(deployment: Any) -> list[str]:
    declared = estate_of(as_asked_for(deployment.engine.export("dev")), "stack dev")
    return [str(one) for one in drift(declared, deployment.read_back(), deployment.account)]


def _configured(deployment: Any, change: Any) -> None:
    """Change the configuration once, and make what it expects until AWS lets it."""
    while not _let(deployment, change):
        change = None
        time.sleep(0.5)


def _let(deployment: Any, change: Any) -> bool:
    try:
        deployment.configure(change)
    except ClientError:
        return False
    return True
