"""A folder with a disk of its own, small enough to be filled: a file system in memory that only some processes see."""

from __future__ import annotations

import errno
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

MEGABYTES = 192
_BALLAST = "ballast"
_CHUNK = bytes(2**16)


class SmallDisk:
    """The disk as the processes outside see it, and the words with which a command is run inside."""

    def __init__(self, folder: Path, holder: int) -> None:
        self._holder = holder
        self.folder = Path(f"/proc/{holder}/root{folder}")

    def entering(self, directory: Path) -> list[str]:
        """Return what stands before a command that works in a directory, and sees the disk."""
        target = ("--target", str(self._holder), "--user", "--mount", "--preserve-credentials")
        return ["nsenter", *target, f"--wd={directory}"]

    def fill(self) -> None:
        """Leave no room at all."""
        with (self.folder / _BALLAST).open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(_CHUNK)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise

    def make_room(self) -> None:
        """Take away what `fill` has put there."""
        (self.folder / _BALLAST).unlink()


def possible() -> bool:
    """Whether this machine lets its users have one."""
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    asked = [*_UNSHARE, "mount", "-t", "tmpfs", "-o", "size=1m", "lakeward", "/tmp"]  # noqa: S108  # seen by nobody else
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Give a folder, made if needed, a disk that lasts as long as this context and what runs inside."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = f'mount -t tmpfs -o size={MEGABYTES}m lakeward "$1" && echo mounted && exec cat'
    with subprocess.Popen(
        [*_UNSHARE, "sh", "-c", mount, "sh", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        if _pipe(holder.stdout).readline() != "mounted\n":
            raise OSError(errno.EPERM, "no file system can be mounted here", str(folder))
        yield SmallDisk(folder.resolve(), holder.pid)
        _pipe(holder.stdin).close()


_UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
