"""The data lake: its settings and its locations, each with the role it is read as."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import trust
from lakeward.documents.identities import KeyByAlias, Location, location_reading, location_writing
from lakeward.model import Administration, DatabaseGrant, LocationGrant, TableGrant, ZoneName
from lakeward.plan.declarations import (
    DataLakeLocationArgs,
    DataLakeSettingsArgs,
    InlinePolicy,
    RegistrationRoleArgs,
)
from lakeward.plan.personas import tables_of, with_administration
from lakeward.plan.tagging import tagged

CROSS_ACCOUNT_VERSION = "4"
"""The newest version whose effect is documented (`semantics.md` B12-1)."""

_WRITING = {"INSERT", "DELETE"}


def data_lake_settings(config: StackConfig) -> Iterator[DataLakeSettingsArgs]:
    """
    Declare the one settings object.

    The source identity of a query stays out of it: whether the registration role's trust must allow it isn't
    documented (`semantics.md` B15-9), and a location whose role can't be taken can't be read.
    """
    yield DataLakeSettingsArgs(
        logical_name=names.DATA_LAKE_SETTINGS,
        administrators=tuple(
            sorted(
                {
                    config.deployer,
                    *config.administrators,
                    *with_administration(config, Administration.DATA_LAKE),
                }
            )
        ),
        read_only_administrators=tuple(sorted(set(with_administration(config, Administration.READ_ONLY)))),
        cross_account_version=CROSS_ACCOUNT_VERSION,
        set_source_identity=False,
    )


def registration_roles(config: StackConfig) -> Iterator[RegistrationRoleArgs]:
    """Declare for each location the role that Lake Formation reads it as; it writes only where somebody may."""
    for zone in config.zones_with_tables():
        role = config.names.registration_role(zone)
        build = location_writing if zone in written_zones(config) else location_reading
        location = Location(
            bucket=config.names.bucket_arn(zone),
            key=KeyByAlias(keys=config.names.keys_arn(), alias=config.names.key_alias(zone)),
            via=config.names.service_host("s3"),
        )
        yield RegistrationRoleArgs(
            logical_name=names.registration_role(zone),
            tags=tagged(config, zone=zone, kind="registration"),
            name=role,
            path="/",
            arn=config.names.registration_role_arn(zone),
            description=f"Lake Formation reads the {zone} zone of the lake {config.stack} as this role",
            trust=trust.lake_formation(role, config.account, config.names.lake_formation_arn()).render(),
            policies=(InlinePolicy(name="location", document=build(role, location).render()),),
            boundary_arn=None,
        )


def data_lake_locations(config: StackConfig) -> Iterator[DataLakeLocationArgs]:
    """Declare every zone that holds tables as a registered location."""
    for zone in config.zones_with_tables():
        yield DataLakeLocationArgs(
            logical_name=names.data_lake_location(zone),
            resource_arn=config.names.bucket_arn(zone),
            role_arn=config.names.registration_role_arn(zone),
        )


def written_zones(config: StackConfig) -> frozenset[ZoneName]:
    """Return the zones where some persona may write: into a table, or by creating tables and choosing the location."""
    zones: set[ZoneName] = set()
    for persona in config.personas:
        creates = any(isinstance(g, DatabaseGrant) and "CREATE_TABLE" in g.permissions for g in persona.grants)
        for grant in persona.grants:
            if isinstance(grant, TableGrant) and _WRITING.intersection(grant.permissions):
                zones.update(
                    table.zone
                    for database, table in tables_of(config)
                    if (database.name, table.name) == (grant.database, grant.table)
                )
            if isinstance(grant, LocationGrant) and creates:
                zones.add(grant.location)
    return frozenset(zones)
