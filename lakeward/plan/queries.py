"""Where queries run: one workgroup per persona, which enforces its results prefix and key."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import ZoneName
from lakeward.plan.declarations import QueryWorkgroupArgs
from lakeward.plan.personas import querying, results_prefix
from lakeward.plan.tagging import tagged


def query_workgroups(config: StackConfig) -> Iterator[QueryWorkgroupArgs]:
    """Declare the workgroup of every persona that queries (`semantics.md` B20)."""
    for persona in querying(config):
        yield QueryWorkgroupArgs(
            logical_name=names.query_workgroup(persona.name),
            tags=tagged(config, persona=persona.name),
            name=config.names.workgroup(persona.name),
            result_location=config.names.location_uri(ZoneName.QUERY_RESULTS, results_prefix(persona)),
            key=names.data_key(ZoneName.QUERY_RESULTS),
        )
