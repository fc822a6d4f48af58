"""`lakeward diff`: two sources in, who gains and who loses access out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lakeward.cli import main
from tests.reviews.lake import changed, grant, lake, role

ROOT = Path(__file__).parents[3]
OPENED = [{"at": "lakeformation.ResourceLFTags[1].LFTags[0].TagValues", "set": ["sales"]}]
RENAMED = [{"at": "iam.Roles[analyst].Policies[own].PolicyName", "set": "query"}]


def run(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["diff", *arguments])
    printed = capsys.readouterr()
    return exit_.value.code, printed.out, printed.err


@pytest.fixture
def files(tmp_path):
    """Write the lake before and after a change, and return their names."""

    def write(operations):
        for name, estate in (("before.json", lake()), ("after.json", changed(lake(), operations))):
            (tmp_path / name).write_text(json.dumps(estate))
        return [str(tmp_path / "before.json"), str(tmp_path / "after.json")]

    return write


def test_the_verdict_stands_first(files, capsys):
    """The first line says who gains how much; what one cause opens is one line under it."""
    code, out, err = run(files(OPENED), capsys)

    assert (code, err) == (0, "")
    assert out.splitlines()[0] == ("Access gained by 1 principal: gained 200; unchanged 433. 1 resource differs.")
    assert "  scientist can newly read 200 tables: events (200)" in out.splitlines()
    assert "    because: LF-Tags of database events changed: now domain=sales" in out.splitlines()


def test_a_refactoring_says_so(files, capsys):
    """A policy that is only called otherwise is no change in access, and no finding."""
    code, out, _ = run([*files(RENAMED), "--fail-on", "gained"], capsys)

    assert code == 0
    assert out.startswith("No change in access: 1 resource differs, 433 accesses are as before.\n")


@pytest.mark.parametrize(("operations", "expected"), [(OPENED, 1), (RENAMED, 0)])
def test_gained_access_is_a_finding_where_it_is_asked_for(files, capsys, operations, expected):
    """`--fail-on gained` ends with 1 where access is gained, with 0 where it isn't; without it, always with 0."""
    assert run([*files(operations), "--fail-on", "gained"], capsys)[0] == expected
    assert run(files(operations), capsys)[0] == 0


def test_what_can_not_be_known_is_a_finding_too(files, capsys):
    """A filter whose rows nobody knows yet may open more: it counts as gained where that ends the run."""
    operations = [{"at": "lakeformation.DataCellsFilters[eu].RowFilter.FilterExpression", "set": "%{settings.rows}"}]

    code, out, _ = run([*files(operations), "--fail-on", "gained", "--format", "json"], capsys)

    assert code == 1
    assert [row["after"]["resource"] for row in json.loads(out)["unknown"]] == ["111111111111/eu-west-1/crm.orders"]


def test_two_runs_give_the_same_bytes(files, capsys):
    """The order of lists in the files makes no difference either."""
    before, after = files(OPENED)
    first = run([before, after, "--format", "json"], capsys)
    turned = json.loads(Path(after).read_text())
    turned["accounts"]["111111111111"]["iam"]["Roles"].reverse()
    turned["accounts"]["111111111111"]["regions"]["eu-west-1"]["glue"]["Tables"].reverse()
    Path(after).write_text(json.dumps(turned))

    assert run([before, after, "--format", "json"], capsys) == first


def test_decide_replays_the_witnesses(files, capsys):
    """The cases of the JSON report, with an estate each, are what `lakeward decide` reads."""
    reads = grant(role("auditor"), {"Table": {"DatabaseName": "crm", "Name": "orders"}}, ["SELECT"])
    before, after = files([{"at": "lakeformation.Permissions", "add": reads}])
    _, out, _ = run([before, after, "--format", "json"], capsys)
    (gained,) = json.loads(out)["gained"]

    cases = [
        json.dumps({"id": name, "estate": json.loads(Path(name).read_text()), **gained["witness"]})
        for name in (before, after)
    ]
    decided = subprocess.run(
        [Path(sys.executable).with_name("lakeward"), "decide"],
        input="\n".join(cases),
        capture_output=True,
        text=True,
        check=True,
    )

    assert [json.loads(line)["verdict"] for line in decided.stdout.splitlines()] == ["IMPLICIT_DENY", "ALLOW"]


def test_a_revision_is_read_by_the_tool_of_today(capsys, monkeypatch):
    """A stack at the last commit and in the working copy, both offline."""
    monkeypatch.chdir(ROOT)

    code, out, _ = run(["git:HEAD:dev-silo1", "stack:dev-silo1"], capsys)

    assert code == 0
    assert "digest of what was reviewed: " in out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nowhere.json", "nowhere.json"], "nowhere.json: this can't be read: "),
        (["nowhere.json"], "lakeward diff: missing argument 'AFTER'"),
    ],
)
def test_bad_usage_is_a_line_and_exit_2(arguments, expected, capsys):
    """What can't be read is told by its name, without a traceback."""
    code, out, err = run(arguments, capsys)

    assert (code, out) == (2, "")
    assert err.startswith(expected)


def found_by_the_pack(folder, resource="aws:iam/role:Role::analyst"):
    """Findings in a file, of a resource that the estate has too."""
    finding = {
        "rule": "IAM001",
        "claim": "no-wildcards",
        "resource": resource,
        "urn": f"urn:pulumi:dev::lakeward::{resource}",
        "problem": "`analyst` may do everything",
        "fix": "name the actions",
        "blocks": True,
        "source": None,
        "exemption": None,
    }
    path = folder / "findings.json"
    path.write_text(json.dumps({"stack": "dev", "on": "2026-06-01", "findings": [finding], "exemptions": []}))
    return str(path)


@pytest.mark.parametrize("form", ["html", "sarif"])
def test_findings_stand_beside_access_and_are_redacted_with_it(files, tmp_path, capsys, form):
    """`--findings` and `--redact` work with pages and SARIF: who is named without `--redact` isn't with it."""
    arguments = [*files(OPENED), "--format", form, "--findings", found_by_the_pack(tmp_path)]

    code, named, err = run(arguments, capsys)
    _, redacted, _ = run([*arguments, "--redact"], capsys)

    assert (code, err) == (0, "")
    for page, shown in ((named, True), (redacted, False)):
        assert "IAM001" in page
        assert "Access gained by 1 principal" in page
        assert ["scientist" in page, "analyst" in page, "111111111111" in page] == [shown] * 3


def test_what_are_no_findings_is_bad_input(files, tmp_path, capsys):
    """A file of something else is refused by its name, with what to give instead."""
    path = tmp_path / "findings.json"
    path.write_text("{}")

    code, out, err = run([*files(RENAMED), "--findings", str(path)], capsys)

    assert (code, out) == (2, "")
    assert f"{path}.stack: " in err
    assert "Traceback" not in err
