"""From a file, or from the engine's values, to a `StackConfig`, or to every problem at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lakeward.config.checks import subjects
from lakeward.config.document import LARGEST_FILE, Secret, read, with_placeholders
from lakeward.config.draft import draft
from lakeward.config.findings import Finding, Loc, choose, path_of
from lakeward.config.stack import StackConfig
from lakeward.errors import ConfigurationError, InvalidIdentifierError, Problem, UsageError, quote
from lakeward.identifiers import StackName

PROJECT = "lakeward"
"""The project's name, and so the namespace of its configuration keys."""

_FILE_KEYS = frozenset({"config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider"})
"""What the engine keeps in a stack's file beside `config`."""


def load(path: Path, stack: str | None = None) -> StackConfig:
    """
    Read a stack's configuration from its file, `Pulumi.<stack>.yaml`, over the defaults of the project's file.

    `secure:` values become opaque placeholders.

    Args:
        path: the file; the nearest `Pulumi.yaml` of the project, from its folder upwards, gives the defaults.
        stack: the stack's name, where the file's name doesn't say it.

    Raises:
        ConfigurationError: every problem of the file at once, sorted by place.
        UsageError: the file can't be read, or the stack's name is unknown.

    """
    return load_bytes(_bytes_of(path), str(path), stack or _stack_of(path), path.resolve().parent)


def load_bytes(data: bytes, source: str, stack: str, folder: Path) -> StackConfig:
    """Read a stack's configuration from bytes; `source` is what to call them, `folder` where to look for defaults."""
    document = read(data, source)
    findings = [
        Finding((key,), f"unknown key {quote(key)}", choose(key, _FILE_KEYS))
        for key in document.values
        if key not in _FILE_KEYS
    ]
    config = document.values.get("config")
    if not isinstance(config, dict):
        problem = "has no `config`" if config is None else "`config` isn't a mapping"
        lacking = Problem(source, problem, "write `config:` and `lakeward:…` keys below it")
        raise ConfigurationError([*(found.as_problem() for found in findings), lacking])
    findings += _own_findings(document.findings)
    placed = {key: with_placeholders(value, _bare(key)) for key, value in config.items()}
    own = _own(placed, findings)
    defaults = {key: value for key, value in _project_defaults(folder).items() if key not in own}
    return _judge({**own, **defaults}, stack, findings)


def parse(values: Mapping[str, object], stack: str, secret_keys: Iterable[str] = ()) -> StackConfig:
    """
    Make a stack's configuration from the engine's values: `lakeward:zones` → JSON text, or plain values.

    Args:
        values: what the engine hands over, by full key, secrets in clear.
        stack: the stack's name.
        secret_keys: the keys whose values are secret, as a whole or in part. They are refused: everything here goes
            into names, tags and documents, which AWS and the state show.

    Raises:
        ConfigurationError: every problem at once, sorted by place; where there are secrets, these alone.

    """
    secret = sorted({_bare(key) for key in secret_keys if ":" not in _bare(key)})
    if secret:
        problem = "is a secret, and would stand in clear in tags, documents and the state"
        remedy = "write it in clear where it may be seen; a secret has no place here"
        raise ConfigurationError([Problem(key, problem, remedy) for key in secret])
    findings: list[Finding] = []
    return _judge(_own(values, findings), stack, findings)


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(
            str(path), (error.strerror or "can't be read").lower(), "give the path of a `Pulumi.<stack>.yaml`"
        ) from error


def _stack_of(path: Path) -> str:
    if (named := re.fullmatch(r"Pulumi\.(.+)\.ya?ml", path.name)) is None:
        remedy = "call it `Pulumi.<stack>.yaml`, or give `--stack`"
        raise UsageError(str(path), "its name doesn't say which stack it is", remedy)
    return named[1]


def _bare(key: str) -> str:
    """Return a key without the project's namespace: `lakeward:zones`, `lakeward:config:zones` and `zones` are one."""
    return key.removeprefix(f"{PROJECT}:config:").removeprefix(f"{PROJECT}:")


def _own_findings(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Return a file's findings that are about this project's configuration, at their places in it."""
    for found in findings:
        match found.loc:
            case ("config",):
                yield found
            case ("config", str(key), *rest) if ":" not in _bare(key):
                yield replace(found, loc=(_bare(key), *rest))


def _own(values: Mapping[str, object], findings: list[Finding]) -> dict[str, object]:
    """Return the project's own values by bare key; those of other namespaces are their owners' business."""
    own: dict[str, object] = {}
    for key, value in values.items():
        bare = _bare(key)
        if ":" in bare:
            continue
        if bare in own:
            problem = "stands twice, with and without its namespace"
            findings.append(Finding((bare,), problem, f"keep `{PROJECT}:{bare}`"))
        else:
            own[bare] = value
    return own


def _project_defaults(folder: Path) -> dict[str, object]:
    """Return the defaults that the nearest `Pulumi.yaml` of this project states; none where there is no such file."""
    for place in (folder, *folder.parents):
        path = place / "Pulumi.yaml"
        if not path.is_file():
            continue
        project = read(_bytes_of(path), str(path)).values
        config = project.get("config")
        if project.get("name") != PROJECT or not isinstance(config, dict):
            continue
        stated = {_bare(key): value for key, value in config.items()}
        return {
            key: value.get("value", value.get("default")) if isinstance(value, dict) else value
            for key, value in stated.items()
            if not isinstance(value, dict) or {"value", "default"} & value.keys()
        }
    return {}


_STRUCTURED = frozenset(
    field.alias or name
    for name, field in StackConfig.model_fields.items()
    if not (isinstance(field.annotation, type) and issubclass(field.annotation, str))
)
"""Keys that take a mapping or a list; the engine hands those over as JSON text."""

_OPTIONAL = frozenset(
    field.alias or name
    for name, field in StackConfig.model_fields.items()
    if not field.is_required() and field.default is None
)
"""Keys whose absence is spelled `{}` where a default is needed."""


def _normalised(key: str, value: object) -> object:
    """Undo what YAML and the engine do to a value on its way: JSON text, numbers for text, lists for tuples."""
    if key in _STRUCTURED and isinstance(value, str) and not isinstance(value, Secret):
        with suppress(ValueError, RecursionError):
            value = json.loads(value)
    elif key not in _STRUCTURED and key != "account" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return _tuples(value)


def _tuples(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_tuples(part) for part in value)
    if isinstance(value, Mapping):
        return {key: _tuples(part) for key, part in value.items()}
    return value


def _judge(own: Mapping[str, object], stack: str, findings: list[Finding]) -> StackConfig:
    """Validate, then check what remains when the invalid parts are left out; raise if either found anything."""
    values: dict[str, object] = {}
    for key, value in own.items():
        normal = _normalised(key, value)
        if not (normal == {} and key in _OPTIONAL):
            values[key] = normal
    try:
        values["stack"] = StackName(stack)
    except InvalidIdentifierError as error:
        findings.append(Finding(("stack",), error.problem, error.remedy))
    if "stack" in own:
        findings.append(Finding(("stack",), "unknown key `stack`", "remove it: the file's name is the stack's name"))

    judged, invalid = draft(values, {found.loc for found in findings})
    findings += invalid
    findings += [placed for found in subjects.findings(judged) if not judged.is_moot(placed := judged.placed(found))]
    if findings:
        raise ConfigurationError(_problems(findings, values))
    return judged.config


def _problems(findings: list[Finding], values: Mapping[str, object]) -> list[Problem]:
    """Return the findings as problems, each once, in the order of their places in the file."""
    ordered = sorted(findings, key=lambda found: (_position(found.loc, values), path_of(found.loc)))
    return list(dict.fromkeys(found.as_problem() for found in ordered))


def _position(loc: Loc, value: object) -> tuple[int, ...]:
    """Return where a place stands in the file: a position per level; what isn't there follows what is."""
    position: list[int] = []
    for part in loc:
        if isinstance(value, Mapping):
            keys = list(value)
            position.append(keys.index(part) if part in keys else len(keys))
            value = value.get(part)
        else:
            position.append(part if isinstance(part, int) else 0)
            # Of a key that stands twice one value is kept; the other's text may have findings too.
            value = value[part] if isinstance(value, tuple) and isinstance(part, int) and part < len(value) else None
    return tuple(position)
