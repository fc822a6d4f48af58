"""Which CLI this project is tested with, and what a usable one is."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.259.0"
"""The version that is downloaded or built."""

TESTED = ">=3.259.0,<4"
"""The tested range, as people read it: `in_tested_range` decides it."""

COMPANIONS = ("pulumi-language-python", "pulumi-language-python-exec", "pulumi-resource-pulumi-python")
"""What lies beside `pulumi` for programs, policy packs and dynamic resources in Python."""

_SECONDS_TO_ANSWER = 60

_OLDEST = (3, 259, 0)
_FIRST_UNTESTED = (4, 0, 0)


@dataclass(frozen=True)
class Cli:
    """A CLI that can be driven."""

    pulumi: Path
    """The executable; its companions lie in the same folder."""
    version: str
    origin: str
    """`path`, `release` or `build`."""


def in_tested_range(version: str) -> bool:
    """Whether a version, as in `3.259.0`, is in the tested range. Pre-releases never are."""
    parts = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", version)
    return parts is not None and _OLDEST <= tuple(map(int, parts.groups())) < _FIRST_UNTESTED


def version_of(pulumi: Path) -> str | None:
    """Ask an executable for its version, as in `3.259.0`; `None` if it doesn't answer with one."""
    with tempfile.TemporaryDirectory() as home:
        try:
            answer = subprocess.run(  # noqa: S603 - the executable is the question
                [pulumi, "version"],
                env={"PATH": str(pulumi.parent), "HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_SECONDS_TO_ANSWER,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    found = re.fullmatch(r"v(\S+)", answer.stdout.strip())
    return found.group(1) if found and answer.returncode == 0 else None
