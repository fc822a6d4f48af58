"""What the network section says to documents: from where a bucket's data is reached, and where flow logs go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents.perimeter import ExpectedNetwork, network_perimeter
from lakeward.documents.statement import Statement
from lakeward.identifiers import Arn
from lakeward.names import FLOW_LOGS


def perimeter(config: StackConfig, bucket: Arn, spared: Sequence[str]) -> Iterator[Statement]:
    """Yield the Denies that keep a bucket's data inside the network; none where there is no network section."""
    if config.network is not None:
        expected = ExpectedNetwork(
            vpcs=config.network.vpcs,
            region=config.region,
            organization=config.organization.id if config.organization else None,
        )
        yield from network_perimeter(bucket, expected, spared)


def flow_logs(config: StackConfig) -> tuple[Arn, Arn] | None:
    """Return what delivers flow logs and all objects it writes; `None` where there are no flow logs."""
    if config.network is None or not config.network.interface_services:
        return None
    objects = config.names.objects_arn(names.LOGS, f"{FLOW_LOGS}/AWSLogs/{config.account}")
    return config.names.log_deliveries_arn(), objects
