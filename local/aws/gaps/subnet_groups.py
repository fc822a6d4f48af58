"""
Gap: moto forgets a database subnet group that is modified.

It takes the group out to change it, and doesn't put it back.
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import RDSBackend

from local.aws.hooks import Arguments, Call, around


def extend() -> None:
    """Put it back."""
    around(RDSBackend, "modify_db_subnet_group", _kept)


def _kept(backend: Any, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- foreign objects
    group = call()
    backend.subnet_groups[arguments["subnet_name"]] = group
    return group
