"""The data lake: its settings and its locations, each with the role it is read as."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import trust
from lakeward.documents.identities import KeyByAlias, Location, location_reading, location_writing
from lakeward.identifiers import Arn
from lakeward.model import Administration, DatabaseGrant, LocationGrant, TableGrant
from lakeward.plan.declarations import (
    DataLakeLocationArgs,
    DataLakeSettingsArgs,
    InlinePolicy,
    RegistrationRoleArgs,
)
from lakeward.plan.personas import with_administration
from lakeward.plan.places import Place, locations, tables_of, zone_place
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
    written = written_places(config)
    for place in locations(config):
        role = config.names.registration_role(place.name)
        build = location_writing if place in written else location_reading
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


def written_places(config: StackConfig) -> frozenset[Place]:
    """
    Return the places where some persona may write into a table, or by creating tables and choosing the location.

    A writer of tenants' tables writes in every tenant's own place.
    """
    own = config.tenancy is not None and config.tenancy.writers
    places = {place for place in locations(config) if own and place.tenant}
    for persona in config.personas:
        creates = any(isinstance(g, DatabaseGrant) and "CREATE_TABLE" in g.permissions for g in persona.grants)
        for grant in persona.grants:
            if isinstance(grant, TableGrant) and _WRITING.intersection(grant.permissions):
                places.update(
                    database.place_of(table)
                    for database, table in tables_of(config)
                    if (database.name, table.name) == (grant.database, grant.table)
                )
            if isinstance(grant, LocationGrant) and creates:
                places.add(zone_place(grant.location))
    return frozenset(places)
