"""Reports: what the access model answers, shaped for people and programs."""

from lakeward.reports.comparison import Comparison, Difference, compare
from lakeward.reports.explanation import Explanation, explain_read, explain_request
from lakeward.reports.matrix import render_matrix

__all__ = [
    "Comparison",
    "Difference",
    "Explanation",
    "compare",
    "explain_read",
    "explain_request",
    "render_matrix",
]
