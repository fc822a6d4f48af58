"""What pydantic found, in our words: one finding per error, with the nearest valid word where a word was wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from lakeward.config.document import Secret
from lakeward.config.findings import Finding, Loc, choose, nearest
from lakeward.config.stack import StackConfig
from lakeward.errors import InvalidIdentifierError, quote

_ALTERNATIVES = {
    "grants": ("what is granted on", "give `database`, `database` and `table`, `tags`, or `location`"),
    "trust": ("who may assume the role", "give `saml`, `oidc`, `role`, or `service`"),
}
"""Keys that take one of several nouns: what the choice says, and how to make it."""

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number"),
    (str, "text"),
    (Mapping, "a mapping"),
    (list, "a list"),
    (tuple, "a list"),
)


def kind(value: object) -> str:
    """Name what a value is, as YAML's readers call it."""
    return "nothing" if value is None else next((words for cls, words in _KINDS if isinstance(value, cls)), "no value")


def _shown(value: object) -> str:
    """Name a wrong value: scalars themselves, of others only the kind; a placeholder never pretends to be a value."""
    if isinstance(value, bool):
        return quote(str(value).lower())
    if isinstance(value, int | float | str):
        return quote(value)
    return kind(value)


def finding(error: ErrorDetails) -> Finding:
    """Say one error of pydantic's in our words, at its place in the file."""
    loc = _written(error["loc"])
    if error["type"] != "extra_forbidden" and isinstance(error["input"], Secret):
        return Finding(
            loc, "is encrypted (`secure:`), so nobody can check it before it is deployed", "write it in clear"
        )
    alternative = next((str(part).strip("<>") for part in reversed(error["loc"]) if _is_alternative(part)), None)
    context: dict[str, Any] = {**error.get("ctx", {}), "alternative": alternative}
    problem, remedy = _WORDS[error["type"]](loc, error["input"], context)
    return Finding(loc, problem, remedy)


def _is_alternative(part: int | str) -> bool:
    """Tell whether a part of pydantic's place is the tag of a union's alternative (`lakeward.model`), no key."""
    return isinstance(part, str) and part.startswith("<")


def meant_key(error: ErrorDetails) -> str | None:
    """Return the key that an unknown one was probably meant to be."""
    if error["type"] != "extra_forbidden":
        return None
    *place, key = _written(error["loc"])
    return nearest(str(key), {alias for owner in _nouns_at(tuple(place)) for alias in _aliases(owner)})


def _written(loc: tuple[int | str, ...]) -> Loc:
    """Return pydantic's place as it is in the file, without the tags of unions."""
    return tuple(part for part in loc if not _is_alternative(part))


def _identifier(loc: Loc, value: object, context: dict[str, Any]) -> tuple[str, str]:  # noqa: ARG001
    wrong: InvalidIdentifierError = context["error"]
    return wrong.problem, wrong.remedy


def _missing(loc: Loc, value: object, context: dict[str, Any]) -> tuple[str, str]:  # noqa: ARG001
    described = StackConfig.model_fields.get(_snake(str(loc[0]))) if len(loc) == 1 else None
    if described is None or described.description is None:
        return "is missing", "add it"
    what = described.description.rstrip(".")
    return "is missing", f"add it: {what if what[1].isupper() else what[0].lower() + what[1:]}"


def _unknown_key(loc: Loc, value: object, context: dict[str, Any]) -> tuple[str, str]:  # noqa: ARG001
    key, place = str(loc[-1]), loc[:-1]
    owners = _nouns_at(place)
    valid = {alias for owner in owners for alias in _aliases(owner)}
    if key in valid:
        chosen = context["alternative"]
        companions = {c for owner in owners if key in _aliases(owner) for c in _required(owner)} - {key}
        if chosen in companions:
            needed = quote(min(companions - {chosen}))
            return f"{quote(key)} needs {needed} beside {quote(chosen)}", f"add {needed}"
        apart = "keep one, or give each an entry of its own" if isinstance(place[-1], int) else "keep one"
        return f"{quote(key)} doesn't go with {quote(chosen)}", apart
    return f"unknown key {quote(key)}", choose(key, valid)


def _expected(loc: Loc, value: object, context: dict[str, Any]) -> tuple[str, str]:
    words = re.findall(r"'([^']*)'", context["expected"])
    if loc[-2:-1] == ("permissions",) and str(value).upper() in {"ALL", "SUPER"}:
        return f"{quote(value)} would hold every permission, DROP and ALTER too (K20)", "list the permissions needed"
    return f"{_shown(value)} isn't possible here", choose(value, words)


def _wrong_kind(wanted: str, remedy: str) -> Callable[[Loc, object, dict[str, Any]], tuple[str, str]]:
    def words(loc: Loc, value: object, context: dict[str, Any]) -> tuple[str, str]:  # noqa: ARG001
        if value is None:
            return "has no value", f"give {wanted}, or leave the key out if it is optional"
        quoted = isinstance(value, bool | int | float) and wanted == "text"
        return f"{_shown(value)} isn't {wanted}", "write it in quotes" if quoted else remedy

    return words


def _no_alternative(loc: Loc, value: object, context: dict[str, Any]) -> tuple[str, str]:  # noqa: ARG001
    subject = next(part for part in reversed(loc) if isinstance(part, str))
    what, remedy = _ALTERNATIVES[subject]
    if not isinstance(value, Mapping):
        return f"{_shown(value)} isn't a mapping", remedy
    known = {alias for noun in _nouns_at(loc) for alias in _aliases(noun)}
    for key in value:
        if key not in known and (meant := nearest(key, known)):
            return f"unknown key {quote(key)}", f"did you mean {quote(meant)}?"
    return f"doesn't say {what}", remedy


_WORDS: dict[str, Callable[[Loc, object, dict[str, Any]], tuple[str, str]]] = {
    "value_error": _identifier,
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "enum": _expected,
    "literal_error": _expected,
    "union_tag_not_found": _no_alternative,
    "string_type": _wrong_kind("text", "give one line of text"),
    "int_type": _wrong_kind("a whole number", "give digits, without quotes"),
    "int_from_float": _wrong_kind("a whole number", "give digits, without quotes"),
    "bool_type": _wrong_kind("true or false", "write `true` or `false`, without quotes"),
    "tuple_type": _wrong_kind("a list", "write one entry per line, each after `- `"),
    "dict_type": _wrong_kind("a mapping", "write `key: value` lines"),
    "model_type": _wrong_kind("a mapping", "write `key: value` lines"),
    "greater_than_equal": lambda loc, value, context: (  # noqa: ARG005
        f"{_shown(value)} is too small",
        f"give at least {context['ge']}",
    ),
    "less_than_equal": lambda loc, value, context: (  # noqa: ARG005
        f"{_shown(value)} is too large",
        f"give at most {context['le']}",
    ),
    "too_short": lambda loc, value, context: ("is empty", f"give at least {context['min_length']}"),  # noqa: ARG005
    "too_long": lambda loc, value, context: (  # noqa: ARG005
        f"has {context['actual_length']} entries",
        f"give at most {context['max_length']}",
    ),
}
"""Every error type that the nouns of `lakeward.model` can cause; a test holds it complete."""


def _snake(alias: str) -> str:
    return re.sub(r"([A-Z])", lambda capital: f"_{capital[1].lower()}", alias)


def _aliases(noun: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in noun.model_fields.items()} - {"stack"}


def _required(noun: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in noun.model_fields.items() if field.is_required()}


def _nouns_at(loc: Loc) -> tuple[type[BaseModel], ...]:
    """Return the nouns that may stand at a place: one, or the alternatives of a union."""
    nouns: tuple[type[BaseModel], ...] = (StackConfig,)
    for part in loc:
        if isinstance(part, str):
            nouns = tuple(
                found
                for noun in nouns
                for name, field in noun.model_fields.items()
                if (field.alias or name) == part
                for found in _nouns_in(field.annotation)
            )
    return nouns


def _nouns_in(annotation: Any) -> tuple[type[BaseModel], ...]:  # noqa: ANN401
    """Return the nouns that an annotation such as `tuple[Zone, ...] | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    return tuple(noun for part in getattr(annotation, "__args__", ()) for noun in _nouns_in(part))
