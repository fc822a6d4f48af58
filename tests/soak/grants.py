"""Part `grants`: a thousand sequences of changes to grants, after each of which the rights are the plan's."""

from __future__ import annotations

import random
from pathlib import Path

from local.aws import server
from tests.soak.grant_sequences import Lake, run_sequence
from tests.soak.part import Figure

FULL = 1_000


def run(size: float, folder: Path) -> Figure:
    """Go through the sequences one after the other, from a new seed in every run."""
    begin = random.SystemRandom().randrange(2**32)
    wrong: list[str] = []
    sequences = max(1, round(FULL * size))
    try:
        lake = Lake(server.start(folder / "aws"))
        for number in range(sequences):
            wrong += run_sequence(lake, begin + number)
    finally:
        server.stop(folder / "aws")
    return Figure(f"{sequences} sequences run, {lake.applied} changes applied, seed {begin}", tuple(wrong))
