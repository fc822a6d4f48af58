"""What tenants cost, in a few lines for whoever adds one."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.plan.costs import TenantCosts


def render_tenant_costs(costs: TenantCosts) -> str:
    """Return the lines: what there is, what one more tenant adds, and how near each ceiling is."""
    return "\n".join(_lines(costs))


def _lines(costs: TenantCosts) -> Iterator[str]:
    product = costs.tenants * costs.pool_tables
    by_tag = 2 * costs.tenants if costs.own_tables else 0
    yield f"tenants: {costs.tenants}"
    shared = f"{costs.tenants} x {costs.pool_tables} = {product}"
    yield f"shared tables: {costs.pool_tables}; filters, and as many grants: {shared}"
    yield f"tables of each tenant's own: {costs.own_tables}; grants, whatever their number: {by_tag}"
    one = costs.one_more
    yield f"one more tenant: components: {one.components}, of them filters: {one.filters}, grants: {one.grants}"
    for usage in costs.usages:
        whose = f" ({usage.subject})" if usage.subject else ""
        raised = f", as `quotas.{usage.ceiling.quota}` says" if usage.ceiling.quota else ""
        yield f"{usage.ceiling.noun}: {usage.most} of {usage.limit}{whose}{raised}"
