"""A delivery as a process: what it tells when it ends, and with which exit code."""

from __future__ import annotations

from collections.abc import Callable

from lakeward.errors import LakewardError
from local.command import INTERRUPTED
from local.progress import say


def run(target: str, action: Callable[[], int]) -> int:
    """Run a target with the user's own environment and return its exit code."""
    try:
        return action()
    except LakewardError as error:
        for line in error.lines():
            say(f"{target}: {line}")
        return error.exit_code
    except KeyboardInterrupt:
        say(f"{target}: interrupted; what was under way is finished and recorded, `make {target}` goes on")
        return INTERRUPTED
