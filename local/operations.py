"""
What the engine can be asked to do with the stacks of a project, whichever backend keeps them.

Everything that happens is taken from the engine's events and its machine-readable documents.
"""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakeward.errors import OutsideServiceError
from local import disk
from local.disk import FullDiskError
from local.events import Event, EventStream
from local.outcome import Outcome
from local.toolchain import Cli

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Completed:
    """One finished command of the CLI."""

    exit_code: int
    stdout: str
    stderr: str


class Operations(ABC):
    """
    The engine's operations on a project.

    Args:
        cli: the CLI to drive.
        project: the folder that holds `Pulumi.yaml`.

    """

    def __init__(self, cli: Cli, project: Path) -> None:
        self.cli = cli
        self.project = project.resolve()
        self._interrupted = threading.Event()

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Return the whole environment of the CLI, and with it of everything it starts."""

    @abstractmethod
    def _of(self, stack: str) -> tuple[str, ...]:
        """Return the options that name a stack and its configuration."""

    @property
    def _states(self) -> Path | None:
        """The folder in which the backend keeps states; `None` where that isn't on this machine."""
        return None

    @property
    def _records(self) -> Path:
        """The folder in which the CLI looks stacks up."""
        return self.project

    def run(self, *arguments: str, cwd: Path | None = None, extra: Mapping[str, str] | None = None) -> Completed:
        """Run one housekeeping command of the CLI to its end, in the project's folder if none is given."""
        done = subprocess.run(  # noqa: S603 - the CLI that the toolchain has verified
            [self.cli.pulumi, *arguments, "--non-interactive", "--color", "never"],
            cwd=cwd or self.project,
            env={**self.environment(), **(extra or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Completed(done.returncode, done.stdout, done.stderr)

    def _must(self, *arguments: str, cwd: Path | None = None, extra: Mapping[str, str] | None = None) -> str:
        """Run a housekeeping command that has no reason to fail, and return its output."""
        done = self.run(*arguments, cwd=cwd, extra=extra)
        if done.exit_code != 0:
            said = (done.stderr.strip() or done.stdout.strip()).replace("\n", " ")
            raise OutsideServiceError(f"`pulumi {shlex.join(arguments)}` failed: {said}")
        return done.stdout

    def export(self, stack: str) -> dict[str, Any]:
        """Return the stack's state, as `pulumi stack export` writes it."""
        document: dict[str, Any] = json.loads(self._must("stack", "export", "--stack", stack, cwd=self._records))
        return document

    def is_empty(self, stack: str) -> bool:
        """Whether nothing has been brought up of the stack yet."""
        return not self.export(stack)["deployment"].get("resources")

    def preview(
        self,
        stack: str,
        *,
        policy_pack: Path | None = None,
        on_event: Callable[[Event], None] | None = None,
        with_document: bool = False,
    ) -> Outcome:
        """
        Say what `up` would do. `on_event` gets every event as it happens.

        `with_document` adds everything that the stack would declare, as `pulumi preview --json --show-sames` writes it.
        """
        options = ("--json", "--show-sames") if with_document else ()
        return self._operate("preview", stack, *options, policy_pack=policy_pack, on_event=on_event)

    def up(
        self,
        stack: str,
        *,
        policy_pack: Path | None = None,
        refresh: bool = False,
        on_event: Callable[[Event], None] | None = None,
    ) -> Outcome:
        """Preview, and carry it out if no mandatory rule is broken; with `refresh` look first what really is."""
        options = ("--yes", *(("--refresh",) if refresh else ()))
        return self._operate("up", stack, *options, policy_pack=policy_pack, on_event=on_event)

    def refresh(self, stack: str, *, preview_only: bool = False) -> Outcome:
        """Take what really is into the state; with `preview_only` only say what differs."""
        return self._operate("refresh", stack, "--preview-only" if preview_only else "--yes")

    def destroy(self, stack: str) -> Outcome:
        """Delete everything the stack has made."""
        return self._operate("destroy", stack, "--yes")

    def interrupt(self) -> None:
        """Interrupt what this engine is doing, and whatever it is told to do later: for work in other threads."""
        self._interrupted.set()

    def _operate(
        self,
        operation: str,
        stack: str,
        *options: str,
        policy_pack: Path | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> Outcome:
        """
        Run one operation. Interrupted, it tells the engine, lets steps in flight finish, and then raises.

        Raises:
            FullDiskError: the state can't be written any more; it doesn't say how steps under way ended.
            KeyboardInterrupt: someone interrupted; the state is consistent and unlocked.

        """
        packs = () if policy_pack is None else ("--policy-pack", str(policy_pack.resolve()))
        with EventStream() as stream, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as written:
            command = [
                self.cli.pulumi,
                operation,
                *options,
                *packs,
                *self._of(stack),
                *("--event-log", stream.address, "--suppress-progress", "--non-interactive", "--color", "never"),
            ]
            # In a session of its own: an interrupt from the terminal reaches it once, through us.
            process = subprocess.Popen(  # noqa: S603 - the CLI that the toolchain has verified
                command,
                cwd=self.project,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                # With `--json` a document is written, and what is told goes beside it.
                stdout=written if "--json" in options else output,
                stderr=output,
                start_new_session=True,
            )
            events: list[Event] = []
            interrupted = False
            while True:
                try:
                    for event in _follow(process, stream, None if interrupted else self._interrupted):
                        if event is not None:
                            events.append(event)
                            if on_event is not None:
                                on_event(event)
                        elif self._states is not None:
                            disk.require(self._states, disk.TO_GO_ON_BYTES)
                    break
                except FullDiskError:
                    # What it would do is wait, minutes long, for room for each step.
                    process.kill()
                    process.wait()
                    raise
                except BaseException as problem:
                    # The engine lets steps in flight finish and records them. It is never left behind.
                    process.send_signal(signal.SIGINT)
                    if not isinstance(problem, KeyboardInterrupt):
                        process.wait()
                        raise
                    interrupted = True
            if interrupted:
                raise KeyboardInterrupt
            output.seek(0)
            written.seek(0)
            document = written.read()
            return Outcome(
                process.returncode,
                output.read().decode(errors="replace"),
                tuple(events),
                json.loads(document) if document and process.returncode == 0 else {},
            )


def _follow(
    process: subprocess.Popen[bytes], stream: EventStream, interrupted: threading.Event | None
) -> Iterator[Event | None]:
    """
    Yield what the engine sends until it has ended and all is read; raise as soon as someone interrupts.

    Now and then, while there is nothing to be read, comes `None`.
    """
    while True:
        if interrupted is not None and interrupted.is_set():
            raise KeyboardInterrupt
        ended = process.poll() is not None
        event = stream.next(0 if ended else POLL_SECONDS)
        if event is not None:
            yield event
        elif ended:
            return
        else:
            yield None
