"""
Gap: moto says of every trail that it has no event selectors of its own.

Readers ask for the selectors only of a trail that says it has some.
"""

from __future__ import annotations

from typing import Any

from moto.cloudtrail.models import Trail

from local.aws.hooks import Arguments, Call, around


def extend() -> None:
    """Say so where selectors were put."""
    around(Trail, "description", _description)


def _description(trail: Trail, _: Arguments, call: Call) -> dict[str, Any]:
    description: dict[str, Any] = call()
    own = bool(trail.event_selectors or trail.advanced_event_selectors)
    return {**description, "HasCustomEventSelectors": own}
