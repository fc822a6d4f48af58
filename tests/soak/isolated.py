"""
Part `isolated`: what `make up` reaches on a machine whose owner has real credentials and proxies set.

The whole environment `dev` is brought up in a network namespace that has nothing but loopback, where every connection
and every datagram of every process is recorded, and the user's settings lead to traps.
"""

from __future__ import annotations

from pathlib import Path

from tests.local.confinement import UP_AND_DOWN, clone, missing, run_confined
from tests.soak.part import Figure


def run(_size: float, folder: Path) -> Figure:
    """Bring everything up; there is no smaller form of it."""
    if lacking := missing():
        return Figure("nothing was run", (lacking,))
    done = run_confined(UP_AND_DOWN, clone(folder / "clone"), folder / "outside")
    failures = [*done.left, *done.sprung]
    if done.exit_code:
        failures.append(f"it ended with {done.exit_code}: {done.told[-500:]}")
    return Figure(
        f"{done.programs} programs, {done.connections} connections on loopback, "
        f"calls that left the machine: {len(done.left)}, traps sprung: {len(done.sprung)}",
        tuple(failures),
    )
