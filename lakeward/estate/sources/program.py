"""
Recordings of a stack's program, made offline.

The program runs under its own project's recorder: no engine, no AWS. Its environment holds nothing of either, so
that what it declares can't depend on who runs it or where it is deployed.
"""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from lakeward.errors import OutsideServiceError, UsageError, quote
from lakeward.estate.sources.child import printed_by

_PROJECT_FILE = "Pulumi.yaml"

_WITHHELD = ("AWS_", "PULUMI_")


def recorded(stack: str, directory: Path, source: str) -> bytes:
    """
    Return the recording of a stack of the project that `directory` stands in.

    Raises:
        UsageError: There is no project.
        EstateError: The stack's configuration is wrong: the recorder's own lines.
        OutsideServiceError: The program failed.

    """
    return _record(project_folder(directory, source), stack, source)


def recorded_at(revision: str, stack: str, directory: Path, source: str) -> bytes:
    """
    Return the recording of a stack as its project was at a revision.

    Raises:
        UsageError: There is no project or no such revision.
        EstateError: The configuration at that revision is wrong: the recorder's own lines.
        OutsideServiceError: The program or git failed.

    """
    with project_at(revision, directory, source) as then:
        return _record(then, stack, source)


@contextmanager
def project_at(revision: str, directory: Path, source: str) -> Iterator[Path]:
    """
    Give the folder of a project as it was at a revision, which is unpacked beside and not checked out.

    Raises:
        UsageError: There is no project or no such revision.
        OutsideServiceError: git failed.

    """
    project = project_folder(directory, source)
    # What begins with a hyphen would be an option to git.
    commit = _git(project, source, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    inside = _git(project, source, "rev-parse", "--show-prefix").decode().strip()
    root = _git(project, source, "rev-parse", "--show-toplevel").decode().strip()
    archive = _git(Path(root), source, "archive", "--format=tar", commit.decode().strip())
    with tempfile.TemporaryDirectory(prefix="lakeward-") as unpacked:
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(unpacked, filter="data")
        then = Path(unpacked) / inside
        if not (then / _PROJECT_FILE).is_file():
            raise UsageError(source, f"revision {quote(revision)} has no {_PROJECT_FILE} here", "choose a later one")
        yield then


def changed_since(revision: str, directory: Path, source: str) -> tuple[str, ...]:
    """
    Return the files that differ from a revision, new ones among them, as paths in the repository, sorted.

    Raises:
        UsageError: There is no project or no such revision.
        OutsideServiceError: git failed.

    """
    project = project_folder(directory, source)
    commit = _git(project, source, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    base = _git(project, source, "merge-base", commit.decode().strip(), "HEAD").decode().strip()
    differing = _git(project, source, "diff", "--name-only", "-z", base)
    new = _git(project, source, "ls-files", "--others", "--exclude-standard", "--full-name", "-z")
    return tuple(sorted({name.decode(errors="replace") for name in (differing + new).split(b"\0") if name}))


def project_folder(directory: Path, source: str) -> Path:
    for folder in (directory, *directory.parents):
        if (folder / _PROJECT_FILE).is_file():
            return folder
    raise UsageError(source, f"no {_PROJECT_FILE} here or in a folder above", "call this inside the project")


def _record(project: Path, stack: str, source: str) -> bytes:
    # After `--` a stack's name is never an option.
    environment = _environment(os.environ)
    return printed_by("local.recorder", "--", stack, source=source, folder=project, environment=environment)


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if not name.startswith(_WITHHELD)}
    # The same program must record the same bytes in every run, and leave nothing in the project.
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


def _git(folder: Path, source: str, *arguments: str) -> bytes:
    try:
        finished = subprocess.run(  # noqa: S603  # git with arguments that no shell reads
            ["git", *arguments],  # noqa: S607  # whichever git the caller uses
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise OutsideServiceError(f"{source}: git isn't installed, and reads revisions") from error
    if finished.returncode != 0:
        reason = finished.stderr.decode(errors="replace").strip().splitlines()
        said = reason[-1].removeprefix("fatal: ") if reason else "git knows no such revision"
        raise UsageError(source, said, "give a revision that this repository holds")
    return finished.stdout
