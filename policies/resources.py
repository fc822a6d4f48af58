"""
What the rules look at: the declared resources, as plain values.

The engine hands rules proxies that raise at the first unknown value, and a rule that raises is only a warning in
a preview. So the proxies are unfolded here, once, and an unknown is an ordinary value that a rule can see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, final

from pulumi_policy.proxy import UnknownValueError


@final
class Unknown:
    """The one value that stands where a value isn't known before the update."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def plain(value: object) -> object:
    """Unfold `value` into dicts and lists; unknown leaves become `UNKNOWN`, and nothing raises."""
    if isinstance(value, Mapping):
        return {key: _member(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_member(value, index) for index in range(len(value))]
    return value


def _member(container: Mapping[str, object] | Sequence[object], key: object) -> object:
    try:
        return plain(container[key])  # type: ignore[call-overload, index]
    except UnknownValueError:
        return UNKNOWN


def unknown_paths(value: object, path: str) -> Iterator[str]:
    """Yield the path of every unknown in `value`, which itself stands at `path`."""
    if value is UNKNOWN:
        yield path
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from unknown_paths(value[key], f"{path}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unknown_paths(item, f"{path}[{index}]")


@dataclass(frozen=True)
class Resource:
    """A declared resource: its inputs in a resource rule, its outputs as far as known in a stack rule."""

    urn: str
    type: str
    name: str
    properties: Mapping[str, object]
    delete_before_replace: bool | None = None
    protected: bool = False
    """Whether the engine refuses to delete or replace it."""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each property, the URNs of the resources that its value comes from."""

    def text(self, name: str) -> str | None:
        """Return the property where it is a known string."""
        value = self.properties.get(name)
        return value if isinstance(value, str) else None

    def mapping(self, name: str) -> Mapping[str, object]:
        """Return the property where it is an object, else an empty one."""
        return _mapping(self.properties.get(name))

    def items(self, name: str) -> tuple[object, ...]:
        """Return the property where it is a list, else an empty one."""
        return as_items(self.properties.get(name))

    def flag(self, name: str) -> bool:
        """Say whether the property is known to be true."""
        return self.properties.get(name) is True


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def as_items(value: object) -> tuple[object, ...]:
    """Return a list's items; anything else has none."""
    return tuple(value) if isinstance(value, list) else ()


def as_mappings(value: object) -> tuple[Mapping[str, object], ...]:
    """Return the objects among a list's items."""
    return tuple(item for item in as_items(value) if isinstance(item, Mapping))


class Resources:
    """All declared resources of a stack, by type."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_urn = {resource.urn: resource for resource in resources}

    def of(self, *types: str) -> tuple[Resource, ...]:
        """Return the resources of these types, sorted by URN."""
        return tuple(self._by_urn[urn] for urn in sorted(self._by_urn) if self._by_urn[urn].type in types)

    def referred(self, resource: Resource, name: str) -> tuple[Resource, ...]:
        """Return the resources that `resource`'s property `name` takes its value from."""
        urns = resource.references.get(name, ())
        return tuple(self._by_urn[urn] for urn in urns if urn in self._by_urn)
