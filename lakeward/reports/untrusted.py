"""Names from elsewhere: what a table, a role or a filter is called is text, whatever it is printed on."""

from __future__ import annotations

from collections.abc import Iterable

_MARKDOWN = frozenset("\\`*_{}[]<>|~")
_ENTITY = "&amp;"
# A comment that shows nothing keeps a mention or a reference from being one.
_BROKEN = "<!-- -->"
# What a build server takes for an instruction where a line begins with it, blanks aside.
_INSTRUCTIONS = ("::", "##[", "##vso[")
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"


def printable(text: str) -> str:
    """Return a text without what a terminal obeys or what turns the direction of reading: replacement signs instead."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def in_markdown(text: str) -> str:
    """Return a text that Markdown shows as it is: no markup, mention, reference or entity."""
    escaped = []
    for sign in printable(text):
        if sign in _MARKDOWN:
            escaped.append(f"\\{sign}")
        elif sign in "@#":
            escaped.append(f"{sign}{_BROKEN}")
        else:
            escaped.append(_ENTITY if sign == "&" else sign)
    return "".join(escaped) or " "


def on_terminal(lines: Iterable[str]) -> list[str]:
    """Return lines as a terminal and a build server's log may have them: one each, and none of them an instruction."""
    return [_uninstructing(printable(line)) for line in lines]


def _uninstructing(line: str) -> str:
    begin = len(line) - len(line.lstrip())
    return f"{line[:begin]}{_ZERO_WIDTH_SPACE}{line[begin:]}" if line[begin:].startswith(_INSTRUCTIONS) else line
