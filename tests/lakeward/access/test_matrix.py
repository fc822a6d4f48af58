"""The matrix of the persona lake, and what must hold of any matrix."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lakeward.access import Matrix, PreparedEstate, Verdict, answer, matrix
from lakeward.access import Path as Way
from lakeward.estate import read_estate
from lakeward.estate.sources import open_source

ROOT = Path(__file__).parents[3]
ROLE = "arn:aws:iam::100000000001:role/"
PLACE = "100000000001/eu-west-1/secure-db."


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The estate that stack `dev` declares."""
    del tmp_path_factory
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return open_source("stack:dev")


@pytest.fixture(scope="module")
def found(document: dict[str, object]) -> Matrix:
    """Its matrix."""
    return matrix(PreparedEstate(read_estate(document)))


def _reads(found: Matrix, persona: str) -> list[tuple[str, tuple[str, ...], object, Verdict]]:
    return [
        (row.resource.removeprefix(PLACE), row.columns, row.rows, row.verdict)
        for row in found.rows
        if row.principal == ROLE + persona and row.path in (Way.LAKE_FORMATION, Way.IAM, Way.OBJECTS)
    ]


def test_data_scientist_reads_the_masked_table_only(found: Matrix) -> None:
    """Row C5: all columns of the masked table, nothing else."""
    masked = ("aboutyourself", "address1", "address2", "count", "dob", "firstname", "lastname", "region")

    assert _reads(found, "secure-lf-data-scientist") == [("secure_dl_masked_data", masked, None, Verdict.ALLOW)]


def test_business_analyst_reads_exactly_six_columns(found: Matrix) -> None:
    """Row C5: the listed columns of the encrypted table, and no other."""
    six = (
        "address1_encrypted",
        "address2_encrypted",
        "count",
        "dob_encrypted",
        "firstname_encrypted",
        "lastname_encrypted",
    )

    assert _reads(found, "secure-lf-business-analyst") == [("secure_dl_encrypted_data", six, None, Verdict.ALLOW)]


@pytest.mark.parametrize("persona", ["auditor", "cloud-engineer", "secure-lf-admin"])
def test_personas_without_data_grants_read_nothing(found: Matrix, persona: str) -> None:
    """Who builds, administers or audits reads no data, on any path; and was looked at."""
    assert ROLE + persona in found.principals
    assert _reads(found, persona) == []


def test_administrator_is_one_step_from_everything(found: Matrix) -> None:
    """A data lake administrator sees every table and can grant itself anything: no access, but a step (B5-1)."""
    paths = {row.path for row in found.rows if row.principal == ROLE + "secure-lf-admin"}

    assert paths == {Way.ADMINISTRATION, Way.METADATA}


def test_data_steward_reads_by_tags(found: Matrix) -> None:
    """Only columns classified public or internal, in the masked and the encrypted zone."""
    assert _reads(found, "data-steward") == [
        ("secure_dl_encrypted_data", ("region",), None, Verdict.ALLOW),
        ("secure_dl_masked_data", ("region",), None, Verdict.ALLOW),
    ]


def test_central_analytics_reads_through_the_filter(found: Matrix) -> None:
    """Two columns, and only rows of groups of at least five."""
    expected = [("secure_dl_masked_data", ("count", "region"), "count >= 5", Verdict.ALLOW)]

    assert _reads(found, "central-analytics-reader") == expected


def test_pipeline_reads_raw_for_certain_and_the_rest_possibly(found: Matrix) -> None:
    """AWS lets whoever may insert read as well; the reference leaves it to the wide reading (B6-4)."""
    reads = {table: verdict for table, _, _, verdict in _reads(found, "process-secure-data")}
    rules = {
        row.rule
        for row in found.rows
        if row.principal == ROLE + "process-secure-data" and row.path is Way.LAKE_FORMATION
    }

    assert reads == {
        "secure_dl_curated_data": Verdict.UNKNOWN,
        "secure_dl_encrypted_data": Verdict.UNKNOWN,
        "secure_dl_masked_data": Verdict.UNKNOWN,
        "temp-raw-table": Verdict.ALLOW,
        **{
            f"100000000001/eu-west-1/{tenant}_crm.customers": Verdict.UNKNOWN
            for tenant in ("tenant1", "tenant10", "tenant2")
        },
    }
    assert rules == {"", "B6-4"}


def test_personas_are_denied_objects_by_the_bucket_and_their_boundary(document: dict[str, object]) -> None:
    """The raw path is shut twice, and the answer names both statements."""
    case = {
        "estate": document,
        "principal": ROLE + "secure-lf-data-scientist",
        "read": {
            "account": "100000000001",
            "region": "eu-west-1",
            "database": "secure-db",
            "table": "secure_dl_masked_data",
        },
        "through": "objects",
    }

    actual = answer(case)

    assert actual["may"] == "EXPLICIT_DENY"
    assert {"DenyDataOutsideLakeFormation", "DenyObjectsOutsideQueryResults"} <= {
        reason["statement"] for reason in actual["reasons"]
    }


def test_rows_agree_with_single_decisions(document: dict[str, object], found: Matrix) -> None:
    """What the matrix finds set at a time, `decide` answers one at a time."""
    for row in found.rows:
        if row.path is not Way.LAKE_FORMATION:
            continue
        account, region, name = row.resource.split("/")
        database, table = name.split(".")
        read = {"account": account, "region": region, "database": database, "table": table}
        actual = answer({"estate": document, "principal": row.principal, "read": read})
        expected = "columns" if row.verdict is Verdict.ALLOW else "mayColumns"

        assert set(row.columns) <= set(actual[expected])


def test_two_runs_are_byte_identical(document: dict[str, object], found: Matrix) -> None:
    """Sorted, and nothing of the moment in it."""
    again = matrix(PreparedEstate(read_estate(document)))

    assert json.dumps(again.to_json()) == json.dumps(found.to_json())
    assert list(found.rows) == sorted(found.rows, key=lambda row: row.sort_key)
