"""
Makes the archive of a function, byte for byte the same from the same sources and lock, on every machine.

    python -m runtime.package broker        # runtime/broker → build/runtime/broker.zip

Entries are sorted, undated, of one mode and not compressed, as compression differs between versions of zlib. Left
out is what names the installing machine, and every service of botocore's but the function's own: they are four
fifths of the archive, and AWS takes 50 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from uv import find_uv_bin

PYTHON = "3.12"
PLATFORM = "aarch64-manylinux_2_28"
"""
What Lambda's `python3.12` on `arm64` runs: the function's declaration names the same, and a test holds them together.
"""

SERVICES = frozenset({"sts"})
"""The services whose description botocore needs."""

ROOT = Path(__file__).parents[1]

_NOT_THE_SAME_EVERYWHERE = frozenset({"INSTALLER", "RECORD", "REQUESTED", "direct_url.json"})
_UNDATED = (1980, 1, 1, 0, 0, 0)
_ORDINARY_FILE = 0o100644 << 16
_UNIX = 3


class PackagingError(Exception):
    """The archive can't be made; the message is the installer's own."""


def archive(function: str, target: Path) -> None:
    """
    Write the archive of a function.

    Args:
        function: the folder under `runtime/`.
        target: the file to write; it is replaced at once, never half.

    Raises:
        PackagingError: a requirement can't be had, or isn't what its hash says.

    """
    source = ROOT / "runtime" / function
    with tempfile.TemporaryDirectory() as folder:
        packages = Path(folder)
        _install(source / "requirements.lock", packages)
        entries = {path: (packages / path).read_bytes() for path in _shipped(packages)}
    for path in (ROOT / "runtime" / "__init__.py", *source.glob("*.py")):
        entries[path.relative_to(ROOT).as_posix()] = path.read_bytes()
    _write(entries, target)


def _install(lock: Path, packages: Path) -> None:
    command = [
        *(find_uv_bin(), "pip", "install", "--quiet", "--target", str(packages)),
        *("--python-version", PYTHON, "--python-platform", PLATFORM, "--only-binary", ":all:"),
        *("--no-deps", "--require-hashes", "--requirement", str(lock)),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603  # our own arguments
    if done.returncode != 0:
        raise PackagingError(done.stderr.strip())


def _shipped(packages: Path) -> Iterator[str]:
    for path in packages.rglob("*"):
        inside = PurePosixPath(path.relative_to(packages))
        if path.is_file() and not _left_out(inside):
            yield str(inside)


def _left_out(path: PurePosixPath) -> bool:
    if path.name == ".lock" or path.parts[0] == "bin" or "__pycache__" in path.parts:
        return True
    if path.parts[0].endswith(".dist-info"):
        return path.name in _NOT_THE_SAME_EVERYWHERE
    in_a_service = path.parts[:2] in {("botocore", "data"), ("boto3", "data")} and len(path.parts) > 3  # noqa: PLR2004
    return in_a_service and path.parts[2] not in SERVICES


def _write(entries: dict[str, bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    with ZipFile(unfinished, "w", ZIP_STORED) as file:
        for name in sorted(entries):
            entry = ZipInfo(name, _UNDATED)
            entry.create_system = _UNIX
            entry.external_attr = _ORDINARY_FILE
            file.writestr(entry, entries[name])
    unfinished.replace(target)


def main() -> int:
    """Write the archive of the function that is named."""
    parser = argparse.ArgumentParser(prog="python -m runtime.package", description=__doc__.strip().partition("\n")[0])
    parser.add_argument("function")
    function = parser.parse_args().function
    try:
        archive(function, ROOT / "build" / "runtime" / f"{function}.zip")
    except PackagingError as error:
        sys.stderr.write(f"runtime/{function}: can't be packaged: {error}\n")
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
