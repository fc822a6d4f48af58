"""The role of one tenant."""

from __future__ import annotations

from typing import Any

from components.role import Role
from lakeward.plan.declarations import TenantRoleArgs


class TenantRole(Role[TenantRoleArgs], area="identity"):
    """A tenant's role: in its final form from the first moment, so that nobody but the broker ever takes it (K11)."""

    def inputs(self, args: TenantRoleArgs) -> dict[str, Any]:
        return {"tenant": args.tenant}
