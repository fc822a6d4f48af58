"""
The network perimeter of a bucket: from where its data is reached.

Endpoint ids are unknown until endpoints exist, so a bucket speaks of VPCs, which configuration names, and of the
organization that an endpoint belongs to (`semantics.md` C3). The Deny is about data only: a bucket whose
administration needs an endpoint can't be repaired from anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lakeward.documents import actions
from lakeward.documents.conditions import (
    ENDPOINT_ORGANIZATION,
    PRINCIPAL_ARN,
    PRINCIPAL_IS_AWS_SERVICE,
    REQUESTED_REGION,
    SOURCE_VPC,
    VIA_AWS_SERVICE,
    Condition,
)
from lakeward.documents.statement import Statement, deny_everyone
from lakeward.identifiers import Arn, OrganizationId, RegionName, VpcId


@dataclass(frozen=True, kw_only=True)
class ExpectedNetwork:
    """The VPCs through whose endpoints data is reached: all of one Region, and of one organization if there is one."""

    vpcs: tuple[VpcId, ...]
    region: RegionName
    organization: OrganizationId | None


def network_perimeter(bucket: Arn, network: ExpectedNetwork, spared: Sequence[str]) -> Iterator[Statement]:
    """
    Yield the Denies that keep a bucket's data inside the network.

    Args:
        bucket: the bucket.
        network: from where its data is reached.
        spared: ARNs, or patterns of them, of roles that reach it from everywhere: registration roles, as which Lake
            Formation's vended credentials come from Athena, not from a VPC (C2), and the break-glass role.

    """
    resources = (bucket, f"{bucket}/*")
    unless = spare(spared)
    yield deny_everyone(
        "DenyDataFromOutsideTheNetwork",
        actions.BUCKET_DATA,
        resources,
        SOURCE_VPC.not_equals(*network.vpcs),
        *unless,
    )
    yield deny_everyone(
        "DenyDataFromTheSameVpcIdElsewhere",
        actions.BUCKET_DATA,
        resources,
        SOURCE_VPC.equals(*network.vpcs),
        REQUESTED_REGION.not_equals(network.region),
        *unless,
    )
    if network.organization is not None:
        yield deny_everyone(
            "DenyDataThroughForeignEndpoints",
            actions.BUCKET_DATA,
            resources,
            ENDPOINT_ORGANIZATION.not_equals(network.organization),
            *unless,
        )


def spare(roles: Sequence[str]) -> tuple[Condition, ...]:
    """
    Return the conditions that keep a network Deny off services and off these roles; all of them hold together.

    A service that forwards its caller's credentials, or calls as itself, comes from no VPC (C1). An anonymous request
    carries neither key and isn't spared.
    """
    services = (VIA_AWS_SERVICE.is_not_true(), PRINCIPAL_IS_AWS_SERVICE.is_not_true())
    return (*services, *((PRINCIPAL_ARN.not_like(*roles),) if roles else ()))
