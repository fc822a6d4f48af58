"""Several estates as one, by the rules of `contracts.md` section 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lakeward.errors import EstateError, Problem, quote
from lakeward.estate.document import VERSION
from lakeward.estate.sources.things import Place, accounts_of, things
from lakeward.estate.sources.tokens import told_apart
from lakeward.estate.sources.values import Json, canonical, is_unknown, mapping


@dataclass(frozen=True)
class _Said:
    value: Json
    source: str


def merged(documents: Iterable[tuple[str, Mapping[str, Json]]]) -> dict[str, Json]:
    """
    Return one estate from several, each with the name of its source.

    Lists unite; entries of equal identity must be equal; single objects come from one source or are equal; the
    reasons why an account is partial add up. Everything is sorted, whatever the order of the sources. Tokens of
    different stacks are told apart.

    Args:
        documents: Estates that `read_estate` has accepted.

    Raises:
        EstateError: Two sources contradict each other: every place, with both names.

    """
    organizations: dict[str, _Said] = {}
    places: dict[Place, _Said] = {}
    partial: dict[str, set[str]] = {}
    problems: set[Problem] = set()
    for source, document in told_apart(list(documents)):
        if (organization := document.get("organization")) is not None:
            before = organizations.setdefault("organization", _Said(organization, source))
            problems.update(_contradiction("organization", before, _Said(organization, source)))
        for account, described in mapping(document.get("accounts")).items():
            reasons = mapping(described).get("partial")
            partial.setdefault(account, set()).update(reasons.split("; ") if isinstance(reasons, str) else ())
            for place, value in things(account, described):
                before = places.setdefault(place, _Said(value, source))
                problems.update(_contradiction(str(place), before, _Said(value, source)))
    problems.update(_shadowed(places))
    if problems:
        raise EstateError(sorted(problems))
    result: dict[str, Json] = {"version": VERSION}
    result.update({name: said.value for name, said in organizations.items()})
    result["accounts"] = accounts_of({place: said.value for place, said in places.items()}, partial)
    return result


def _contradiction(path: str, first: _Said, second: _Said) -> Iterator[Problem]:
    if canonical(first.value) != canonical(second.value):
        yield Problem(
            path,
            f"{quote(first.source)} and {quote(second.source)} say different things",
            "merge sources that agree on what they share, or leave one out",
        )


def _shadowed(places: Mapping[Place, _Said]) -> Iterator[Problem]:
    """Find what one source says nothing is known of, while another describes parts of it."""
    for whole, said in places.items():
        if whole.section or not is_unknown(said.value):
            continue
        for part, other in places.items():
            if part != whole and part.account == whole.account and whole.service in {part.service, "", "regions"}:
                yield from _contradiction(str(whole), said, other)
