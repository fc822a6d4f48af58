"""The access model against the second opinion; every cell of every small lake: `python -m tests.naive`."""

from __future__ import annotations

import ast
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.naive import comparison, reading, universe
from tests.naive.comparison import differences
from tests.naive.universe import CELLS, CONSUMER, GRANTS, MODES, OPT_INS, OWNER, cells_filter, lake, lakes

EVERY = 40
WANTED_CELLS = 1_000_000

EXPRESSIONS = st.sampled_from(
    [None, "region = 'EU'", "region <> 'EU'", "amount > 5", "amount < 5 AND region = 'US'", "amount > 5 AND id > 0"]
)
COLUMNS = st.lists(st.sampled_from(["id", "region", "email", "amount"]), min_size=1, max_size=3, unique=True)


@st.composite
def random_lakes(draw):
    """A lake of up to six grants, where the filters and tags are any too."""
    grants = draw(st.lists(st.sampled_from(GRANTS), max_size=6))
    estate = lake(
        grants,
        iam_allowed=draw(st.sampled_from([(), (universe.named(),), (universe.every(),)])),
        mode=draw(st.sampled_from(MODES)),
        opt_ins=[one for one in draw(st.lists(st.sampled_from(OPT_INS), max_size=2)) if one is not None],
        version=draw(st.sampled_from([1, 3, 5])),
    )
    for account, names in ((OWNER, ("eu", "big", "every-row")), (CONSUMER, ("eu",))):
        place = estate["accounts"][account]["regions"][universe.REGION]["lakeformation"]
        more = {} if account == OWNER else {"TableCatalogId": OWNER}
        place["DataCellsFilters"] = [cells_filter(name, draw(EXPRESSIONS), *draw(COLUMNS), **more) for name in names]
    owner = estate["accounts"][OWNER]["regions"][universe.REGION]["lakeformation"]
    owner["ResourceLFTags"] = [
        {"Resource": resource, "LFTags": [{"TagKey": key, "TagValues": [draw(st.sampled_from(values))]}]}
        for resource, key, values in (
            ({"Catalog": {}}, "domain", ["sales", "hr"]),
            ({"Database": {"Name": "crm"}}, "Class", ["open", "PII"]),
            (universe.named(), "domain", ["sales", "hr"]),
            (universe.columns(*draw(COLUMNS)), "class", ["open", "pii"]),
        )
        if draw(st.booleans())
    ]
    return estate


def test_the_small_lakes_have_enough_cells():
    """At least a million, whichever way they are walked."""
    assert sum(1 for _ in lakes()) * CELLS >= WANTED_CELLS


def test_both_opinions_agree_on_the_small_lakes():
    """Strict and permissive, cell by cell; every fortieth lake, all of them in the long form."""
    found = [difference for estate in islice(lakes(), 0, None, EVERY) for difference in differences(estate)]

    assert found == []


@given(random_lakes())
@settings(max_examples=60, deadline=None)
def test_both_opinions_agree_on_random_lakes(estate):
    """Whatever the grants, filters, tags, modes and opt-ins are."""
    assert list(differences(estate)) == []


def _openings(estate):
    """Return what may be left open in a lake: where, under which key, what stands there then, and what it may be."""
    owner = estate["accounts"][OWNER]["regions"][universe.REGION]["lakeformation"]
    unknown = {"unknown": "later"}
    names = ["orders", "leads", "gone"]
    found = [(resource, "HybridAccessEnabled", unknown, [True, False]) for resource in owner["Resources"]]
    for assigned in owner["ResourceLFTags"]:
        values = [["sales"], ["hr"], ["open"], ["pii"]]
        found += [
            (assigned["LFTags"][0], "TagValues", unknown, values),
            (assigned["LFTags"][0], "TagValues", ["%{tag.value}"], values),
        ]
        if "Table" in assigned["Resource"]:
            found.append((assigned["Resource"]["Table"], "Name", "%{table.name}", names))
    for one in owner["DataCellsFilters"]:
        rows = [{"FilterExpression": "region = 'EU'"}, {"AllRowsWildcard": {}}]
        found += [
            (one, "RowFilter", unknown, rows),
            (one, "ColumnNames", unknown, [["id"], ["email", "region"]]),
            (one, "Name", "%{filter.name}", [one["Name"], "other"]),
        ]
    for one in owner["Permissions"]:
        named = one["Resource"].get("Table", {})
        if "Name" in named:
            found.append((named, "Name", "%{table.name}", names))
        whom = [universe.ANALYST, universe.ENGINEER, universe.GUEST, CONSUMER]
        if one["Principal"]["DataLakePrincipalIdentifier"] in whom:
            found.append((one["Principal"], "DataLakePrincipalIdentifier", "%{role.arn}", whom))
        found.append((one, "Permissions", unknown, [["SELECT"], ["DESCRIBE"], ["ALL"]]))
    for one in owner["OptIns"]:
        whom = [universe.ANALYST, universe.GUEST]
        found.append((one["Principal"], "DataLakePrincipalIdentifier", "%{role.arn}", whom))
    return found


@given(random_lakes(), st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_open_is_never_decided_against_what_it_may_be(estate, data):
    """With one value not known yet the model only says what holds for every value it may take (G-1)."""
    place, key, opened, values = data.draw(st.sampled_from(_openings(estate)))
    before = place.get(key)
    place[key] = opened
    decided = list(comparison.answers(estate))
    for value in values:
        place[key] = value
        for (principal, table, column, row), (sure, possible) in decided:
            must, may = reading.can_read(estate, principal, table, column, row)

            assert must or not sure, (before, value, principal["arn"], table, column, row)
            assert possible or not may, (before, value, principal["arn"], table, column, row)


@pytest.mark.parametrize("answer", [(True, True), (False, True), (False, False)])
def test_every_answer_occurs(answer):
    """Cells that are read, that may be, and that aren't: agreement says something."""
    asked = islice(lakes(), 0, None, EVERY)
    orders = universe.TABLES[0]

    assert any(
        reading.can_read(estate, principal, orders, column, row) == answer
        for estate in asked
        for principal in universe.PRINCIPALS
        for column in universe.COLUMNS
        for row in universe.ROWS
    )


def test_a_wrong_answer_is_found(monkeypatch):
    """The comparison can fail: a second opinion that lets everyone in differs."""
    monkeypatch.setattr(comparison, "can_read", lambda *_: (True, True))

    assert list(differences(lake(())))


def test_the_second_opinion_shares_no_code():
    """It and its lakes import nothing of ours."""
    imported = {
        name
        for module in (reading, universe)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert {name.partition(".")[0] for name in imported} <= {"__future__", "itertools", "operator", "re"}
