"""
Tokens of several stacks, told apart.

A token is named by a resource's logical name, and stacks of one program give theirs the same ones. Left alike, one
stack's key would be another's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from lakeward.estate.sources.values import Json, canonical, mapping
from lakeward.estate.unknown import TOKEN, TOKEN_MARK

Named = tuple[str, Mapping[str, Json]]
"""A source's name, and its estate."""


def told_apart(documents: Sequence[Named]) -> list[Named]:
    """
    Return estates in which no token stands for things of two stacks.

    A token that stands in estates of different accounts or Regions gets them as part of its name,
    `%{<account>/<region>/key-raw.arn}`; others stay as they are. An estate of several accounts is left alone: whoever
    merged it has told its tokens apart.
    """
    origins = [_origin(document) for _, document in documents]
    users: dict[str, set[str]] = {}
    for origin, (_, document) in zip(origins, documents, strict=True):
        for token in TOKEN.findall(canonical(document)):
            users.setdefault(token, set()).add(origin)
    ambiguous = {token for token, found in users.items() if len(found) > 1}
    return [
        (name, _renamed(document, origin, ambiguous) if origin else document)
        for origin, (name, document) in zip(origins, documents, strict=True)
    ]


def _origin(document: Mapping[str, Json]) -> str:
    """Return the account and Region that an estate describes, empty where they are several."""
    accounts = mapping(document.get("accounts"))
    if len(accounts) != 1:
        return ""
    ((account, described),) = accounts.items()
    regions = mapping(mapping(described).get("regions"))
    return "/".join([account, *regions]) if len(regions) <= 1 else ""


def _renamed(document: Mapping[str, Json], origin: str, ambiguous: set[str]) -> Mapping[str, Json]:
    text = canonical(document)
    if not ambiguous or TOKEN_MARK not in text:
        return document
    told = TOKEN.sub(lambda found: _with_origin(found[0], origin) if found[0] in ambiguous else found[0], text)
    decoded: dict[str, Json] = msgspec.json.decode(told)
    return decoded


def _with_origin(token: str, origin: str) -> str:
    return f"{TOKEN_MARK}{origin}/{token.removeprefix(TOKEN_MARK)}"
