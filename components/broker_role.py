"""The role the tenant broker works as."""

from __future__ import annotations

from components.role import Role
from lakeward.plan.declarations import BrokerRoleArgs


class BrokerRole(Role[BrokerRoleArgs], area="tenants"):
    """The broker's role: tenants' roles and its own log, nothing else."""
