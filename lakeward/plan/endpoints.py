"""The endpoints of a VPC, who reaches them, and how names lead to them."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import endpoints
from lakeward.documents.document import Document
from lakeward.documents.endpoints import Own
from lakeward.identifiers import Arn
from lakeward.network import EndpointService, Network, NetworkForm
from lakeward.plan import network as plan_network
from lakeward.plan.declarations import (
    EndpointGroupArgs,
    FlowLogArgs,
    GatewayEndpointArgs,
    HubAssociationArgs,
    InterfaceEndpointArgs,
    PrivateZoneArgs,
)
from lakeward.plan.tagging import tagged

_HTTPS = 443
_RESULT_STREAM = 444
"""Where older JDBC and ODBC drivers fetch results from Athena (`semantics.md` C3)."""

_EVERY_SERVICE = "endpoints"
_ATHENA_STREAM = "athena-stream"


def gateway_endpoints(config: StackConfig) -> Iterator[GatewayEndpointArgs]:
    """Declare the gateway endpoint of S3 where route tables are to lead to it; it costs nothing."""
    network = config.network
    if network is not None and network.route_tables:
        yield GatewayEndpointArgs(
            logical_name=names.GATEWAY_ENDPOINT,
            tags=tagged(config, kind="endpoint"),
            vpc=network.vpc,
            service_name=config.names.endpoint_service(EndpointService.S3),
            route_tables=tuple(sorted(network.route_tables)),
            policy=_policy(config, network, EndpointService.S3).render(),
        )


def endpoint_groups(config: StackConfig) -> Iterator[EndpointGroupArgs]:
    """Declare the security groups of interface endpoints: HTTPS for all, and the port of results for Athena's."""
    network = config.network
    if network is None or not network.interface_services:
        return
    wanted = [(_EVERY_SERVICE, _HTTPS, "Named networks reach interface endpoints")]
    if EndpointService.ATHENA in network.interface_services:
        wanted.append((_ATHENA_STREAM, _RESULT_STREAM, "Named networks fetch query results from Athena"))
    for kind, port, description in wanted:
        yield EndpointGroupArgs(
            logical_name=names.endpoint_group(kind),
            tags=tagged(config, kind="endpoint"),
            name=config.names.endpoint_group(kind),
            description=description,
            vpc=network.vpc,
            port=port,
            networks=network.networks,
        )


def interface_endpoints(config: StackConfig) -> Iterator[InterfaceEndpointArgs]:
    """
    Declare an interface endpoint for each service.

    In a single VPC the service's own name leads to it; to that of S3 only for who asks through the inbound resolver,
    since traffic of the VPC itself goes through the gateway endpoint, free of charge (`systems.md` K38).
    """
    network = config.network
    if network is None:
        return
    for service in network.interface_services:
        own_name = network.form is not NetworkForm.HUB
        kinds = (_EVERY_SERVICE, *((_ATHENA_STREAM,) if service is EndpointService.ATHENA else ()))
        yield InterfaceEndpointArgs(
            logical_name=names.interface_endpoint(service),
            tags=tagged(config, kind="endpoint"),
            service=service,
            service_name=config.names.endpoint_service(service),
            vpc=network.vpc,
            subnets=tuple(sorted(subnet.id for subnet in network.subnets)),
            groups=tuple(names.endpoint_group(kind) for kind in kinds),
            policy=_policy(config, network, service).render(),
            private_dns=own_name,
            resolver_only=own_name and service is EndpointService.S3 and bool(network.route_tables),
        )


def private_zones(config: StackConfig) -> Iterator[PrivateZoneArgs]:
    """Declare in a hub for each service the private zone that leads every associated VPC to its endpoint."""
    network = config.network
    if network is None or network.form is not NetworkForm.HUB:
        return
    for service in network.interface_services:
        yield PrivateZoneArgs(
            logical_name=names.private_zone(service),
            tags=tagged(config, kind="endpoint"),
            service=service,
            zone_name=config.names.service_host(service),
            vpc=network.vpc,
            endpoint=names.interface_endpoint(service),
            subdomains=service is EndpointService.S3,
            spokes=tuple(sorted(spoke.vpc for spoke in network.spokes)),
        )


def hub_associations(config: StackConfig) -> Iterator[HubAssociationArgs]:
    """Declare in a spoke its association with the hub's zones of services that it has no endpoint of its own for."""
    network = config.network
    if network is None or network.hub is None:
        return
    # With a zone of the hub's, S3's name would lead past the spoke's own gateway endpoint, which is free.
    own = {*network.interface_services, *((EndpointService.S3,) if network.route_tables else ())}
    services = {endpoint.service for endpoint in network.hub.endpoints} - own
    if services:
        yield HubAssociationArgs(
            logical_name=names.HUB_ASSOCIATION,
            stack=network.hub.stack,
            vpc=network.vpc,
            services=tuple(sorted(services)),
        )


def flow_logs(config: StackConfig) -> Iterator[FlowLogArgs]:
    """Declare the flow log of a VPC with interface endpoints: who came to them, and who was turned away (C10)."""
    if config.network is not None and plan_network.flow_logs(config) is not None:
        yield FlowLogArgs(
            logical_name=names.FLOW_LOG,
            tags=tagged(config, kind="flow-log"),
            vpc=config.network.vpc,
            destination=config.names.flow_logs_arn(),
        )


def _policy(config: StackConfig, network: Network, service: EndpointService) -> Document:
    own = Own(account=config.account, organization=config.organization.id if config.organization else None)
    subject = config.names.endpoint_service(service)
    if service is EndpointService.S3:
        partition = config.names.partition
        buckets = [Arn(f"arn:{partition}:s3:::{name.in_region(config.region)}") for name in network.aws_buckets]
        return endpoints.s3_policy(subject, own, buckets)
    if service is EndpointService.STS:
        return endpoints.sts_policy(subject, own)
    return endpoints.service_policy(subject, service, own)
