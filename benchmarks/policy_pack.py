"""The policy pack on stack `dev`: what it adds to a first preview by the real engine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.clone import ROOT, fresh_clone
from benchmarks.figure import Figure
from lakeward.errors import OutsideServiceError
from local.deployment import Deployment, Provider, prepare
from policies.pack import RULES

_SECONDS_OF_400 = 1
RUNS = 3
"""Of each kind, one after the other, so that what else the machine does meets both."""


def measure() -> Iterator[Figure]:
    """Yield how much longer a preview takes with the pack than without it: the difference of the fastest of each."""
    with fresh_clone() as clone:
        central = prepare(clone, Provider.STAND_IN, datetime.now(timezone.utc).date()).central
        bare, judged = [], []
        for _ in range(RUNS):
            bare.append(_preview(central, None))
            judged.append(_preview(central, ROOT / "policies"))
    resources = judged[0][1]
    without, under = (min(seconds for seconds, _ in runs) for runs in (bare, judged))
    yield Figure(
        f"policy pack over a preview of {resources} resources",
        "s",
        max(under - without, 0.01),
        at_most=_SECONDS_OF_400 * resources / 400,
        note=f"{len(RULES)} rules; {without:.1f} s without",
    )


def _preview(deployment: Deployment, pack: Path | None) -> tuple[float, int]:
    begin = time.monotonic()
    outcome = deployment.engine.preview(deployment.stack, policy_pack=pack)
    took = time.monotonic() - begin
    if not outcome.succeeded:
        raise OutsideServiceError(f"the preview failed: {outcome.output}")
    return took, sum(outcome.changes.values())
