"""
Conditions of attribute-based grants: Cedar over the tags of whoever asks (`semantics.md` B11-1).

A condition says who, never which rows (B11-7). Everything is text; reading a tag that isn't there would be an error in
Cedar (B11-2), so each one is asked for first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lakeward.documents.errors import MalformedDocumentError

LONGEST_CONDITION = 3_000
"""Characters (`semantics.md` B19)."""

_TAGS = "context.iam.principalTags"


def attribute_condition(attributes: Mapping[str, Sequence[str]]) -> str:
    """
    Return the condition that a principal has all of these tags, each with one of its values.

    Canonical: the same attributes in any order, with values repeated or not, are the same text.

    Raises:
        MalformedDocumentError: there is no attribute, or one without values: it would be met by everyone or no one.

    """
    if not attributes or not all(attributes.values()):
        raise MalformedDocumentError("an attribute condition needs attributes, each with a value")
    return " && ".join(_has_one_of(name, sorted(set(attributes[name]))) for name in sorted(attributes))


def _has_one_of(name: str, values: Sequence[str]) -> str:
    key = _text(name)
    alternatives = " || ".join(f"{_TAGS}.getTag({key}) == {_text(value)}" for value in values)
    return f"{_TAGS}.hasTag({key}) && ({alternatives})"


def _text(value: str) -> str:
    """Spell a text as a Cedar literal: printable ASCII as it is, all else by its code point."""
    return '"' + "".join(_character(character) for character in value) + '"'


def _character(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if " " <= character <= "~" else f"\\u{{{ord(character):x}}}"
