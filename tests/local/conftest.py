from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def eventually() -> Callable[..., bool]:
    """Waits until something is true, and says whether it became so."""

    def wait(true: Callable[[], object], seconds: float = 60.0) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if true():
                return True
            time.sleep(0.05)
        return False

    return wait


@pytest.fixture(scope="session")
def gone() -> Callable[[int], bool]:
    """Says whether a process is gone. An orphan that nobody reaps is gone too."""

    def is_gone(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        status = Path("/proc", str(pid), "stat")
        return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"

    return is_gone
