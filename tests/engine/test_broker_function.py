"""The broker's function on the real engine: its code is a file of the project, and only a change of it is a change."""

import base64
import hashlib
import json
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from lakeward.config import load
from local.aws import seed
from local.engine import ThrowawayEngine

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
ACCOUNT = "100000000078"
REGION = "eu-west-1"
FUNCTION = "acme-dev-broker"
BROKER = ("boundary-broker", "broker-role", "broker-tenants")
PROGRAM = f"""
from pathlib import Path

from components.declare import declare
from lakeward.config import load
from lakeward.plan import plan_stack
from lakeward.plan.declarations import Plan

plan = plan_stack(load(Path("lake/Pulumi.dev.yaml")))
kept = tuple(declaration for declaration in plan.declarations if declaration.logical_name in {BROKER!r})
declare(Plan(lake=plan.lake, declarations=kept, intended_access=()))
"""

pytestmark = pytest.mark.engine


@pytest.fixture
def project(tmp_path):
    """A project that declares the broker of stack `dev` and nothing else, in an account of its own."""
    (tmp_path / "lake").mkdir()
    text = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8").replace("100000000001", ACCOUNT)
    (tmp_path / "lake" / "Pulumi.dev.yaml").write_text(text, encoding="utf-8")
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    (tmp_path / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "broker", "runtime": runtime}), encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    archive = tmp_path / "build" / "runtime" / "broker.zip"
    archive.parent.mkdir(parents=True)
    shutil.copy(ROOT / "build" / "runtime" / "broker.zip", archive)
    return tmp_path


@pytest.fixture
def engine(cli, embedded_aws, project):
    seed.seed(embedded_aws, load(project / "lake" / "Pulumi.dev.yaml"))
    engine = ThrowawayEngine(
        cli=cli, project=project, folder=project / ".lakeward", environment=embedded_aws.environment(REGION)
    )
    engine.install_stand_in()
    engine.ensure_stack("dev")
    return engine


def changed(outcome):
    assert outcome.succeeded, outcome.output
    return {(step.op, step.name) for step in outcome.steps if step.op != "same"}


def test_code_is_deployed_and_only_a_change_of_it_is_a_change(engine, project, embedded_aws):
    """ADR 0006: what stands at the path is what runs; the same bytes again are no change, others are one update."""
    functions = embedded_aws.session(ACCOUNT, REGION).client("lambda")
    archive = project / "build" / "runtime" / "broker.zip"

    first = engine.up("dev", policy_pack=POLICIES)
    assert (first.succeeded, first.violations) == (True, ()), first.output

    found = functions.get_function(FunctionName=FUNCTION)["Configuration"]
    digest = base64.b64encode(hashlib.sha256(archive.read_bytes()).digest()).decode()
    (statement,) = json.loads(functions.get_policy(FunctionName=FUNCTION)["Policy"])["Statement"]
    assert digest == found["CodeSha256"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:role/tenant-api"}

    archive.touch()
    assert changed(engine.preview("dev", policy_pack=POLICIES)) == set()

    archive.write_bytes(archive.read_bytes() + b"changed")
    assert changed(engine.preview("dev", policy_pack=POLICIES)) == {("update", "broker-tenants")}

    archive.unlink()
    missing = engine.preview("dev", policy_pack=POLICIES)
    assert not missing.succeeded
    assert "build/runtime/broker.zip" in missing.output
