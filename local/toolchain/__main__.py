"""`python -m local.toolchain`: provide the CLI, and print where it is."""

from __future__ import annotations

import sys

from local import command
from local.toolchain import provide


def _tell() -> int:
    sys.stdout.write(f"{provide().pulumi}\n")
    return 0


if __name__ == "__main__":
    sys.exit(command.run("toolchain", _tell))
