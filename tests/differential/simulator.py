"""
The public simulator `@cloud-copilot/iam-simulate` as a separate process: JSON Lines in, JSON Lines out.

It is under the AGPL: npm installs it into the user's cache, pinned by `node/package-lock.json`; nothing of it is
kept in this repository or shipped.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from typing_extensions import Self

_NODE = Path(__file__).with_name("node")
_PINNED = ("package.json", "package-lock.json")
_SIMULATOR = "@cloud-copilot/iam-simulate"
_INSTALL_SECONDS = 300


class SimulatorMissingError(Exception):
    """Node.js or npm isn't on this machine."""


class Answer(msgspec.Struct):
    """What the simulator says to a case: a verdict, or the error for which it refuses the case."""

    id: str
    verdict: str = ""
    error: str = ""
    ignored: list[str] = msgspec.field(default_factory=list)
    """Condition keys it set aside because they don't come with the action."""


class Simulator:
    """
    A running simulator; a context manager.

    Raises:
        SimulatorMissingError: There is no Node.js or no npm.

    """

    def __init__(self) -> None:
        node = _program("node")
        self._decode = msgspec.json.Decoder(Answer).decode
        self._process = subprocess.Popen(
            [node, str(_NODE / "driver.mjs"), str(install())], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.stdin is not None and self._process.stdout is not None:
            self._process.stdin.close()
            self._process.stdout.close()
        self._process.wait()

    def answer(self, lines: Sequence[bytes]) -> list[Answer]:
        """Answer cases, each one line of JSON without its end."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:  # both were asked for
            raise AssertionError

        def write() -> None:
            stdin.write(b"".join(line + b"\n" for line in lines) + b"\n")
            stdin.flush()

        # Written beside the reading: either pipe may fill up.
        writer = threading.Thread(target=write)
        writer.start()
        answers = [self._decode(stdout.readline()) for _ in lines]
        writer.join()
        return answers


def install() -> Path:
    """Return the folder in which npm installed the pinned simulator; installs it where it isn't yet."""
    npm = _program("npm")
    pinned = json.loads((_NODE / "package.json").read_text(encoding="utf-8"))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lakeward" / "simulator"
    folder = cache / str(pinned["dependencies"][_SIMULATOR])
    if all(_same(_NODE / name, folder / name) for name in _PINNED):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        for name in _PINNED:
            shutil.copyfile(_NODE / name, fresh / name)
        subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=fresh,
            check=True,
            timeout=_INSTALL_SECONDS,
        )
        # Another worker may have been quicker: what it installed is the same.
        if folder.exists():
            folder.rename(Path(scratch) / "stale")
        fresh.rename(folder)
    return folder


def _same(pinned: Path, installed: Path) -> bool:
    return installed.exists() and installed.read_bytes() == pinned.read_bytes()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise SimulatorMissingError(f"`{name}` isn't on this machine: install Node.js 20 or newer, with npm")
    return found
