"""`python -m local.down`: stop the embedded AWS. What it held is gone with it."""

from __future__ import annotations

import sys
from pathlib import Path

from local import command
from local.aws import server
from local.deployment import FOLDER
from local.progress import say


def down(project: Path) -> int:
    """Stop the clone's embedded AWS, if it runs."""
    stopped = server.stop(project / FOLDER / "aws")
    say(f"embedded AWS: {'stopped' if stopped else 'none runs'}")
    return 0


if __name__ == "__main__":
    sys.exit(command.run("down", lambda: down(Path.cwd())))
