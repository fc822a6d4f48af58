"""Principals that a stack doesn't define: decided under their stated ceiling, end to end from a configuration."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from lakeward.access import Matrix, PreparedEstate, Verdict, matrix
from lakeward.access import Path as Way
from lakeward.estate import read_estate
from lakeward.estate.sources import open_source

ROOT = Path(__file__).parents[3]
OUTSIDE = "arn:aws:iam::100000000001:role/outside"
READ = {"database": "secure-db", "table": "secure_dl_masked_data"}
CEILING = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["glue:GetTable", "lakeformation:GetDataAccess"], "Resource": "*"},
    ],
}


@pytest.fixture
def found_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function: the matrix of stack `dev` with one external persona more, of this ceiling."""

    def found(**persona: object) -> Matrix:
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, tmp_path)
        config = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
        added = {"name": "outside", "kind": "external", "role": OUTSIDE, "grants": [READ], **persona}
        config["config"]["lakeward:personas"].append(added)
        (tmp_path / "Pulumi.dev.yaml").write_text(yaml.safe_dump(config))
        monkeypatch.chdir(tmp_path)
        return matrix(PreparedEstate(read_estate(open_source("stack:dev"))))

    return found


def _verdicts(found: Matrix, way: Way) -> set[Verdict]:
    return {row.verdict for row in found.rows if row.principal == OUTSIDE and row.path is way}


def _assumption(found: Matrix) -> list[str]:
    return [line for line in found.assumptions if line.startswith(OUTSIDE)]


def test_persona_is_decided_under_its_ceiling(found_with: Any) -> None:
    """It reads what it is granted, does nothing that the ceiling leaves out, and the report says what it took."""
    found = found_with(ceiling=[CEILING])

    assert _verdicts(found, Way.LAKE_FORMATION) == {Verdict.ALLOW}
    assert _verdicts(found, Way.ADMINISTRATION) == set()
    assert [line.rpartition("; ")[2] for line in _assumption(found)] == [
        "they are taken to allow no more than the stated ceiling"
    ]


def test_persona_that_its_ceiling_shuts_out_reads_nothing(found_with: Any) -> None:
    """A grant alone opens nothing: the ceiling lacks `lakeformation:GetDataAccess` (B2-1)."""
    statement = {"Effect": "Allow", "Action": "glue:GetTable", "Resource": "*"}

    found = found_with(ceiling=[{"Version": "2012-10-17", "Statement": [statement]}])

    assert _verdicts(found, Way.LAKE_FORMATION) == set()


def test_persona_without_a_ceiling_is_open(found_with: Any) -> None:
    """Nothing is said to be allowed or denied, and the report says why."""
    found = found_with()

    assert _verdicts(found, Way.LAKE_FORMATION) == {Verdict.UNKNOWN}
    assert Verdict.UNKNOWN in _verdicts(found, Way.ADMINISTRATION)
    assert [line.rpartition(": ")[2] for line in _assumption(found)] == [
        "its own policies aren't known, so they may allow anything"
    ]
