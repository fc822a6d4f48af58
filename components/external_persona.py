"""A persona whose role exists already."""

from __future__ import annotations

from typing import Any

from components.component import Declared, LakeComponent
from lakeward.plan.declarations import ExternalPersonaArgs


class ExternalPersona(LakeComponent[ExternalPersonaArgs], area="identity"):
    """Declares nothing in AWS; its inputs tell every reader of the stack what the role is stated to have at most."""

    def inputs(self, args: ExternalPersonaArgs) -> dict[str, Any]:
        return {"persona": args.persona, "arn": args.arn, "ceiling": list(args.ceiling)}

    def place(self, args: ExternalPersonaArgs, declared: Declared) -> None:  # noqa: ARG002
        self.arn = args.arn
        self.register_outputs({})
