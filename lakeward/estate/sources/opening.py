"""From the name of a source to its estate."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lakeward.errors import EstateError, Problem, UsageError, quote
from lakeward.estate.document import decode_json, read_estate
from lakeward.estate.sources import pack_arguments, preview, recording, stack_export
from lakeward.estate.sources.assemble import assembled
from lakeward.estate.sources.child import printed_by
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.merge import merged
from lakeward.estate.sources.program import recorded, recorded_at
from lakeward.estate.sources.values import Json, plain_mapping

_STANDARD_INPUT = "-"

_ORIGINS = (recording, preview, stack_export)


def open_sources(names: Iterable[str]) -> dict[str, Json]:
    """
    Return the one estate of several sources, sorted throughout.

    Raises:
        EstateError: A source can't be used, or two contradict each other.
        UsageError: A name names no source.
        OutsideServiceError: AWS or another program failed.

    """
    return merged((name, open_source(name)) for name in names)


def open_source(name: str) -> dict[str, Json]:
    """
    Return the estate of one source, as a document that `read_estate` accepts.

    Raises:
        EstateError: What it holds can't be used: every problem, with its path.
        UsageError: The name names no source: no such file, project, revision or form.
        OutsideServiceError: AWS or another program failed.

    """
    scheme, separator, rest = name.partition(":")
    opened = _SCHEMES.get(scheme) if separator else None
    return opened(rest, name) if opened is not None else estate_of(_decoded(name), name)


def estate_of(document: object, source: str) -> dict[str, Json]:
    """
    Return the estate that a decoded document is, or that its declarations make.

    Args:
        document: An estate, a preview, a stack export, a recording, or the plain arguments of a stack rule.
        source: What errors call it.

    Raises:
        EstateError: It is none of these, or doesn't keep to its form.

    """
    try:
        return _estate_of(document, source)
    except RecursionError as error:
        problem = Problem(source, "it is nested too deeply", "give a document as a program wrote it")
        raise EstateError([problem]) from error


def _estate_of(document: object, source: str) -> dict[str, Json]:
    declarations = declarations_of(document, source)
    if declarations is not None:
        estate = assembled(declarations)
        read_estate(estate, source)
        return estate
    if isinstance(document, Mapping) and ("accounts" in document or "version" in document):
        read_estate(document, source)
        return plain_mapping(document)
    raise EstateError(
        [
            Problem(
                source,
                "this is neither an estate nor a preview, a stack export or a recording",
                "give what `lakeward estate`, `pulumi preview --json --show-sames` or `pulumi stack export` prints",
            )
        ]
    )


def declarations_of(document: object, source: str) -> Declarations | None:
    """
    Return what a decoded document declares; `None` where it is of no kind that declares.

    Raises:
        EstateError: It is of such a kind and doesn't keep to its form.

    """
    resources: list[DeclaredResource] | None = None
    if isinstance(document, Mapping):
        for origin in _ORIGINS:
            if origin.recognises(document):
                resources = origin.declared_resources(document, source)
                break
    elif isinstance(document, list):
        resources = pack_arguments.declared_resources(document, source)
    return None if resources is None else Declarations(resources, source)


def _decoded(name: str) -> object:
    try:
        content = sys.stdin.buffer.read() if name == _STANDARD_INPUT else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(
            name,
            f"this can't be read: {(error.strerror or str(error)).lower()}",
            "give a file, `-`, `stack:NAME`, `live:ACCOUNT/REGION` or `git:REV:NAME`",
        ) from error
    return decode_json(content, "standard input" if name == _STANDARD_INPUT else name)


def _stack(name: str, source: str) -> dict[str, Json]:
    if not name:
        raise UsageError(source, "no stack is named", "give `stack:NAME`, as in `stack:dev`")
    return estate_of(decode_json(recorded(name, Path.cwd(), source), source), source)


def _revision(rest: str, source: str) -> dict[str, Json]:
    revision, _, name = rest.rpartition(":")
    if not revision or not name:
        raise UsageError(source, "a revision and a stack are needed", "give `git:REV:NAME`, as in `git:main:dev`")
    return estate_of(decode_json(recorded_at(revision, name, Path.cwd(), source), source), source)


def _live(rest: str, source: str) -> dict[str, Json]:
    found = re.fullmatch(r"([0-9]{12})/([a-z0-9-]+)", rest)
    if found is None:
        remedy = "give `live:ACCOUNT/REGION`, as in `live:111111111111/eu-west-1`"
        raise UsageError(source, f"{quote(rest)} names no account and Region", remedy)
    # Nothing but the live reader has boto3 and credentials, so it runs apart, as a stack's program does.
    return estate_of(decode_json(printed_by("lakeward.live", *found.groups(), source=source), source), source)


_SCHEMES: Mapping[str, Callable[[str, str], dict[str, Json]]] = {"git": _revision, "live": _live, "stack": _stack}
