"""
Part `killed`: `make up` of the whole stack `dev`, cut short at some point, and what the next one makes of it.

Whoever is killed, and wherever: the next `make up` brings up exactly what is declared (it compares that itself, grant
by grant and statement by statement), prints the same matrix as a run that nobody disturbed, as many of each kind of
thing are there, and nothing is left running but the embedded AWS. Where it can't go on it says which command to type,
and that one does.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lakeward import config
from local.aws import server
from local.deployment import FOLDER
from local.progress import say
from local.up import read_back
from tests.soak import half_built
from tests.soak.part import Figure
from tests.soak.small_disk import SmallDisk, possible, small_disk

ROOT = Path(__file__).parents[2]
POINTS = 24
_MADE = ": created "
"""What `make up` tells of each resource that it has made."""
_FULL_DISKS = (0.0, 0.3, 0.7)
"""After which share of the resources a disk is full; 0: before the first."""
_LONGEST_ON_A_FULL_DISK_SECONDS = 30.0


def run(size: float, folder: Path) -> Figure:
    """Kill each victim in turn, at points spread over the whole `up`; then spoil what lies on the disk."""
    clone = _Clone(folder / "clone")
    expected = clone.up()
    if expected.code:
        return Figure("the first `make up` fails", (expected.told,))
    usual = _Usual(expected.printed, clone.counts())
    # By how many resources are made a point is told.
    resources = expected.told.count(_MADE)
    points = max(len(_VICTIMS), round(POINTS * size))
    failures: list[str] = []
    tried = 0
    try:
        for name, wrong in _cases(clone, usual, resources, points):
            say(f"killed: {name}: {'FAILED' if wrong else 'converged'}")
            failures += [f"{name}: {line}" for line in wrong]
            tried += 1
    finally:
        clone.reset()
    full = f"{len(_FULL_DISKS)} full disks" if possible() else "no full disk, since this machine mounts none"
    built, wrong = half_built.run(folder / "toolchain")
    told = f"{points} points killed, {len(_SPOILS)} disks spoiled, {full}, {built} half-built toolchains"
    return Figure(told, (*failures, *wrong))


def _cases(clone: _Clone, usual: _Usual, resources: int, points: int) -> Iterator[tuple[str, list[str]]]:
    """Yield what was done, and what was wrong after it."""
    choice = random.SystemRandom()
    for number in range(points):
        name = list(_VICTIMS)[number % len(_VICTIMS)]
        after = 1 + (number * resources) // points + choice.randrange(resources // points)
        clone.reset()
        ended = clone.killed(_VICTIMS[name], after)
        wrong = clone.wrong(usual) if ended.reached else ["nobody was killed"]
        yield f"{name} after {after} resources (exit {ended.code})", wrong
    for name, spoil in _SPOILS.items():
        spoil(clone)
        yield name, clone.wrong(usual)
    if possible():
        for share in _FULL_DISKS:
            after = round(share * resources)
            yield (
                f"full disk after {after} resources",
                _full_disk(clone.folder.with_name(f"full-{after}"), after, usual),
            )


@dataclass(frozen=True)
class _Usual:
    """What a run comes to that nobody disturbs."""

    printed: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class _Ended:
    code: int
    printed: str
    told: str
    reached: bool = True
    """Whether it came to the point at which somebody was to be killed."""
    seconds_after: float = 0.0
    """How long it took from there to its end."""


class _Clone:
    """A clone of the program whose `.lakeward` is its own, perhaps on a disk of its own, with stack `dev` alone."""

    def __init__(self, folder: Path, disk: SmallDisk | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "policies", "build"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(sys.prefix)
        self._entering = disk.entering(folder) if disk else []
        self.own = disk.folder if disk else folder / FOLDER

    def up(self) -> _Ended:
        return self.killed(lambda *_: None, 0)

    def killed(self, kill: Callable[[_Clone, int], None], after: int) -> _Ended:
        """Run `up`, and kill somebody once so many resources are there; 0: at its first word."""
        command = [*self._entering, sys.executable, "-m", "local.up"]
        made, told, reached = 0, [], 0.0
        with (
            tempfile.TemporaryFile("w+") as printed,
            subprocess.Popen(command, cwd=self.folder, stdout=printed, stderr=subprocess.PIPE, text=True) as process,
        ):
            for line in process.stderr or ():
                told.append(line)
                made += _MADE in line
                if made >= after and not reached:
                    reached = time.monotonic()
                    kill(self, process.pid)
            process.wait()
            printed.seek(0)
            seconds = time.monotonic() - reached
            return _Ended(process.returncode, printed.read(), "".join(told), bool(reached), seconds)

    def reset(self) -> None:
        """Stop AWS; the next `up` begins with nothing."""
        server.stop(self.own / "aws")

    def wrong(self, usual: _Usual) -> list[str]:
        """Return what isn't as after an undisturbed run, once `make up` has been typed again."""
        ended = self._as_told(self.up())
        if ended.code:
            return [f"`make up` ends with {ended.code}: {ended.told[-600:]}"]
        found = [] if ended.printed == usual.printed else ["another matrix is printed"]
        counts = self.counts()
        found += [
            f"{counts.get(kind, 0)} {kind}, usual are {usual.counts.get(kind, 0)}"
            for kind in sorted({*counts, *usual.counts})
            if counts.get(kind, 0) != usual.counts.get(kind, 0)
        ]
        return found + [f"still runs: {process}" for process in self.left_running()]

    def _as_told(self, ended: _Ended) -> _Ended:
        """Type what a run that didn't go on says is to be typed, and then `make up` again."""
        at_work = re.search(r"another run is at work on this clone \(process (\d+) .*`kill -INT`", ended.told)
        if at_work:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(at_work[1]), signal.SIGINT)
            while _command(int(at_work[1])):
                time.sleep(0.2)
        elif "`make down`" in ended.told:
            self.reset()
        else:
            return ended
        return self.up()

    def counts(self) -> dict[str, int]:
        """Return how many things of each kind are up."""
        running = server.connect(self.own / "aws")
        found = read_back(running, [config.load(self.folder / "Pulumi.dev.yaml")])
        return dict(_counted("", found))

    def processes(self, *signs: str) -> list[int]:
        """Return the processes at work in this clone whose command line holds all the signs."""
        own = str(self.folder / FOLDER)
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                environment = (entry / "environ").read_bytes().decode(errors="replace")
                here = (entry / "cwd").readlink()
            except OSError:
                continue
            command = _command(int(entry.name))
            ours = here == self.folder or own in environment or own in command
            # Whoever holds a disk of the clone is the test's own.
            if ours and " lakeward sh " not in command and all(sign in command for sign in signs):
                found.append(int(entry.name))
        return found

    def left_running(self, seconds: float = 10.0) -> list[str]:
        """Return what of this clone still runs after a while, the embedded AWS aside."""
        running = server.status(self.own / "aws")
        deadline = time.monotonic() + seconds
        while True:
            left = [pid for pid in self.processes() if running is None or pid != running.pid]
            if not left or time.monotonic() > deadline:
                return [_command(pid) for pid in left]
            time.sleep(0.2)


def _command(pid: int) -> str:
    """Return a process's command line, empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _counted(place: str, document: object) -> Iterator[tuple[str, int]]:
    """Count the entries of every list that holds things rather than what one thing says."""
    if isinstance(document, Mapping):
        for name, inner in document.items():
            yield from _counted(f"{place} {name}".strip(), inner)
    elif isinstance(document, list) and any(isinstance(entry, Mapping) for entry in document):
        yield place, len(document)


# Who is killed


def _engine(clone: _Clone) -> list[int]:
    locks = clone.own.glob("state/.pulumi/locks/organization/lakeward/dev/*.json")
    return [int(json.loads(lock.read_text())["pid"]) for lock in locks]


def _signalled(find: Callable[[_Clone], list[int]], number: int) -> Callable[[_Clone, int], None]:
    def kill(clone: _Clone, _: int) -> None:
        for pid in find(clone):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    return kill


def _aws(clone: _Clone) -> list[int]:
    running = server.status(clone.own / "aws")
    return [running.pid] if running else []


_VICTIMS: dict[str, Callable[[_Clone, int], None]] = {
    "SIGINT to make": lambda _, process: os.kill(process, signal.SIGINT),
    "SIGKILL to make": lambda _, process: os.kill(process, signal.SIGKILL),
    "SIGINT to the CLI": _signalled(_engine, signal.SIGINT),
    "SIGKILL to the CLI": _signalled(_engine, signal.SIGKILL),
    "SIGINT to the provider": _signalled(lambda clone: clone.processes("local.provider"), signal.SIGINT),
    "SIGKILL to the provider": _signalled(lambda clone: clone.processes("local.provider"), signal.SIGKILL),
    "SIGKILL to the language host": _signalled(
        lambda clone: clone.processes("local.toolchain.language_host"), signal.SIGKILL
    ),
    "SIGKILL to the embedded AWS": _signalled(_aws, signal.SIGKILL),
}


# What is spoiled


def _state(clone: _Clone) -> Path:
    (state,) = clone.own.glob("state/.pulumi/stacks/lakeward/dev.json")
    return state


def _lose_state(clone: _Clone) -> None:
    _state(clone).unlink()


def _halve_state(clone: _Clone) -> None:
    state = _state(clone)
    state.write_bytes(state.read_bytes()[: state.stat().st_size // 2])


def _lose_states(clone: _Clone) -> None:
    for name in ("state", "stacks"):
        shutil.rmtree(clone.own / name)


def _lose_folder(clone: _Clone) -> None:
    shutil.rmtree(clone.own)


_SPOILS: dict[str, Callable[[_Clone], None]] = {
    "lost state": _lose_state,
    "half a state": _halve_state,
    "lost states and stacks": _lose_states,
    "lost folder": _lose_folder,
}


def _full_disk(folder: Path, after: int, usual: _Usual) -> list[str]:
    """Fill the disk of a clone, and return what is wrong with how `make up` ends, and with the next one."""
    with small_disk(folder / FOLDER) as disk:
        clone = _Clone(folder, disk)
        if not after:
            disk.fill()
        ended = clone.killed(lambda *_: disk.fill() if after else None, after)
        wrong = []
        if ended.code != 3 or not re.search(r"\nup: .*: make room, and type the same again\n$", f"\n{ended.told}"):
            wrong.append(f"`make up` ends with {ended.code}: {ended.told[-600:]}")
        if ended.seconds_after > _LONGEST_ON_A_FULL_DISK_SECONDS:
            wrong.append(f"`make up` takes {ended.seconds_after:.0f} seconds to end")
        disk.make_room()
        try:
            return wrong + clone.wrong(usual)
        finally:
            clone.reset()
