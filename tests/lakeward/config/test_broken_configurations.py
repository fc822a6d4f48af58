"""Every file of `broken/` is refused with exactly the lines that stand beside it."""

import subprocess
import sys
from pathlib import Path

import pytest

from lakeward.cli import main
from lakeward.config import load

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(path.stem for path in BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("case", CASES)
def test_a_broken_configuration_answers_every_problem_with_its_place_and_remedy(case, monkeypatch, capsys):
    """`lakeward check` prints one line per problem, exactly these, says nothing else and exits 2."""
    monkeypatch.chdir(BROKEN)
    expected = (BROKEN / f"{case}.txt").read_text(encoding="utf-8")

    with pytest.raises(SystemExit) as exit_:
        main(["check", f"{case}.yaml", "--stack", "test"])
    printed = capsys.readouterr()

    assert printed.err == expected
    assert printed.out == ""
    assert exit_.value.code == 2


@pytest.mark.parametrize("case", CASES)
def test_expected_lines_have_a_place_a_problem_and_a_remedy(case):
    """No expectation is empty, and each line reads `path: problem; remedy`, no full stop, no Python type."""
    lines = (BROKEN / f"{case}.txt").read_text(encoding="utf-8").splitlines()

    assert lines
    for line in lines:
        path, rest = line.split(": ", 1)
        problem, remedy = rest.split("; ", 1)
        assert path
        assert " " not in path
        assert problem
        assert remedy
        assert not line.endswith(".")
        assert not {"str", "int", "dict", "tuple", "NoneType"} & set(line.replace("`", " ").split())


def test_there_are_at_least_thirty_broken_configurations():
    """The issue asks for thirty; each has its expectation, and no expectation lacks its configuration."""
    expectations = sorted(path.stem for path in BROKEN.glob("*.txt"))

    assert len(CASES) >= 30
    assert expectations == CASES


def test_the_unbroken_configuration_is_accepted():
    """The positive twin: the file that the broken ones differ from in one place passes."""
    config = load(BROKEN.parent / "sound.yaml", "test")

    assert [persona.name for persona in config.personas] == ["analyst", "loader"]


def test_no_broken_configuration_makes_a_traceback():
    """The whole command, as a process: exit code 2 and lines only, for a file that isn't even YAML."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lakeward"), "check", "not-yaml.yaml", "--stack", "test"],
        cwd=BROKEN,
        capture_output=True,
        check=False,
        text=True,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (BROKEN / "not-yaml.txt").read_text(encoding="utf-8")


def test_who_reads_pii_in_clear_by_an_exemption_is_the_packs_to_judge(tmp_path):
    """Whether an exemption is in force, and for whom, only the pack can say: the configuration lets it come to that."""
    text = (BROKEN / "people-read-pii-in-clear.yaml").read_text(encoding="utf-8")
    exempt = """  lakeward:exemptions:
    - rule: LF010
      resource: aws:lakeformation/permissions:Permissions::grant-analyst/table/crm/orders
      owner: data-platform
      reason: Support answers customers until the masked table is there
      expires: "2026-12-31"
"""
    file = tmp_path / "Pulumi.test.yaml"
    file.write_text(text + exempt, encoding="utf-8")

    config = load(file, "test")

    assert [exemption.rule for exemption in config.exemptions] == ["LF010"]
