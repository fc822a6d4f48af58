"""Several estates as one, by the rules of `contracts.md` section 2."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lakeward.errors import EstateError, Problem
from lakeward.estate.document import VERSION
from lakeward.estate.sources.contradiction import Said, contradiction
from lakeward.estate.sources.organizations import Organizations
from lakeward.estate.sources.things import Place, accounts_of, things
from lakeward.estate.sources.tokens import told_apart
from lakeward.estate.sources.values import Json, is_unknown, mapping


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
    places: dict[Place, Said] = {}
    partial: dict[str, set[str]] = {}
    problems: set[Problem] = set()
    for source, document in told_apart(list(documents)):
        problems.update(organization.hear(document.get("organization"), source))
        for account, described in mapping(document.get("accounts")).items():
            reasons = mapping(described).get("partial")
            partial.setdefault(account, set()).update(reasons.split("; ") if isinstance(reasons, str) else ())
            for place, value in things(account, described):
                before = places.setdefault(place, Said(value, source))
                problems.update(contradiction(str(place), before, Said(value, source)))
    problems.update(_shadowed(places))
    if problems:
        raise EstateError(sorted(problems))
    result: dict[str, Json] = {"version": VERSION}
    result.update(organization.told())
    result["accounts"] = accounts_of({place: said.value for place, said in places.items()}, partial)
    return result


def _shadowed(places: Mapping[Place, Said]) -> Iterator[Problem]:
    """Find what one source says nothing is known of, while another describes parts of it."""
    for whole, said in places.items():
        if whole.section or not is_unknown(said.value):
            continue
        for part, other in places.items():
            if part != whole and part.account == whole.account and whole.service in {part.service, "", "regions"}:
                yield from contradiction(str(whole), said, other)
