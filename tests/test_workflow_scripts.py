"""The scripts of the two workflows, run one after the other as a runner runs them, with what GitHub answers made up."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.local.test_up import small
from tests.test_workflows import WORKFLOWS, steps

ROOT = Path(__file__).parents[1]
HEAD_SHA, BASE_SHA = "b" * 40, "a" * 40
PULL = {"number": 7, "head": {"sha": HEAD_SHA}, "base": {"sha": BASE_SHA}, "labels": []}

# Answers like the real one, filters by `--jq`, and writes down what it was asked to change.
GH = """\
#!{python}
import json, os, pathlib, subprocess, sys
arguments = sys.argv[1:]
answers = json.loads(pathlib.Path(os.environ["ANSWERS"]).read_text())
path = next((one for one in arguments if one.startswith("repos/")), " ".join(arguments[:2])).partition("?")[0]
fields = [value for flag, value in zip(arguments, arguments[1:]) if flag in ("-f", "-F")]
if fields and "GET" not in arguments:
    with open(os.environ["ASKED"], "a") as asked:
        asked.write(json.dumps([path, "PATCH" in arguments, fields]) + "\\n")
answer = json.dumps(answers.get(path, {{}}))
if "--jq" in arguments:
    filtered = ["jq", "--raw-output", arguments[arguments.index("--jq") + 1]]
    answer = subprocess.run(filtered, input=answer, check=True, capture_output=True, text=True).stdout
sys.stdout.write(answer)
"""

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(shutil.which("jq") is None, reason="the scripts need jq, which every runner of GitHub has"),
]


class Runner:
    """A runner's folders, and GitHub's answers to one pull request."""

    def __init__(self, folder: Path, files: list[str], **pull: object) -> None:
        self.folder = folder
        for name in ("bin", "first", "second"):
            (folder / name).mkdir()
        self._write("bin/gh", GH.format(python=sys.executable))
        self._write("bin/make", "#!/bin/sh\n")  # the environment is this one
        answers = {
            "repos/us/lake/pulls": [{**PULL, **pull}],
            "repos/us/lake/pulls/7/files": [{"filename": name} for name in files],
            "repos/us/lake/issues/7/comments": pull.get("comments", []),
            "pr view": {"reviewDecision": "REVIEW_REQUIRED"},
        }
        (folder / "answers.json").write_text(json.dumps(answers))
        for side in ("base", "head"):
            self._project(folder / "first" / side)
        self.base, self.head = folder / "first" / "base", folder / "first" / "head"

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
        (self.folder / name).chmod(0o755)

    def _project(self, project: Path) -> None:
        project.mkdir()
        for name in ("Pulumi.yaml", "__main__.py", "policies"):
            (project / name).symlink_to(ROOT / name)
        (project / ".venv").symlink_to(sys.prefix)
        document = small(yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text()))
        (project / "Pulumi.dev.yaml").write_text(yaml.safe_dump(document, sort_keys=False))

    def run(self, workflow: str, workspace: Path, temp: Path, **variables: str) -> dict[str, int]:
        """Run each script of a workflow, also after one that failed; return the exit codes by step's name."""
        codes = {}
        for number, step in enumerate(steps(WORKFLOWS[workflow])):
            if "run" not in step:
                continue
            environment = {
                "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
                "HOME": os.environ["HOME"],
                "RUNNER_TEMP": str(temp),
                "GITHUB_OUTPUT": str(temp / f"output{number}"),
                "GITHUB_REPOSITORY": "us/lake",
                "GITHUB_SERVER_URL": "https://github.example",
                "GITHUB_RUN_ID": "1",
                "HEAD_SHA": HEAD_SHA,
                "HEAD": "them:change",
                "ANSWERS": str(self.folder / "answers.json"),
                "ASKED": str(self.folder / "asked"),
                **variables,
            }
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
                cwd=workspace / step.get("working-directory", ""),
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            codes[step.get("name", step["run"])] = done.returncode
            output = temp / f"output{number}"
            if step.get("id") == "facts":
                variables["OPTIONS"] = output.read_text().partition("options=")[2].strip()
            if step.get("id") == "pull":
                assert output.read_text().split() == ["number=7", f"base={BASE_SHA}"], done.stderr
            if step.get("id") == "judge":
                variables["STATE"] = "failure" if done.returncode else "success"
                self.told = done.stderr
        return codes

    @property
    def asked(self) -> list[list[object]]:
        return [json.loads(line) for line in (self.folder / "asked").read_text().splitlines()]

    def review(self, *, public: str = "false", gains: str = "true") -> dict[str, int]:
        """Both workflows, with what the first one hands on."""
        first, second = (self.folder / name for name in ("first", "second"))
        assert set(self.run("review", first, first).values()) == {0}
        shutil.move(first / "declared", second / "head")
        return self.run(
            "review-report", self.base, second, NUMBER="7", IS_PUBLIC=public, BLOCK_GAINS=gains, GH_TOKEN="none"
        )


def state_of(asked):
    """What the pull request's head is said to be, in order."""
    states = [fields for path, _, fields in asked if path == f"repos/us/lake/statuses/{HEAD_SHA}"]
    return [field.partition("=")[2] for fields in states for field in fields if field.startswith("state=")]


def open_a_column(runner):
    """Let the base grant a column less than the change does."""
    document = yaml.safe_load((runner.head / "Pulumi.dev.yaml").read_text())
    [grant] = [one for one in document["config"]["lakeward:personas"][0]["grants"] if "columns" in one][:1]
    grant["columns"] = grant["columns"][:-1]
    (runner.base / "Pulumi.dev.yaml").write_text(yaml.safe_dump(document, sort_keys=False))


def test_a_change_without_effect_may_be_merged(tmp_path):
    """The comment says so, redacted in public, and what stood there is replaced."""
    known = {"id": 5, "user": {"login": "github-actions[bot]"}, "body": "<!-- lakeward review -->\nold"}
    runner = Runner(tmp_path, ["Pulumi.dev.yaml"], comments=[{**known, "id": 4, "user": {"login": "them"}}, known])

    codes = runner.review(public="true")

    comment = (tmp_path / "second" / "comment").read_text()
    assert (set(codes.values()), runner.told) == ({0}, "")
    assert "No change in access" in comment
    assert "100000000001" not in comment
    assert not (tmp_path / "second" / "review" / "estates").exists()
    assert [path for path, patched, _ in runner.asked if patched] == ["repos/us/lake/issues/comments/5"]
    assert state_of(runner.asked) == ["pending", "success"]


def test_gained_access_blocks_and_is_told(tmp_path):
    """One column more: the comment names who gains what, the status fails, and the findings are handed over."""
    runner = Runner(tmp_path, ["Pulumi.dev.yaml"])
    open_a_column(runner)

    codes = runner.review()

    assert {name for name, code in codes.items() if code} == {"Judge"}
    assert "review: access is gained, or may be" in runner.told
    assert "Access gained by 1 principal" in (tmp_path / "second" / "comment").read_text()
    assert "repos/us/lake/code-scanning/sarifs" in [path for path, _, _ in runner.asked]
    assert "repos/us/lake/issues/7/comments" in [path for path, _, _ in runner.asked]
    assert state_of(runner.asked) == ["pending", "failure"]


def test_a_label_lets_gained_access_pass_and_code_needs_its_owner(tmp_path):
    """With the label gained access doesn't block; that code has changed does, and is told before all else."""
    runner = Runner(tmp_path, ["components/grant.py"], labels=[{"name": "access gain reviewed"}])
    open_a_column(runner)

    codes = runner.review()

    assert {name for name, code in codes.items() if code} == {"Judge"}
    assert runner.told == "review: the declaring code changed and no code owner has approved it\n"
    told = [line for line in (tmp_path / "second" / "comment").read_text().splitlines()[2:] if line]
    assert "The declaring code changed" in told[0]
    assert "Access gained by 1 principal" in told[1]
    assert state_of(runner.asked) == ["pending", "failure"]
