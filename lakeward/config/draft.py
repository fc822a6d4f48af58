"""
A configuration whose invalid parts are left out, so that the rest can still be judged.

Whoever has a typo in one column and a dangling grant elsewhere hears of both at once. Checks see a whole
`StackConfig`; what they find about something left out is moot, since its own error says more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lakeward.config.findings import Finding, Loc, nearest
from lakeward.config.stack import StackConfig
from lakeward.config.wording import finding, meant_key
from lakeward.identifiers import AccountId, RoleArn
from lakeward.model import Persona, PersonaKind, Tenant
from lakeward.names import Names

Scope = tuple[str, ...]
"""Where a name is looked up: the keys and names above it, ending with the key of the list it stands in."""

_NAMED = frozenset({"zones", "databases", "tables", "columns", "partitionKeys", "filters", "personas"})
"""Keys of lists whose entries have names."""

_NAMELESS = ""
"""Stands for the name of an entry whose name can't be read: it may be any."""

_STAND_INS: Mapping[str, object] = {
    "stack": "x",
    "account": "0" * 12,
    "region": "eu-west-1",
    "prefix": "x",
    "owner": "x",
    "costCenter": "x",
    "deployer": f"arn:aws:iam::{'0' * 12}:role/x",
    "zones": ({"name": "logs"},),
    "dataKeys": {"administrators": ()},
}
"""Valid values for required keys whose own can't be used. They never leave a draft that has findings."""


@dataclass(frozen=True)
class Draft:
    """What is left of a configuration to judge; places in `config` become places in the file by `placed`."""

    config: StackConfig
    written: Mapping[str, object]
    """The values as they stand in the file, valid or not."""
    left_out: frozenset[Loc]
    kept: Mapping[Loc, tuple[int, ...]]
    """For each list of the file, the positions of the entries that were kept."""

    def holds(self, loc: Loc) -> bool:
        """Tell whether the value at a place of the file is the file's own, not a stand-in or a default."""
        return not _is_below(loc, self.left_out)

    def knows(self, *keys: str) -> bool:
        """Tell whether these top-level keys hold what the file says, not stand-ins."""
        return all(self.holds((key,)) for key in keys)

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """The stack's tenants."""
        return self.config.tenancy.tenants if self.config.tenancy else ()

    @property
    def account(self) -> AccountId | None:
        """The stack's account, if it is known."""
        return self.config.account if self.knows("account") else None

    @property
    def names(self) -> Names | None:
        """The stack's names, if all that they are made of is known."""
        return self.config.names if self.knows("prefix", "stack", "account", "region") else None

    def placed(self, found: Finding) -> Finding:
        """Return a finding about `config` at its place in the file."""
        at = None if found.at is None else _placed(found.at, self.kept)
        return replace(found, loc=_placed(found.loc, self.kept), at=at)

    def is_moot(self, found: Finding) -> bool:
        """Tell whether a finding (at its place in the file) is about something that was left out, or whose part was."""
        loc = found.loc
        return _is_below(loc, self.left_out) or any(
            gone[: len(loc)] == loc and len(gone) == len(loc) + 1 for gone in self.left_out
        )

    def lacks(self, scope: Scope, name: str) -> bool:
        """
        Tell whether nothing in a scope is called so, nor may have been meant to be.

        What is written there but invalid has a finding of its own, so that a reference to it, to what it was probably
        meant to be, or to something below it isn't a second one.

        Args:
            scope: `("zones",)`, `("personas",)`, `("databases",)`, or below one database, as in
                `("databases", database, "tables", table, "columns")`.
            name: what is looked up.

        """
        here = self.written_in(scope)
        if len(scope) > 1 and scope[-2] not in self.written_in(scope[:-2]):
            return False
        if name in here or _NAMELESS in here:
            return False
        meant = nearest(name, here, likeness=0.5)
        return meant is None or (*scope, meant) not in self._misnamed

    def written_in(self, scope: Scope) -> frozenset[str]:
        """Return the names that the file gives in a scope."""
        return self._names_written.get(scope, frozenset())

    @cached_property
    def zones_with_tables(self) -> frozenset[str]:
        """The zones in which tables stand, tables that are otherwise invalid among them."""
        return frozenset(
            zone
            for database in _entries(self.written, "databases")
            for table in _entries(database, "tables")
            if isinstance(zone := table.get("zone"), str)
        )

    def role_of(self, persona: Persona) -> RoleArn | None:
        """Return the role a persona works as, if it is known."""
        if persona.kind is PersonaKind.EXTERNAL:
            return persona.role
        return self.names.persona_role_arn(persona.name) if self.names else None

    @cached_property
    def _names_written(self) -> Mapping[Scope, frozenset[str]]:
        """Every name that the file gives to something, by scope, even where the thing itself is invalid."""
        found: dict[Scope, set[str]] = {}
        for *scope, name in _names_in(self.written, ()):
            found.setdefault(tuple(scope), set()).add(name)
        return {scope: frozenset(names) for scope, names in found.items()}

    @cached_property
    def _misnamed(self) -> frozenset[tuple[str, ...]]:
        """The names among them that are invalid themselves."""
        return frozenset(_name_path(gone[:-1], self.written) for gone in self.left_out if gone[-1] == "name")


def _names_in(value: object, above: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, entries in value.items() if isinstance(value, Mapping) else ():
        if key not in _NAMED:
            continue
        if not isinstance(entries, tuple):
            yield (*above, key, _NAMELESS)
            continue
        for entry in entries:
            name = _name_of(entry)
            yield (*above, key, name)
            yield from _names_in(entry, (*above, key, name))


def _entries(value: Mapping[str, object], key: str) -> Iterator[Mapping[str, object]]:
    entries = value.get(key)
    return (entry for entry in (entries if isinstance(entries, tuple) else ()) if isinstance(entry, Mapping))


def _name_of(entry: object) -> str:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return name if isinstance(name, str) else _NAMELESS


def _name_path(loc: Loc, value: object) -> tuple[str, ...]:
    """Return the scope and name of the entry at a place."""
    path: list[str] = []
    for part in loc:
        if isinstance(part, int):
            value = value[part] if isinstance(value, tuple) else None
            path.append(_name_of(value))
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
            path.append(part)
    return tuple(path)


def draft(values: Mapping[str, object], misread: AbstractSet[Loc]) -> tuple[Draft, list[Finding]]:
    """
    Validate values by the nouns' own rules; return what is left to judge, and what was wrong.

    What stands at `misread` places has a finding already and is left out from the start.
    """
    left_out: set[Loc] = set(misread)
    findings: list[Finding] | None = None
    while True:
        kept: dict[Loc, tuple[int, ...]] = {}
        remaining = {key: _remaining(part, (key,), left_out, kept) for key, part in values.items()}
        stood_in = {key: part for key, part in _STAND_INS.items() if (key,) in left_out}
        given = {key: part for key, part in remaining.items() if (key,) not in left_out}
        try:
            config = StackConfig.model_validate({**given, **stood_in})
        except ValidationError as error:
            errors = [details for details in error.errors(include_url=False) if not _is_consequence(details)]
            found = [replace(told, loc=_placed(told.loc, kept)) for told in map(finding, errors)]
            if findings is None:
                # Later rounds only meet what leaving out has caused; the file is to blame for the first one's.
                findings = [told for told in found if not _is_below(told.loc, misread)]
            newly = {
                gone for details, told in zip(errors, found, strict=True) for gone in _taken_away(details, told.loc)
            } - left_out
            if not newly:
                # Every error must take something away, or this would never end.
                raise AssertionError(f"nothing to leave out for {error}") from error
            left_out |= newly
        else:
            return Draft(config, values, frozenset(left_out), kept), findings or []


def _is_consequence(details: ErrorDetails) -> bool:
    """Tell whether a list is only too short because its entries are invalid, each with an error of its own."""
    return details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]


def _taken_away(details: ErrorDetails, loc: Loc) -> Iterator[Loc]:
    """Return what must be left out for an error: what can't be told without it goes along."""
    places = [loc[:-1] if details["type"] == "missing" and len(loc) > 1 else loc]
    if meant := meant_key(details):
        places.append((*loc[:-1], meant))
    for place in places:
        match place:
            case ("personas", int(), "grants", int(), _):
                # A grant without its columns or filter would be one on the whole table.
                yield place[:4]
            case ("sharing", "shares" | "links", int(), "grants", int(), _):
                yield place[:5]
            case ("personas", int(), "kind") | ("attributeGrants", int(), *_):
                # With an attribute less, a grant would be for more principals.
                yield place[:2]
            case _:
                yield place


def _is_below(loc: Loc, places: AbstractSet[Loc]) -> bool:
    return any(loc[: len(place)] == place for place in places)


def _remaining(value: object, loc: Loc, left_out: set[Loc], kept: dict[Loc, tuple[int, ...]]) -> object:
    if isinstance(value, Mapping):
        return {
            key: _remaining(part, (*loc, key), left_out, kept)
            for key, part in value.items()
            if (*loc, key) not in left_out
        }
    if isinstance(value, tuple):
        kept[loc] = tuple(index for index in range(len(value)) if (*loc, index) not in left_out)
        return tuple(_remaining(value[index], (*loc, index), left_out, kept) for index in kept[loc])
    return value


def _placed(loc: Loc, kept: Mapping[Loc, tuple[int, ...]]) -> Loc:
    placed: Loc = ()
    for part in loc:
        positions = kept.get(placed, ())
        placed = (*placed, positions[part] if isinstance(part, int) and part < len(positions) else part)
    return placed
