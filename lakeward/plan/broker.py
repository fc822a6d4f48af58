"""The tenant broker: the only one that takes tenants' roles, and the role, boundary and function it consists of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import trust
from lakeward.documents.broker import broker_boundary, session_brokering
from lakeward.model import TenantBroker
from lakeward.plan.declarations import BrokerRoleArgs, InlinePolicy, PermissionsBoundaryArgs, TenantBrokerArgs
from lakeward.plan.tagging import tagged

ARCHIVE = "build/runtime/broker.zip"
HANDLER = "runtime.broker.handler.handle"
LOG_RETENTION_DAYS = 365
"""Who got which tenant's session is asked for a year later, too."""

_KIND = "broker"


def tenant_broker(config: StackConfig) -> Iterator[PermissionsBoundaryArgs | BrokerRoleArgs | TenantBrokerArgs]:
    """Declare the broker, where there are tenants. Nothing of it names one: a new tenant changes nothing here."""
    if config.tenancy is None:
        return
    role, boundary = config.names.broker_role(), config.names.broker_boundary()
    reach = (config.names.tenant_roles_arn(), config.names.broker_logs_arn())
    yield PermissionsBoundaryArgs(
        logical_name=names.BROKER_BOUNDARY,
        tags=tagged(config, kind=_KIND),
        name=boundary,
        arn=config.names.broker_boundary_arn(),
        description="The most that the tenant broker of this lake can be allowed",
        policy=broker_boundary(
            boundary, *reach, function=config.names.broker_arn(), keys=config.names.keys_arn()
        ).render(),
    )
    yield BrokerRoleArgs(
        logical_name=names.BROKER_ROLE,
        tags=tagged(config, kind=_KIND),
        name=role,
        path="/",
        arn=config.names.broker_role_arn(),
        description=f"The tenant broker of the lake {config.stack} works as this role",
        trust=trust.function(role).render(),
        policies=(InlinePolicy(name="hand-out-sessions", document=session_brokering(role, *reach).render()),),
        boundary_arn=config.names.broker_boundary_arn(),
    )
    yield TenantBrokerArgs(
        logical_name=names.TENANT_BROKER,
        tags=tagged(config, kind=_KIND),
        name=config.names.broker(),
        role_arn=config.names.broker_role_arn(),
        archive=ARCHIVE,
        handler=HANDLER,
        environment=_environment(config, config.tenancy.broker),
        log_group=config.names.broker_logs(),
        log_retention_days=LOG_RETENTION_DAYS,
        caller=config.tenancy.broker.caller,
    )


def _environment(config: StackConfig, broker: TenantBroker) -> Mapping[str, str]:
    """Return what the function is told, by the names that `runtime/broker` reads."""
    return {
        "LAKEWARD_ALGORITHMS": ",".join(sorted(broker.algorithms)),
        "LAKEWARD_AUDIENCE": broker.audience,
        "LAKEWARD_CLAIM": broker.claim,
        "LAKEWARD_ISSUER": broker.issuer,
        "LAKEWARD_KEY_SET": broker.key_set,
        "LAKEWARD_TENANT_ROLES": config.names.tenant_roles_stem(),
    }
