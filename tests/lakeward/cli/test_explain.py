"""`lakeward explain` and `lakeward matrix` on a file with an estate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lakeward.cli import main

ACCOUNT, REGION, ROLE = "111111111111", "eu-west-1", "arn:aws:iam::111111111111:role/analyst"


@pytest.fixture
def estate(tmp_path: Path) -> str:
    """A table on an unregistered location, one role that reads it through IAM alone."""
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]}
    granted = {
        "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
        "Resource": {"Table": {"DatabaseName": "crm", "Name": "orders"}},
        "Permissions": ["ALL"],
        "PermissionsWithGrantOption": [],
    }
    columns = [{"Name": "id", "Type": "bigint"}]
    table = {
        "DatabaseName": "crm",
        "Name": "orders",
        "StorageDescriptor": {"Columns": columns, "Location": "s3://lake/orders"},
    }
    region = {
        "lakeformation": {"Permissions": [granted]},
        "glue": {"Databases": [{"Name": "crm"}], "Tables": [table]},
        "s3": {"Buckets": [{"Name": "lake"}]},
    }
    role = {"Arn": ROLE, "Policies": [{"PolicyName": "p", "PolicyDocument": policy}]}
    document = {"version": 1, "accounts": {ACCOUNT: {"iam": {"Roles": [role]}, "regions": {REGION: region}}}}
    file = tmp_path / "estate.json"
    file.write_text(json.dumps(document))
    return str(file)


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    assert isinstance(stopped.value.code, int)
    return stopped.value.code


def test_matrix_lists_reads_past_lake_formation(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """IAM alone and the objects themselves are paths of their own."""
    code = _run("matrix", estate, "--format", "json")

    rows = json.loads(capsys.readouterr().out)["rows"]
    assert code == 0
    reads = [row for row in rows if row["path"] not in {"administration", "assume"}]
    assert {(row["path"], row["verb"], row["verdict"]) for row in reads} == {
        ("iam", "SELECT", "ALLOW"),
        ("objects", "s3:GetObject", "ALLOW"),
    }


def test_explain_finds_the_only_catalog_by_itself(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With one account and Region nobody has to name them."""
    code = _run("explain", estate, "--principal", ROLE, "--read", "crm.orders")

    out = capsys.readouterr().out
    assert code == 0
    assert out.startswith("can analyst read crm.orders through athena? yes")
    assert "`All`" in out
    assert "can run: no" in out


def test_explain_answers_one_action(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The other form of question."""
    code = _run(
        *("explain", estate, "--principal", ROLE, "--action", "s3:GetObject"),
        *("--resource", "arn:aws:s3:::lake/orders/1", "--format", "json"),
    )

    assert code == 0
    assert json.loads(capsys.readouterr().out)["answer"] == "yes"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--principal", ROLE], "it needs one question"),
        (["--principal", ROLE, "--read", "orders"], "names no table"),
        (["--principal", "nobody", "--read", "crm.orders"], "is no principal"),
        (["--principal", ROLE, "--action", "s3:GetObject"], "it needs one question"),
        (["--principal", ROLE, "--read", "crm.orders", "--region", "us-east-1"], "could stand in several places"),
        (["--principal", ROLE, "--read", "crm.orders", "--context", "x"], "is no condition key with a value"),
    ],
)
def test_bad_question_is_told_in_one_line(
    arguments: list[str], error: str, estate: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Code 2 and what would be right."""
    code = _run("explain", estate, *arguments)

    assert code == 2
    assert error in capsys.readouterr().err


def test_explanation_prints_no_terminal_codes(estate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A name in the question or the estate is text."""
    code = _run("explain", estate, "--principal", ROLE, "--read", "crm.\x1b[31m\nx")

    out = capsys.readouterr().out
    assert code == 0
    assert "\x1b" not in out
    assert "crm.\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}x" in out
