"""Secrets are nowhere that anybody but their owner looks: a distinctive one is planted and everything is searched."""

import json
import re
from pathlib import Path

import pytest
import yaml

from lakeward.config import load
from local.aws import seed, server
from local.engine import Engine
from tests.engine.conftest import POLICIES, ROOT
from tests.local.confinement import small_clone
from tests.local.test_up import finish, small

pytestmark = pytest.mark.engine

PLANTED = "Planted7Secret2Word"
SECRET_FIELDS = ("owner", "costCenter", "databases[0].description", "databases[0].tables[0].description", "prefix")


def holders(folder, *secrets):
    """The files below a folder, and their parts, that hold one of the secrets."""
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and any(secret.encode() in file.read_bytes() for secret in secrets)
    )


@pytest.fixture
def deployable(cli, tmp_path):
    """The engine with a small stack of which nothing is up."""
    running = server.start(tmp_path / "aws")
    engine = Engine(cli=cli, project=ROOT, folder=tmp_path / "engine", environment=running.environment("eu-west-1"))
    engine.install_stand_in()
    file = tmp_path / "Pulumi.dev.yaml"
    document = small(yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text()))
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    seed.seed(running, load(file))
    engine.ensure_stack("dev", file)
    yield engine
    server.stop(tmp_path / "aws")


@pytest.mark.parametrize("field", SECRET_FIELDS)
def test_a_secret_of_the_configuration_reaches_nothing(deployable, field):
    """The program refuses it by its key, so that neither state, history, events nor output can hold it."""
    key = re.split(r"[.\[]", field)[0]
    arguments = ("config", "set", "--secret", "--path", f"lakeward:{field}", PLANTED, "--stack", "dev")
    set_ = deployable.run(*arguments, cwd=deployable.folder / "stacks")
    assert set_.exit_code == 0, set_.stderr

    outcome = deployable.up("dev", policy_pack=POLICIES)

    assert not outcome.succeeded
    assert any(f"{key}: is a secret, and would stand in clear" in error for error in outcome.errors), outcome.output
    assert PLANTED not in outcome.output
    assert PLANTED not in json.dumps(outcome.events)
    assert PLANTED not in json.dumps(deployable.export("dev"))
    assert holders(deployable.folder, PLANTED) == []


def test_credentials_and_passphrases_stay_where_they_are(tmp_path, monkeypatch):
    """After `make up` keys and passphrases, the user's and the embedded AWS's own, stand in their files only."""
    project = small_clone(tmp_path / "clone")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, PLANTED)
    for name in ("PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "LAKEWARD_SECRET", "TF_VAR_password", "PGPASSWORD"):
        monkeypatch.setenv(name, PLANTED)

    code, printed, told = finish(project)
    folder = project / ".lakeward"
    try:
        assert code == 0, told
        instance = json.loads((folder / "aws" / "instance.json").read_text())
        passphrase = (folder / "passphrase").read_text()
        own = (instance["access_key"], instance["secret_key"], passphrase)

        assert holders(folder, PLANTED) == []
        assert holders(folder, *own) == ["aws/instance.json", "passphrase"]
        assert not any(secret in printed + told for secret in (PLANTED, *own))
        assert PLANTED.encode() not in Path(f"/proc/{instance['pid']}/environ").read_bytes()
    finally:
        finish(project, "down")
