"""`python -m local.toolchain`: provide the CLI, and print where it is."""

from __future__ import annotations

import sys

from lakeward.errors import LakewardError
from local.progress import say
from local.toolchain import provide

if __name__ == "__main__":
    try:
        cli = provide()
    except LakewardError as error:
        for line in error.lines():
            say(f"toolchain: {line}")
        sys.exit(error.exit_code)
    sys.stdout.write(f"{cli.pulumi}\n")
