"""
The access model: what AWS would answer, for one request or for everything at once, and why.

Rule ids in docstrings (`A9`, `B3-1`, …) are those of the specification of effective access, `semantics.md`.
"""

from lakeward.access.access_row import AccessRow, Path
from lakeward.access.cases import answer
from lakeward.access.decision import Decision, Layer, Reason, Verdict
from lakeward.access.engines import Engine
from lakeward.access.matrix import Matrix, matrix
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.reader import Reader
from lakeward.access.reading import Reading
from lakeward.access.requests import judge
from lakeward.access.verbs import Act, decide_act

__all__ = [
    "AccessRow",
    "Act",
    "Caller",
    "Decision",
    "Engine",
    "Layer",
    "Matrix",
    "Path",
    "PreparedEstate",
    "Reader",
    "Reading",
    "Reason",
    "Verdict",
    "answer",
    "decide_act",
    "judge",
    "matrix",
]
