"""Aurora clusters."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import DB_CLUSTERS
from lakeward.estate.sources.values import text


def _cluster(cluster: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = cluster.inputs
    yield entry(
        DB_CLUSTERS,
        cluster,
        declarations,
        {
            "DBClusterIdentifier": text(inputs.get("clusterIdentifier"))
            or declarations.identity(cluster, "clusterIdentifier"),
            "DbClusterResourceId": declarations.identity(cluster, "clusterResourceId"),
            "IAMDatabaseAuthenticationEnabled": inputs.get("iamDatabaseAuthenticationEnabled") or False,
        },
    )


READERS = {"aws:rds/cluster:Cluster": _cluster}
