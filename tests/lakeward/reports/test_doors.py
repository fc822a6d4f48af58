"""Where each door stands, for stack `dev` as declared."""

from pathlib import Path

import pytest

from lakeward.access import PreparedEstate
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of
from lakeward.reports import doors, render_doors
from lakeward.reports.doors import DoorRow
from local.recorder import record

ROOT = Path(__file__).parents[3]
ROLE = "arn:aws:iam::100000000001:role/"


@pytest.fixture(scope="module")
def prepared():
    return PreparedEstate(read_estate(estate_of(record(ROOT, "dev"), "stack:dev")))


def by_table(prepared, persona):
    return {row.table: row for row in doors(prepared, [ROLE + persona])}


def test_doors_of_a_reader_stand_open_to_its_table_alone(prepared):
    """The scientist passes every door to the masked table but the one past Lake Formation; to the others, not."""
    rows = by_table(prepared, "secure-lf-data-scientist")
    masked, curated = rows["secure-db.secure_dl_masked_data"], rows["secure-db.secure_dl_curated_data"]

    expected = {"catalog": "open", "grant": "open", "vending": "open", "query": "open", "objects": "shut"}
    assert expected == dict(masked.states)
    assert masked.reads == "8 columns"
    assert {**expected, "catalog": "shut", "grant": "shut"} == dict(curated.states)
    assert curated.reads == ""


def test_possible_read_is_neither_open_nor_shut(prepared):
    """Whoever may insert may possibly read, and the row says so."""
    row = by_table(prepared, "process-secure-data")["secure-db.secure_dl_masked_data"]

    assert dict(row.states)["grant"] == "possible"
    assert row.reads == "possibly 8 columns"


def test_filtered_rows_are_named(prepared):
    """A data cells filter shows with its expression."""
    assert by_table(prepared, "central-analytics-reader")["secure-db.secure_dl_masked_data"].reads == (
        "2 columns where count >= 5"
    )


def test_table_fits_a_terminal(prepared):
    """No line is longer than 120 columns; each database has its table, and each of its tables is told once a role."""
    text = render_doors(doors(prepared, [ROLE + "auditor", ROLE + "cloud-engineer", ROLE + "secure-lf-admin"]))
    databases = ("reference", "secure-db", "tenant10_crm", "tenant1_crm", "tenant2_crm", "usage")

    assert max(len(line) for line in text.splitlines()) <= 120
    assert [line for line in text.splitlines() if line.startswith("Where")] == [
        f"Where each door stands: {database}" for database in databases
    ]
    assert text.count("cloud-engineer") == len(databases)


def test_principals_alike_share_a_line(prepared):
    """Two before whom the same doors stand alike are told together; one before whom they don't stands apart."""
    text = render_doors(doors(prepared, [ROLE + "auditor", ROLE + "cloud-engineer", ROLE + "secure-lf-admin"]))
    lines = [line.split()[0] for line in text.partition("Where each door stands: usage")[2].splitlines() if line]

    assert lines[2:] == ["auditor", "secure-lf-admin", "cloud-engineer"]


def test_a_principal_of_another_account_is_told_with_its_account():
    """Two roles of one name in two accounts can't be taken for each other, nor can their databases."""
    states = (("catalog", "open"), ("grant", "open"), ("vending", "open"), ("query", "open"), ("objects", "shut"))
    roles = [f"arn:aws:iam::{account}:role/engineer" for account in ("111111111111", "222222222222")]
    rows = [
        DoorRow(principal=role, account=account, table="project.orders", states=states, reads="")
        for role in roles
        for account in ("111111111111", "222222222222")
    ]
    text = render_doors(rows)

    assert "Where each door stands: project of 111111111111" in text
    assert "Where each door stands: project of 222222222222" in text
    assert text.count("engineer of 222222222222") == text.count("engineer of 111111111111") == 1
