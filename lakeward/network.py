"""
The nouns of the network section: how principals reach the lake without leaving networks that are ours.

VPCs, subnets and route tables are the user's own; everything here names them by id.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lakeward.identifiers import (
    AccountId,
    AvailabilityZone,
    AwsBucketName,
    Cidr,
    CurrencyCode,
    RouteTableId,
    StackName,
    SubnetId,
    UnitPrice,
    VpcId,
)
from lakeward.model import Noun, Word


class NetworkForm(Word):
    """
    Where interface endpoints are.

    `single`: in this VPC, for this VPC and the premises. `hub`: in this VPC, for others too, which find them through
    private hosted zones. `spoke`: in a hub's VPC, which this one reaches by peering or a transit gateway.
    """

    SINGLE = "single"
    HUB = "hub"
    SPOKE = "spoke"


class EndpointService(Word):
    """A service that a lake's principals and jobs talk to, as endpoints' names spell it."""

    ATHENA = "athena"
    GLUE = "glue"
    KMS = "kms"
    LAKE_FORMATION = "lakeformation"
    LOGS = "logs"
    S3 = "s3"
    STS = "sts"


AWS_BUCKETS = (
    # Image layers of containers: docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
    AwsBucketName("prod-{region}-starport-layer-bucket"),
    # Packages of Amazon Linux 2023: docs.aws.amazon.com/linux/al2023/ug/live-patching.html
    AwsBucketName("al2023-repos-{region}-de612dc2"),
    # Packages of EMR: docs.aws.amazon.com/emr/latest/ManagementGuide/private-subnet-iampolicy.html
    AwsBucketName("repo.{region}.emr.amazonaws.com"),
)
"""Buckets of AWS's own that jobs inside a VPC read before their first line runs."""


class EndpointSubnet(Noun):
    """A subnet for interface endpoints, and the Availability Zone it is in."""

    id: SubnetId
    zone: AvailabilityZone


class HubEndpoint(Noun):
    """An endpoint of a hub, as a spoke knows it."""

    service: Annotated[EndpointService, Field(strict=False)]
    type: Literal["interface", "gateway"] = "interface"


class Hub(Noun):
    """The hub of a spoke: whose stack exports the ids of its private hosted zones."""

    stack: StackName
    account: AccountId
    vpc: VpcId
    endpoints: Annotated[tuple[HubEndpoint, ...], Field(min_length=1)]


class Spoke(Noun):
    """A VPC that uses this hub's endpoints."""

    account: AccountId
    vpc: VpcId


class EndpointPrices(Noun):
    """What endpoints cost, for the estimate: prices and volumes are the user's, none is built in."""

    currency: CurrencyCode
    endpoint_zone_hour: UnitPrice
    """Of one interface endpoint in one Availability Zone for one hour."""
    endpoint_gigabyte: UnitPrice
    """Of one gigabyte through an interface endpoint."""
    transit_gigabyte: UnitPrice = UnitPrice("0")
    """Of one gigabyte between a spoke and its hub."""
    on_premises_gigabytes: Annotated[int, Field(ge=0)] = 0
    """What comes from the premises in a month."""
    spoke_gigabytes: Annotated[int, Field(ge=0)] = 0
    """What passes between spokes and hub in a month."""


class Network(Noun):
    """How the lake is reached: endpoints, from where, and what they cost."""

    form: Annotated[NetworkForm, Field(strict=False)]
    vpc: VpcId
    route_tables: tuple[RouteTableId, ...] = ()
    """Those that send S3's traffic to the gateway endpoint of this VPC."""
    subnets: tuple[EndpointSubnet, ...] = ()
    """Where interface endpoints are: one subnet in each of at least two zones."""
    clients: tuple[Cidr, ...] = ()
    """Networks in VPCs that may reach interface endpoints: this one's, and those of spokes."""
    on_premises: tuple[Cidr, ...] = ()
    """Networks on premises that may reach interface endpoints."""
    services: tuple[Annotated[EndpointService, Field(strict=False)], ...] | None = None
    """Services with an interface endpoint here; default: all, in a spoke none."""
    aws_buckets: tuple[AwsBucketName, ...] = AWS_BUCKETS
    """Buckets of AWS's own that are read through the endpoints of S3."""
    hub: Hub | None = None
    spokes: tuple[Spoke, ...] = ()
    prices: EndpointPrices | None = None

    @property
    def interface_services(self) -> tuple[EndpointService, ...]:
        """The services with an interface endpoint in this VPC, sorted."""
        if self.services is not None:
            return tuple(sorted(set(self.services)))
        return () if self.form is NetworkForm.SPOKE else tuple(sorted(EndpointService))

    @property
    def networks(self) -> tuple[Cidr, ...]:
        """Every network that may reach the interface endpoints, sorted, each once."""
        return tuple(sorted({*self.clients, *self.on_premises}))

    @property
    def vpcs(self) -> tuple[VpcId, ...]:
        """The VPCs through whose endpoints the lake's data is reached, sorted."""
        hub = () if self.hub is None else (self.hub.vpc,)
        return tuple(sorted({self.vpc, *hub, *(spoke.vpc for spoke in self.spokes)}))
