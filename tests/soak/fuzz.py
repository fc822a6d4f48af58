"""Part `fuzz`: configurations changed along their schema and damaged in their bytes, ten thousand of them."""

from __future__ import annotations

import random
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.soak.configurations import answered, changed_along_the_schema, damaged, faults_of, refusals_of
from tests.soak.part import Figure

FULL = 10_000
DECLARED_EVERY = 20
"""Of the accepted ones each so manieth is declared and judged: that takes a hundred times as long."""


@dataclass
class Tally:
    """What came of some configurations."""

    tried: int = 0
    planned: int = 0
    judged: int = 0
    failures: list[str] = field(default_factory=list)

    def take(self, data: bytes) -> None:
        """Try one; what is wrong with its answer is kept with the configuration itself."""
        self.tried += 1
        try:
            answer = answered(data)
            wrong = faults_of(answer)
            if answer.plan is not None:
                self.planned += 1
                if self.planned % DECLARED_EVERY == 0:
                    self.judged += 1
                    wrong += refusals_of(data, answer.plan)
        except Exception:  # noqa: BLE001  # whatever is raised is what is looked for
            wrong = [traceback.format_exc()]
        self.failures += [f"{line}\n{data.decode(errors='backslashreplace')}" for line in wrong]


def run(size: float, _: Path) -> Figure:
    """Try them, all kinds alike, from a new seed in every run."""
    tally = Tally()
    begin = random.SystemRandom().randrange(2**32)

    @seed(begin)
    @settings(
        max_examples=max(1, round(FULL * size)),
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(changed_along_the_schema(), changed_along_the_schema(), damaged()))
    def attempt(data: bytes) -> None:
        tally.take(data)

    attempt()
    told = f"{tally.tried} configurations tried, {tally.planned} planned, {tally.judged} of these judged, seed {begin}"
    return Figure(told, tuple(tally.failures))
