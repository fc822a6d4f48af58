"""How the pack starts: the engine runs no program before it knows the rules."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from policies.access import SLOW

ROOT = Path(__file__).parents[2]


def test_the_rules_are_told_before_the_model_is_imported():
    """Nothing that the rules import imports what is slow, so that it can be imported while the program starts."""
    told = "import policies.analyzer, sys; print(*sorted(sys.modules), sep='\\n')"

    run = subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=True, capture_output=True, text=True)

    imported = set(run.stdout.split())
    assert imported >= {"policies.pack", "policies.rules.no_grant_option"}
    assert imported.isdisjoint({*SLOW, "lakeward.access", "lakeward.model", "sqlglot"})
