"""Running a program and writing down what it declares."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import runpy
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import SETTINGS

from local.recorder.monitor import Recorder
from local.recorder.project import find_project

NO_SETTINGS: Mapping[str, str] = {}


def record(project: Path, stack: str, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """
    Run the project's unmodified program for a stack and return what it declares.

    Args:
        project: a folder in or below the project.
        stack: the stack's name; without `config` its file is read.
        config: the stack's configuration instead of its file's, as the file would spell it.

    Returns:
        `{"recording": 1, "project", "stack", "resources": […], "exports": {…}}`, resources sorted by URN.

    Raises:
        UsageError: no such project or stack.
        ConfigurationError: a file can't be read.
        pulumi.RunError: the program refused its configuration; its text is one line per problem.

    """
    found = find_project(project)
    return record_program(
        # A folder comes first on `sys.path` while it runs, as under the language host.
        lambda: runpy.run_path(str(found.program), run_name="__main__"),
        project=found.name,
        stack=stack,
        settings=found.settings(stack, config),
        root=found.root,
    )


def record_program(
    program: Callable[[], object],
    *,
    project: str,
    stack: str,
    settings: Mapping[str, str] = NO_SETTINGS,
    root: Path | None = None,
) -> dict[str, Any]:
    """
    Run a program as the language host does and return what it declares, as `record` does.

    With `root`, the project's folder, each resource has the line that declares it.

    It runs in a thread of its own: the SDK keeps what it knows of a run in context variables, which a new thread
    starts without, so that recordings in one process don't see each other. Whatever the program raises is raised.
    """
    recorder = Recorder(project, stack, root)
    failures: list[BaseException] = []

    def run() -> None:
        try:
            _run(program, project, stack, settings, recorder)
        except BaseException as error:  # noqa: BLE001  # raised again in the caller's thread
            failures.append(error)

    thread = threading.Thread(target=run, name=f"recording of {stack}")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return {
        "recording": 1,
        "project": project,
        "stack": stack,
        "resources": recorder.recorded(),
        "exports": recorder.exports(),
    }


def _run(
    program: Callable[[], object], project: str, stack: str, settings: Mapping[str, str], recorder: Recorder
) -> None:
    # None is a secret any more: what is one in the file is a placeholder here.
    set_all_config(dict(settings), [])
    pulumi.runtime.configure(
        # Made in this thread, it starts with nothing of another run: no pending outputs, no calls in flight.
        pulumi.runtime.Settings(
            engine=mocks.MockEngine(logging.getLogger(__name__)),
            monitor=recorder,
            project=project,
            stack=stack,
            organization="organization",
            dry_run=False,
        )
    )

    async def run() -> None:
        program()
        await _settled()

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    # A program that fails leaves futures whose failure nobody asks for; what failed is raised once, below.
    loop.set_exception_handler(lambda _loop, _context: None)
    try:
        with _nothing_collected():
            loop.run_until_complete(pulumi.runtime.run_in_stack(run))
    finally:
        abandoned = asyncio.all_tasks(loop)
        for task in abandoned:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*abandoned, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


@contextlib.contextmanager
def _nothing_collected() -> Iterator[None]:
    """
    Pause the collection of cycles: whatever a program declares lives until its end.

    Looking through all of it again and again takes most of the time where it is much.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


async def _settled() -> None:
    """
    Wait for all that a program has set going, each task once; what fails is left for the SDK to find.

    The SDK waits for the same tasks, but anew for all of them whenever one is done, so that its time grows with the
    square of their number. It finds them done.
    """
    while pending := [task for task in SETTINGS.outputs if not task.done()]:
        _, waiting = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        if waiting:
            return
