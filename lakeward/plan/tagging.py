"""The tags of AWS resources by which reports, checks and reviewers find things (`contracts.md` section 6)."""

from __future__ import annotations

from collections.abc import Mapping

from lakeward.config import StackConfig
from lakeward.identifiers import STACK_TAG


def stack_tags(config: StackConfig) -> Mapping[str, str]:
    """Return the tags that everything carries."""
    return {
        STACK_TAG: config.stack,
        "lakeward:owner": config.owner,
        "lakeward:cost-center": config.cost_center,
    }


def tagged(
    config: StackConfig,
    *,
    zone: str | None = None,
    kind: str | None = None,
    persona: str | None = None,
    tenant: str | None = None,
) -> Mapping[str, str]:
    """Return the tags of one resource: those of the stack, and what it is."""
    own = {"lakeward:zone": zone, "lakeward:kind": kind, "lakeward:persona": persona, "tenant_id": tenant}
    return {**stack_tags(config), **{key: str(value) for key, value in own.items() if value is not None}}
