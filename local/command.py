"""A `make` target as a process: what it tells when it ends, and with which exit code."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from lakeward.errors import LakewardError, quote
from local import disk
from local.progress import say

INTERRUPTED = 130


def run(target: str, action: Callable[[], int]) -> int:
    """
    Run a target and return its exit code: the action's own, or that of the error it met.

    SIGINT and SIGTERM both interrupt the action, also in a background job of a shell, where SIGINT starts out ignored.
    So does a terminal that closes, unless `nohup` says that it may.
    Whatever AWS settings the user has are left behind: these targets know the embedded AWS only.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    return ended(target, action, f"interrupted, nothing is left half-done; type `make {target}` to go on")


def ended(target: str, action: Callable[[], int], interrupted: str) -> int:
    """Carry an action out and return its exit code, telling the error it met, or `interrupted` where it was."""
    try:
        return action()
    except LakewardError as error:
        for line in error.lines():
            say(f"{target}: {line}")
        return error.exit_code
    except OSError as error:
        if not disk.is_full(error):
            raise
        where = quote(error.filename) if error.filename else "a file"
        full = disk.FullDiskError(f"{where}: its disk is full")
        say(f"{target}: {full}")
        return full.exit_code
    except KeyboardInterrupt:
        say(f"{target}: {interrupted}")
        return INTERRUPTED
