"""
What the tenant broker may do: take tenants' roles, and write its log. It reads no data.

The boundary lets no more through, so that a policy that somebody attaches to the role adds nothing to it.
"""

from __future__ import annotations

from lakeward.documents import actions
from lakeward.documents.conditions import CONTEXT_FUNCTION_ARN
from lakeward.documents.document import Document, DocumentKind
from lakeward.documents.statement import EVERYTHING, Statement, allow, deny
from lakeward.identifiers import Arn


def session_brokering(role: str, tenant_roles: Arn, logs: Arn) -> Document:
    """
    Return the one policy of the broker's role.

    Args:
        role: name of the role.
        tenant_roles: every role on the tenant path, those of tenants to come included: no tenant is named, so that
            a new one changes nothing here.
        logs: the streams of the function's own log group.

    """
    return Document(DocumentKind.INLINE_POLICY, role, _duties(tenant_roles, logs))


def broker_boundary(name: str, tenant_roles: Arn, logs: Arn, *, function: Arn, keys: Arn) -> Document:
    """
    Return the boundary of the broker's role.

    Lambda decrypts a function's environment as the function's role, which AWS's own key grants it: the boundary lets
    that one context through, and no other key or ciphertext.

    The Denies hold even where a role's trust policy or a resource's policy names the broker (`semantics.md` A13-3).

    Args:
        name: name of the boundary.
        tenant_roles: every role on the tenant path.
        logs: the streams of the function's own log group.
        function: the broker's function.
        keys: every key of the account and Region.

    """
    return Document(
        DocumentKind.MANAGED_POLICY,
        name,
        (
            *_duties(tenant_roles, logs),
            allow("AllowAtMostItsOwnEnvironment", ("kms:Decrypt",), (keys,), CONTEXT_FUNCTION_ARN.equals(function)),
            deny("DenyEveryOtherUseOfKeys", ("kms:*",), EVERYTHING, CONTEXT_FUNCTION_ARN.not_equals(function)),
            deny("DenyPassingSessionTags", ("sts:TagSession",), EVERYTHING),
            deny("DenyReadingData", actions.EVERY_WAY_TO_DATA, EVERYTHING),
        ),
    )


def _duties(tenant_roles: Arn, logs: Arn) -> tuple[Statement, ...]:
    return (
        allow("AllowTakingTenantRoles", actions.TENANT_ROLE_TAKING, (tenant_roles,)),
        allow("AllowWritingItsOwnLog", actions.FUNCTION_LOGGING, (logs,)),
    )
