"""The audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import ZoneName
from lakeward.plan.buckets import TRAIL_LOGS, stack_buckets
from lakeward.plan.declarations import AuditTrailArgs
from lakeward.plan.places import has_own_places
from lakeward.plan.tagging import tagged


def audit_trail(config: StackConfig) -> Iterator[AuditTrailArgs]:
    """
    Declare the trail, if one is wanted, with data events on every bucket but that of the logs.

    A zone without tables may hold files all the same, and query results are copies of what tables hold
    (`systems.md` K26).
    """
    if not config.audit.trail:
        return
    yield AuditTrailArgs(
        logical_name=names.AUDIT_TRAIL,
        tags=tagged(config),
        name=config.names.trail(),
        bucket=config.names.bucket(ZoneName.LOGS),
        prefix=TRAIL_LOGS,
        key=names.data_key(ZoneName.LOGS),
        data_event_prefixes=tuple(sorted(_watched(config))),
    )


def _watched(config: StackConfig) -> Iterator[str]:
    for bucket in stack_buckets(config):
        yield f"{bucket}/"
    if has_own_places(config):
        # Tenants to come included: a trail that lists tenants would change with each.
        yield config.names.own_bucket_arn("*").split("*", 1)[0]
