"""From the plan to the engine: every declaration, in the plan's order, placed by its component."""

from __future__ import annotations

import pulumi

from components.component import Declared, component_of
from components.lake import Lake, lake_provider
from lakeward.plan.declarations import Plan


def declare(plan: Plan) -> Declared:
    """
    Declare everything a plan holds, below one `Lake` and through one provider.

    A declaration may only refer to earlier ones (`KeyError` otherwise), and no two share a name (`ValueError`).
    """
    lake = Lake(plan.lake, lake_provider(plan.lake))
    declared = Declared(plan.lake)
    for declaration in plan.declarations:
        if declaration.logical_name in declared:
            raise ValueError(f"two declarations are named `{declaration.logical_name}`")
        component = component_of(declaration)
        declared.add(component(declaration, declared, pulumi.ResourceOptions(parent=lake)))
    return declared
