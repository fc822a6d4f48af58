"""What runs for a pull request, and with which rights."""

import re
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[1] / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in FILES}


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def on(workflow):
    return workflow[True]  # YAML reads `on` as a truth value


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_and_nothing_is_granted_to_all_jobs(name):
    """By digest, with the version beside it; each job states its own rights; no cache crosses from one to another."""
    workflow = WORKFLOWS[name]
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    used = re.findall(r"^ +(?:- )?uses: (.*)", text, re.MULTILINE)

    assert used
    assert [line for line in used if not re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v[0-9.]+", line)] == []
    assert workflow["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())
    assert "cache" not in " ".join(used)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_script_is_spliced_from_what_others_write(name):
    """Values reach a script as variables of its environment only."""
    assert [step["run"] for step in steps(WORKFLOWS[name]) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_checkouts_leave_no_token_behind(name):
    """The token of a checkout isn't kept where programs could read it."""
    found = [step for step in steps(WORKFLOWS[name]) if step.get("uses", "").startswith("actions/checkout@")]

    assert found
    assert [step["with"]["persist-credentials"] for step in found] == [False] * len(found)


def test_a_pull_requests_own_program_runs_without_rights():
    """It may read the repository and nothing else, and sees no secret and no token."""
    workflow = WORKFLOWS["review"]
    text = (FOLDER / "review.yml").read_text(encoding="utf-8")

    assert on(workflow) == {"pull_request": None}
    assert [job["permissions"] for job in workflow["jobs"].values()] == [{"contents": "read"}]
    assert not re.search(r"secrets\.|github\.token|GITHUB_TOKEN", text)


def test_whoever_may_write_runs_the_bases_code():
    """The job with rights never checks the pull request out."""
    workflow = WORKFLOWS["review-report"]
    [checkout] = [step for step in steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]

    assert list(on(workflow)) == ["workflow_run"]
    assert on(workflow)["workflow_run"]["workflows"] == [WORKFLOWS["review"]["name"]]
    assert checkout["with"]["ref"] == "${{ steps.pull.outputs.base }}"
    assert "pull_request_target" not in (FOLDER / "review-report.yml").read_text(encoding="utf-8")
