"""The role Lake Formation reads a location as."""

from __future__ import annotations

from components.role import Role
from lakeward.plan.declarations import RegistrationRoleArgs


class RegistrationRole(Role[RegistrationRoleArgs], area="identity"):
    """A registration role: one location and its key, nothing else."""
