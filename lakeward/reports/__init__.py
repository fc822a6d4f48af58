"""Reports: what the access model answers, shaped for people and programs."""

from lakeward.reports.comparison import Comparison, Difference, compare
from lakeward.reports.doors import DoorRow, doors, render_doors
from lakeward.reports.drift import Drift, drift
from lakeward.reports.explanation import Explanation, explain_read, explain_request
from lakeward.reports.matrix import render_matrix

__all__ = [
    "Comparison",
    "Difference",
    "DoorRow",
    "Drift",
    "Explanation",
    "compare",
    "doors",
    "drift",
    "explain_read",
    "explain_request",
    "render_doors",
    "render_matrix",
]
