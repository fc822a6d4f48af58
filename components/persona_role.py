"""The role of a persona that this stack creates."""

from __future__ import annotations

from typing import Any

from components.role import Role
from lakeward.plan.declarations import PersonaRoleArgs


class PersonaRole(Role[PersonaRoleArgs], area="identity"):
    """The role of a `managed` or `pipeline` persona."""

    def inputs(self, args: PersonaRoleArgs) -> dict[str, Any]:
        return {"persona": args.persona}
