"""
Configurations that people might write: sound ones, changed along their schema, or with their bytes damaged.

Each is answered by a plan, or by a list of lines `path: problem; remedy`. What is answered by a plan can be declared,
passes the policy pack, and gives exactly the access it intends.
"""

from __future__ import annotations

import copy
import functools
import json
import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from hypothesis import strategies as st

from lakeward.config import StackConfig, document, load, load_bytes
from lakeward.errors import ConfigurationError
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of
from lakeward.estate.sources.values import replaced
from lakeward.estate.unknown import TOKEN
from lakeward.model import Noun
from lakeward.plan import plan_stack
from lakeward.plan.declarations import Plan
from lakeward.reports import compare
from local.recorder.project import find_project
from local.recorder.recording import record
from policies.pack import RULES
from policies.resources import UNKNOWN, Resource, Resources
from policies.rule import ResourceRule
from policies.stack import Stack

ROOT = Path(__file__).parents[2]
STACK = "dev"
BASES = (
    ROOT / "tests" / "lakeward" / "config" / "sound.yaml",
    ROOT / "Pulumi.dev-silo1.yaml",
    ROOT / "Pulumi.dev.yaml",
)

_LINE = re.compile(r"[^ ].*: .+; .+", re.DOTALL)
_NOT_FOR_PEOPLE = ("Traceback", "pydantic", "NoneType", "<class", "validation error")

Path_ = tuple["str | int", ...]


@dataclass(frozen=True)
class Answer:
    """What a configuration is answered by: a plan, or lines."""

    plan: Plan | None
    lines: tuple[str, ...] = ()


def answered(data: bytes) -> Answer:
    """Read and plan a configuration as `lakeward check` does; every other exception than its errors is raised."""
    try:
        return Answer(plan_stack(load_bytes(data, "fuzzed.yaml", STACK, ROOT)))
    except ConfigurationError as error:
        return Answer(None, error.lines())


def faults_of(answer: Answer) -> list[str]:
    """Return the lines of an answer that aren't `path: problem; remedy`, or speak of Python."""
    if answer.plan is None and not answer.lines:
        return ["refused without a word"]
    return [line for line in answer.lines if not _LINE.fullmatch(line) or any(word in line for word in _NOT_FOR_PEOPLE)]


def refusals_of(data: bytes, plan: Plan) -> list[str]:
    """Declare what was planned, offline, and return what the policy pack and the access model have against it."""
    values = document.read(data, "fuzzed.yaml").values["config"]
    try:
        recording = record(ROOT, STACK, values)
    except Exception as error:  # noqa: BLE001  # whatever a program can raise is what is looked for
        return [f"the program fails: {error}"]
    resources = [
        Resource(
            urn=found["urn"],
            type=found["type"],
            name=found["name"],
            properties=replaced(found["inputs"], _unknown),
            delete_before_replace=found["options"]["deleteBeforeReplace"],
            protected=found["options"]["protect"],
            references=_references(found, recording["resources"]),
        )
        for found in recording["resources"]
    ]
    # Of an exemption it is a matter of the day whether it is in force.
    stack = Stack({**find_project(ROOT).settings(STACK, values), "lakeward:exemptions": "[]"})
    told = []
    for rule in RULES:
        if isinstance(rule, ResourceRule):
            told += [f"{rule.id}: {one.name}: {message}" for one in resources for message in rule.check(one)]
        else:
            told += [f"{rule.id}: {one.name}: {message}" for one, message in rule.check(Resources(resources, stack))]
    comparison = compare(plan.intended_access, read_estate(estate_of(recording, "fuzzed")))
    return told + [f"access: {difference}" for difference in comparison.differences]


def _unknown(value: Any) -> Any:
    """Return what the engine shows of a text that AWS will complete."""
    return UNKNOWN if isinstance(value, str) and TOKEN.search(value) else None


def _references(resource: Any, resources: Any) -> dict[str, tuple[str, ...]]:
    """Return for each input the resources whose tokens it holds, as the engine tells them."""
    named = {found["name"]: found["urn"] for found in resources if found["custom"]}
    return {
        name: tuple(
            sorted({named[token] for token in re.findall(r"%\{(.+?)\.[^.{}]+\}", json.dumps(value)) if token in named})
        )
        for name, value in resource["inputs"].items()
    }


# What to try


@st.composite
def changed_along_the_schema(draw: st.DrawFn) -> bytes:
    """A sound configuration with one to four changes, each of a kind that its schema knows or people make."""
    document = copy.deepcopy(_base(draw(st.sampled_from(BASES))))
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, document["config"])
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The bytes of a sound file, with one to three stretches of them lost, doubled, moved or overwritten."""
    data = draw(st.sampled_from(BASES)).read_bytes()
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.sampled_from((0, 1, 2, 7, 40, 400))))
        stretch = data[begin:end]
        put = draw(st.sampled_from((b"", stretch * 2, stretch[::-1], stretch.upper())) | _JUNK)
        data = data[:begin] + put + data[end:]
    return data


_JUNK = st.sampled_from(
    [
        b"\t",
        b"\0",
        b"\xff\xfe",
        b"- ",
        b": ",
        b"\n",
        b"\n\n",
        b"{",
        b"]",
        b"&a ",
        b"*a",
        b"!!python/name:os.system ",
        b"<<: ",
    ]
) | st.binary(max_size=6)

TEXTS = st.sampled_from([
    "", " ", "*", "/", "a", "a/b", "../up", "x" * 300, "null", "012345678901", "tenant1", "TENANT1", "Zürich", "a\nb",
    "a`b", "'; --", "${aws:username}", "%{key-raw.arn}", "s3://a", "arn:aws:iam::100000000001:role/x",
    "IAM_ALLOWED_PRINCIPALS",
]) | st.text(max_size=8)  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**6) | st.floats(allow_nan=False, width=16) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)


def _change(draw: st.DrawFn, config: Any) -> None:
    paths = [path for path in _paths(config) if path]
    path = draw(st.sampled_from(paths))
    holder = _at(config, path[:-1])
    kind = draw(
        st.sampled_from(("by schema", "by schema", "copied", "copied", "anything", "dropped", "doubled", "added"))
    )
    if kind == "dropped":
        del holder[path[-1]]
    elif kind == "copied":
        shape = _schema(path)
        alike = [other for other in paths if other != path and _schema(other) == shape]
        holder[path[-1]] = copy.deepcopy(_at(config, draw(st.sampled_from(alike or [path]))))
    elif kind == "doubled" and isinstance(holder, list):
        holder.insert(draw(st.integers(0, len(holder))), copy.deepcopy(holder[path[-1]]))
    elif kind == "added" and isinstance(holder, dict):
        model = _schema(path[:-1])
        if isinstance(model, type) and issubclass(model, Noun):
            name, field = draw(st.sampled_from(sorted(_fields(model).items())))
            holder[name] = draw(_values(field))
        else:
            holder[draw(TEXTS)] = draw(PLAIN)
    elif kind == "anything":
        holder[path[-1]] = draw(PLAIN)
    else:
        holder[path[-1]] = draw(_values(_schema(path)))


def _paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from _paths(part, (*path, key))


def _at(value: Any, path: Path_) -> Any:
    for key in path:
        value = value[key]
    return value


@functools.cache
def _base(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@functools.cache
def _fields(model: type[Noun]) -> dict[str, Any]:
    hints = typing.get_type_hints(model, include_extras=True)
    return {
        field.alias or name: hints[name]
        for name, field in model.model_fields.items()
        if (model, name) != (StackConfig, "stack")
    }


def _schema(path: Path_) -> Any:
    """Return what the schema says stands at a path: a type without its annotations; `None` where it says nothing."""
    found: Any = StackConfig
    for key in path:
        bare = key.removeprefix("lakeward:") if isinstance(key, str) else key
        found = next((inner for option in _options(found) if (inner := _inner(option, bare)) is not None), None)
    return _plain(found)


def _inner(option: Any, key: str | int) -> Any:
    if isinstance(option, type) and issubclass(option, Noun):
        return _fields(option).get(str(key))
    arguments = typing.get_args(option)
    if typing.get_origin(option) is tuple and isinstance(key, int):
        return arguments[0]
    return arguments[1] if typing.get_origin(option) is dict and isinstance(key, str) else None


def _plain(annotation: Any) -> Any:
    while typing.get_origin(annotation) is Annotated:
        annotation = typing.get_args(annotation)[0]
    return annotation


def _options(annotation: Any) -> list[Any]:
    annotation = _plain(annotation)
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return [option for part in typing.get_args(annotation) for option in _options(part)]
    return [annotation]


@functools.cache
def _texts_by_type() -> dict[type, list[str]]:
    """The texts of the sound configurations, by the type of identifier that they are."""
    found: dict[type, set[str]] = {}

    def collect(value: Any) -> None:
        if isinstance(value, Noun):
            for name in type(value).model_fields:
                collect(getattr(value, name))
        elif isinstance(value, tuple):
            for part in value:
                collect(part)
        elif isinstance(value, dict):
            for part in value.values():
                collect(part)
        elif isinstance(value, str) and not isinstance(value, Enum):
            found.setdefault(type(value), set()).add(str(value))

    for base in BASES:
        collect(load(base, STACK))
    return {kind: sorted(texts) for kind, texts in found.items()}


@functools.cache
def _values(annotation: Any) -> st.SearchStrategy[Any]:
    """Return values that the schema allows at their place, or nearly so."""
    return st.one_of([_value(option) for option in _options(annotation)])


def _value(annotation: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911  # one for each form of a schema
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is type(None):
        return st.none()
    if origin is tuple:
        return st.lists(_values(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(
            TEXTS | st.sampled_from(["department", "zone", "classification"]), _values(arguments[1]), max_size=2
        )
    if origin is Literal:
        return st.sampled_from(arguments)
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(-1, 40000)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from([str(member.value) for member in annotation])
    if isinstance(annotation, type) and issubclass(annotation, Noun):
        fields = {name: st.deferred(lambda inner=field: _values(inner)) for name, field in _fields(annotation).items()}
        required = {field.alias or name for name, field in annotation.model_fields.items() if field.is_required()}
        return st.fixed_dictionaries(
            {name: strategy for name, strategy in fields.items() if name in required},
            optional={name: strategy for name, strategy in fields.items() if name not in required},
        )
    known = _texts_by_type().get(annotation, []) if isinstance(annotation, type) else []
    return (st.sampled_from(known) | st.sampled_from(known) | TEXTS) if known else PLAIN
