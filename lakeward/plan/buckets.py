"""The buckets: one per zone."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import buckets
from lakeward.documents.document import Document
from lakeward.documents.statement import TENANT, Statement
from lakeward.identifiers import Arn
from lakeward.model import ZoneName
from lakeward.plan.declarations import LakeBucketArgs
from lakeward.plan.network import flow_logs, perimeter
from lakeward.plan.personas import break_glass, file_writers, querying, results_objects, role_of
from lakeward.plan.places import Place, has_own_places, holds_tables, places
from lakeward.plan.tagging import tagged

ACCESS_LOGS = "access-logs"
TRAIL_LOGS = "cloudtrail"
"""Prefixes in the log bucket."""

_WITHOUT_BUCKET_KEY = {
    ZoneName.LOGS,
    # With a bucket key the key policy couldn't tell one's prefix from another's (`semantics.md` A15-6).
    ZoneName.QUERY_RESULTS,
    ZoneName.TENANTS,
}


def stack_buckets(config: StackConfig) -> tuple[Arn, ...]:
    """Return the buckets that configuration names, zones' and shared ones, but for that of the logs."""
    zones = [zone.name for zone in config.zones if zone.name is not ZoneName.LOGS]
    return tuple(config.names.bucket_arn(name) for name in (*zones, *(s.name for s in config.shared_buckets)))


def lake_buckets(config: StackConfig) -> Iterator[LakeBucketArgs]:
    """Declare the bucket of every place."""
    expiry = {zone.name: zone.expire_days for zone in config.zones}
    for place in places(config):
        is_log_bucket = place.zone is ZoneName.LOGS
        yield LakeBucketArgs(
            logical_name=names.lake_bucket(place.name),
            tags=tagged(config, zone=place.zone, tenant=place.tenant),
            name=config.names.bucket(place.name),
            policy=_policy(config, place).extended(_perimeter(config, place)).render(),
            # S3 can't deliver access logs into a bucket whose default is a key of ours.
            key=None if is_log_bucket else names.data_key(place.name),
            bucket_key_enabled=place.zone not in _WITHOUT_BUCKET_KEY,
            access_log_bucket=None if is_log_bucket else config.names.bucket(ZoneName.LOGS),
            access_log_prefix="" if is_log_bucket else f"{ACCESS_LOGS}/{place.name}/",
            expire_days=config.audit.retention_days if is_log_bucket else expiry[place.zone],
            # What was done to a lake is asked most when the lake is gone.
            retained=is_log_bucket,
            protected=config.protect_data and not is_log_bucket,
        )


def _perimeter(config: StackConfig, place: Place) -> Iterator[Statement]:
    """Yield what keeps a place's data inside the network; services write the logs, and nobody's job reads them."""
    if place.zone is not ZoneName.LOGS:
        registered = (config.names.registration_role_arn(place.name),) if holds_tables(config, place) else ()
        yield from perimeter(config, config.names.bucket_arn(place.name), (*registered, *break_glass(config)))


def _policy(config: StackConfig, place: Place) -> Document:
    zone, bucket = place.zone, config.names.bucket_arn(place.name)
    if zone is ZoneName.LOGS:
        trail = (config.names.trail_arn(), config.names.objects_arn(zone, f"{TRAIL_LOGS}/AWSLogs/{config.account}"))
        return buckets.logs_policy(
            bucket,
            config.account,
            access_logs=config.names.objects_arn(zone, ACCESS_LOGS),
            logged=_logged(config),
            trail=trail if config.audit.trail else None,
            flow_logs=flow_logs(config),
        )
    if zone is ZoneName.QUERY_RESULTS:
        owners = {
            str(persona.name): (role_of(config, persona), results_objects(config, persona))
            for persona in querying(config)
        }
        return buckets.results_policy(bucket, owners, break_glass(config))
    readers = (config.names.registration_role_arn(place.name),) if holds_tables(config, place) else ()
    if zone is ZoneName.TENANTS:
        tables = (readers[0], place.tables) if readers else None
        if place.tenant is not None:
            role = config.names.tenant_role_arn(place.tenant)
            return buckets.tenants_policy(bucket, role, place.tenant, tables, break_glass(config))
        others = (*file_writers(config), *break_glass(config))
        return buckets.tenants_policy(bucket, config.names.tenant_roles_arn(), TENANT, tables, others)
    return buckets.zone_policy(bucket, (*readers, *break_glass(config)))


def _logged(config: StackConfig) -> list[Arn]:
    """Return the buckets whose access is logged: those of the stack, and the tenants' own, present and to come."""
    own = [config.names.own_bucket_arn("*")] if has_own_places(config) else []
    return [*stack_buckets(config), *own]
