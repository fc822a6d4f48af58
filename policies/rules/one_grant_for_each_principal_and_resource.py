"""LF009: no two grants give the same principal rights on the same thing."""

from __future__ import annotations

import json
from collections.abc import Iterator

from policies.grants import PERMISSIONS
from policies.resources import Resource, Resources
from policies.rule import StackRule

_NOT_ITS_RESOURCE = frozenset(
    {"id", "permissions", "permissionsWithGrantOptions", "principal", "region", "catalogId", "__defaults"}
)

_NOT_ITS_PLACE = frozenset({"catalogId", "columnNames", "excludedColumnNames", "wildcard", "__defaults"})


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    first: dict[tuple[str, str], Resource] = {}
    for grant in resources.of(PERMISSIONS):
        principal = grant.text("principal")
        if principal is None:
            continue
        subject = (principal, _subject(grant))
        if subject in first:
            yield grant, f"it gives `{principal}` rights on the same thing as `{first[subject].name}`"
        else:
            first[subject] = grant


def _subject(grant: Resource) -> str:
    """Spell what a grant is on: columns belong to the rights, and what the provider fills in to nothing."""
    on = {name: value for name, value in grant.stated.items() if name not in _NOT_ITS_RESOURCE}
    return json.dumps(_stated(on), sort_keys=True, default=str)


def _stated(value: object) -> object:
    if isinstance(value, dict):
        return {
            name: stated
            for name, member in value.items()
            if name not in _NOT_ITS_PLACE and (stated := _stated(member)) not in (None, {}, [])
        }
    if isinstance(value, list):
        return [_stated(item) for item in value]
    return None if value is False else value


RULE = StackRule(
    id="LF009",
    claim="one-grant-for-each-principal-and-resource",
    why="Lake Formation keeps one set of rights for both, so replacing or removing one grant takes the other's away",
    source="measured on the engine: two overlapping grants revoke each other's rights",
    fix="list all rights of the principal on it in one grant",
    check=_breaches,
)
