"""
The user's cache of CLIs, shared by all clones.

INVARIANT: an entry that has its final name is whole. It is made in a draft folder beside it, with a manifest of every
file's sha256, and renamed into place under a lock. Each use compares every file with its sha256, which takes a third of
a second: whoever runs a CLI runs the one that was made.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local.progress import say
from local.toolchain.versions import VERSION

_MANIFEST = "manifest.json"


def default_folder() -> Path:
    """Return `${XDG_CACHE_HOME:-~/.cache}/lakeward/toolchain/<version>`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # A relative one is to be ignored (XDG base directory specification).
    root = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return root / "lakeward" / "toolchain" / VERSION


class Cache:
    """One folder of entries, each a folder of executables."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, name: str) -> Path | None:
        """Return an entry's folder if it is there and every file is as it was made; say so if one isn't."""
        entry = self.folder / name
        if not entry.exists():
            return None
        damage = _damage(entry)
        if damage is None:
            return entry
        say(f"toolchain: {entry} is damaged ({damage}): making it anew")
        return None

    def put(self, name: str, make: Callable[[Path], None]) -> Path:
        """
        Return an entry, letting `make` fill an empty folder for it if it isn't there or is damaged.

        One process makes; others that want the same wait, and find it made. What `make` raises leaves nothing behind.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone(name):
            found = self.find(name)
            if found is not None:
                return found
            # Of whoever was killed in the middle: nobody else makes this one now.
            for left in self.folder.glob(f".{name}.*"):
                if left.is_dir():
                    shutil.rmtree(left, ignore_errors=True)
            draft = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=self.folder))
            try:
                make(draft)
                manifest = {file.name: {"sha256": _sha256(file)} for file in sorted(draft.iterdir())}
                (draft / _MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
                entry = self.folder / name
                shutil.rmtree(entry, ignore_errors=True)
                draft.rename(entry)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
            return entry

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self.folder / f".{name}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("toolchain: another process is making the same; waiting for it")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(1024 * 1024):
            digest.update(chunk)
    return digest.hexdigest()


def _damage(entry: Path) -> str | None:
    """Say what is wrong with an entry."""
    try:
        manifest = json.loads((entry / _MANIFEST).read_text())
        if {file.name for file in entry.iterdir()} != {*manifest, _MANIFEST}:
            return "its manifest names other files"
        for name, made in manifest.items():
            if _sha256(entry / name) != made["sha256"]:
                return f"{name} has changed"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        return str(problem)
    return None
