"""Declared resources put together to an estate."""

from __future__ import annotations

from lakeward.estate.document import VERSION
from lakeward.estate.sources.creation import caused_grants
from lakeward.estate.sources.declared import Declarations
from lakeward.estate.sources.entries import Place, combined
from lakeward.estate.sources.not_understood import doubts, not_understood
from lakeward.estate.sources.permissions import listed
from lakeward.estate.sources.resources import READERS
from lakeward.estate.sources.resources.control_policies import control_policies
from lakeward.estate.sources.resources.iam_allowed_principals import swept_databases
from lakeward.estate.sources.sections import DATA_LAKE_SETTINGS, DATABASES, PERMISSIONS, TABLES, Section
from lakeward.estate.sources.values import Json, is_unknown, mapping


def assembled(declarations: Declarations) -> dict[str, Json]:
    """
    Return the estate that a stack declares, as a document of `contracts.md` section 2.

    Every account in it is `partial`: a stack declares what it manages, never the whole of an account.
    """
    entries = [
        entry
        for resource in declarations
        if resource.type in READERS
        for entry in READERS[resource.type](resource, declarations)
    ]
    entries.extend(doubts(declarations, entries))
    places = combined(entries)
    for account, region in sorted({(place.account, place.region) for place in places if place.region}):
        _complete(places, declarations, account, region)
    return _document(declarations, places)


def _complete(
    places: dict[Place, list[dict[str, Json]]], declarations: Declarations, account: str, region: str
) -> None:
    """Add the grants that creation causes, and list all grants as Lake Formation does."""

    def at(section: Section) -> Place:
        return Place(account=account, region=region, section=section)

    settings = places.get(at(DATA_LAKE_SETTINGS))
    grants = caused_grants(
        settings[0] if settings else None,
        places.get(at(DATABASES), ()),
        places.get(at(TABLES), ()),
        creator=declarations.deployer,
        swept=swept_databases(declarations),
    )
    permissions = listed([*places.get(at(PERMISSIONS), ()), *grants], account)
    if permissions:
        places[at(PERMISSIONS)] = permissions


def _document(declarations: Declarations, places: dict[Place, list[dict[str, Json]]]) -> dict[str, Json]:
    accounts: dict[str, dict[str, Json]] = {}
    partial = _partial(declarations)
    for account in sorted({declarations.account, *(place.account for place in places)}):
        regions: dict[str, Json] = {}
        accounts[account] = {"partial": partial, "regions": regions}
        if account == declarations.account:
            regions[declarations.region] = {}
    for place in sorted(places, key=lambda place: place.order):
        services: dict[str, Json] = accounts[place.account]
        if place.region is not None:
            services = _child(_child(services, "regions"), place.region)
        section = _child(services, place.section.service)
        found = places[place]
        section[place.section.name] = found[0] if place.section.singleton else [*found]
    document: dict[str, Json] = {"version": VERSION, "accounts": dict(accounts)}
    organization = declarations.lake.inputs.get("organization")
    if organization is not None:
        document["organization"] = (
            organization
            if is_unknown(organization)
            else {**mapping(organization), **control_policies(mapping(organization), declarations)}
        )
    return document


def _child(parent: dict[str, Json], name: str) -> dict[str, Json]:
    child = parent.setdefault(name, {})
    if not isinstance(child, dict) or is_unknown(child):
        raise TypeError(name)
    return child


def _partial(declarations: Declarations) -> str:
    """Say why accounts are partial, and which types nobody could read."""
    parts = [f"{declarations.title} declares part of this account"]
    unread = not_understood(declarations)
    for carries, words in ((True, "not understood, may carry access"), (False, "not understood")):
        if types := [f"`{kind.type}`" for kind in unread if kind.carries_access is carries]:
            parts.append(f"{words}: {', '.join(types)}")
    return "; ".join(parts)
