"""The PostgreSQL database that tenants share: its key, the cluster, and who logs in."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import identities, keys
from lakeward.documents.statement import TENANT
from lakeward.model import Aurora
from lakeward.plan.declarations import (
    CLUSTER_RESOURCE_ID,
    DatabaseClusterArgs,
    DataKeyArgs,
    LoginPolicyArgs,
    TenantLoginArgs,
)
from lakeward.plan.keys import administrators
from lakeward.plan.tagging import tagged


def database_key(config: StackConfig) -> Iterator[DataKeyArgs]:
    """Declare the key of the database's storage, which Aurora uses by the deployer's leave and nobody else does."""
    if _aurora(config) is None:
        return
    alias = config.names.key_alias(names.DATABASE)
    use = keys.database_use(config.deployer, config.names.service_host("rds"))
    yield DataKeyArgs(
        logical_name=names.data_key(names.DATABASE),
        tags=tagged(config, kind="database"),
        alias=alias,
        description=f"Encrypts the tenants' database of the lake {config.stack}",
        policy=keys.key_policy(alias, administrators(config), use).render(),
        protected=config.protect_data,
    )


def database_cluster(config: StackConfig) -> Iterator[DatabaseClusterArgs]:
    """Declare the cluster."""
    if (aurora := _aurora(config)) is not None:
        yield DatabaseClusterArgs(
            logical_name=names.DATABASE_CLUSTER,
            tags=tagged(config),
            name=config.names.database_cluster(),
            vpc=aurora.vpc,
            subnets=tuple(sorted(aurora.subnets)),
            clients=tuple(sorted(aurora.clients)),
            key=names.data_key(names.DATABASE),
            database=aurora.database,
            engine_version=aurora.engine_version,
            instance_class=aurora.instance_class,
            backup_retention_days=aurora.backup_retention_days,
            protected=config.protect_data,
        )


def login_policy(config: StackConfig) -> Iterator[LoginPolicyArgs]:
    """Declare the one policy by which each tenant logs in as itself; it names no tenant."""
    if _aurora(config) is None:
        return
    name = config.names.login_policy()
    login = config.names.login_arn(CLUSTER_RESOURCE_ID, names.database_user(TENANT))
    yield LoginPolicyArgs(
        logical_name=names.LOGIN_POLICY,
        tags=tagged(config),
        name=name,
        arn=config.names.login_policy_arn(),
        cluster=names.DATABASE_CLUSTER,
        policy=identities.database_login(name, login).render(),
    )


def tenant_logins(config: StackConfig) -> Iterator[TenantLoginArgs]:
    """Declare for each tenant that its role has that policy."""
    if _aurora(config) is None or config.tenancy is None:
        return
    for tenant in config.tenancy.tenants:
        yield TenantLoginArgs(
            logical_name=names.tenant_login(tenant.id),
            role_arn=config.names.tenant_role_arn(tenant.id),
            policy_arn=config.names.login_policy_arn(),
        )


def _aurora(config: StackConfig) -> Aurora | None:
    return config.tenancy.aurora if config.tenancy else None
