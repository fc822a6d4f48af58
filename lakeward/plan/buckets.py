"""The buckets: one per zone."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import buckets
from lakeward.documents.document import Document
from lakeward.identifiers import Arn
from lakeward.model import ZoneName
from lakeward.plan.declarations import LakeBucketArgs
from lakeward.plan.personas import break_glass, querying, results_objects, role_of
from lakeward.plan.tagging import tagged

ACCESS_LOGS = "access-logs"
TRAIL_LOGS = "cloudtrail"
"""Prefixes in the log bucket."""

_WITHOUT_BUCKET_KEY = {
    ZoneName.LOGS,
    # With a bucket key the key policy couldn't tell one persona's prefix from another's (`semantics.md` A15-6).
    ZoneName.QUERY_RESULTS,
}


def logged_buckets(config: StackConfig) -> tuple[Arn, ...]:
    """Return every bucket of the stack but that of the logs: those whose access is recorded."""
    zones = [zone.name for zone in config.zones if zone.name is not ZoneName.LOGS]
    return tuple(config.names.bucket_arn(name) for name in (*zones, *(s.name for s in config.shared_buckets)))


def lake_buckets(config: StackConfig) -> Iterator[LakeBucketArgs]:
    """Declare the bucket of every zone."""
    for zone in config.zones:
        is_log_bucket = zone.name is ZoneName.LOGS
        yield LakeBucketArgs(
            logical_name=names.lake_bucket(zone.name),
            tags=tagged(config, zone=zone.name),
            name=config.names.bucket(zone.name),
            policy=_policy(config, zone.name).render(),
            # S3 can't deliver access logs into a bucket whose default is a key of ours.
            key=None if is_log_bucket else names.data_key(zone.name),
            bucket_key_enabled=zone.name not in _WITHOUT_BUCKET_KEY,
            access_log_bucket=None if is_log_bucket else config.names.bucket(ZoneName.LOGS),
            access_log_prefix="" if is_log_bucket else f"{ACCESS_LOGS}/{zone.name}/",
            expire_days=config.audit.retention_days if is_log_bucket else zone.expire_days,
            # What was done to a lake is asked most when the lake is gone.
            retained=is_log_bucket,
        )


def _policy(config: StackConfig, zone: ZoneName) -> Document:
    bucket = config.names.bucket_arn(zone)
    if zone is ZoneName.LOGS:
        trail = (config.names.trail_arn(), config.names.objects_arn(zone, f"{TRAIL_LOGS}/AWSLogs/{config.account}"))
        return buckets.logs_policy(
            bucket,
            config.account,
            access_logs=config.names.objects_arn(zone, ACCESS_LOGS),
            logged=logged_buckets(config),
            trail=trail if config.audit.trail else None,
        )
    if zone is ZoneName.QUERY_RESULTS:
        owners = {
            str(persona.name): (role_of(config, persona), results_objects(config, persona))
            for persona in querying(config)
        }
        return buckets.results_policy(bucket, owners, break_glass(config))
    registered = zone in config.zones_with_tables()
    readers = (config.names.registration_role_arn(zone),) if registered else ()
    return buckets.zone_policy(bucket, (*readers, *break_glass(config)))
