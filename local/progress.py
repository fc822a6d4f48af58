"""What `make` targets tell the person who waits: one line a step, on standard error."""

from __future__ import annotations

import sys


def say(line: str) -> None:
    """Tell one line at once."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the one place that prints progress
