"""LF016: whoever deploys a stack stays a data lake administrator."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import access_of
from policies.resources import Resource, Resources
from policies.rule import StackRule

_ADMINISTRATORS = {
    "aws:lakeformation/dataLakeSettings:DataLakeSettings": "admins",
    "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings": "dataLakeAdmins",
}
"""Types of settings, and the property that lists the administrators."""


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    deployers = access_of(resources).deployers
    for settings in resources.of(*_ADMINISTRATORS):
        listed = settings.items(_ADMINISTRATORS[settings.type])
        for deployer in sorted(deployers - {name for name in listed if isinstance(name, str)}):
            yield settings, f"`{deployer}` deploys this stack, and could grant and revoke nothing any more"


RULE = StackRule(
    id="LF016",
    claim="the-deployer-administers-the-lake",
    why="settings without the deployer lock every later deployment out of the lake",
    source="docs.aws.amazon.com/lake-formation/latest/APIReference/API_PutDataLakeSettings.html; semantics B4",
    fix="list the deployer among the administrators",
    check=_breaches,
)
