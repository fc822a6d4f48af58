"""The data keys: one per zone, and the column key."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import actions, keys
from lakeward.documents.statement import TENANT, Roles, RolesOfAccount, Statement
from lakeward.identifiers import RoleArn
from lakeward.model import Persona, ZoneName
from lakeward.plan.declarations import DataKeyArgs
from lakeward.plan.locations import is_written
from lakeward.plan.personas import break_glass, file_writers, querying, results_objects, role_of
from lakeward.plan.places import Place, files_place, holds_tables, places, tenants
from lakeward.plan.tagging import tagged


def data_keys(config: StackConfig) -> Iterator[DataKeyArgs]:
    """Declare the key of every place that encrypts with one, and the column key if it is wanted."""
    for place in places(config):
        if place.zone is ZoneName.LOGS and not config.audit.trail:
            continue  # S3 can't put its access logs under a key of ours; only the trail's logs need one.
        alias = config.names.key_alias(place.name)
        whose = f"what is tenant {place.tenant}'s in" if place.tenant else f"the {place.zone} zone of"
        yield DataKeyArgs(
            logical_name=names.data_key(place.name),
            tags=tagged(config, zone=place.zone, kind="data", tenant=place.tenant),
            alias=alias,
            description=f"Encrypts {whose} the lake {config.stack}",
            policy=keys.key_policy(alias, administrators(config), *_uses(config, place)).render(),
        )
    if config.data_keys.column:
        alias = config.names.column_key_alias()
        yield DataKeyArgs(
            logical_name=names.data_key(names.COLUMN_KEY),
            tags=tagged(config, kind="column"),
            alias=alias,
            description=f"Encrypts column values of the lake {config.stack}; nobody decrypts with it",
            policy=keys.key_policy(
                alias, administrators(config), *keys.column_use([role_of(config, p) for p in encrypters(config)])
            ).render(),
        )


def administrators(config: StackConfig) -> tuple[RoleArn, ...]:
    """Return who administers the keys: the deployer, without whom KMS would refuse the policy, and whom it names."""
    return tuple(sorted({config.deployer, *config.data_keys.administrators}))


def encrypters(config: StackConfig) -> tuple[Persona, ...]:
    """Return the personas that encrypt with the column key."""
    column = config.data_keys.column
    return tuple(persona for persona in config.personas if column and persona.name in column.encrypters)


def _uses(config: StackConfig, place: Place) -> Iterator[Statement]:
    via = config.names.service_host("s3")
    zone, bucket = place.zone, config.names.bucket_arn(place.name)
    if holds_tables(config, place):
        use = actions.DATA_KEY_USE if is_written(config, place) else actions.DATA_KEY_READ
        yield from keys.location_use(config.names.registration_role_arn(place.name), bucket, place.tables, via, use=use)
    if zone is ZoneName.TENANTS:
        yield from _tenants_uses(config, place, via)
    if zone is ZoneName.QUERY_RESULTS:
        for persona in querying(config):
            yield keys.results_use(persona.name, role_of(config, persona), results_objects(config, persona), via)
    if zone is ZoneName.LOGS:
        yield from keys.trail_use(config.names.trail_arn())
    for role in break_glass(config):
        if zone is ZoneName.LOGS:
            yield keys.break_glass_log_use(role, config.names.trail_arn(), via)
        else:
            yield keys.break_glass_use(role, bucket, via)


def _tenants_uses(config: StackConfig, place: Place, via: str) -> Iterator[Statement]:
    bucket = config.names.bucket_arn(place.name)
    if place.tenant is None:
        if any(files_place(config, tenant) == place for tenant in tenants(config)):
            roles = RolesOfAccount(config.names.root_arn())
            yield keys.tenants_use(roles, config.names.tenant_roles_arn(), f"{bucket}/{TENANT}/*", via)
        if writers := file_writers(config):
            yield keys.writers_use(writers, bucket, via)
    elif files_place(config, place.tenant) == place:
        role = config.names.tenant_role_arn(place.tenant)
        yield keys.tenants_use(Roles((role,)), role, f"{bucket}/{place.tenant}/*", via)
