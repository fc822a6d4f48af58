"""
Row-level security policies: one of each tenant, attached by LF-Tag to all pool tables, in addition to its filters.

The expression is static and names one tenant: what dynamic attributes are and where they come from isn't documented
(`semantics.md` B22-8). Several policies add up (B22-3), so each is attached for one tenant's role and never for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import TENANT_COLUMN
from lakeward.plan.declarations import GrantedTagExpression, RowSecurityPolicyArgs
from lakeward.plan.lf_tags import POOLED, YES
from lakeward.plan.places import has_row_security, tenant_rows, tenants


def row_security_policies(config: StackConfig) -> Iterator[RowSecurityPolicyArgs]:
    """Declare the policies, where they are wanted and there are pool tables."""
    if not has_row_security(config):
        return
    for tenant in tenants(config):
        yield RowSecurityPolicyArgs(
            logical_name=names.row_security_policy(tenant),
            name=config.names.row_security_policy(tenant),
            columns=((TENANT_COLUMN, "string"),),
            row_expression=tenant_rows(tenant),
            principal=config.names.tenant_role_arn(tenant),
            tables=GrantedTagExpression(resource_type="TABLE", expression=((POOLED, (YES,)),)),
        )
