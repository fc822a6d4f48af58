"""Other programs of ours, run as children: they print a document, or say line by line what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from lakeward.errors import EstateError, OutsideServiceError, Problem

_BAD_INPUT = 2
"""The exit code that says: what was given is wrong, and the lines on standard error tell how."""


def printed_by(
    module: str, *arguments: str, source: str, folder: Path | None = None, environment: Mapping[str, str] = os.environ
) -> bytes:
    """
    Return what a module prints when it is run.

    Args:
        module: As after `python -m`, found from `folder`.
        arguments: What follows it; no shell reads them.
        source: What errors call it.
        folder: Where it runs; here, unless given.
        environment: All the variables that it sees.

    Raises:
        EstateError: It found its input wrong: its own lines.
        OutsideServiceError: It failed: the last thing it said.

    """
    finished = subprocess.run(  # noqa: S603  # the interpreter that runs this, and a module of ours
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = [line.strip() for line in finished.stderr.decode(errors="replace").splitlines() if line.strip()]
    if finished.returncode == 0:
        return finished.stdout
    if finished.returncode == _BAD_INPUT and said:
        raise EstateError([_problem(line, source) for line in said])
    last = said[-1] if said else "it said nothing"
    raise OutsideServiceError(f"{source}: `{module}` failed with exit code {finished.returncode}: {last}")


def _problem(line: str, source: str) -> Problem:
    """Take an error line apart into where, what and what instead, as `Problem` spells it."""
    place, separator, rest = line.partition(": ")
    problem, divider, remedy = (rest if separator else line).rpartition("; ")
    return Problem(place if separator else source, problem if divider else remedy, remedy if divider else "correct it")
