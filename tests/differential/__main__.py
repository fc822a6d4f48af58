"""
The long form of the differential test: `python -m tests.differential` from the project's root.

Compares 100,000 generated cases, or as many as asked for, and prints what differs, made small. Exit codes: 0 all
agree, 1 some differ without a reason or the generator has lost a property, 2 Node.js or npm is missing.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor

import click

from tests.differential.comparison import Tally, compare, shrink
from tests.differential.generator import cases
from tests.differential.simulator import Simulator, SimulatorMissingError, install

MOST_COVERED = 0.01
"""The largest part of the cases that deviations may cover together."""
LEAST_ALLOWED, MOST_ALLOWED = 0.25, 0.45
_PART = 5000
_SHOWN = 10


@click.command()
@click.option("--cases", "count", type=click.IntRange(min=1), default=100_000, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="Another seed, other cases.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Simulators at once.")
def main(count: int, seed: int, jobs: int) -> None:
    """Compare the access model with the public simulator."""
    try:
        install()
    except SimulatorMissingError as error:
        click.echo(f"differential: {error}", err=True)
        sys.exit(2)
    started = time.perf_counter()
    tally = Tally()
    parts = [(first, min(_PART, count - first), seed) for first in range(0, count, _PART)]
    with ProcessPoolExecutor(jobs) as pool:
        for part in pool.map(_compare_part, parts):
            tally.merge(part)
            click.echo(f"\r{tally.cases:,} of {count:,} cases", nl=False, err=True)
    click.echo(err=True)
    click.echo(report(tally, time.perf_counter() - started))
    _print_unexplained(tally)
    is_rich = LEAST_ALLOWED <= tally.allowed <= MOST_ALLOWED and tally.covered <= MOST_COVERED * tally.cases
    sys.exit(0 if is_rich and not tally.unexplained else 1)


def report(tally: Tally, seconds: float) -> str:
    """Return the figures of a run, one a line."""
    ours, theirs = tally.cases / tally.our_seconds, tally.cases / tally.their_seconds
    lines = [
        f"cases: {tally.cases:,} in {seconds:.0f} s",
        f"allowed: {tally.allowed:.1%}",
        f"unexplained differences: {len(tally.unexplained)}",
        f"covered by deviations: {tally.covered:,} ({tally.covered / tally.cases:.2%})",
        *(f"  {rule}: {count:,} covered" for rule, count in sorted(tally.covered_by.items())),
        *(f"  {rules}: {count:,} differ" for rules, count in sorted(tally.differing.items())),
        f"cases a second, in one process each: model {ours:,.0f}, simulator {theirs:,.0f}",
    ]
    return "\n".join(lines)


def _compare_part(part: tuple[int, int, int]) -> Tally:
    first, count, seed = part
    with Simulator() as simulator:
        return compare(cases(count, seed, first), simulator)


def _print_unexplained(tally: Tally) -> None:
    if not tally.unexplained:
        return
    with Simulator() as simulator:
        for outcome in tally.unexplained[:_SHOWN]:
            click.echo(shrink(outcome, simulator).text)


if __name__ == "__main__":
    main()
