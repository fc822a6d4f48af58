"""What one declared resource says about one entry of the estate, and how several of these become the entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lakeward.estate.sources.sections import ACCOUNT_WIDE, Section
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, unknown


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a section stands: an account, and a Region unless the service has none."""

    account: str
    region: str | None
    section: Section

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Return what places are sorted by."""
        return (self.account, self.region or "", self.section.service, self.section.name)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """
    Members of one entry, as one resource declares them.

    `defaults` hold unless another resource says otherwise. With `defines` false the resource only adds to
    something that another one creates: where nobody in the stack does, the rest of it is unknown.
    """

    section: Section
    members: Mapping[str, Json]
    account: str
    region: str | None = None
    defines: bool = True
    defaults: Mapping[str, Json] | None = None

    @property
    def place(self) -> Place:
        """Where the entry stands."""
        region = None if self.section.service in ACCOUNT_WIDE else self.region
        return Place(account=self.account, region=region, section=self.section)


def combined(entries: Iterable[Entry]) -> dict[Place, list[dict[str, Json]]]:
    """
    Return what all entries say together: for each place its entries, sorted by identity.

    What a child resource says comes before what its parent says. Two resources that set one member differently
    make it unknown.
    """
    grouped: dict[tuple[Place, str], list[Entry]] = {}
    for entry in entries:
        grouped.setdefault((entry.place, entry.section.key(entry.members)), []).append(entry)
    places: dict[Place, list[dict[str, Json]]] = {}
    for place, key in sorted(grouped, key=lambda found: (found[0].order, found[1])):
        places.setdefault(place, []).append(_together(place.section, grouped[place, key]))
    return places


def _together(section: Section, entries: list[Entry]) -> dict[str, Json]:
    if whys := sorted({str(entry.members["unknown"]) for entry in entries if is_unknown(dict(entry.members))}):
        return unknown("; ".join(whys))
    result: dict[str, Json] = {}
    for entry in entries:
        result.update(entry.defaults or {})
    for defines in (True, False):
        said: dict[str, list[Json]] = {}
        for entry in entries:
            if entry.defines is defines:
                for member, value in entry.members.items():
                    said.setdefault(member, []).append(value)
        for member, values in said.items():
            if member in section.united:
                said_so = (item for value in values for item in items(value))
                result[member] = _united([*items(result.get(member)), *said_so])
            else:
                result[member] = _agreed(values)
    if not any(entry.defines for entry in entries):
        _admit_ignorance(section, result)
    return result


def _agreed(values: list[Json]) -> Json:
    for value in values:
        if is_unknown(value):
            return value
    agree = len({canonical(value) for value in values}) == 1
    return values[0] if agree else unknown("declared more than once, differently")


def _admit_ignorance(section: Section, members: dict[str, Json]) -> None:
    for member in section.governed:
        if member in section.united:
            members[member] = [*items(members.get(member)), unknown("its owner isn't declared in this stack")]
        elif member not in members:
            members[member] = unknown("its owner isn't declared in this stack")


def _united(values: list[Json]) -> list[Json]:
    return [value for _, value in sorted({canonical(value): value for value in values}.items())]
