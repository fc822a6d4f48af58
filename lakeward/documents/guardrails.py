"""
The data perimeter as policies of the organization: what no account of it can open, whoever administers the account.

Resource control policies say who reaches our resources and from where, service control policies what our principals
reach and from where. None of them grants (`semantics.md` A12-1); neither binds the management account or service-linked
roles (A12-2), and resource control policies reach only some services, Glue and Lake Formation not among them (A12-3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakeward.documents import actions
from lakeward.documents.conditions import (
    ENDPOINT_ORGANIZATION,
    PRINCIPAL_ARN,
    PRINCIPAL_IS_AWS_SERVICE,
    PRINCIPAL_ORGANIZATION,
    RESOURCE_ORGANIZATION,
    SOURCE_ACCOUNT,
    SOURCE_ADDRESS,
    SOURCE_ORGANIZATION,
    Condition,
)
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.perimeter import spare
from lakeward.documents.statement import EVERYTHING, deny, deny_everyone
from lakeward.identifiers import Arn, Cidr, OrganizationId

_SIGNED_STS = (
    "sts:AssumeRole",
    "sts:DecodeAuthorizationMessage",
    "sts:GetAccessKeyInfo",
    "sts:GetFederationToken",
    "sts:GetServiceBearerToken",
    "sts:GetSessionToken",
    "sts:SetContext",
)
"""Calls that a principal signs. Those with an identity provider's token carry no organization (A14-8)."""


@dataclass(frozen=True, kw_only=True)
class DataPerimeter:
    """What the statements name."""

    organization: OrganizationId
    public_networks: tuple[Cidr, ...]
    """Public addresses that are ours."""
    aws_buckets: tuple[Arn, ...]
    """Buckets of AWS's own that our principals read."""
    spared: tuple[str, ...]
    """Patterns of roles that come from everywhere: registration roles (C2), and the break-glass role."""
    registration_roles: str
    """The pattern of registration roles: whoever makes one like it escapes the network perimeter."""
    deployers: tuple[str, ...]
    """Patterns of the roles that make registration roles."""


def resource_control_policy(name: str, perimeter: DataPerimeter) -> Document:
    """Return the policy over our resources: the identity perimeter, and the network perimeter from their side."""
    return Document(
        DocumentKind.RESOURCE_CONTROL_POLICY,
        name,
        (
            deny_everyone(
                "DenyStrangersOurResources",
                ("kms:*", "s3:*", "secretsmanager:*", *_SIGNED_STS),
                EVERYTHING,
                PRINCIPAL_ORGANIZATION.not_equals(perimeter.organization),
                PRINCIPAL_IS_AWS_SERVICE.is_not_true(),
            ),
            deny_everyone(
                "DenyServicesThatActForStrangers",
                ("kms:*", "s3:*", "secretsmanager:*", "sts:*"),
                EVERYTHING,
                SOURCE_ORGANIZATION.not_equals(perimeter.organization),
                SOURCE_ACCOUNT.present(),
                PRINCIPAL_IS_AWS_SERVICE.is_true(),
            ),
            deny_everyone(
                "DenyDataToUnexpectedNetworks", actions.BUCKET_DATA, EVERYTHING, *_unexpected_network(perimeter)
            ),
        ),
    )


def service_control_policy(name: str, perimeter: DataPerimeter) -> Document:
    """
    Return the policy over our principals: the resource perimeter, and the network perimeter from their side.

    It holds S3 only: a Deny on Glue or Lake Formation outside our networks would stop Athena, whose calls come from
    AWS's (C1).
    """
    outside = RESOURCE_ORGANIZATION.not_equals(perimeter.organization)
    elsewhere = tuple(f"{bucket}/*" for bucket in perimeter.aws_buckets)
    return Document(
        DocumentKind.SERVICE_CONTROL_POLICY,
        name,
        (
            deny("DenyWritingToStrangersBuckets", ("s3:DeleteObject*", "s3:PutObject*"), EVERYTHING, outside),
            deny("DenyReadingStrangersBuckets", ("s3:GetObject*", "s3:ListBucket*"), (), outside, spared=elsewhere)
            if elsewhere
            else deny("DenyReadingStrangersBuckets", ("s3:GetObject*", "s3:ListBucket*"), EVERYTHING, outside),
            deny("DenyTakingStrangersRoles", actions.ROLE_TAKING, EVERYTHING, outside),
            deny("DenyDataFromUnexpectedNetworks", actions.BUCKET_DATA, EVERYTHING, *_unexpected_network(perimeter)),
            deny(
                "DenyMakingRegistrationRolesToAllButDeployers",
                (
                    "iam:AttachRolePolicy",
                    "iam:CreateRole",
                    "iam:PutRolePolicy",
                    "iam:UpdateAssumeRolePolicy",
                ),
                (perimeter.registration_roles,),
                PRINCIPAL_ARN.not_like(*perimeter.deployers),
            ),
        ),
    )


def _unexpected_network(perimeter: DataPerimeter) -> Sequence[Condition]:
    """Return the conditions of a request through no endpoint of ours and from no address of ours, and not spared."""
    addresses = (SOURCE_ADDRESS.outside(*perimeter.public_networks),) if perimeter.public_networks else ()
    return (ENDPOINT_ORGANIZATION.not_equals(perimeter.organization), *addresses, *spare(perimeter.spared))
