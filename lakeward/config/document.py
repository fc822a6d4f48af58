"""
A configuration file as plain values: strict YAML, read the way Pulumi's engine reads it.

The engine's YAML and Python's differ where it hurts: an unquoted `012345670123` becomes the number 1402433619, an
unquoted date a timestamp, `yes` stays text. So nothing ambiguous is guessed: it is a finding that says "quote it".
Duplicate keys, tags, merge keys and anything recursive are refused; size, depth and what aliases expand to are
bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeAlias

import yaml

from lakeward.config.findings import Finding, Loc
from lakeward.errors import ConfigurationError, Problem, quote

LARGEST_FILE = 1024 * 1024
"""Bytes."""
DEEPEST = 32
"""Levels of nesting; a configuration needs ten."""
MOST_VALUES = 200_000
"""Values in one file, those that aliases repeat counted each time."""

Plain: TypeAlias = "str | int | float | bool | list[Plain] | dict[str, Plain] | None"

_NULL = re.compile(r"|~|null|Null|NULL")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+")
_AMBIGUOUS = re.compile(
    r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"  # leading zeros, plus signs, underscores, exponents
    r"|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?0[xob][0-9A-Fa-f_]+"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?"
)


class Secret(str):
    """
    What stands for a `secure:` value, which only the engine can decrypt: opaque, and different for each place.

    It is fit for prose and tags. Where a value must be checked before anything is deployed, it is refused.
    """

    __slots__ = ()


@dataclass(frozen=True)
class Document:
    """A file's content, and what was wrong with its text."""

    values: dict[str, Plain]
    findings: tuple[Finding, ...]


def read(data: bytes, source: str) -> Document:
    """
    Read a file's bytes.

    Raises:
        ConfigurationError: there is no mapping in it; one problem at `source`, with line and column where known.

    """
    if len(data) > LARGEST_FILE:
        raise _unusable(source, f"is larger than {LARGEST_FILE} bytes", "a configuration is a few kilobytes of YAML")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _unusable(f"{source}:{line}", "isn't UTF-8", "save the file as UTF-8") from error
    reading = _Reading(source)
    try:
        values = reading.document(yaml.parse(text, Loader=yaml.SafeLoader if _without_libyaml() else yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise _not_yaml(source, error) from error
    if not isinstance(values, dict):
        raise _unusable(source, "isn't a mapping" if values else "is empty", "write `config:` and the keys below it")
    return Document(values, tuple(reading.findings))


def mapping(path: Path) -> dict[str, Plain]:
    """
    Read a file of which the text alone is judged here: a project's, or a stack's on its way to someone who reads it.

    Raises:
        ConfigurationError: it can't be read, or its text is doubtful; every problem, each with the file's name.

    """
    try:
        found = read(path.read_bytes(), path.name)
    except OSError as error:
        remedy = f"it must stand in {quote(path.parent)}"
        raise _unusable(path.name, f"can't be read: {error.strerror}", remedy) from error
    if found.findings:
        problems = (finding.as_problem() for finding in found.findings)
        raise ConfigurationError([replace(one, path=f"{path.name}: {one.path}") for one in problems])
    return found.values


def _without_libyaml() -> bool:
    return not hasattr(yaml, "CSafeLoader")


def _unusable(place: str, problem: str, remedy: str) -> ConfigurationError:
    return ConfigurationError([Problem(place, problem, remedy)])


def _not_yaml(source: str, error: yaml.YAMLError) -> ConfigurationError:
    why = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    place = f"{source}{_place(getattr(error, 'problem_mark', None))}"
    return _unusable(place, f"isn't YAML: {quote(why).strip('`')}", "correct the text there")


class _Mark(Protocol):
    """A place in a text, as either of PyYAML's parsers marks it."""

    line: int
    column: int


def _place(mark: _Mark | None) -> str:
    """Return `:line:column`, counted from 1, for a mark of the parser's; empty where it has none."""
    return f":{mark.line + 1}:{mark.column + 1}" if mark else ""


@dataclass
class _Reading:
    """One pass over the events of a file. Values are built as they come, so nothing recursive can arise."""

    source: str
    findings: list[Finding] = field(default_factory=list)
    _anchored: dict[str, tuple[Plain, int]] = field(default_factory=dict)
    _values: int = 0

    def document(self, events: Iterator[yaml.Event]) -> Plain:
        value: Plain = None
        seen = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise self._refused(event, "holds a second document", "keep one")
                value, seen = self._value(next(events), events, ()), True
        return value

    def _refused(self, event: yaml.Event, problem: str, remedy: str) -> ConfigurationError:
        return _unusable(f"{self.source}{_place(event.start_mark)}", problem, remedy)

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], loc: Loc) -> Plain:
        before = self._values
        if isinstance(event, yaml.AliasEvent):
            anchor = event.anchor or ""
            if anchor not in self._anchored:
                raise self._refused(event, f"{quote(f'*{anchor}')} refers to nothing above it", "write it out")
            value, size = self._anchored[anchor]
            self._count(event, size)
            return value
        self._count(event, 1)
        if len(loc) > DEEPEST:
            raise self._refused(event, f"is nested deeper than {DEEPEST} levels", "a configuration needs ten")
        if (tag := getattr(event, "tag", None)) not in {None, "!"}:
            raise self._refused(event, f"has the tag {quote(tag)}", "write the value without a tag")
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event, loc)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._list(events, loc)
        else:
            value = self._mapping(events, loc)
        if (name := getattr(event, "anchor", None)) is not None:
            self._anchored[name] = value, self._values - before
        return value

    def _count(self, event: yaml.Event, values: int) -> None:
        self._values += values
        if self._values > MOST_VALUES:
            raise self._refused(
                event, f"holds more than {MOST_VALUES} values, aliases expanded", "repeat less by aliases"
            )

    def _scalar(self, event: yaml.ScalarEvent, loc: Loc) -> Plain:
        text = str(event.value)
        if event.style not in {None, ""}:
            return text
        if _NULL.fullmatch(text):
            return None
        if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
            return _TRUE.fullmatch(text) is not None
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return float(text)
        if _AMBIGUOUS.fullmatch(text):
            problem = f"{quote(text)} without quotes isn't read as it is written"
            self.findings.append(Finding(loc, problem, f'write it in quotes: "{quote(text).strip("`")}"'))
        return text

    def _list(self, events: Iterator[yaml.Event], loc: Loc) -> Plain:
        found: list[Plain] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            found.append(self._value(item, events, (*loc, len(found))))
        return found

    def _mapping(self, events: Iterator[yaml.Event], loc: Loc) -> Plain:
        found: dict[str, Plain] = {}
        lines: dict[str, int] = {}
        while not isinstance(key_event := next(events), yaml.MappingEndEvent):
            if not isinstance(key_event, yaml.ScalarEvent):
                raise self._refused(key_event, "a key isn't a word", "write `key: value`")
            line = key_event.start_mark.line + 1 if key_event.start_mark else 0
            key = str(key_event.value)
            value = self._value(next(events), events, (*loc, key))
            if key == "<<" and key_event.style in {None, ""}:
                self.findings.append(Finding(loc, "merge keys (`<<`) aren't read", "write the keys out"))
            elif key in found:
                problem = f"key {quote(key)} stands twice, on lines {lines[key]} and {line}"
                self.findings.append(Finding((*loc, key), problem, "keep one"))
            else:
                found[key] = value
                lines[key] = line
        return found


def with_placeholders(value: object, place: str) -> object:
    """Return `value` with every `{secure: …}` in it replaced by a `Secret` named after its place."""
    if isinstance(value, Mapping):
        if set(value) == {"secure"} and isinstance(value["secure"], str):
            return Secret(f"secure:{place}")
        return {key: with_placeholders(part, f"{place}.{key}") for key, part in value.items()}
    if isinstance(value, list):
        return [with_placeholders(part, f"{place}.{index}") for index, part in enumerate(value)]
    return value
