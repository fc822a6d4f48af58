"""`python -m benchmarks`: measure, print, and fail where something takes longer than it should."""

from __future__ import annotations

import sys
from itertools import chain

from benchmarks import silos, up
from local import command
from local.progress import say


def bench() -> int:
    """Print each figure on a line; return 1 if one is over its limit."""
    code = 0
    for what, seconds, limit in chain(silos.measure(), up.measure()):
        over = seconds > limit
        code = code or int(over)
        print(f"{what}: {seconds:.1f} s (at most {limit:.0f} s)", flush=True)  # noqa: T201 - what was asked for
        if over:
            say(f"bench: {what} takes longer than it should")
    return code


if __name__ == "__main__":
    sys.exit(command.run("bench", bench))
