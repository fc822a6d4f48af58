"""Changes: the difference of two estates, entry by entry, and estates in which some of it is undone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from lakeward.estate.document import VERSION
from lakeward.estate.sources.things import Place, accounts_of, things
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping

ORGANIZATION = "organization"
"""The account of places that belong to none."""
_PARTIAL = "partial"
_ORGANIZATION_LISTS = ("serviceControlPolicies", "resourceControlPolicies")


class ChangeKind(str, Enum):
    """What became of an entry."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class EntryChange:
    """One entry that isn't in both estates alike."""

    place: Place
    before: Json = field(hash=False)
    """`None`: it wasn't there."""
    after: Json = field(hash=False)
    """`None`: it is gone."""

    @property
    def kind(self) -> ChangeKind:
        """What became of it."""
        if self.before is None:
            return ChangeKind.ADDED
        return ChangeKind.REMOVED if self.after is None else ChangeKind.CHANGED

    def entries(self) -> Iterator[dict[str, Json]]:
        """Yield the entry as it was and as it is, where it is an object."""
        for entry in (self.before, self.after):
            if entry is not None:
                yield mapping(entry)


class Changes:
    """Everything in which two estates differ, sorted by place."""

    def __init__(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> None:
        self._after = _taken_apart(after)
        earlier = _taken_apart(before)
        self.all = tuple(
            EntryChange(place, earlier.get(place), self._after.get(place))
            for place in sorted(earlier.keys() | self._after.keys())
            if not _alike(earlier.get(place), self._after.get(place))
        )

    def __len__(self) -> int:
        """Return how many things the later estate holds."""
        return len(self._after)

    def undone(self, some: Collection[EntryChange]) -> dict[str, Json]:
        """Return the later estate without some of the changes."""
        things_then = dict(self._after)
        for change in some:
            if change.before is None:
                things_then.pop(change.place, None)
            else:
                things_then[change.place] = change.before
        return _put_together(things_then)


def _alike(one: Json, other: Json) -> bool:
    return one == other or canonical(one) == canonical(other)


def _taken_apart(document: Mapping[str, Json]) -> dict[Place, Json]:
    found: dict[Place, Json] = {}
    for account, described in mapping(document.get("accounts")).items():
        found.update(things(account, described))
        found[Place(account, section=_PARTIAL)] = mapping(described).get("partial") or ""
    organization = document.get("organization")
    if is_unknown(organization):
        found[Place(ORGANIZATION)] = organization
    for name, value in mapping(organization).items():
        if name == "accounts" and not is_unknown(value):
            for account, entry in mapping(value).items():
                found[Place(ORGANIZATION, section=name, key=account)] = entry
        elif name in _ORGANIZATION_LISTS and not is_unknown(value):
            for entry in items(value):
                key = canonical([mapping(entry).get("target"), mapping(entry).get("name")])
                found[Place(ORGANIZATION, section=name, key=key)] = entry
            found[Place(ORGANIZATION, section=name)] = []
        else:
            found[Place(ORGANIZATION, section=name)] = value
    return found


def _put_together(places: Mapping[Place, Json]) -> dict[str, Json]:
    of_accounts = {place: value for place, value in places.items() if place.account != ORGANIZATION}
    partial = {
        place.account: {value} if isinstance(value, str) and value else set[str]()
        for place, value in of_accounts.items()
        if place.section == _PARTIAL
    }
    held = {
        place: value for place, value in of_accounts.items() if place.section != _PARTIAL and place.account in partial
    }
    result: dict[str, Json] = {"version": VERSION}
    organization: dict[str, Json] = {}
    for place, value in sorted(places.items(), key=lambda item: item[0]):
        if place.account != ORGANIZATION:
            continue
        if not place.section:
            result["organization"] = value
        elif not place.key:
            organization[place.section] = (
                [] if place.section in _ORGANIZATION_LISTS and not is_unknown(value) else value
            )
        elif place.section == "accounts":
            mapping_of = organization.setdefault("accounts", {})
            if isinstance(mapping_of, dict):
                mapping_of[place.key] = value
        else:
            listed = organization.setdefault(place.section, [])
            if isinstance(listed, list):
                listed.append(value)
    if "id" in organization:  # without one there is no organization, whatever else is left of it
        result["organization"] = organization
    result["accounts"] = accounts_of(held, partial)
    return result
