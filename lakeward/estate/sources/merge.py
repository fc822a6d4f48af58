"""Several estates as one, by the rules of `contracts.md` section 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lakeward.errors import EstateError, Problem
from lakeward.estate.document import VERSION
from lakeward.estate.sources.contradiction import Said, contradiction
from lakeward.estate.sources.organizations import Organizations
from lakeward.estate.sources.sections import ACCOUNT_WIDE, SECTIONS, Section
from lakeward.estate.sources.tokens import told_apart
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping


@dataclass(frozen=True, order=True)
class _Place:
    """Where one thing of an estate stands, and which of its list it is."""

    account: str
    region: str = ""
    service: str = ""
    section: str = ""
    key: str = ""
    """Sorts a list, and tells its entries apart; empty for a single object."""

    def __str__(self) -> str:
        parts = ["accounts", self.account, *(["regions", self.region] if self.region else [])]
        path = ".".join([*parts, *(part for part in (self.service, self.section) if part)])
        return f"{path}[{self.key}]" if self.key else path


def merged(documents: Iterable[tuple[str, Mapping[str, Json]]]) -> dict[str, Json]:
    """
    Return one estate from several, each with the name of its source.

    Lists unite; entries of equal identity must be equal; single objects come from one source or are equal; the
    reasons why an account is partial add up. Everything is sorted, whatever the order of the sources. Tokens of
    different stacks are told apart. An organization's control policies bind all accounts below their target, whichever
    source lists them.

    Args:
        documents: Estates that `read_estate` has accepted.

    Raises:
        EstateError: Two sources contradict each other: every place, with both names.

    """
    organization = Organizations()
    places: dict[_Place, Said] = {}
    partial: dict[str, set[str]] = {}
    problems: set[Problem] = set()
    for source, document in told_apart(list(documents)):
        problems.update(organization.hear(document.get("organization"), source))
        for account, described in mapping(document.get("accounts")).items():
            reasons = mapping(described).get("partial")
            partial.setdefault(account, set()).update(reasons.split("; ") if isinstance(reasons, str) else ())
            for place, value in _things(account, described):
                before = places.setdefault(place, Said(value, source))
                problems.update(contradiction(str(place), before, Said(value, source)))
    problems.update(_shadowed(places))
    if problems:
        raise EstateError(sorted(problems))
    result: dict[str, Json] = {"version": VERSION}
    result.update(organization.told())
    result["accounts"] = _accounts(places, partial)
    return result


def _shadowed(places: Mapping[_Place, Said]) -> Iterator[Problem]:
    """Find what one source says nothing is known of, while another describes parts of it."""
    for whole, said in places.items():
        if whole.section or not is_unknown(said.value):
            continue
        for part, other in places.items():
            if part != whole and part.account == whole.account and whole.service in {part.service, "", "regions"}:
                yield from contradiction(str(whole), said, other)


def _things(account: str, described: Json) -> Iterator[tuple[_Place, Json]]:
    if is_unknown(described):
        yield _Place(account), described
        return
    for service in sorted(ACCOUNT_WIDE):
        yield from _of_service(_Place(account, "", service), mapping(described).get(service))
    regions = mapping(described).get("regions")
    if is_unknown(regions):
        yield _Place(account, "", "regions"), regions
    for region, services in mapping(regions).items():
        yield _Place(account, region), {}
        for service, sections in mapping(services).items():
            yield from _of_service(_Place(account, region, service), sections)


def _of_service(place: _Place, sections: Json) -> Iterator[tuple[_Place, Json]]:
    if is_unknown(sections):
        yield place, sections
    for name, content in mapping(sections).items():
        section = SECTIONS.get((place.service, name))
        if section is None or section.singleton:
            yield _Place(place.account, place.region, place.service, name), content
        else:
            for entry in items(content):
                key = _key(section, entry)
                yield _Place(place.account, place.region, place.service, name, key), entry


def _key(section: Section, entry: Json) -> str:
    return canonical(entry) if is_unknown(entry) else section.key(mapping(entry))


def _accounts(places: Mapping[_Place, Said], partial: Mapping[str, set[str]]) -> dict[str, Json]:
    accounts: dict[str, Json] = {}
    for account in sorted(partial):
        described: dict[str, Json] = {"partial": "; ".join(sorted(partial[account]))} if partial[account] else {}
        accounts[account] = described
    unread: list[tuple[dict[str, Json], str, Json]] = []
    for place in sorted(places):
        value = places[place].value
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
