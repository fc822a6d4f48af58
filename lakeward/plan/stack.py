"""The whole plan of a stack."""

from __future__ import annotations

from collections.abc import Mapping

from lakeward.config import StackConfig
from lakeward.plan.access import intended_access
from lakeward.plan.attribute_grants import attribute_grants
from lakeward.plan.audit import audit_trail
from lakeward.plan.aurora import database_cluster, database_key, login_policy, tenant_logins
from lakeward.plan.broker import tenant_broker
from lakeward.plan.buckets import lake_buckets
from lakeward.plan.catalog import (
    catalog_databases,
    catalog_tables,
    data_cells_filters,
    iam_allowed_principals_revocations,
)
from lakeward.plan.ceilings import check_ceilings, usages
from lakeward.plan.declarations import LakeArgs, Plan
from lakeward.plan.dependencies import in_order
from lakeward.plan.endpoints import (
    endpoint_groups,
    flow_logs,
    gateway_endpoints,
    hub_associations,
    interface_endpoints,
    private_zones,
)
from lakeward.plan.grants import grants
from lakeward.plan.guardrails import guardrails
from lakeward.plan.keys import data_keys
from lakeward.plan.lf_tags import lf_tag_assignments, lf_tags
from lakeward.plan.links import resource_links
from lakeward.plan.locations import data_lake_locations, data_lake_settings, registration_roles
from lakeward.plan.queries import query_workgroups
from lakeward.plan.roles import external_personas, permissions_boundary, persona_roles
from lakeward.plan.row_security import row_security_policies
from lakeward.plan.shared_buckets import shared_buckets
from lakeward.plan.sharing import granted_on, share_grants
from lakeward.plan.tagging import stack_tags
from lakeward.plan.tenants import tenant_grants, tenant_roles, tenant_workgroups, tenants_boundary

_NOUNS = (
    permissions_boundary,
    tenants_boundary,
    persona_roles,
    external_personas,
    tenant_roles,
    tenant_broker,
    registration_roles,
    data_keys,
    lake_buckets,
    shared_buckets,
    data_lake_settings,
    data_lake_locations,
    catalog_databases,
    catalog_tables,
    iam_allowed_principals_revocations,
    lf_tags,
    lf_tag_assignments,
    data_cells_filters,
    resource_links,
    grants,
    share_grants,
    granted_on,
    attribute_grants,
    tenant_grants,
    row_security_policies,
    query_workgroups,
    tenant_workgroups,
    audit_trail,
    database_key,
    database_cluster,
    login_policy,
    tenant_logins,
    gateway_endpoints,
    endpoint_groups,
    interface_endpoints,
    private_zones,
    hub_associations,
    flow_logs,
    guardrails,
)
"""What a stack consists of, one function from configuration to declarations per noun."""


def plan_stack(config: StackConfig) -> Plan:
    """
    Return everything a stack declares, and the access it intends. Pure: no clock, no AWS, no engine.

    Raises:
        ConfigurationError: a document would be longer than AWS takes, or there would be more of a kind.

    """
    declarations = in_order(declaration for declare in _NOUNS for declaration in declare(config))
    check_ceilings(usages(declarations, config.quotas))
    return Plan(
        lake=LakeArgs(
            stack=config.stack,
            account=config.account,
            region=config.region,
            deployer=config.deployer,
            assume_roles=tuple(config.assume_roles),
            organization=_organization(config),
            tags=stack_tags(config),
        ),
        declarations=declarations,
        intended_access=intended_access(config),
    )


def _organization(config: StackConfig) -> Mapping[str, object] | None:
    if config.organization is None:
        return None
    return {
        "id": str(config.organization.id),
        "managementAccount": str(config.organization.management_account),
        "accounts": {str(account.id): {"path": str(account.path)} for account in config.organization.accounts},
    }
