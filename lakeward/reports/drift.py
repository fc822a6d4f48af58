"""
Drift: what is declared against what is found, entry by entry and document by document.

Effective access may be right while something that holds it is gone: a second deny behind the first, a trust statement
nobody uses yet. Neither the plan nor the access model is asked here, only whether two estates say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lakeward.estate.sources.sections import ACCOUNT_WIDE, PERMISSIONS, SECTIONS, Section
from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping
from lakeward.identifiers import STACK_TAG

_OURS_ALONE = frozenset({"glue", "lakeformation"})
"""Services in which everything bears on the lake; elsewhere an account holds things that are none of a stack's."""
_NAMED_BY = ("Sid", "PolicyName", "Key", "TagKey", "DataLakePrincipalIdentifier", "Name")
"""Members by which people know an item of a list."""
_FILLED_IN_BY_AWS = frozenset({"SET_CONTEXT"})
"""Members that AWS adds to what was asked for: no one's difference unless they are declared."""
_RULES = ("IpPermissions", "IpPermissionsEgress")
_PEERS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_HELD_TOGETHER_BY = {PERMISSIONS: ("Principal", "Resource", "Condition")}
"""What tells entries apart here where a section's own identity holds what is to be compared."""


@dataclass(frozen=True, order=True)
class Drift:
    """One thing that is declared and not found, found and not declared, or found otherwise."""

    place: str
    """Where it stands, down to the statement: `100000000001/eu-west-1 s3 Buckets acme-dev-raw: Policy.Statement`."""
    kind: str
    """`not found`, `not declared` or `differs`."""
    detail: str
    """What it says, as canonical JSON; for `differs` both sides."""

    def __str__(self) -> str:
        """Return the drift as one line."""
        return f"{self.place}: {self.kind}: {self.detail}"

    def to_json(self) -> dict[str, Any]:
        """Return the drift as JSON."""
        return {"place": self.place, "kind": self.kind, "detail": self.detail}


def drift(declared: Mapping[str, Json], found: Mapping[str, Json], account: str) -> tuple[Drift, ...]:
    """
    Return everything in which an account differs from what its stack declares, sorted.

    What nobody declares is told where it is the lake's: all of Lake Formation and of the catalog, and whatever
    carries a stack's tag. A value that isn't known on one side differs: nobody can say that it is right.

    Args:
        declared: The estate that the stack declares, every identifier known, as its state tells it.
        found: The estate that was read from AWS.
        account: 12 digits; what either says of other accounts isn't compared.

    """
    wanted, there = _entries(declared, account), _entries(found, account)
    differences = [*_lost(wanted, there), *_added(wanted, there, account)]
    for place in wanted.keys() & there.keys():
        differences.extend(_differing(f"{place}:", wanted[place], there[place]))
    return tuple(sorted(differences))


@dataclass(frozen=True)
class _Place:
    where: str
    section: Section
    name: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.where, self.section.service, self.section.name, self.name) if part)


def _entries(estate: Mapping[str, Json], account: str) -> dict[_Place, Json]:
    described = mapping(mapping(estate.get("accounts")).get(account))
    scopes = [(account, {service: described.get(service) for service in sorted(ACCOUNT_WIDE)})]
    scopes.extend((f"{account}/{name}", mapping(region)) for name, region in mapping(described.get("regions")).items())
    found: dict[_Place, Json] = {}
    for where, services in scopes:
        for (service, name), section in SECTIONS.items():
            content = mapping(services.get(service)).get(name)
            if section.singleton or is_unknown(content):
                if content is not None:
                    found[_Place(where, section, "")] = content
            else:
                found.update(
                    {_Place(where, section, _name(section, entry)): _one_by_one(entry) for entry in items(content)}
                )
    return found


def _one_by_one(entry: Json) -> Json:
    """Return a security group with a rule for each peer, of which AWS tells those of one port together."""
    if not isinstance(entry, dict) or not entry.keys() & set(_RULES):
        return entry
    split: dict[str, Json] = dict(entry)
    for direction in _RULES:
        rules: list[Json] = []
        for rule in items(entry.get(direction)):
            shared = {name: value for name, value in mapping(rule).items() if name not in _PEERS}
            rules += [{**shared, kind: [peer]} for kind in _PEERS for peer in items(mapping(rule).get(kind))]
        if direction in entry:
            split[direction] = rules
    return split


def _name(section: Section, entry: Json) -> str:
    members = _HELD_TOGETHER_BY.get(section, section.identity)
    values = [mapping(entry).get(member) for member in members]
    return " ".join(value if isinstance(value, str) else canonical(value) for value in values if value is not None)


def _lost(wanted: Mapping[_Place, Json], there: Mapping[_Place, Json]) -> Iterator[Drift]:
    for place in wanted.keys() - there.keys():
        yield Drift(str(place), "not found", canonical(wanted[place]))


def _added(wanted: Mapping[_Place, Json], there: Mapping[_Place, Json], account: str) -> Iterator[Drift]:
    for place in there.keys() - wanted.keys():
        entry = mapping(there[place])
        ours = place.section.service in _OURS_ALONE or any(
            mapping(tag).get("Key") == STACK_TAG for tag in items(entry.get("Tags"))
        )
        # What an account is granted stands in its listings too; only the owner of the catalog can have granted it.
        received = mapping(entry.get("Principal")).get("DataLakePrincipalIdentifier") == account
        if ours and not received:
            yield Drift(str(place), "not declared", canonical(there[place]))


def _differing(path: str, wanted: Json, found: Json) -> Iterator[Drift]:
    if canonical(wanted) == canonical(found):
        return
    if isinstance(wanted, dict) and isinstance(found, dict) and not is_unknown(wanted) and not is_unknown(found):
        yield from _by_name(path, ".", wanted, found)
        return
    if not isinstance(wanted, list) and not isinstance(found, list):
        yield Drift(path, "differs", f"declared {canonical(wanted)}, found {canonical(found)}")
    else:
        yield from _by_name(path, " ", _named(wanted), _named(found))


def _by_name(path: str, joint: str, wanted: Mapping[str, Json], found: Mapping[str, Json]) -> Iterator[Drift]:
    for name in sorted({*wanted, *found}):
        at = f"{path}{joint}{name}" if not path.endswith(":") else f"{path} {name}"
        if name not in found:
            yield Drift(at, "not found", canonical(wanted[name]))
        elif name in wanted:
            yield from _differing(at, wanted[name], found[name])
        elif name not in _FILLED_IN_BY_AWS:
            yield Drift(at, "not declared", canonical(found[name]))


def _named(listed: Json) -> dict[str, Json]:
    """Return a list's items by the name that people know them by; by what they say where there is none."""
    # A policy says one thing as itself or as a list of one.
    values = listed if isinstance(listed, list) else [listed]
    for member in _NAMED_BY:
        names = [mapping(value).get(member) if isinstance(value, dict) else None for value in values]
        texts = [name for name in names if isinstance(name, str)]
        if values and len({*texts}) == len(values):
            return dict(zip(texts, values, strict=True))
    return {canonical(value): value for value in values}
