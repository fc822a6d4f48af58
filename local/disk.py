"""
Room on the disks that a run writes to: asked for before it begins, and watched while the engine records what it does.

The engine tries for half a minute to write a state that has no room, for each step under way, one after another.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from lakeward.errors import OutsideServiceError, quote

TO_BEGIN_BYTES = 128 * 1024**2
"""What a run may write, the bytecode of a fresh environment included."""
TO_GO_ON_BYTES = 16 * 1024**2
"""What the engine needs for its next states."""

_FULL = frozenset({errno.EDQUOT, errno.ENOSPC})


class FullDiskError(OutsideServiceError):
    """A disk has too little room left, or none."""

    def __init__(self, where: str) -> None:
        super().__init__(f"{where}: make room, and type the same again")


def free_bytes(folder: Path) -> int:
    """Return how much this user may still write where a folder is, or will be made."""
    return shutil.disk_usage(folder).free if folder.exists() else free_bytes(folder.parent)


def require(folder: Path, needed_bytes: int) -> None:
    """
    Ask for room where a folder is, or will be made.

    Raises:
        FullDiskError: there is less.

    """
    free = free_bytes(folder)
    if free < needed_bytes:
        raise FullDiskError(f"{quote(folder)}: its disk has {free >> 20} MB left, {needed_bytes >> 20} are needed")


def is_full(error: OSError) -> bool:
    """Whether that is what the system refused a write for."""
    return error.errno in _FULL
