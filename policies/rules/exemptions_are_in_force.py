"""GEN003: an exemption names one rule, one declared resource, and a day that isn't past or far off."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import the_stack
from policies.resources import Resource, Resources
from policies.rule import StackRule

NEVER_EXEMPT = frozenset({"GEN001", "GEN002", "GEN003", "GEN004"})
"""Rules on unknowns, secrets, exemptions and on whether access can be judged; each says so itself, too."""


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    stack = resources.stack
    where = the_stack(resources)
    for problem in stack.problems:
        yield where, f"its exemptions can't be read: {problem.path}: {problem.problem}"
    declared = {f"{resource.type}::{resource.name}" for resource in resources}
    for exemption in stack.exemptions:
        named = f"the exemption of `{exemption.resource}` from {exemption.rule} by {exemption.owner}"
        if exemption.rule in NEVER_EXEMPT:
            yield where, f"{named} isn't possible: nobody is exempt from that rule"
        elif exemption.resource not in declared:
            yield where, f"{named} is for a resource that isn't declared"
        elif fault := stack.fault_of(exemption):
            yield where, f"{named} isn't in force: {fault}"


RULE = StackRule(
    id="GEN003",
    claim="exemptions-are-in-force",
    why="an exemption that nobody looks at again is a rule that is off",
    source="the project's own: an exemption has an owner, a reason and at most 90 days",
    fix="repair what it exempts and remove it, or renew it with a day at most 90 days ahead",
    exemptible=False,
    check=_breaches,
)
