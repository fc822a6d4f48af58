"""A review of stacks that refer to one another: the base is brought up first, and names are names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date

import pytest
import yaml

from local.review import declarations
from local.review.judging import judge
from tests.engine.conftest import POLICIES, ROOT
from tests.engine.test_hub_and_spoke import HUB, REGION, configuration

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("cli")]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A repository of a hub and a spoke, as one commit."""
    folder = tmp_path_factory.mktemp("project")
    for name in (".gitignore", "Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, folder / name)
    for stack in ("hub", "spoke"):
        (folder / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(configuration(stack), sort_keys=False))
    for command in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "Begin")):
        who = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
        subprocess.run(["git", *who, *command], cwd=folder, check=True)
    return folder


def run(project, *arguments):
    command = [sys.executable, "-m", "local.review", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def changed(project):
    """A change of one stack's configuration: who answers for it."""
    file = project / "Pulumi.spoke.yaml"
    document = yaml.safe_load(file.read_text())
    document["config"]["lakeward:owner"] = "somebody-else"
    file.write_text(yaml.safe_dump(document, sort_keys=False))


def test_the_names_that_a_spoke_takes_from_its_hub_are_known(project, tmp_path):
    """What the hub exports stands in the review of both sides; the digest is of what is declared, as at delivery."""
    (project / ".venv").symlink_to(sys.prefix)
    done = run(project, "declare", "--up", "--out", str(tmp_path / "base"))
    (project / ".venv").unlink()
    assert done.returncode == 0, done.stderr
    base = declarations.read(tmp_path / "base")

    zone = "%{hub-association-vpc.privateZones.s3}"
    found = judge(base, declarations.declared_by(project), [], on=date(2026, 1, 1), pack=POLICIES)

    groups = found.after["accounts"][HUB]["regions"][REGION]["ec2"]["SecurityGroups"]
    assert zone in base["spoke"].names
    assert "%{" not in base["spoke"].names[zone]
    assert [one["GroupId"].startswith("sg-") for one in groups] == [True] * len(groups) != []
    assert found.difference.is_empty
    assert "%{" in str(found.stacks["hub"])


def test_a_change_is_reviewed_against_a_base_that_is_up(project):
    """`make review` does it by itself where one stack refers to another, in a folder and an AWS of its own."""
    changed(project)

    done = run(project, "change", "--base", "HEAD", "--out", ".lakeward/review")

    assert done.returncode == 0, done.stderr
    assert "review: bringing up hub, spoke, since one refers to another" in done.stderr
    assert "No change in access" in done.stdout
    assert {path.name for path in project.iterdir()} - {"__pycache__"} == {
        *(".git", ".gitignore", ".lakeward", "Pulumi.hub.yaml", "Pulumi.spoke.yaml", "Pulumi.yaml", "__main__.py"),
    }
    assert [path.name for path in (project / ".lakeward").iterdir()] == ["review"]
