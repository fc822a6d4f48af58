"""Every service that is read, and every call that reading makes."""

from __future__ import annotations

from lakeward.live import (
    buckets,
    catalog,
    db_clusters,
    functions,
    identities,
    keys,
    lake_formation,
    network,
    organization,
    workgroups,
)
from lakeward.live.calls import Call

CALLS: tuple[Call, ...] = (
    *buckets.CALLS,
    *catalog.CALLS,
    *db_clusters.CALLS,
    *functions.CALLS,
    *identities.CALLS,
    *keys.CALLS,
    *lake_formation.CALLS,
    *network.CALLS,
    *organization.CALLS,
    *workgroups.CALLS,
)
"""What the least-privilege policy allows. `sts:GetCallerIdentity` needs no permission (`semantics.md` A19-1)."""
