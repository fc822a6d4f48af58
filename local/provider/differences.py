"""
What counts as a change: canonical forms, differences between two sets of inputs, and drift.

All of it is guided by the SDK's shape (what is a set of known properties, what a free mapping) and by the type's
table (what has no order, what has several spellings, what AWS fills in).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import Kind, ListOf, MapOf, Nested
from local.provider.wire import UNKNOWN, Properties, Value

_PLAIN = Property()

# The same for every type: what `resource_type` keeps out of the tables.
_EVERYWHERE = {"region": Property(replaces=True, filled_in=True)}


class Change(Enum):
    """How a property differs."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Difference:
    """One property that differs."""

    path: str
    """As the engine prints it: `rules[0].status`."""
    change: Change
    replaces: bool


def canonical_document(text: str) -> Value:
    """
    Return a policy document's meaning.

    It is equal for two documents that differ in layout, in the order of values, or where AWS lets one value stand
    for a list of one. Text that isn't JSON stands for itself.
    """
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return _canonical_part(document)


def differences(resource_type: ResourceType, shape: Nested, old: Properties, new: Properties) -> list[Difference]:
    """Return what a program's new inputs change, sorted by path. Silence about what AWS fills in is no change."""
    comparison = _Comparison(resource_type)
    heard = comparison.without_filled_in(shape, old, new, _TOP)
    return sorted(comparison.of_objects(shape, heard, new, _TOP), key=lambda found: found.path)


def reconcile(
    resource_type: ResourceType, shape: Nested, declared: Properties, real: Properties, *, importing: bool
) -> Properties:
    """
    Return the inputs that describe what is really there, in the program's own words wherever they still hold.

    What the program is silent about appears only if it is neither empty nor filled in by AWS: that is drift. When
    importing nothing is declared, and what AWS fills in appears too.
    """
    return _Reconciliation(resource_type, importing=importing).of_objects(shape, declared, real, _TOP)


@dataclass(frozen=True)
class _Where:
    """A place in a resource's properties."""

    path: str
    """As the engine prints it."""
    pattern: str
    """As the table has it: list positions left out."""

    def below(self, name: str) -> _Where:
        if not self.path:
            return _Where(name, name)
        return _Where(f"{self.path}.{name}", f"{self.pattern}.{name}")

    def at(self, position: int) -> _Where:
        return _Where(f"{self.path}[{position}]", self.pattern)

    def keyed(self, key: str) -> str:
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key)
        return f"{self.path}.{key}" if plain else f"{self.path}[{json.dumps(key)}]"


_TOP = _Where("", "")


class _Facts:
    """What a type's table says of places, and what follows for comparing values there."""

    def __init__(self, resource_type: ResourceType) -> None:
        self._table = {**_EVERYWHERE, **resource_type.properties}

    def of(self, where: _Where) -> Property:
        """Return a place's own entry, else what its nearest ancestor hands down."""
        if where.pattern in self._table:
            return self._table[where.pattern]
        names = where.pattern.split(".")
        above = (".".join(names[:length]) for length in range(len(names) - 1, 0, -1))
        ancestor = next((self._table[pattern] for pattern in above if pattern in self._table), _PLAIN)
        return Property(replaces=ancestor.replaces, filled_in=ancestor.filled_in)

    def replaces(self, where: _Where) -> bool:
        """Whether a change of the whole value there replaces the resource."""
        prefix = f"{where.pattern}."
        return self.of(where).replaces or any(
            known.replaces for pattern, known in self._table.items() if pattern.startswith(prefix)
        )

    def canonical(self, kind: Kind, value: Value, where: _Where) -> Value:
        """Return a value to compare by `==`; `None` for every way of saying nothing, and an object is never that."""
        known = self.of(where)
        if value == UNKNOWN:
            return UNKNOWN
        if isinstance(value, list) and isinstance(kind, ListOf):
            elements = [self.canonical(kind.element, one, where) for one in value]
            return (sorted(elements, key=_sort_key) if known.unordered else elements) or None
        if isinstance(value, dict) and isinstance(kind, Nested):
            members = {
                name: self.canonical(kind.members[name].kind, member, where.below(name))
                for name, member in value.items()
                if name in kind.members
            }
            return {name: member for name, member in members.items() if member is not None}
        if isinstance(value, str) and value and known.canonical:
            return known.canonical(value)
        return value or None

    def same(self, kind: Kind, one: Value, other: Value, where: _Where) -> bool:
        """Whether two values mean the same."""
        return bool(self.canonical(kind, one, where) == self.canonical(kind, other, where))


class _Comparison:
    """Recorded inputs against new ones."""

    def __init__(self, resource_type: ResourceType) -> None:
        self._facts = _Facts(resource_type)

    def without_filled_in(self, kind: Kind, old: Value, new: Value, where: _Where) -> Value:
        """Return the old value without what AWS had filled in and the new one is silent about."""
        if isinstance(kind, Nested) and isinstance(old, dict):
            said = new if isinstance(new, dict) else {}
            return {
                name: self.without_filled_in(kind.members[name].kind, member, said.get(name), where.below(name))
                for name, member in old.items()
                if name in kind.members and (name in said or not self._facts.of(where.below(name)).filled_in)
            }
        if isinstance(kind, ListOf) and isinstance(old, list):
            elements = new if isinstance(new, list) else []
            if self._facts.of(where).unordered:
                # Which belongs to which isn't known: heard is what any element says.
                said = {name: True for one in elements if isinstance(one, dict) for name in one}
                return [self.without_filled_in(kind.element, one, said, where) for one in old]
            return [
                self.without_filled_in(kind.element, one, said, where)
                for one, said in zip(old, _padded(elements, len(old)), strict=False)
            ]
        return old

    def of_objects(self, shape: Nested, old: Properties, new: Properties, where: _Where) -> Iterator[Difference]:
        """Yield every difference between two objects."""
        for name, member in shape.members.items():
            below = where.below(name)
            if not self._facts.same(member.kind, old.get(name), new.get(name), below):
                yield from self._of_values(member.kind, old.get(name), new.get(name), below)

    def _of_values(self, kind: Kind, old: Value, new: Value, where: _Where) -> Iterator[Difference]:
        """Yield the differences between two values that differ, as deep as they can be told."""
        replaces = self._facts.of(where).replaces
        if isinstance(kind, Nested) and isinstance(old, dict) and isinstance(new, dict):
            yield from self.of_objects(kind, old, new, where)
        elif isinstance(kind, MapOf) and isinstance(old, dict) and isinstance(new, dict):
            for key in sorted(old.keys() | new.keys()):
                if old.get(key) != new.get(key):
                    yield Difference(where.keyed(key), _change(old.get(key), new.get(key)), replaces)
        elif isinstance(kind, ListOf) and self._in_step(old, new, where):
            for position, (before, after) in enumerate(zip(old, new, strict=True)):
                if not self._facts.same(kind.element, before, after, where):
                    yield from self._of_values(kind.element, before, after, where.at(position))
        else:
            yield Difference(where.path, _change(old, new), self._facts.replaces(where))

    def _in_step(self, old: Value, new: Value, where: _Where) -> bool:
        """Whether two values are lists whose elements correspond by position."""
        lists = isinstance(old, list) and isinstance(new, list)
        return lists and len(old) == len(new) and not self._facts.of(where).unordered


class _Reconciliation:
    """What a program says against what is there."""

    def __init__(self, resource_type: ResourceType, *, importing: bool) -> None:
        self._facts = _Facts(resource_type)
        self._importing = importing

    def of_objects(self, shape: Nested, declared: Properties, real: Properties, where: _Where) -> Properties:
        """Reconcile two objects."""
        reconciled: Properties = {}
        for name, member in shape.members.items():
            below, kind = where.below(name), member.kind
            if name in declared and name not in real:
                # At the top it can't be read; further down an object that AWS answers is whole.
                if where is _TOP or self._facts.canonical(kind, declared[name], below) is None:
                    reconciled[name] = declared[name]
            elif name in declared:
                value = self._of_values(kind, declared[name], real[name], below)
                if value is not None:
                    reconciled[name] = value
            elif name in real and (self._importing or not self._facts.of(below).filled_in):
                value = self._of_values(kind, None, real[name], below)
                if self._facts.canonical(kind, value, below) is not None:
                    reconciled[name] = value
        return reconciled

    def _of_values(self, kind: Kind, declared: Value, real: Value, where: _Where) -> Value:
        if declared is not None and self._facts.same(kind, declared, real, where):
            return declared
        if isinstance(kind, Nested) and isinstance(real, dict):
            return self.of_objects(kind, declared if isinstance(declared, dict) else {}, real, where)
        if isinstance(kind, ListOf) and isinstance(real, list):
            elements = declared if isinstance(declared, list) else []
            if self._facts.of(where).unordered:
                return self._of_sets(kind.element, elements, real, where)
            return [
                self._of_values(kind.element, said, one, where)
                for said, one in zip(_padded(elements, len(real)), real, strict=False)
            ]
        return real

    def _of_sets(self, element: Kind, declared: list[Value], real: list[Value], where: _Where) -> list[Value]:
        """Return declared elements that are still there, in the declared order, then what is there besides."""
        remaining = list(real)
        kept: list[Value] = []
        for said in declared:
            for one in remaining:
                if self._facts.same(element, said, self._of_values(element, said, one, where), where):
                    kept.append(said)
                    remaining.remove(one)
                    break
        return [*kept, *(self._of_values(element, None, one, where) for one in remaining)]


def _canonical_part(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _canonical_part(member) for key, member in sorted(value.items())}
    if isinstance(value, list):
        if len(value) == 1:
            return _canonical_part(value[0])
        return sorted((_canonical_part(element) for element in value), key=_sort_key)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _change(old: Value, new: Value) -> Change:
    if old is None:
        return Change.ADD
    return Change.DELETE if new is None else Change.UPDATE


def _padded(elements: list[Value], length: int) -> list[Value]:
    return [*elements, *[None] * max(0, length - len(elements))]


def _sort_key(value: Value) -> str:
    return json.dumps(value, sort_keys=True)
