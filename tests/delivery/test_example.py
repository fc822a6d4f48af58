"""The example, filled in as its marks say, deploys: by the deployer that the guide describes, and nothing more."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from delivery.policy import deployer_policies
from lakeward.config import load
from local.aws import seed, server
from local.engine import ThrowawayEngine
from tests.delivery.recording import DEPLOYER, permit
from tests.lakeward.config.test_project_files import FILLED_IN, fill

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.engine


def filled_in():
    """The example with a value in every line that is marked as the reader's."""
    lines = (ROOT / "Pulumi.example.yaml").read_text().splitlines()
    text = "\n".join(fill(line) if " # yours" in line else line for line in lines)
    return text.replace(FILLED_IN["<deployer>"], DEPLOYER)


def test_the_example_comes_up_and_goes(cli, tmp_path):
    """Under the policy pack, without a change of anything that isn't marked; a second `up` finds nothing to do."""
    project = tmp_path / "project"
    project.mkdir()
    for name in ("Pulumi.yaml", "__main__.py", "policies"):
        (project / name).symlink_to(ROOT / name)
    (project / ".venv").symlink_to(sys.prefix)
    file = project / "Pulumi.prod.yaml"
    file.write_text(filled_in())
    config = load(file)
    running = server.start(tmp_path / "aws", judged=DEPLOYER)
    try:
        seed.seed(running, config)
        permit(running, config, deployer_policies(config))
        environment = running.environment(config.region, config.deployer)
        engine = ThrowawayEngine(cli=cli, project=project, folder=tmp_path / "engine", environment=environment)
        engine.install_stand_in()
        engine.ensure_stack("prod")
        first = engine.up("prod", policy_pack=ROOT / "policies")
        again = engine.up("prod", policy_pack=ROOT / "policies", refresh=True)
        kept = engine.destroy("prod")
    finally:
        server.stop(tmp_path / "aws")

    assert first.succeeded, first.errors
    assert (again.succeeded, again.changed) == (True, ()), again.errors
    assert not kept.succeeded
    assert any("protected" in error for error in kept.errors), kept.errors
