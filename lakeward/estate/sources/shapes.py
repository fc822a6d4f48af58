"""Documents of other programs, checked against the part of their form that is read here."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from lakeward.errors import EstateError, Problem
from lakeward.estate.sources.values import Json, replaced, unknown

S = TypeVar("S", bound=msgspec.Struct)

SECRET = "[secret]"  # noqa: S105  # the mark that stands for secrets, not one of them


def shaped(document: object, shape: type[S], source: str, remedy: str) -> S:
    """
    Return a decoded document as the shape.

    Raises:
        EstateError: It doesn't fit: where, and why.

    """
    try:
        return msgspec.convert(document, shape)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at ")
        path = f"{source}{place.strip('`').removeprefix('$')}"
        raise EstateError([Problem(path, problem[:1].lower() + problem[1:], remedy)]) from error


def without_secrets(properties: dict[str, Json]) -> dict[str, Json]:
    """Return properties with unknowns where the engine or the recorder put their mark for a secret."""
    return {
        name: replaced(value, lambda part: unknown("secret") if part == SECRET else None)
        for name, value in properties.items()
    }
