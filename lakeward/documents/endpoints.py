"""
Endpoint policies: whose requests pass through a VPC endpoint, and to what.

A ceiling that grants nothing (`semantics.md` A17-1). Both directions are bound: strangers' credentials can't be used
inside the network, and nothing can be carried out to a stranger's account. Registration roles pass like every principal
of the organization, so that jobs inside the VPC use the credentials that Lake Formation vends. Every principal is `*`
with conditions, the only form that a gateway endpoint takes (A17-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakeward.documents.conditions import (
    PRINCIPAL_ACCOUNT,
    PRINCIPAL_ORGANIZATION,
    RESOURCE_ACCOUNT,
    RESOURCE_ORGANIZATION,
    Condition,
)
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.statement import EVERYTHING, Callers, Statement, allow
from lakeward.identifiers import AccountId, Arn, OrganizationId

_FEDERATION = ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")


@dataclass(frozen=True, kw_only=True)
class Own:
    """Who and what is ours: the organization, or the account alone where there is none."""

    account: AccountId
    organization: OrganizationId | None

    def principals(self) -> Condition:
        """Match requests of our principals."""
        if self.organization is None:
            return PRINCIPAL_ACCOUNT.equals(self.account)
        return PRINCIPAL_ORGANIZATION.equals(self.organization)

    def resources(self) -> Condition:
        """Match requests to our resources."""
        if self.organization is None:
            return RESOURCE_ACCOUNT.equals(self.account)
        return RESOURCE_ORGANIZATION.equals(self.organization)


def s3_policy(subject: str, own: Own, aws_buckets: Sequence[Arn]) -> Document:
    """
    Return the policy of an endpoint of S3, of either type.

    Args:
        subject: what the endpoint is called in error messages.
        own: who and what is ours.
        aws_buckets: buckets of AWS's own from which services that run inside the VPC fetch what they are made of. They
            do so unsigned or with AWS's signature, so no condition on the principal fits: the bucket is the bound, and
            reading is all that passes.

    """
    return _policy(
        subject,
        _own_to_own("s3", own),
        *(
            (
                allow(
                    "AllowReadingBucketsOfAwsServices",
                    ("s3:GetObject",),
                    [f"{bucket}/*" for bucket in aws_buckets],
                    principal=Callers(),
                ),
            )
            if aws_buckets
            else ()
        ),
    )


def sts_policy(subject: str, own: Own) -> Document:
    """
    Return the policy of the endpoint of STS.

    Calls with an identity provider's token are signed by nobody, so they carry no organization of a principal
    (A14-8): a statement of their own binds them by whose role they take.
    """
    return _policy(
        subject,
        _own_to_own("sts", own),
        allow("AllowFederationIntoOurRoles", _FEDERATION, EVERYTHING, own.resources(), principal=Callers()),
    )


def service_policy(subject: str, service: str, own: Own) -> Document:
    """Return the policy of the endpoint of a service that everyone signs requests to; `service` as actions spell it."""
    return _policy(subject, _own_to_own(service, own))


def _own_to_own(service: str, own: Own) -> Statement:
    return allow(
        "AllowOurPrincipalsToOurResources",
        (f"{service}:*",),
        EVERYTHING,
        own.principals(),
        own.resources(),
        principal=Callers(),
    )


def _policy(subject: str, *statements: Statement) -> Document:
    return Document(DocumentKind.ENDPOINT_POLICY, subject, statements)
