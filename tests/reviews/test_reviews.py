"""Reviewed changes: who gains and who loses by each, and every witness replayed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from lakeward.access import PreparedEstate, answer
from lakeward.access.difference import difference
from lakeward.estate import read_estate
from lakeward.reports.review import FORMATS, picture, render_review, review
from tests.reviews.lake import changed, lake, read_case
from tests.reviews.summary import summary

FOLDER = Path(__file__).parent
CASES = sorted(path.parent.name for path in FOLDER.glob("*/after.json"))
DENIALS = {"IMPLICIT_DENY", "EXPLICIT_DENY"}


@cache
def found_by(name):
    """The estates of a change, and their difference."""
    before, after, _ = read_case(FOLDER / name)
    return before, after, difference(before, after)


def replayed(case, document):
    """What `decide` answers to a witness on an estate."""
    return answer({**case, "estate": document}, lambda given: PreparedEstate(read_estate(given)))


def test_there_are_as_many_changes_as_the_review_needs():
    """The corpus holds at least forty changes, each whole."""
    assert len(CASES) >= 40
    assert all((FOLDER / name / "expected.json").is_file() for name in CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_change_gains_and_loses_exactly_what_it_should(name):
    """Gained, lost and changed access are the expected rows, and gains come from the expected resources."""
    expected = json.loads((FOLDER / name / "expected.json").read_text())

    _, _, found = found_by(name)

    assert summary(found) == expected


@pytest.mark.parametrize("name", CASES)
def test_undoing_a_change_loses_what_it_gains(name):
    """Backwards, what was gained is lost and what was lost is gained, by the same resources."""
    before, after, forwards = found_by(name)

    backwards = difference(after, before)

    assert {change.row for change in forwards.gained} == {change.row for change in backwards.lost}
    assert {change.row for change in forwards.lost} == {change.row for change in backwards.gained}
    assert len(forwards.changed) == len(backwards.changed)


@pytest.mark.parametrize("name", CASES)
def test_what_is_left_out_could_not_have_changed(name, monkeypatch):
    """Looking again only where a change can bear gives the difference that looking everywhere gives."""
    before, after, found = found_by(name)
    monkeypatch.setattr("lakeward.access.difference.scope_of", lambda *_: None)

    everywhere = difference(before, after)

    assert everywhere == found


@pytest.mark.parametrize("name", CASES)
def test_every_witness_replays(name):
    """A gained row has a case that is allowed after the change and denied before it; a possible one may be allowed."""
    before, after, found = found_by(name)
    was, is_now = PreparedEstate(read_estate(before)), PreparedEstate(read_estate(after))

    gains = [change for change in (*found.gained, *found.changed) if change.gained is not None]
    proven = [change for change in (*found.gained, *found.changed) if change.witness is not None]

    assert all(change.witness is not None and change.is_proven for change in gains)
    for change in proven:
        now = answer({**change.witness, "estate": {}}, lambda _: is_now)
        then = answer({**change.witness, "estate": {}}, lambda _: was)

        assert then["verdict"] in DENIALS, change.witness
        assert now["verdict" if change.is_certain else "may"] == "ALLOW", change.witness
        assert change.causes


def test_a_witness_replays_with_the_whole_estate_in_the_case():
    """A case of the difference and an estate make what `lakeward decide` reads."""
    before, after, _ = read_case(FOLDER / "row_filter_widened")
    (change,) = difference(before, after).changed

    assert change.witness["read"]["row"] == {"region": "US"}
    assert replayed(change.witness, before)["verdict"] == "IMPLICIT_DENY"
    assert replayed(change.witness, after)["verdict"] == "ALLOW"


@pytest.mark.parametrize("name", [name for name in CASES if (FOLDER / name / "expected.json").read_text() == "{}\n"])
def test_a_refactoring_is_no_change_in_access(name):
    """What changes nobody's access says so, however many resources differ."""
    _, after, change = found_by(name)

    found = review(change, "before", "after", after)

    assert found.verdict.startswith("No change in access: ")
    assert found.difference.entries
    assert found.lines == ()


def test_many_tables_by_one_cause_are_one_line():
    """A tag value that opens two hundred tables is told in one line, with its cause and the count."""
    before, after, _ = read_case(FOLDER / "tag_value_opens_200_tables")

    (line,) = review(difference(before, after), "before", "after", after).lines

    assert str(line) == "scientist can newly read 200 tables: events (200)"
    assert line.causes == ("LF-Tags of database events changed: now domain=sales",)
    assert len(line.changes) == 200


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["endpoint_policy_widened", "policy_not_known_yet", "statement_renamed"])
def test_reports_are_the_same_for_the_same_input(name, form):
    """Two runs give the same bytes, whatever order the estates' lists are in."""
    before, after, _ = read_case(FOLDER / name)

    pages = {
        render_review(review(found, "b", "a", after, picture=picture(found, before, after)), form)
        for found in (difference(before, after), difference(before, after))
    }

    assert len(pages) == 1


def test_the_same_estate_twice_is_no_difference():
    """Nothing differs from itself, and all its accesses are counted."""
    found = difference(lake(), changed(lake(), []))

    assert found.is_empty
    assert found.entries == ()
    assert found.unchanged > 400
