"""Decisions written down from the vendor's documents: `tests/decisions/**/*.json`, each with its source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lakeward.access import answer

DECISIONS = Path(__file__).parents[2] / "decisions"


def _cases() -> list[Any]:
    return [
        pytest.param(entry, id=f"{file.relative_to(DECISIONS).with_suffix('')}/{name}")
        for file in sorted(DECISIONS.rglob("*.json"))
        for name, entry in json.loads(file.read_text()).items()
    ]


@pytest.mark.parametrize("entry", _cases())
def test_decision_is_the_documented_one(entry: dict[str, Any]) -> None:
    """The answer is the one the source states: verdicts, blocking layers, columns, rows, statement or grant."""
    expected = dict(entry["expected"])
    statement, grant = expected.pop("statement", None), expected.pop("grant", None)

    actual = answer(entry["case"])

    assert expected == {key: actual[key] for key in expected}
    if statement is not None:
        assert statement in {reason["statement"] for reason in actual["reasons"]}
    if grant is not None:
        assert grant in {reason["policy"].rpartition(".")[2] for reason in actual["reasons"]}


def test_every_case_has_a_source() -> None:
    """Where an expectation comes from is written beside it."""
    assert [parameter.id for parameter in _cases() if not parameter.values[0]["source"]] == []
