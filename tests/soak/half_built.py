"""
The toolchain, killed while it is built and spoiled once it is: the next `make toolchain` has a whole one.

It is built as ever, from the user's own modules and build cache, into a cache of CLIs of its own.
"""

from __future__ import annotations

import filecmp
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from local.progress import say
from local.toolchain.build import Build
from local.toolchain.cache import Cache

_PROGRAM = """
import sys
from pathlib import Path
from local.toolchain.build import Build
from local.toolchain.cache import Cache
build = Build(Cache(Path(sys.argv[1])))
print((build.cached() or build.build()).pulumi)
"""
_POINTS: tuple[tuple[str, float, int], ...] = (
    ("building", 0.0, signal.SIGKILL),
    ("fetching", 0.0, signal.SIGKILL),
    ("fetching", 2.0, signal.SIGKILL),
    ("fetching", 4.0, signal.SIGKILL),
    ("fetching", 2.0, signal.SIGINT),
)
"""After which word of its progress, how many seconds later, with which signal."""


def run(folder: Path) -> tuple[int, list[str]]:
    """Return how many times a toolchain was left half-built, and what is wrong."""
    folder.mkdir(parents=True)
    reference = Build(Cache(folder / "reference")).build().pulumi.parent
    wrong: list[str] = []
    tried = 0
    for name, cache in _half_built(folder, reference):
        found = _built(cache, reference)
        say(f"killed: toolchain {name}: {'FAILED' if found else 'converged'}")
        wrong += [f"toolchain {name}: {line}" for line in found]
        tried += 1
    return tried, wrong


def _half_built(folder: Path, reference: Path) -> Iterator[tuple[str, Path]]:
    """Yield what happened to a toolchain, and the cache that it has left."""
    for number, (word, seconds, with_signal) in enumerate(_POINTS):
        cache = folder / f"killed-{number}"
        left = _killed(cache, word, seconds, with_signal)
        yield f"{signal.Signals(with_signal).name} {seconds} s after {word} ({left})", cache
    for name, spoil in _SPOILS.items():
        cache = folder / name
        shutil.copytree(reference.parent, cache)
        spoil(cache / reference.name)
        yield name, cache


def _started(cache: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # this interpreter, own module
        [sys.executable, "-c", _PROGRAM, str(cache)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _killed(cache: Path, word: str, seconds: float, with_signal: int) -> str:
    """Build, and kill it; say what is in the cache then."""
    with _started(cache) as process:
        for line in process.stderr or ():
            if word in line:
                break
        time.sleep(seconds)
        process.send_signal(with_signal)
        process.communicate()
    return f"exit {process.returncode}, {len(_drafts(cache))} drafts left"


def _built(cache: Path, reference: Path) -> list[str]:
    """Return what is wrong with the toolchain that the next run makes."""
    with _started(cache) as process:
        printed, told = process.communicate()
    if process.returncode:
        return [f"ends with {process.returncode}: {told[-600:]}"]
    entry = Path(printed.strip()).parent
    names = sorted(file.name for file in reference.iterdir() if file.name != "manifest.json")
    _, differing, missing = filecmp.cmpfiles(reference, entry, names, shallow=False)
    wrong = [f"{name} isn't as it was built undisturbed" for name in (*differing, *missing)]
    wrong += [f"{draft.name} is left" for draft in _drafts(cache)]
    return wrong + [f"process {pid} is left at work" for pid in _at_work(cache)]


def _drafts(cache: Path) -> list[Path]:
    return [entry for entry in cache.glob(".*") if entry.is_dir()]


def _at_work(cache: Path) -> list[int]:
    """Return the processes that still build into a cache."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(cache) in command:
                found.append(int(entry.name))
    return found


def _halve(entry: Path) -> None:
    with (entry / "pulumi").open("r+b") as file:
        file.truncate((entry / "pulumi").stat().st_size // 2)


_SPOILS: dict[str, Callable[[Path], None]] = {
    "halved": _halve,
    "without its language host": lambda entry: (entry / "pulumi-language-python").unlink(),
    "without its manifest": lambda entry: (entry / "manifest.json").unlink(),
    "with half a manifest": lambda entry: (entry / "manifest.json").write_text('{"pulumi": {"sha'),
}
