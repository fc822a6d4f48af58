"""A delivery as a process: whom it asks, what it tells when it ends, and with which exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from lakeward.errors import OutsideServiceError
from local.command import ended


def run(target: str, action: Callable[[], int]) -> int:
    """Run a target with the user's own environment and return its exit code."""
    return ended(target, action, f"interrupted; what was under way is finished and recorded, `make {target}` goes on")


def asking(*, yes: bool) -> Callable[[str], bool]:
    """Return how a target's question is answered: at the terminal, or by whoever has said yes to all of them."""
    return (lambda _question: True) if yes else confirmed


def confirmed(question: str) -> bool:
    """
    Ask at the terminal.

    Raises:
        OutsideServiceError: nobody is there.

    """
    if not sys.stdin.isatty():
        raise OutsideServiceError("nobody is there to be asked; add YES=1 where that is meant")
    return click.confirm(question)
