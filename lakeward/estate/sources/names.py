"""Names: what AWS has called things that a program declares, put in where a recording has tokens for them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_TOKEN = re.compile(r"%\{[^{}]+\.[^.{}]+\}")
_STACK_REFERENCE = "pulumi:pulumi:StackReference"


def names_in(resources: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """
    Return what stands for each token, by token, as far as it is up.

    Args:
        resources: states of resources, as `pulumi stack export` and the steps of a preview hold them.

    """
    return dict(name for resource in resources for name in _names(resource))


def named(document: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return a document with names in place of the tokens that are known; the others stay."""
    if not names:
        return dict(document)
    text = _TOKEN.sub(lambda token: _inside_text(names.get(token[0], token[0])), json.dumps(document))
    found: dict[str, Any] = json.loads(text)
    return found


def tokens_in(document: Mapping[str, Any]) -> frozenset[str]:
    """Return every token in a document."""
    return frozenset(_TOKEN.findall(json.dumps(document)))


def _names(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    name = str(resource.get("urn", "")).rpartition("::")[2]
    outputs = resource.get("outputs") or {}
    if resource.get("type") == _STACK_REFERENCE:
        outputs = outputs.get("outputs") or {}
    for output, value in {**outputs, "id": resource.get("id")}.items():
        if isinstance(value, str):
            yield f"%{{{name}.{output}}}", value
        elif isinstance(value, Mapping):
            for member, inner in value.items():
                if isinstance(inner, str):
                    yield f"%{{{name}.{output}.{member}}}", inner


def _inside_text(value: str) -> str:
    return json.dumps(value)[1:-1]
