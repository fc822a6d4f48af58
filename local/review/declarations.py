"""
Declarations: what the stacks of a project declare, as data that one job may write and another one judge.

Writing them runs the project's own program. Reading them trusts nothing: size, form and names are checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakeward.errors import EstateError, InvalidIdentifierError, Problem, quote
from lakeward.estate.document import decode_json
from lakeward.estate.sources.program import recorded
from lakeward.identifiers import StackName
from local.recorder.project import find_project

VERSION = 1
MOST_BYTES = 64 * 1024 * 1024
"""Of one stack's file: a stack of 10,000 resources has a sixth of that."""
MOST_STACKS = 100
_EXAMPLE = "example"
_MEMBERS = {"version", "recording", "config", "names"}


@dataclass(frozen=True)
class Declaration:
    """What one stack declares."""

    stack: str
    recording: Mapping[str, Any]
    """As `python -m local.recorder` writes it."""
    config: Mapping[str, str]
    """The configuration as the engine hands it on: full keys, objects as JSON, secrets as a placeholder."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What stands for tokens of the recording, by token, where the stack was brought up."""

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is kept."""
        return {"version": VERSION, "recording": self.recording, "config": dict(self.config), "names": dict(self.names)}


def declared_by(project: Path) -> dict[str, Declaration]:
    """
    Run a project's program for each of its stacks, offline, and return what they declare, by stack.

    Raises:
        EstateError: A stack's configuration is wrong.
        ConfigurationError: A file isn't YAML.
        OutsideServiceError: The program failed.

    """
    found = find_project(project)
    names = (path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in found.root.glob("Pulumi.*.yaml"))
    return {
        stack: Declaration(
            stack,
            json.loads(recorded(stack, found.root, f"stack {stack}")),
            found.settings(stack, None),
        )
        for stack in sorted(names)
        if stack != _EXAMPLE
    }


def write(declarations: Mapping[str, Declaration], folder: Path) -> None:
    """Write declarations into a folder, a file for each stack."""
    folder.mkdir(parents=True, exist_ok=True)
    for stack, declaration in declarations.items():
        (folder / f"{stack}.json").write_text(json.dumps(declaration.to_json(), sort_keys=True), encoding="utf-8")


def read(folder: Path) -> dict[str, Declaration]:
    """
    Read declarations that somebody else wrote.

    Raises:
        EstateError: Every file that isn't one, and what is wrong with it.

    """
    files = sorted(folder.iterdir())
    if len(files) > MOST_STACKS:
        raise EstateError([Problem(folder.name, f"it holds {len(files)} files", f"at most {MOST_STACKS} are read")])
    problems: list[Problem] = []
    found = {}
    for file in files:
        try:
            declaration = _read(file)
        except EstateError as error:  # noqa: PERF203  # every file's problems are told
            problems += error.problems
        else:
            found[declaration.stack] = declaration
    if problems:
        raise EstateError(problems)
    return found


def _read(file: Path) -> Declaration:
    name = quote(file.name)
    if file.is_symlink() or not file.is_file() or file.suffix != ".json":
        raise EstateError([Problem(name, "it isn't a file of declarations", "give `<stack>.json`")])
    try:
        stack = StackName(file.stem)
    except InvalidIdentifierError as error:
        raise EstateError([Problem(name, "it isn't named after a stack", "give `<stack>.json`")]) from error
    if file.stat().st_size > MOST_BYTES:
        raise EstateError([Problem(name, f"it has more than {MOST_BYTES:,} bytes", "split the stack")])
    document = decode_json(file.read_bytes(), name)
    problems = list(_problems(document, name, stack))
    if problems or not isinstance(document, dict):
        raise EstateError(problems)
    return Declaration(str(stack), document["recording"], document["config"], document.get("names", {}))


def _problems(document: object, name: str, stack: str) -> Iterator[Problem]:
    if not isinstance(document, dict) or {*document, "names"} != _MEMBERS or document["version"] != VERSION:
        remedy = "write it with `python -m local.review declare`"
        yield Problem(name, "these aren't declarations of this version", remedy)
        return
    recording, config, names = document["recording"], document["config"], document.get("names", {})
    if not isinstance(recording, dict) or recording.get("stack") != stack:
        yield Problem(f"{name}: recording", "it isn't a recording of that stack", "record it again")
    if not isinstance(config, dict) or not all(isinstance(value, str) for value in config.values()):
        yield Problem(f"{name}: config", "it isn't a stack's configuration", "give texts by full key")
    if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
        yield Problem(f"{name}: names", "these aren't names of tokens", "give texts by token")
