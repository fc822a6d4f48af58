"""
Part `permitted`: stacks live with deployers that may do what their policies say, and nothing else.

The lives that `delivery/calls.json` was recorded from, on an embedded AWS that refuses every call that the policies
don't allow. What is called is compared with the record.
"""

from __future__ import annotations

import json
from pathlib import Path

from delivery.policy import deployer_policies, seen
from tests.delivery.recording import recorded
from tests.soak.part import Figure


def run(_size: float, folder: Path) -> Figure:
    """Live through them; there is no smaller form of it."""
    try:
        calls = recorded(folder, deployer_policies)
    except AssertionError as error:
        return Figure("a step was refused", (str(error),))
    known = seen()
    failures = [f"{call} was made, and isn't in delivery/calls.json" for call in calls if call not in known]
    failures += [f"{call} is in delivery/calls.json, and wasn't made" for call in known if call not in calls]
    failures += [f"{call} needs {json.dumps(calls[call])}" for call in calls if calls[call] != known.get(call)]
    return Figure(f"{len(calls)} different calls, 0 refused", tuple(failures))
