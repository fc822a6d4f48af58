"""
Who can do what in a stack: for rules that ask.

The model that answers is slow to import, and the engine starts a stack's program only once it knows the rules: so
nothing that is imported here imports the model. `prepare` does, in the time the program takes to start.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from policies.resources import Resource, Resources

if TYPE_CHECKING:
    from lakeward.access import AccessRow
    from policies.effective import Access

LAKE = "lake:stack:Lake"
"""The component that says which account and Region the stack is."""

SLOW = ("lakeward.access.lake_formation.row_expressions", "lakeward.exemptions", "lakeward.plan", "policies.effective")

_OPEN_BY_UNKNOWN = "G-1"
"""The rule of the access model that leaves a row open where a value isn't known."""


def prepare() -> None:
    """Import what rules import when they first need it."""
    for module in SLOW:
        import_module(module)


@lru_cache(maxsize=1)
def access_of(resources: Resources) -> Access:
    """Return the access of a stack's resources; all rules that ask share one answer."""
    from policies.effective import Access  # noqa: PLC0415  # slow, see above

    return Access(resources)


def hangs_on_the_unknown(row: AccessRow) -> bool:
    """
    Say whether a row is open only because something isn't known: whoever is declared elsewhere may do anything.

    What this stack leaves unknown is GEN001's to refuse; what others declare is not this stack's breach.
    """
    return row.rule == _OPEN_BY_UNKNOWN


def certainty(row: AccessRow) -> str:
    """Say how sure a row is: `can`, or `may be able to` where AWS's documents or the estate leave it open."""
    return f"may be able to ({row.rule})" if row.rule else "can"


def the_stack(resources: Resources) -> Resource:
    """Return the resource that stands for the stack as a whole."""
    found = (*resources.of(LAKE), *resources.of("pulumi:pulumi:Stack"))
    return found[0] if found else Resource(urn="", type="", name="the stack", properties={})
