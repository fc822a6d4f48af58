"""The main job, with the toolchain cached: a first `make up`, and a second that changes nothing."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

from benchmarks.clone import fresh_clone
from benchmarks.figure import Figure
from lakeward.errors import OutsideServiceError
from local.deployment import Provider
from local.up import up


def measure() -> Iterator[Figure]:
    """Yield how long the first and the second `make up` take."""
    with fresh_clone() as clone:
        yield Figure("first `make up`", "s", _seconds(clone), at_most=90)
        yield Figure("second `make up`", "s", _seconds(clone), at_most=20)


def _seconds(clone: Path) -> float:
    begin = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        code = up(clone, Provider.STAND_IN, datetime.now(timezone.utc).date())
    if code != 0:
        raise OutsideServiceError("`make up` failed; what it said stands above")
    return time.monotonic() - begin
