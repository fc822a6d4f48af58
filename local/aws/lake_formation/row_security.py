"""
Row-level security policies: none.

Nothing here makes one (making one answers 501), so a listing is whole when it is empty. A reader that asks must learn
that there are none, not that it couldn't be found out.
"""

from __future__ import annotations

from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json


def list_rls_policies(request: Request) -> Json:
    """List row-level security policies."""
    return request.page("RLSPolicies", [])


def list_rls_policy_attachments(request: Request) -> Json:
    """List what row-level security policies are attached to."""
    return request.page("RLSPolicyAttachments", [])


OPERATIONS: dict[str, Operation] = {
    "ListRLSPolicies": list_rls_policies,
    "ListRLSPolicyAttachments": list_rls_policy_attachments,
}
