"""
Property names: the SDK's `camelCase` and an API's `PascalCase`, where nothing else differs.

Free mappings (parameters, tags) keep their keys: the SDK's shape tells the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping

from local.provider.sdk_types import Kind, ListOf, Nested
from local.provider.wire import Properties, Value


def to_api(kind: Kind, value: Value, exceptions: Mapping[str, str] | None = None) -> Value:
    """
    Return a value as the API spells it.

    Args:
        kind: the SDK's kind of the value.
        value: as the program wrote it.
        exceptions: API name by property name, where upper-casing the first letter isn't enough.

    """
    if isinstance(value, list) and isinstance(kind, ListOf):
        return [to_api(kind.element, one, exceptions) for one in value]
    if isinstance(value, dict) and isinstance(kind, Nested):
        return {
            _api_name(name, exceptions): to_api(kind.members[name].kind, member, exceptions)
            for name, member in value.items()
        }
    return value


def from_api(kind: Kind, value: Value, exceptions: Mapping[str, str] | None = None) -> Value:
    """Return a value of the API as the SDK spells it; members that the SDK doesn't have are left out."""
    if isinstance(value, list) and isinstance(kind, ListOf):
        return [from_api(kind.element, one, exceptions) for one in value]
    if isinstance(value, dict) and isinstance(kind, Nested):
        renamed: Properties = {}
        for name, member in kind.members.items():
            api_name = _api_name(name, exceptions)
            if api_name in value:
                renamed[name] = from_api(member.kind, value[api_name], exceptions)
        return renamed
    return value


def _api_name(name: str, exceptions: Mapping[str, str] | None) -> str:
    return (exceptions or {}).get(name, name[0].upper() + name[1:])
