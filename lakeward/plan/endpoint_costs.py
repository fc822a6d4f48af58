"""What a stack's endpoints cost a month: an estimate from prices and volumes in configuration, never from our own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lakeward.config import StackConfig
from lakeward.network import EndpointPrices, Network, NetworkForm

HOURS = Decimal(730)
"""Of a month, a twelfth of a year."""


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """One line of the estimate."""

    subject: str
    """What costs, or which path data takes."""
    basis: str
    """How the amount comes about, in the words of the configuration."""
    monthly: Decimal | None
    """`None`: no prices are configured."""
    duplicate: bool = False
    """Whether the hub has the same already."""


@dataclass(frozen=True, kw_only=True)
class CostEstimate:
    """What a stack's endpoints cost a month, by endpoint and by path."""

    currency: str | None
    """`None`: no prices are configured."""
    lines: tuple[CostLine, ...]


def cost_estimate(config: StackConfig) -> CostEstimate | None:
    """Return the estimate; `None` where there is no network section."""
    network = config.network
    if network is None:
        return None
    currency = network.prices.currency if network.prices else None
    return CostEstimate(currency=currency, lines=tuple(_lines(network, network.prices)))


def _lines(network: Network, prices: EndpointPrices | None) -> Iterator[CostLine]:
    if network.route_tables:
        yield CostLine(subject="gateway endpoint of s3", basis="free of charge", monthly=Decimal(0))
    zones = len(network.subnets)
    of_hub = {endpoint.service for endpoint in network.hub.endpoints} if network.hub else set()
    for service in network.interface_services:
        yield CostLine(
            subject=f"interface endpoint of {service}",
            basis=f"{zones} zones for {HOURS} hours",
            monthly=zones * HOURS * prices.endpoint_zone_hour.amount if prices else None,
            duplicate=service in of_hub,
        )
    if prices is None:
        return
    yield from _paths(network, prices)


def _paths(network: Network, prices: EndpointPrices) -> Iterator[CostLine]:
    if network.on_premises and prices.on_premises_gigabytes:
        yield CostLine(
            subject="path from the premises",
            basis=f"{prices.on_premises_gigabytes} gigabytes through an interface endpoint",
            monthly=prices.on_premises_gigabytes * prices.endpoint_gigabyte.amount,
        )
    if network.form is not NetworkForm.SINGLE and prices.spoke_gigabytes:
        yield CostLine(
            subject="path between spokes and hub",
            basis=f"{prices.spoke_gigabytes} gigabytes through transit and an interface endpoint",
            monthly=prices.spoke_gigabytes * (prices.endpoint_gigabyte.amount + prices.transit_gigabyte.amount),
        )
