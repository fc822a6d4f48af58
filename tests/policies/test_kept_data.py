"""A database is kept, unless the stack's own configuration says that its data may go."""

import sys
from pathlib import Path

import pytest

from local.analyzer import Analyzer
from local.recorder.recording import record

ROOT = Path(__file__).parents[2]
UNPROTECTED = ROOT / "tests" / "stacks" / "databases_are_encrypted_and_kept_bad"


@pytest.mark.parametrize(
    ("config", "refused"),
    [
        ({}, True),
        ({"lakeward:protectData": "true"}, True),
        ({"lakeward:protectData": "no"}, True),
        ({"lakeward:protectData": "false"}, False),
    ],
)
def test_an_unprotected_database_is_refused_unless_its_data_may_go(config, refused):
    """By ENC010; nothing but that one value of that one key lets it pass."""
    sys.modules.pop("lake", None)
    with Analyzer(ROOT / "policies", environment={"LAKEWARD_ON": "2026-06-01"}) as analyzer:
        found = analyzer.judge(record(UNPROTECTED, "dev"), config)

    assert [violation.rule for violation in found] == ["ENC010-databases-are-encrypted-and-kept"] * refused
