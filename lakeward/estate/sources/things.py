"""Things: an estate taken apart into its entries, each with its place, and put together again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from lakeward.estate.sources.sections import ACCOUNT_WIDE, SECTIONS, Section
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping


@dataclass(frozen=True, order=True)
class Place:
    """Where one thing of an estate stands, and which of its list it is."""

    account: str
    region: str = ""
    service: str = ""
    section: str = ""
    key: str = ""
    """Sorts a list, and tells its entries apart; empty for a single object."""

    @property
    def entry_name(self) -> str:
        """What tells it apart in its list, where one member does; else all of them as JSON."""
        names = msgspec.json.decode(self.key) if self.key.startswith("[") else self.key
        given = [name for name in names if name is not None] if isinstance(names, list) else [names]
        return given[0] if len(given) == 1 and isinstance(given[0], str) else canonical(given)

    def __str__(self) -> str:
        parts = ["accounts", self.account, *(["regions", self.region] if self.region else [])]
        path = ".".join([*parts, *(part for part in (self.service, self.section) if part)])
        return f"{path}[{self.key}]" if self.key else path


def things(account: str, described: Json) -> Iterator[tuple[Place, Json]]:
    """Yield everything that one account of an estate holds, with its place."""
    if is_unknown(described):
        yield Place(account), described
        return
    for service in sorted(ACCOUNT_WIDE):
        yield from _of_service(Place(account, "", service), mapping(described).get(service))
    regions = mapping(described).get("regions")
    if is_unknown(regions):
        yield Place(account, "", "regions"), regions
    for region, services in mapping(regions).items():
        yield Place(account, region), {}
        for service, sections in mapping(services).items():
            yield from _of_service(Place(account, region, service), sections)


def _of_service(place: Place, sections: Json) -> Iterator[tuple[Place, Json]]:
    if is_unknown(sections):
        yield place, sections
    for name, content in mapping(sections).items():
        section = SECTIONS.get((place.service, name))
        if section is None or section.singleton:
            yield Place(place.account, place.region, place.service, name), content
        else:
            for entry in items(content):
                key = _key(section, entry)
                yield Place(place.account, place.region, place.service, name, key), entry


def _key(section: Section, entry: Json) -> str:
    return canonical(entry) if is_unknown(entry) else section.key(mapping(entry))


def accounts_of(places: Mapping[Place, Json], partial: Mapping[str, set[str]]) -> dict[str, Json]:
    """
    Return the accounts of an estate from its things.

    Args:
        places: What there is.
        partial: By account, why it isn't whole; every account that is described has an entry.

    """
    accounts: dict[str, Json] = {}
    for account in sorted(partial):
        described: dict[str, Json] = {"partial": "; ".join(sorted(partial[account]))} if partial[account] else {}
        accounts[account] = described
    unread: list[tuple[dict[str, Json], str, Json]] = []
    for place in sorted(places):
        value = places[place]
        names = [place.account, *(["regions", place.region] if place.region else []), place.service, place.section]
        path = [name for name in names if name]
        into = accounts
        for name in path[:-1]:
            into = _child(into, name)
        if place.key:
            listed = into.setdefault(path[-1], [])
            if isinstance(listed, list):
                listed.append(value)
            if is_unknown(value):
                unread.append((into, path[-1], value))
        elif value or path[-1] not in into:
            into[path[-1]] = value or {}
    for into, name, value in unread:
        if into[name] == [value]:
            into[name] = value
    return accounts


def _child(parent: dict[str, Json], name: str) -> dict[str, Json]:
    child = parent.setdefault(name, {})
    if not isinstance(child, dict):
        raise TypeError(name)
    return child
