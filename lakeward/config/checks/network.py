"""The network: endpoints where they work and are reached, in a form that its parts agree with."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, repeated, twice
from lakeward.errors import quote
from lakeward.network import EndpointService, Hub, Network, NetworkForm

_ZONES = 2
"""With endpoints in one Availability Zone, the lake is down when that zone is (`systems.md` C8)."""


def check(draft: Draft) -> Iterator[Finding]:
    network = draft.config.network
    if network is None:
        return
    yield from _form(draft, network)
    yield from _subnets(draft, network)
    yield from _clients(network)
    yield from _twice(network)
    if network.hub is not None:
        yield from _hub(draft, network, network.hub)


def _form(draft: Draft, network: Network) -> Iterator[Finding]:
    spoke = network.form is NetworkForm.SPOKE
    if spoke and network.hub is None and draft.holds(("network", "hub")):
        yield Finding(("network", "hub"), "a spoke has no hub", "add the hub's stack, account, vpc and endpoints")
    if not spoke and network.hub is not None:
        yield Finding(("network", "hub"), f"only a spoke has one, and this is {quote(network.form)}", "remove it")
    if network.spokes and network.form is not NetworkForm.HUB:
        yield Finding(("network", "spokes"), f"only a hub has them, and this is {quote(network.form)}", "remove it")
    gateway = network.route_tables or not draft.holds(("network", "routeTables"))
    if not spoke and not gateway:
        yield Finding(
            ("network", "routeTables"),
            "without one nothing goes through the gateway endpoint of S3",
            "list the route tables of the subnets that jobs and people work in",
        )


def _subnets(draft: Draft, network: Network) -> Iterator[Finding]:
    loc: Loc = ("network", "subnets")
    zones = {subnet.zone for subnet in network.subnets}
    if network.interface_services and len(zones) < _ZONES and draft.holds(loc):
        yield Finding(
            loc,
            f"interface endpoints would stand in {len(zones)} zone{'' if len(zones) == 1 else 's'}",
            f"give a subnet in each of at least {_ZONES} zones",
        )
    yield from repeated((((*loc, i, "zone"), subnet.zone) for i, subnet in enumerate(network.subnets)), "zone")
    yield from repeated((((*loc, i, "id"), subnet.id) for i, subnet in enumerate(network.subnets)), "subnet")
    for index, subnet in enumerate(network.subnets):
        if draft.knows("region") and subnet.zone.region != draft.config.region:
            yield Finding(
                (*loc, index, "zone"),
                f"{quote(subnet.zone)} isn't in Region {draft.config.region}",
                f"name one such as {quote(draft.config.region + 'a')}",
            )


def _clients(network: Network) -> Iterator[Finding]:
    if network.interface_services and not network.networks:
        yield Finding(
            ("network", "clients"),
            "nobody may reach the interface endpoints",
            "list the networks of VPCs in `clients`, those on premises in `onPremises`",
        )


def _twice(network: Network) -> Iterator[Finding]:
    yield from twice(("network", "routeTables"), network.route_tables)
    yield from twice(("network", "clients"), network.clients)
    yield from twice(("network", "onPremises"), network.on_premises)
    yield from twice(("network", "services"), network.services or ())
    yield from twice(("network", "awsBuckets"), network.aws_buckets)
    yield from repeated(((("network", "spokes", i, "vpc"), spoke.vpc) for i, spoke in enumerate(network.spokes)), "VPC")


def _hub(draft: Draft, network: Network, hub: Hub) -> Iterator[Finding]:
    loc: Loc = ("network", "hub")
    if hub.vpc == network.vpc:
        yield Finding((*loc, "vpc"), "it is the spoke's own", "name the VPC of the hub")
    if draft.knows("stack") and hub.stack == draft.config.stack:
        yield Finding((*loc, "stack"), "it is this stack", "name the stack of the hub")
    yield from repeated(
        (((*loc, "endpoints", i, "service"), endpoint.service) for i, endpoint in enumerate(hub.endpoints)), "service"
    )
    for index, endpoint in enumerate(hub.endpoints):
        if endpoint.type == "gateway":
            yield Finding(
                (*loc, "endpoints", index, "type"),
                "a gateway endpoint serves its own VPC only, whatever routes lead there",
                "write `interface`, or give `routeTables` for a gateway endpoint of this VPC",
            )
    reached = {EndpointService.S3} if network.route_tables else set[EndpointService]()
    reached |= {endpoint.service for endpoint in hub.endpoints} | set(network.interface_services)
    if EndpointService.S3 not in reached and draft.holds((*loc, "endpoints")):
        yield Finding(
            (*loc, "endpoints"),
            "nothing leads to S3, and buckets refuse whoever comes without an endpoint",
            "add `- service: s3`, or give `routeTables`",
        )
