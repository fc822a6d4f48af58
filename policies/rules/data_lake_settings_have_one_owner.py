"""LF013: the data lake settings of an account and Region are declared once."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources
from policies.rule import StackRule

SETTINGS = (
    "aws:lakeformation/dataLakeSettings:DataLakeSettings",
    "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings",
)


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    first: dict[tuple[str | None, str | None], Resource] = {}
    for settings in resources.of(*SETTINGS):
        # What another provider declares elsewhere says so; where neither says it, both are the stack's own.
        place = (settings.text("account") or settings.text("catalogId"), settings.text("region"))
        for where, other in first.items():
            if all(one is None or another is None or one == another for one, another in zip(where, place, strict=True)):
                yield settings, f"it writes the same settings as `{other.name}`, and each write replaces all of them"
                break
        else:
            first[place] = settings


RULE = StackRule(
    id="LF013",
    claim="data-lake-settings-have-one-owner",
    why="the settings are one object: whoever writes last decides who administers the lake",
    source="semantics B4; docs.aws.amazon.com/lake-formation/latest/APIReference/API_PutDataLakeSettings.html",
    fix="declare every administrator and default in one place",
    check=_breaches,
)
