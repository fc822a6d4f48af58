"""What tenants cost: how many components and grants they come to, and what one more adds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lakeward.config import StackConfig
from lakeward.identifiers import TenantId
from lakeward.model import Tenant
from lakeward.plan.ceilings import Usage, usages
from lakeward.plan.declarations import DataCellsFilterArgs, Declaration, GrantArgs, Plan
from lakeward.plan.places import pool_tables, templates, tenants
from lakeward.plan.stack import plan_stack

_STRANGERS = (TenantId("one"), TenantId("another"))
"""Ids to count with; short ones, so that every name made of them fits."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """A number of components, with how many of them are filters and grants."""

    components: int
    filters: int
    grants: int


@dataclass(frozen=True, kw_only=True)
class TenantCosts:
    """What the tenants of a stack come to."""

    tenants: int
    pool_tables: int
    """Tables that they share: each costs one filter and one grant a tenant."""
    own_tables: int
    """Tables that each has of its own: however many, two grants a tenant."""
    one_more: Cost
    """What another tenant adds; it doesn't depend on how many there are."""
    usages: tuple[Usage, ...]


def tenant_costs(config: StackConfig, plan: Plan) -> TenantCosts | None:
    """Return what the tenants of a planned stack cost; `None` where there are none."""
    if config.tenancy is None:
        return None
    fewer, more = (_cost(_with_tenants(config, _STRANGERS[:number]).declarations) for number in (1, 2))
    return TenantCosts(
        tenants=len(tenants(config)),
        pool_tables=sum(1 for _ in pool_tables(config)),
        own_tables=sum(len(database.tables) for database in templates(config)),
        one_more=Cost(
            components=more.components - fewer.components,
            filters=more.filters - fewer.filters,
            grants=more.grants - fewer.grants,
        ),
        usages=usages(plan.declarations, config.quotas),
    )


def _with_tenants(config: StackConfig, ids: Iterable[TenantId]) -> Plan:
    if config.tenancy is None:
        raise TypeError("a stack without tenancy has no tenants to count")
    tenancy = config.tenancy.model_copy(update={"tenants": tuple(Tenant(id=tenant) for tenant in ids)})
    return plan_stack(config.model_copy(update={"tenancy": tenancy}))


def _cost(declarations: Iterable[Declaration]) -> Cost:
    listed = list(declarations)
    return Cost(
        components=len(listed),
        filters=sum(isinstance(declaration, DataCellsFilterArgs) for declaration in listed),
        grants=sum(isinstance(declaration, GrantArgs) for declaration in listed),
    )
