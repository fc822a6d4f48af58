"""The main job, with the toolchain cached: a first `make up`, and a second that changes nothing."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from lakeward.errors import OutsideServiceError
from local.aws import server
from local.deployment import FOLDER, Provider
from local.up import up

_ROOT = Path(__file__).parents[1]


def measure() -> Iterator[Figure]:
    """Yield how long the first and the second `make up` take."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder)
        stacks = (path.name for path in _ROOT.glob("Pulumi.dev*.yaml"))
        for name in ("Pulumi.yaml", "__main__.py", "build", "policies", *stacks):
            (clone / name).symlink_to(_ROOT / name)
        (clone / ".venv").symlink_to(sys.prefix)
        try:
            yield Figure("first `make up`", "s", _seconds(clone), at_most=90)
            yield Figure("second `make up`", "s", _seconds(clone), at_most=20)
        finally:
            server.stop(clone / FOLDER / "aws")


def _seconds(clone: Path) -> float:
    begin = time.monotonic()
    with contextlib.redirect_stdout(io.StringIO()):
        code = up(clone, Provider.STAND_IN)
    if code != 0:
        raise OutsideServiceError("`make up` failed; what it said stands above")
    return time.monotonic() - begin
