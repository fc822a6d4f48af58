"""The review for programs."""

from __future__ import annotations

import msgspec

from lakeward.reports.review.report import Review


def render(review: Review) -> str:
    """Return the review as JSON, sorted."""
    return msgspec.json.format(msgspec.json.encode(review.to_json(), order="sorted"), indent=2).decode() + "\n"
