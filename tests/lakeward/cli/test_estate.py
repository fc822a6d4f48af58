"""`lakeward estate`: sources in, one sorted estate out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lakeward.cli import main
from lakeward.live import reading_policy

ROOT = Path(__file__).parents[3]


def run(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["estate", *arguments])
    printed = capsys.readouterr()
    return exit_.value.code, printed.out, printed.err


@pytest.fixture
def estate_file(tmp_path):
    def write(name, **accounts):
        path = tmp_path / name
        path.write_text(json.dumps({"version": 1, "accounts": accounts}))
        return str(path)

    return write


def test_an_estate_is_printed_sorted(estate_file, capsys):
    """Keys and entries stand in one order, whatever the order in the file; two runs give the same bytes."""
    roles = [{"Policies": [], "Arn": f"arn:aws:iam::111111111111:role/{name}"} for name in "ba"]
    path = estate_file("e.json", **{"222222222222": {}, "111111111111": {"iam": {"Roles": roles}}})

    code, out, err = run([path], capsys)

    estate = json.loads(out)
    assert (code, err) == (0, "")
    assert list(estate) == ["accounts", "version"]
    assert list(estate["accounts"]) == ["111111111111", "222222222222"]
    assert [role["Arn"][-1] for role in estate["accounts"]["111111111111"]["iam"]["Roles"]] == ["a", "b"]
    assert run([path], capsys) == (0, out, "")


def test_what_is_printed_is_a_source_again(estate_file, tmp_path, capsys):
    """An estate read once more is itself."""
    _, out, _ = run([estate_file("e.json", **{"111111111111": {"partial": "why"}})], capsys)
    (tmp_path / "again.json").write_text(out)

    assert run([str(tmp_path / "again.json")], capsys) == (0, out, "")


def test_contradicting_sources_are_lines_and_exit_2(estate_file, capsys):
    """Each contradiction is one line with both sources; nothing is printed to standard output."""
    role = {"Arn": "arn:aws:iam::111111111111:role/a"}
    paths = [
        estate_file(f"{name}.json", **{"111111111111": {"iam": {"Roles": [{**role, "Tags": [{"Key": name}]}]}}})
        for name in "ab"
    ]

    code, out, err = run(paths, capsys)

    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "say different things; merge sources that agree on what they share" in err


def test_no_source_is_a_mistake(capsys):
    """The command says what it needs."""
    assert run([], capsys) == (
        2,
        "",
        "lakeward estate: no source is named; name one, as in `lakeward estate stack:dev`\n",
    )


def test_the_policy_is_the_live_readers(capsys):
    """`--policy` prints what the reader needs, and reads nothing."""
    code, out, err = run(["--policy"], capsys)

    assert (code, json.loads(out), err) == (0, reading_policy(), "")
    assert "lakeformation:ListPermissions" in json.loads(out)["Statement"][0]["Action"]


def test_stack_dev_is_read_offline(monkeypatch, capsys):
    """The stack's own program declares its estate, without engine, AWS or credentials."""
    monkeypatch.chdir(ROOT)

    code, out, err = run(["stack:dev"], capsys)

    (account,) = json.loads(out)["accounts"].values()
    (region,) = account["regions"].values()
    assert (code, err) == (0, "")
    assert account["partial"] == "stack `dev` of project `lakeward` declares part of this account"
    assert {"secure-db", "tenant1_crm", "usage"} <= {database["Name"] for database in region["glue"]["Databases"]}
    assert not [
        grant
        for grant in region["lakeformation"]["Permissions"]
        if grant["Principal"]["DataLakePrincipalIdentifier"] == "IAM_ALLOWED_PRINCIPALS"
    ]


def test_a_live_account_is_read_with_the_callers_credentials(embedded_aws, monkeypatch, capsys):
    """`live:ACCOUNT/REGION` reads what the environment's credentials reach, and refuses another account."""
    for name, value in embedded_aws.environment("eu-west-1").items():
        monkeypatch.setenv(name, value)

    code, out, _ = run(["live:123456789012/eu-west-1"], capsys)
    refused = run(["live:111111111111/eu-west-1"], capsys)

    assert code == 0
    assert list(json.loads(out)["accounts"]) == ["123456789012"]
    assert refused[:2] == (3, "")
    assert refused[2].endswith(
        "the credentials lead to account 123456789012; use credentials of account 111111111111\n"
    )


def test_the_command_does_not_import_boto3(estate_file):
    """Reading a file doesn't wait for AWS's libraries."""
    path = estate_file("e.json")
    program = (
        "import sys\nfrom lakeward.cli import main\n"
        "try:\n    main(['estate', sys.argv[1]])\n"
        "except SystemExit as done:\n    assert done.code == 0, done.code\n"
        "assert not {'boto3', 'botocore', 'pulumi'} & sys.modules.keys()\n"
    )

    finished = subprocess.run(  # this interpreter, a program of the test's own
        [sys.executable, "-c", program, path], env=dict(os.environ), capture_output=True, text=True, check=False
    )

    assert (finished.returncode, finished.stderr) == (0, "")
