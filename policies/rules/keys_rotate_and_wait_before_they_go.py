"""ENC004: a key renews its material, and its deletion can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule

SHORTEST_WINDOW = 14
"""Days. Less is over before a monthly job has failed or a holiday ended."""

_SYMMETRIC = (None, "SYMMETRIC_DEFAULT")


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:kms/key:Key":
        return
    if resource.properties.get("customerMasterKeySpec") in _SYMMETRIC and not resource.flag("enableKeyRotation"):
        yield "what is encrypted with it for years is all encrypted with one secret"
    window = resource.properties.get("deletionWindowInDays")
    if isinstance(window, int | float) and window < SHORTEST_WINDOW:
        yield f"{window:g} days after it is deleted by mistake everything under it is lost"


RULE = ResourceRule(
    id="ENC004",
    claim="keys-rotate-and-wait-before-they-go",
    why="a key is the one thing whose loss or leak nothing in the lake can repair",
    source="docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html; systems C7",
    fix="set `enableKeyRotation`, and a `deletionWindowInDays` of 14 or more, or none",
    check=_breaches,
)
