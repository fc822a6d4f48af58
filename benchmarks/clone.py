"""A clone of this repository that lasts as long as a measurement, with an embedded AWS of its own."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from local.aws import server
from local.deployment import FOLDER

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def fresh_clone() -> Iterator[Path]:
    """Yield the folder of a clone of which nothing is up; its AWS is stopped in the end."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder)
        stacks = (path.name for path in ROOT.glob("Pulumi.dev*.yaml"))
        for name in ("Pulumi.yaml", "__main__.py", "build", "policies", *stacks):
            (clone / name).symlink_to(ROOT / name)
        (clone / ".venv").symlink_to(sys.prefix)
        try:
            yield clone
        finally:
            server.stop(clone / FOLDER / "aws")
