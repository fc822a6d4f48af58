"""Gap: moto takes a change of a cluster's IAM database authentication, and goes on answering as before."""

from __future__ import annotations

from typing import Any

from moto.rds.models import RDSBackend

from local.aws.hooks import Arguments, Call, around


def extend() -> None:
    """Answer what was set last."""
    around(RDSBackend, "modify_db_cluster", _modified)


def _modified(backend: RDSBackend, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's cluster
    # Looked at before: moto changes the arguments. What it returns is a copy of what it keeps.
    asked = arguments["kwargs"]
    name = asked.get("new_db_cluster_identifier") or asked["db_cluster_identifier"]
    stated = asked.get("enable_iam_database_authentication")
    cluster = call()
    if stated is not None:
        backend.clusters[name].iam_auth = cluster.iam_auth = stated
    return cluster
