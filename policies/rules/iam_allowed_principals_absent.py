"""LF001: nobody gets in through `IAM_ALLOWED_PRINCIPALS`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.grants import PERMISSIONS
from policies.resources import Resource, Resources, as_items, as_mappings
from policies.rule import StackRule

DATABASE = "aws:glue/catalogDatabase:CatalogDatabase"
GROUP = "IAM_ALLOWED_PRINCIPALS"
OPEN_DEFAULTS = ("createDatabaseDefaultPermissions", "createTableDefaultPermissions")
OFFICIAL_SETTINGS = "aws:lakeformation/dataLakeSettings:DataLakeSettings"
SETTINGS = (OFFICIAL_SETTINGS, "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings")


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for grant in resources.of(PERMISSIONS):
        if grant.text("principal") == GROUP:
            yield (
                grant,
                f"it gives `{GROUP}` rights, and with them everyone whom an IAM policy lets near the catalog",
            )
    for holder in resources.of(DATABASE, *SETTINGS):
        for name in OPEN_DEFAULTS:
            if any(_grantee(default) == GROUP for default in as_mappings(holder.properties.get(name))):
                yield holder, f"`{name}` gives `{GROUP}` all rights on whatever is created here"
    yield from _unclosed(resources)


def _unclosed(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for settings in resources.of(OFFICIAL_SETTINGS):
        for name in OPEN_DEFAULTS:
            if not as_items(settings.properties.get(name)):
                yield settings, f"the provider sends no empty `{name}`, so what the account gives `{GROUP}` stays"
    if not resources.of(*SETTINGS):
        for database in resources.of(DATABASE):
            yield (
                database,
                (f"no data lake settings are declared, so the account's defaults may give `{GROUP}` all rights on it"),
            )


def _grantee(default: Mapping[str, object]) -> object:
    """Return who a default gives rights: settings spell it as a string, databases as an object."""
    principal = default.get("principal")
    return principal.get("dataLakePrincipalIdentifier") if isinstance(principal, dict) else principal


RULE = StackRule(
    id="LF001",
    claim="iam-allowed-principals-absent",
    why="the group stands for every IAM principal of the account, and Lake Formation filters nothing for it",
    source="semantics B3, B4-1; docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html",
    fix="close the defaults with `components.providers.data_lake_settings` and grant to named principals",
    check=_breaches,
)
