"""The review of a change: from two finished estates to the report, for a stack and for a large lake."""

from __future__ import annotations

import copy
import gc
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.figure import Figure
from benchmarks.lake import ACCOUNT, REGION, lake, role_arn
from lakeward.access.difference import difference
from lakeward.reports.review import FORMATS, render_review, review


def measure() -> Iterator[Figure]:
    """Yield the figures of a stack of some 400 resources and of a lake of 200 roles and 2,000 tables."""
    for roles, tables, columns, most in ((40, 200, 20, 2.0), (200, 2_000, 50, 10.0)):
        before = lake(roles, tables, columns)
        after = _changed(before)
        gc.disable()  # as the command does
        begin, busy = time.perf_counter(), time.process_time()
        found = review(difference(before, after), "before", "after", after)
        for form in FORMATS:
            render_review(found, form)
        seconds, busy = time.perf_counter() - begin, time.process_time() - busy
        gc.enable()
        rows = len(found.difference.gained) + len(found.difference.changed)
        what = f"review of a change to {roles} roles x {tables:,} tables, in every format"
        yield Figure(what, "s", seconds, at_most=most, note=f"{busy:.1f} processor seconds, {rows:,} rows gained")


def _changed(before: dict[str, Any]) -> dict[str, Any]:
    """Return a lake after an ordinary change: a grant by tags, a database tagged anew, a column more."""
    after = copy.deepcopy(before)
    region = after["accounts"][ACCOUNT]["regions"][REGION]
    expression = [
        {"TagKey": "domain", "TagValues": ["hr", "sales"]},
        {"TagKey": "sensitivity", "TagValues": ["public", "internal"]},
    ]
    region["lakeformation"]["Permissions"].append(
        {
            "Principal": {"DataLakePrincipalIdentifier": role_arn(1)},
            "Resource": {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": expression}},
            "Permissions": ["SELECT"],
        }
    )
    region["lakeformation"]["ResourceLFTags"][4]["LFTags"][0]["TagValues"] = ["sales"]
    region["glue"]["Tables"][5]["StorageDescriptor"]["Columns"].append({"Name": "new", "Type": "string"})
    return after
