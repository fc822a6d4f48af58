"""The programs and packs that the host has started and must not leave behind."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

_KILL_AFTER_SECONDS = 2.0

# A child ignores SIGINT. The engine interrupts the host's whole process group, and a program that took it would
# answer with a traceback; the host ends its children itself. They stay in the group, so that the engine's last
# resort, killing the group, reaches them too.
_DEAF_TO_INTERRUPTS = ("/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh")


class Children:
    """The running children of one host. Safe to use from the server's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def start(
        self, command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str], piped: bool
    ) -> subprocess.Popen[bytes]:
        """
        Start a child in `folder`; with `piped` its output is read by the host, else it is the host's own.

        Raises `RuntimeError` once `end` was called.
        """
        stream = subprocess.PIPE if piped else None
        with self._lock:
            if self._ended:
                raise RuntimeError("the language host is shutting down")
            child = subprocess.Popen(  # noqa: S603 - the interpreter and module are chosen by the host
                [*_DEAF_TO_INTERRUPTS, *command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
            self._running.add(child)
            return child

    def wait(self, child: subprocess.Popen[bytes]) -> int:
        """Wait for the child's exit code, and forget the child."""
        code = child.wait()
        with self._lock:
            self._running.discard(child)
        return code

    def end(self) -> None:
        """Terminate whatever runs, and let nothing start any more."""
        with self._lock:
            self._ended = True
            running = tuple(self._running)
        for child in running:
            terminate(child)


def terminate(child: subprocess.Popen[bytes]) -> None:
    """End one child: ask, then kill. Does nothing to one that is gone."""
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(_KILL_AFTER_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
