"""
Grants of one persona never meet on the same thing, nor those by the same attributes.

AWS keeps one entry per principal, resource and condition: of two declared grants that overlap, changing one silently
takes rights from the other (`platform.md` section 4). So each thing is granted once, in one entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
        placed: list[tuple[Loc, Grant]] = [((*holder.loc, g), grant) for g, grant in enumerate(holder.grants)]
        yield from _meeting(quote(holder.name), placed)
        yield from _filters(quote(holder.name), placed)
    by_attributes: dict[str, list[tuple[Loc, Grant]]] = {}
    for g, by in enumerate(draft.config.attribute_grants):
        by_attributes.setdefault(spelled(by.attributes), []).append((("attributeGrants", g), by))
    for attributes, placed in by_attributes.items():
        yield from _meeting(f"whoever has {quote(attributes)}", placed)
    # To Lake Formation they are all grants to one principal, whatever the condition.
    yield from _filters(
        "whoever is granted by attributes", [entry for all_ in by_attributes.values() for entry in all_]
    )


def _meeting(who: str, placed: Sequence[tuple[Loc, Grant]]) -> Iterator[Finding]:
    granted: dict[Thing, list[tuple[str | None, Loc]]] = {}
    for loc, grant in placed:
        thing, through = _thing(grant)
        earlier = granted.setdefault(thing, [])
        met = next((place for other, place in earlier if through is None or other in {None, through}), None)
        if met is not None:
            yield Finding(
                loc, f"{who} is granted {_words(thing)} already", "say everything about it in one entry", at=met
            )
        earlier.append((through, loc))


def _filters(who: str, placed: Sequence[tuple[Loc, Grant]]) -> Iterator[Finding]:
    through: dict[Thing, list[Loc]] = {}
    for loc, grant in placed:
        if isinstance(grant, TableGrant) and grant.filter is not None:
            through.setdefault(_thing(grant)[0], []).append(loc)
    for thing, places in through.items():
        if len(places) > MOST_FILTERS:
            yield Finding(
                places[MOST_FILTERS],
                f"{who} has {len(places)} filters on {_words(thing)}",
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
            return ("tags", spelled(grant.tags)), None
        case LocationGrant():
            return ("location", grant.location), None


def spelled(expression: Mapping[str, Sequence[str]]) -> str:
    """Spell an expression of tags or attributes the same, whatever its order."""
    return ";".join(f"{key}={','.join(sorted(set(expression[key])))}" for key in sorted(expression))


def _words(thing: Thing) -> str:
    return f"{thing[0]} {quote('.'.join(thing[1:]) if thing[0] == 'table' else ';'.join(thing[1:]))}"
