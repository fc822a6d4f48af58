"""GEN004: what the stack comes to can be asked of the access model."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import LAKE, access_of, the_stack
from policies.resources import Resource, Resources
from policies.rule import StackRule


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for problem in access_of(resources).problems:
        yield the_stack(resources), f"nobody can say who reads what in it: {problem.problem}"
    for lake in resources.of(LAKE):
        for name in ("account", "region", "deployer"):
            configured = resources.stack.config.get(f"lakeward:{name}")
            if configured is not None and str(lake.properties.get(name)).zfill(12) != configured.zfill(12):
                yield lake, f"its `{name}` isn't the one that the stack's configuration names, `{configured}`"


RULE = StackRule(
    id="GEN004",
    claim="access-can-be-judged",
    why="the rules about who can do what would be silent about a stack that the access model can't read",
    source="contracts 2; semantics G-1",
    fix="declare everything below the one component `lake:stack:Lake` with the stack's account, Region and deployer",
    exemptible=False,
    check=_breaches,
)
