"""LF014: no outside engine gets credentials for whole tables."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule
from policies.rules.data_lake_settings_have_one_owner import SETTINGS

_OPENING = {
    "allowExternalDataFiltering": "lets outside engines filter, or not filter, what it gives them",
    "allowFullTableExternalDataAccess": "gives engines that filter nothing credentials for whole tables",
}


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type in SETTINGS:
        for name, consequence in _OPENING.items():
            if resource.properties.get(name) not in (None, False):
                yield f"`{name}` {consequence}"


RULE = ResourceRule(
    id="LF014",
    claim="no-engine-takes-whole-tables",
    why="columns and rows are hidden by the engine, and who chooses the engine chooses what is hidden",
    source="semantics B15-4; systems C6",
    fix="leave the setting out",
    check=_breaches,
)
