"""
Trust policies: who may take a role.

Each names one provider, one role or one service of this account; never an account, whose administrators would then
decide. None allows `sts:TagSession`: a session tag overrides the role's own (`semantics.md` A14-3), and two of them
make Lake Formation hand out unfiltered data (B15-3, B15-7).
"""

from __future__ import annotations

from collections.abc import Sequence

from lakeward.documents import actions
from lakeward.documents.conditions import (
    SAML_AUDIENCE,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    oidc_audience,
    oidc_subject,
)
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.statement import Federation, Roles, Service, Statement, allow
from lakeward.identifiers import AccountId, Arn, OidcProviderArn, RoleArn, SamlProviderArn

_SAML_AUDIENCES = {
    "aws": "https://signin.aws.amazon.com/saml",
    "aws-cn": "https://signin.amazonaws.cn/saml",
    "aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
}


def people_of_saml_provider(role: str, provider: SamlProviderArn) -> Document:
    """Return the trust of a role that people take by signing in at a SAML provider."""
    return _trust(
        role,
        allow(
            "AllowPeopleOfTheSamlProvider",
            ("sts:AssumeRoleWithSAML",),
            (),
            SAML_AUDIENCE.equals(_SAML_AUDIENCES[provider.aws_partition]),
            principal=Federation(provider),
        ),
    )


def workloads_of_oidc_provider(
    role: str, provider: OidcProviderArn, *, audience: str, subjects: Sequence[str]
) -> Document:
    """Return the trust of a role that workloads take with a token; audience and subject are compared exactly."""
    return _trust(
        role,
        allow(
            "AllowWorkloadsOfTheOidcProvider",
            ("sts:AssumeRoleWithWebIdentity",),
            (),
            oidc_audience(provider.issuer).equals(audience),
            oidc_subject(provider.issuer).equals(*subjects),
            principal=Federation(provider),
        ),
    )


def one_role(role: str, trusted: RoleArn) -> Document:
    """Return the trust of a role that one named role takes."""
    return _trust(role, allow("AllowOneRole", actions.ROLE_TAKING, (), principal=Roles((trusted,))))


def service_for_account(role: str, service: str, account: AccountId) -> Document:
    """Return the trust of a role that a service takes for jobs of its own account (no confused deputy)."""
    return _trust(
        role,
        allow(
            "AllowTheServiceForThisAccount",
            actions.ROLE_TAKING,
            (),
            SOURCE_ACCOUNT.equals(account),
            principal=Service(service),
        ),
    )


def function(role: str) -> Document:
    """
    Return the trust of a role that a Lambda function works as.

    Lambda sends no source that a trust policy could compare when it takes a function's role: which functions work as
    it is decided by who may pass it (`iam:PassRole`), so the role is the function's own and nobody else's.
    """
    return _trust(
        role,
        allow("AllowLambdaForItsFunction", actions.ROLE_TAKING, (), principal=Service("lambda.amazonaws.com")),
    )


def lake_formation(role: str, account: AccountId, lake: Arn) -> Document:
    """
    Return the trust of a registration role: Lake Formation alone, for one account and Region.

    Args:
        role: name of the registration role.
        account: the account of the lake.
        lake: `arn:…:lakeformation:<region>:<account>:*`, the only form of source ARN the service sends.

    """
    return _trust(
        role,
        allow(
            "AllowLakeFormationForThisLake",
            actions.LAKE_FORMATION_ROLE_TAKING,
            (),
            SOURCE_ACCOUNT.equals(account),
            SOURCE_ARN.like(lake),
            principal=Service("lakeformation.amazonaws.com"),
        ),
    )


def broker(role: str, trusted: RoleArn) -> Document:
    """
    Return the trust of a tenant's role: its broker alone, which says on whose behalf it asks.

    No session tags: the role's own `tenant_id` decides, and nothing can override it (`systems.md` K12).
    """
    return _trust(role, allow("AllowTheBroker", actions.TENANT_ROLE_TAKING, (), principal=Roles((trusted,))))


def _trust(role: str, statement: Statement) -> Document:
    return Document(DocumentKind.TRUST_POLICY, role, (statement,))
