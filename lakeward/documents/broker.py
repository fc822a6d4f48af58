"""
What the tenant broker may do: take tenants' roles, and write its log. It reads no data.

The boundary says the same as the duties, so that a policy that somebody attaches to the role adds nothing to it.
"""

from __future__ import annotations

from lakeward.documents import actions
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


def broker_boundary(name: str, tenant_roles: Arn, logs: Arn) -> Document:
    """
    Return the boundary of the broker's role.

    The Denies hold even where a role's trust policy or a resource's policy names the broker (`semantics.md` A13-3).
    """
    return Document(
        DocumentKind.MANAGED_POLICY,
        name,
        (
            *_duties(tenant_roles, logs),
            deny("DenyPassingSessionTags", ("sts:TagSession",), EVERYTHING),
            deny("DenyReadingData", actions.EVERY_WAY_TO_DATA, EVERYTHING),
        ),
    )


def _duties(tenant_roles: Arn, logs: Arn) -> tuple[Statement, ...]:
    return (
        allow("AllowTakingTenantRoles", actions.TENANT_ROLE_TAKING, (tenant_roles,)),
        allow("AllowWritingItsOwnLog", actions.FUNCTION_LOGGING, (logs,)),
    )
