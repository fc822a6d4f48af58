from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.recorder import record

ROOT = Path(__file__).parents[3]


def run(*arguments, cwd=ROOT, **environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return subprocess.run(  # this interpreter, own module
        [sys.executable, "-m", "local.recorder", *arguments],
        capture_output=True,
        check=False,
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        text=True,
    )


def test_two_runs_are_byte_identical():
    """Neither hash seeds nor the order in which threads register resources show."""
    first = run("dev", PYTHONHASHSEED="1")
    second = run("dev", PYTHONHASHSEED="2")

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert json.loads(first.stdout) == record(ROOT, "dev")


def test_project_of_another_folder(project, tmp_path):
    """`--project` names a folder of the project to run; what the program prints isn't part of the recording."""
    folder = project("import pulumi\nprint('hello')\npulumi.export('a', 1)\n")

    answer = run("dev", "--project", str(folder), cwd=tmp_path.parent)

    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["exports"] == {"a": 1}
    assert "hello" in answer.stderr


def test_modules_beside_the_program_are_found(project):
    """A project's own modules are importable, as they are under the engine."""
    folder = project("import zone_names\nimport pulumi\npulumi.export('zone', zone_names.RAW)\n")
    (folder / "zone_names.py").write_text("RAW = 'raw'\n", encoding="utf-8")

    answer = run("dev", "--project", str(folder))

    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout)["exports"] == {"zone": "raw"}


def test_bad_configuration_of_the_lake_is_lines_and_exit_2(tmp_path):
    """The unmodified program tells every problem of a broken stack as a line, without a traceback."""
    for name in ("Pulumi.yaml", "__main__.py"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    text = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    broken = text.replace("lakeward:prefix: acme", "lakeward:prefix: Acme").replace("queries: true", "queriez: true", 1)
    (tmp_path / "Pulumi.bad.yaml").write_text(broken, encoding="utf-8")

    answer = run("bad", "--project", str(tmp_path))

    lines = answer.stderr.splitlines()
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert any("prefix" in line and "Acme" in line for line in lines), lines
    assert any("queriez" in line for line in lines), lines
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nosuch",), "NAME: `Pulumi.nosuch.yaml` doesn't exist"),
        (("dev", "--project", "/"), "--project: no Pulumi.yaml in `/` or above"),
    ],
    ids=["no such stack", "no project"],
)
def test_usage_errors_are_one_line_and_exit_2(arguments, told):
    """A wrong name is one line on standard error."""
    answer = run(*arguments)

    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith(told)
    assert len(answer.stderr.splitlines()) == 1
