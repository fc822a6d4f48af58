"""A Pulumi project on disk: where it is, what its program is, and a stack's configuration as the engine gives it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakeward.config.document import mapping
from lakeward.errors import ConfigurationError, Problem, UsageError, quote

PROJECT_FILE = "Pulumi.yaml"

SECRET = "[secret]"  # noqa: S105  # the engine's own word where a secret isn't shown


@dataclass(frozen=True)
class Project:
    """A folder with a `Pulumi.yaml`."""

    root: Path
    name: str
    program: Path
    """A folder with a `__main__.py`, or a file."""
    defaults: Mapping[str, Any]
    """Values of configuration keys that the project gives to every stack, by full key."""

    def settings(self, stack: str, config: Mapping[str, Any] | None) -> dict[str, str]:
        """
        Return a stack's configuration as a program receives it, secrets as `[secret]`.

        That is `config`, or what `Pulumi.<stack>.yaml` holds, over the project's defaults: full keys, objects as JSON,
        booleans as `true` and `false`.

        `UsageError` when the stack has no file, `ConfigurationError` when it can't be read.
        """
        given = self._stack_config(stack) if config is None else config
        merged = {**self.defaults, **{self._full_key(key): value for key, value in given.items()}}
        return {key: _engine_text(value) for key, value in merged.items()}

    def _stack_config(self, stack: str) -> Mapping[str, Any]:
        path = self.root / f"Pulumi.{stack}.yaml"
        if not path.is_file():
            raise UsageError("NAME", f"{quote(path.name)} doesn't exist in {quote(self.root)}", self._other_stacks())
        config = mapping(path).get("config", {})
        if not isinstance(config, dict):
            raise ConfigurationError([Problem(path.name, "`config` isn't a mapping", "give keys with their values")])
        return config

    def _other_stacks(self) -> str:
        files = sorted(path.name for path in self.root.glob("Pulumi.*.yaml"))
        stacks = [quote(file.removeprefix("Pulumi.").removesuffix(".yaml")) for file in files]
        return f"give one of {', '.join(stacks)}" if stacks else "write it"

    def _full_key(self, key: str) -> str:
        return key if ":" in key else f"{self.name}:{key}"


def find_project(start: Path) -> Project:
    """Return the nearest project at or above a folder; `UsageError` when there is none."""
    start = start.resolve()
    root = next((folder for folder in (start, *start.parents) if (folder / PROJECT_FILE).is_file()), None)
    if root is None:
        raise UsageError("--project", f"no {PROJECT_FILE} in {quote(start)} or above", "name a folder of a project")
    document: Mapping[str, Any] = mapping(root / PROJECT_FILE)
    name = document.get("name")
    if not isinstance(name, str):
        raise ConfigurationError([Problem(PROJECT_FILE, "it has no `name`", "give the project's name")])
    return Project(
        root=root,
        name=name,
        program=root / document.get("main", ""),
        defaults=dict(_defaults(name, document.get("config", {}))),
    )


def _defaults(name: str, declared: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what a project file gives to every stack: `key: value`, or `key: {default: …}`, or `key: {value: …}`."""
    for key, entry in declared.items():
        full_key = key if ":" in key else f"{name}:{key}"
        if not isinstance(entry, dict):
            yield full_key, entry
        elif "value" in entry or "default" in entry:
            yield full_key, entry["value"] if "value" in entry else entry["default"]


def _is_secret(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _without_secrets(value: object) -> object:
    if isinstance(value, dict):
        return SECRET if _is_secret(value) else {key: _without_secrets(member) for key, member in value.items()}
    return [_without_secrets(element) for element in value] if isinstance(value, list) else value


def _engine_text(value: object) -> str:
    """Return a configured value as the engine hands it to a program: text, or JSON where it isn't text."""
    shown = _without_secrets(value)
    return shown if isinstance(shown, str) else json.dumps(shown, separators=(",", ":"), default=str)
