"""GEN002: no password, key or token is written where anyone can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from policies.resources import Resource
from policies.rule import ResourceRule

_SECRETS = {
    "an AWS access key": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    "a signed token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "a password in an address": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@"),
}
_NAMED = re.compile(r"(?i)(?:^|[_.-])(?:password|passwd|secret|api_?key|private_?key)$")
"""Variables of a function that hold a secret by their name; `…_ARN` or `…_NAME` only say where one is."""

_IS_ELSEWHERE = re.compile(r"arn:[^:]*:(?:secretsmanager|ssm):")
"""Says where a secret is."""

_FIELDS = frozenset({"masterPassword", "password", "secretString"})
_ENGINES_OWN = ("pulumi:providers:", "pulumi:pulumi:")


def _breaches(resource: Resource) -> Iterator[str]:
    """INVARIANT: what is found is never printed, only where and what kind of thing it is."""
    if resource.type.startswith(_ENGINES_OWN):
        return
    for path, name, text in _texts(resource.properties, ""):
        kind = next((kind for kind, pattern in _SECRETS.items() if pattern.search(text)), None)
        if kind is None and text and not _IS_ELSEWHERE.match(text) and _is_secret_by_name(path, name):
            kind = "a secret by its name"
        if kind is not None:
            yield f"`{path}` holds {kind}, which the state, the resource and whoever may describe it show"


def _is_secret_by_name(path: str, name: str) -> bool:
    if name in _FIELDS:
        return True
    return path.startswith("environment.variables.") and _NAMED.search(name) is not None


def _texts(value: object, path: str, name: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(value, str):
        yield path, name, value
    elif isinstance(value, Mapping):
        for key in sorted(value):
            if key != "__provider":
                yield from _texts(value[key], f"{path}.{key}" if path else key, key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]", name)


RULE = ResourceRule(
    id="GEN002",
    claim="no-secret-stands-in-clear",
    why="what a resource holds in clear is read by everyone who may describe it, and stays in every old state",
    source="measured on the engine: only outputs of the same name as a secret input stay secret",
    fix="keep it in AWS Secrets Manager, and name only its ARN",
    exemptible=False,
    check=_breaches,
)
