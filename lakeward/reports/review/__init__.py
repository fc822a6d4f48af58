"""
Reviews: a change of access for people and programs.

A format is one module, `render_<format>.py`, with a function `render(review)`; it is found by its name. One that shows
`Review.picture` says so by `PICTURED = True`.
"""

from __future__ import annotations

import importlib
import pkgutil

from lakeward.reports.review.picture import Picture, picture
from lakeward.reports.review.report import Line, Review, Standing, review

__all__ = ["FORMATS", "Line", "Picture", "Review", "Standing", "is_pictured", "picture", "render_review", "review"]

_PREFIX = "render_"

FORMATS = tuple(
    sorted(
        module.name.removeprefix(_PREFIX)
        for module in pkgutil.iter_modules(__path__)
        if module.name.startswith(_PREFIX)
    )
)
"""The formats there are."""


def is_pictured(form: str) -> bool:
    """Say whether a format shows all access after the change, which takes its time to find."""
    return bool(getattr(importlib.import_module(f"{__name__}.{_PREFIX}{form}"), "PICTURED", False))


def render_review(found: Review, form: str) -> str:
    """Return a review in one of `FORMATS`; ends with a line break, and is the same for the same review."""
    rendered: str = importlib.import_module(f"{__name__}.{_PREFIX}{form}").render(found)
    return rendered
