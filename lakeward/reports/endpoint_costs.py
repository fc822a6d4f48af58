"""The estimate of what endpoints cost, as text."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lakeward.plan.endpoint_costs import CostEstimate


def render_costs(estimate: CostEstimate) -> str:
    """Return the estimate as lines of text: that it is one, its sum, and what each endpoint and path has in it."""
    return "\n".join(_rendered(estimate))


def _rendered(estimate: CostEstimate) -> Iterator[str]:
    if estimate.currency is None:
        yield "Endpoints, without an estimate: `network.prices` isn't configured"
    else:
        total = sum((line.monthly or Decimal(0) for line in estimate.lines), Decimal(0))
        sum_up = f"{total:.2f} {estimate.currency} a month"
        yield f"Endpoints, an estimate from the prices in `network.prices`: {sum_up}"
    for line in estimate.lines:
        amount = "" if line.monthly is None else f"{line.monthly:>9.2f}  "
        note = "; the hub has one, so this is a duplicate" if line.duplicate else ""
        yield f"  {amount}{line.subject} ({line.basis}{note})"
