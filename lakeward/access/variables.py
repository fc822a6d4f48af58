"""
Policy variables: `${key}`, `${key, 'default'}`, and the literal `${*}`, `${?}`, `${$}` (`semantics.md` A3).

What a variable stands for is literal: a `*` in a tag's value is no wildcard (A3-6).
"""

from __future__ import annotations

import re

from lakeward.access.context import Context
from lakeward.access.patterns import pieces_of
from lakeward.access.remembering import remembered
from lakeward.estate.unknown import Unknown, token_for

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_WITH_DEFAULT = re.compile(r"(.*?), '(.*)'", re.DOTALL)
_LITERALS = frozenset("*?$")


class Template:
    """A text of a policy in which variables stand."""

    __slots__ = ("_parts",)

    def __init__(self, text: str) -> None:
        parts: list[str | tuple[str, str | None] | tuple[str]] = []
        position = 0
        for found in _VARIABLE.finditer(text):
            parts.append(text[position : found.start()])
            name = found[1]
            if name in _LITERALS:
                parts.append((name,))
            elif (default := _WITH_DEFAULT.fullmatch(name)) is not None:
                parts.append((default[1].strip().lower(), default[2]))
            else:
                parts.append((name.strip().lower(), None))
            position = found.end()
        parts.append(text[position:])
        self._parts = tuple(part for part in parts if part != "")

    def pieces(self, context: Context) -> list[str | None] | None:
        """Return the pieces of the pattern this text is in a request; `None` where a variable has no value."""
        pieces: list[str | None] = []
        for part in self._parts:
            if isinstance(part, str):
                pieces.extend(pieces_of(part))
            elif len(part) == 1:
                pieces.append(part[0])
            else:
                value = _value_of(part[0], part[1], context)
                if value is None:
                    return None
                pieces.append(value)
        return pieces

    def text(self, context: Context) -> str | None:
        """Return what this text is in a request where nothing is a wildcard; `None` as for `pieces`."""
        written: list[str] = []
        for part in self._parts:
            if isinstance(part, str):
                written.append(part)
            elif len(part) == 1:
                written.append(part[0])
            else:
                value = _value_of(part[0], part[1], context)
                if value is None:
                    return None
                written.append(value)
        return "".join(written)


def _value_of(key: str, default: str | None, context: Context) -> str | None:
    value = context.get(key)
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        return token_for(key)
    # A key with several values can't be a variable (A3-2).
    return default if value is None else None


@remembered(1 << 14)
def template(text: str) -> Template | None:
    """Compile a text of a policy; `None` where no variable stands in it."""
    return Template(text) if _VARIABLE.search(text) is not None else None
