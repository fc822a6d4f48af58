"""The data lake: its settings and its locations, each with the role it is read as."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import trust
from lakeward.documents.identities import KeyByAlias, Location, location_reading, location_writing
from lakeward.identifiers import Arn
from lakeward.model import Administration, DatabaseGrant, LocationGrant, Persona, TableGrant, ZoneName
from lakeward.plan.declarations import (
    DataLakeLocationArgs,
    DataLakeSettingsArgs,
    InlinePolicy,
    RegistrationRoleArgs,
)
from lakeward.plan.personas import with_administration, writes_for_tenants
from lakeward.plan.places import Place, locations
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
    for place in locations(config):
        role = config.names.registration_role(place.name)
        build = location_writing if is_written(config, place) else location_reading
        location = Location(
            bucket=config.names.bucket_arn(place.name),
            prefix=place.tables,
            key=KeyByAlias(keys=config.names.keys_arn(), alias=config.names.key_alias(place.name)),
            via=config.names.service_host("s3"),
        )
        yield RegistrationRoleArgs(
            logical_name=names.registration_role(place.name),
            tags=tagged(config, zone=place.zone, kind="registration"),
            name=role,
            path="/",
            arn=config.names.registration_role_arn(place.name),
            description=f"Lake Formation reads {_called(place)} of the lake {config.stack} as this role",
            trust=trust.lake_formation(role, config.account, config.names.lake_formation_arn()).render(),
            policies=(InlinePolicy(name="location", document=build(role, location).render()),),
            boundary_arn=None,
        )


def data_lake_locations(config: StackConfig) -> Iterator[DataLakeLocationArgs]:
    """Declare every place that holds tables as a registered location."""
    for place in locations(config):
        yield DataLakeLocationArgs(
            logical_name=names.data_lake_location(place.name),
            resource_arn=location_arn(config, place),
            role_arn=config.names.registration_role_arn(place.name),
        )


def location_arn(config: StackConfig, place: Place) -> Arn:
    """Return a place as Lake Formation registers it."""
    return config.names.location_arn(place.name, place.tables)


def _called(place: Place) -> str:
    return f"the tables of tenant {place.tenant}" if place.tenant else f"the {place.zone} zone"


def is_written(config: StackConfig, place: Place) -> bool:
    """
    Tell whether some persona may write into a table of a place, or by creating tables and choosing the location.

    A writer of tenants' tables writes in every tenant's own place.
    """
    if place.tenant is not None:
        return any(writes_for_tenants(config, persona) for persona in config.personas)
    return any(place.zone in _zones_written(config, persona) for persona in config.personas)


def _zones_written(config: StackConfig, persona: Persona) -> Iterator[ZoneName]:
    zones = {(database.name, table.name): table.zone for database in config.databases for table in database.tables}
    creates = any(isinstance(g, DatabaseGrant) and "CREATE_TABLE" in g.permissions for g in persona.grants)
    for grant in persona.grants:
        if isinstance(grant, TableGrant) and _WRITING.intersection(grant.permissions):
            yield zones[grant.database, grant.table]
        if isinstance(grant, LocationGrant) and creates:
            yield grant.location
