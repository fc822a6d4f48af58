"""Part `comparison`: stack `dev` is brought up, and everything that it declares is spoiled behind its back."""

from __future__ import annotations

from pathlib import Path

from lakeward.estate.sources import as_asked_for, estate_of
from lakeward.reports import drift
from local.toolchain import provide
from tests.engine.conftest import deployed_in
from tests.soak.mutations import Spoiler, judge
from tests.soak.part import Figure


def run(size: float, folder: Path) -> Figure:
    """Spoil every grant, tag, filter, setting, statement and more; at a size below 1 that share of them."""
    with deployed_in(folder, provide()) as deployment:
        outcome = deployment.up()
        if not outcome.succeeded:
            return Figure(outcome.output, ("`up` failed",))
        declared = estate_of(as_asked_for(deployment.engine.export("dev")), "stack dev")
        spoiler = Spoiler(deployment.session(), deployment.account, deployment.region, declared)
        every = list(spoiler.mutations())
        tried = every[:: max(1, round(1 / size))]

        def look() -> list[str]:
            return [str(one) for one in drift(declared, deployment.read_back(), deployment.account)]

        verdict = judge(tried, look)
    told = f"{verdict.named} of {len(tried) - len(verdict.refused)} mutations named, {len(verdict.refused)} refused"
    failures = [f"not named: {one}" for one in verdict.unnamed]
    if len(verdict.refused) * 10 > len(tried):
        failures.extend(f"AWS refuses too many of them: {one}" for one in verdict.refused)
    return Figure(told, tuple(failures))
