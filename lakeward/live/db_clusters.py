"""Aurora clusters."""

from __future__ import annotations

from lakeward.estate.sources.values import Json, canonical
from lakeward.live.calls import Aws, Call, picked, read_or_unknown

CLUSTERS = Call("rds", "DescribeDBClusters", items="DBClusters")

CALLS = (CLUSTERS,)

_MEMBERS = ("DBClusterIdentifier", "DbClusterResourceId", "IAMDatabaseAuthenticationEnabled")


def read(aws: Aws) -> dict[str, Json]:
    """Return the Region's clusters, sorted by identifier."""

    def clusters() -> Json:
        found: list[Json] = [picked(cluster, *_MEMBERS) for cluster in aws.every(CLUSTERS)]
        return sorted(found, key=canonical)

    return {"DBClusters": read_or_unknown(clusters)}
