"""Reports: what the access model answers, shaped for people and programs."""

from lakeward.reports.comparison import Comparison, Difference, compare
from lakeward.reports.doors import DoorRow, doors, render_doors
from lakeward.reports.drift import Drift, drift
from lakeward.reports.endpoint_costs import render_costs
from lakeward.reports.explanation import Explanation, explain_read, explain_request
from lakeward.reports.findings import Finding, Findings, findings_of, program_lines, read_findings, render_findings
from lakeward.reports.matrix import render_matrix

__all__ = [
    "Comparison",
    "Difference",
    "DoorRow",
    "Drift",
    "Explanation",
    "Finding",
    "Findings",
    "compare",
    "doors",
    "drift",
    "explain_read",
    "explain_request",
    "findings_of",
    "program_lines",
    "read_findings",
    "render_costs",
    "render_doors",
    "render_findings",
    "render_matrix",
]
