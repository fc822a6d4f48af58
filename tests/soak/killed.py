"""
Part `killed`: `make up` of the whole stack `dev`, cut short at some point, and what the next one makes of it.

Whoever is killed, and wherever: the next `make up` brings up exactly what is declared (it compares that itself, grant
by grant and statement by statement), prints the same matrix as a run that nobody disturbed, and leaves nothing running
but the embedded AWS. Where it can't go on it says which command to type, and that one does.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local.aws import server
from local.deployment import FOLDER
from local.progress import say
from tests.soak.part import Figure

ROOT = Path(__file__).parents[2]
POINTS = 24
_MADE = ": created "
"""What `make up` tells of each resource that it has made."""
SMALLEST_DISK_BYTES = 200_000


def run(size: float, folder: Path) -> Figure:
    """Kill each victim in turn, at points spread over the whole `up`; then spoil what lies on the disk."""
    clone = _Clone(folder / "clone")
    expected = clone.up()
    if expected.code:
        return Figure("the first `make up` fails", (expected.told,))
    # By how many resources are made a point is told.
    resources = expected.told.count(_MADE)
    choice = random.SystemRandom()
    points = max(len(_VICTIMS), round(POINTS * size))
    failures: list[str] = []
    try:
        for number in range(points):
            name = list(_VICTIMS)[number % len(_VICTIMS)]
            after = 1 + (number * resources) // points + choice.randrange(resources // points)
            clone.reset()
            begun = clone.killed(_VICTIMS[name], after)
            wrong = clone.wrong(expected) if begun else ["nobody was killed"]
            say(f"killed: {name} after {after} resources, {begun}: {'FAILED' if wrong else 'converged'}")
            failures += [f"{name} after {after} resources ({begun}): {line}" for line in wrong]
        for name, spoil in _SPOILS.items():
            spoil(clone)
            wrong = clone.wrong(expected)
            say(f"killed: {name}: {'FAILED' if wrong else 'converged'}")
            failures += [f"{name}: {line}" for line in wrong]
    finally:
        clone.reset()
    told = f"{points} points killed, {len(_SPOILS)} disks spoiled, each followed by a `make up` like the first"
    return Figure(told, tuple(failures))


class _Ended:
    def __init__(self, code: int, printed: str, told: str) -> None:
        self.code, self.printed, self.told = code, printed, told


class _Clone:
    """A clone of the program whose `.lakeward` is its own, with stack `dev` alone."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "policies", "build"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(sys.prefix)

    @property
    def own(self) -> Path:
        return self.folder / FOLDER

    def start(self, limit: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(  # this interpreter, own module
            [sys.executable, "-m", "local.up"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=limit,  # noqa: PLW1509  # nothing else runs in this process
        )

    def up(self, limit: Callable[[], None] | None = None) -> _Ended:
        with self.start(limit) as process:
            printed, told = process.communicate()
        return _Ended(process.returncode, printed, told)

    def reset(self) -> None:
        """Stop AWS; the next `up` begins with nothing."""
        server.stop(self.own / "aws")

    def killed(self, kill: Callable[[_Clone, subprocess.Popen[str]], None], after: int) -> str:
        """Run `up`, kill somebody once so many resources are there, and say how it ended; empty if it was whole."""
        with self.start() as process:
            made = 0
            for line in process.stderr or ():
                made += _MADE in line
                if made >= after:
                    kill(self, process)
                    break
            process.communicate()
        return f"exit {process.returncode}" if made >= after else ""

    def wrong(self, expected: _Ended) -> list[str]:
        """Return what isn't as after an undisturbed run, once `make up` has been typed again."""
        ended = self.up()
        if ended.code and "`make down`" in ended.told:
            self.reset()
            ended = self.up()
        if ended.code:
            return [f"`make up` ends with {ended.code}: {ended.told[-600:]}"]
        found = [] if ended.printed == expected.printed else ["another matrix is printed"]
        return found + [f"still runs: {process}" for process in self.left_running()]

    def processes(self, *signs: str) -> list[int]:
        """Return the processes at work in this clone whose command line holds all the signs."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (entry / "environ").read_bytes().decode(errors="replace")
                here = (entry / "cwd").readlink()
            except OSError:
                continue
            ours = here == self.folder or str(self.own) in environment or str(self.own) in command
            if ours and all(sign in command for sign in signs):
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
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return str(pid)


# Who is killed


def _engine(clone: _Clone) -> list[int]:
    locks = clone.own.glob("state/.pulumi/locks/organization/lakeward/dev/*.json")
    return [int(json.loads(lock.read_text())["pid"]) for lock in locks]


def _signalled(find: Callable[[_Clone], list[int]], number: int) -> Callable[[_Clone, subprocess.Popen[str]], None]:
    def kill(clone: _Clone, _: subprocess.Popen[str]) -> None:
        for pid in find(clone):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    return kill


def _aws(clone: _Clone) -> list[int]:
    running = server.status(clone.own / "aws")
    return [running.pid] if running else []


_VICTIMS: dict[str, Callable[[_Clone, subprocess.Popen[str]], None]] = {
    "SIGINT to make": lambda _, process: process.send_signal(signal.SIGINT),
    "SIGINT to the CLI": _signalled(_engine, signal.SIGINT),
    "SIGKILL to the CLI": _signalled(_engine, signal.SIGKILL),
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


def _fill_disk(clone: _Clone) -> None:
    """No file grows beyond what half of the state takes, as on a disk that is full by then."""
    clone.reset()
    limit = (SMALLEST_DISK_BYTES, SMALLEST_DISK_BYTES)
    clone.up(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
    # Whoever makes room starts what had none anew.
    clone.reset()


def _lose_folder(clone: _Clone) -> None:
    clone.reset()
    shutil.rmtree(clone.own)


_SPOILS: dict[str, Callable[[_Clone], None]] = {
    "lost state": _lose_state,
    "half a state": _halve_state,
    "full disk": _fill_disk,
    "lost folder": _lose_folder,
}
