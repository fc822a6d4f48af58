"""
Grants of one persona never meet on the same thing.

AWS keeps one entry per principal and resource: of two declared grants that overlap, changing one silently takes
rights from the other (`platform.md` section 4). So each thing is granted once, in one entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.checks.holders import holders
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc
from lakeward.errors import quote
from lakeward.model import DatabaseGrant, Grant, LocationGrant, TableGrant, TagGrant

Thing = tuple[str, ...]
"""What a grant is about: its kind, then its name."""

MOST_FILTERS = 100
"""Data cells filters that Lake Formation grants one principal on one table (`semantics.md` B9-3)."""


def check(draft: Draft) -> Iterator[Finding]:
    for holder in holders(draft):
        granted: dict[Thing, list[tuple[str | None, Loc]]] = {}
        for g, grant in enumerate(holder.grants):
            loc: Loc = (*holder.loc, g)
            thing, through = _thing(grant)
            earlier = granted.setdefault(thing, [])
            met = next((place for other, place in earlier if through is None or other in {None, through}), None)
            if met is not None:
                problem = f"{quote(holder.name)} is granted {_words(thing)} already"
                yield Finding(loc, problem, "say everything about it in one entry", at=met)
            earlier.append((through, loc))
        for thing, places in granted.items():
            if len(places) > MOST_FILTERS:
                yield Finding(
                    places[MOST_FILTERS][1],
                    f"{quote(holder.name)} has {len(places)} filters on {_words(thing)}",
                    f"Lake Formation takes {MOST_FILTERS}: join some with OR",
                )


def _thing(grant: Grant) -> tuple[Thing, str | None]:
    """Return what a grant is about, and the data cells filter it goes through, if any."""
    match grant:
        case TableGrant():
            return ("table", grant.database, grant.table), grant.filter
        case DatabaseGrant():
            return ("database", grant.database), None
        case TagGrant():
            expression = (f"{key}={','.join(sorted(grant.tags[key]))}" for key in sorted(grant.tags))
            return ("tags", *expression), None
        case LocationGrant():
            return ("location", grant.location), None


def _words(thing: Thing) -> str:
    return f"{thing[0]} {quote('.'.join(thing[1:]) if thing[0] == 'table' else ';'.join(thing[1:]))}"
