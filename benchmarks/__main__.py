"""`python -m benchmarks`: measure, print, and fail where something takes longer than it should."""

from __future__ import annotations

import sys
from itertools import chain

from benchmarks import decisions, silos, tenants, up, whole_matrix
from local import command
from local.progress import say


def bench() -> int:
    """Print each figure on a line; return 1 if one misses its goal."""
    code = 0
    for figure in chain.from_iterable(part.measure() for part in (whole_matrix, decisions, silos, tenants, up)):
        print(figure, flush=True)  # noqa: T201 - what was asked for
        if not figure.is_reached:
            code = 1
            say(f"bench: {figure.what}: the goal isn't reached")
    return code


if __name__ == "__main__":
    sys.exit(command.run("bench", bench))
