"""The user's backend and environment: what is taken of them, and what isn't."""

import json
from pathlib import Path

import pytest

from delivery.backend import Backend
from lakeward.errors import ConfigurationError, OutsideServiceError
from local.engine import Engine
from local.toolchain import Cli
from tests.local.test_engine import PACK, PROGRAM

ROOT = Path(__file__).parents[2]
NONE = Cli(Path("/nowhere/pulumi"), "3.259.0", "path")

WEAKENING = {
    "PULUMI_SKIP_CONFIRMATIONS": "true",
    "PULUMI_SKIP_CHECKPOINTS": "true",
    "PULUMI_EXPERIMENTAL": "true",
    "PULUMI_OPTION_SKIP_PREVIEW": "true",
    "PULUMI_OPTION_YES": "true",
    "PULUMI_OPTION_POLICY_PACK": "mine",
    "PULUMI_OPTION_POLICY_PACK_CONFIG": "weak.json",
    "PULUMI_OPTION_TARGET": "urn:pulumi:prod::lakeward::x::y",
    "PULUMI_OPTION_REFRESH": "false",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    "PULUMI_DEBUG_PROVIDERS": "aws:1234",
    "PULUMI_DEBUG_GRPC": "log",
    "PULUMI_PYTHON_CMD": "mine/python",
    "LAKEWARD_ON": "2020-01-01",
}
OF_THE_USER = {
    "AWS_PROFILE": "production",
    "HTTPS_PROXY": "http://proxy.example",
    "PULUMI_ACCESS_TOKEN": "token",
    "PULUMI_BACKEND_URL": "s3://states",
    "PULUMI_CONFIG_PASSPHRASE": "",
    "PULUMI_HOME": "/home/me/.pulumi",
}


@pytest.mark.parametrize("name", WEAKENING)
def test_no_variable_softens_the_judgement(name):
    """Each would change what is previewed, judged or asked, and is left behind, which is told."""
    backend = Backend(NONE, ROOT, {**OF_THE_USER, name: WEAKENING[name]})

    assert name not in backend.environment()
    assert backend.left_behind == (name,)


def test_who_the_user_is_and_where_the_state_lies_is_theirs():
    """Credentials, login and proxies go on as they are."""
    backend = Backend(NONE, ROOT, OF_THE_USER)

    assert OF_THE_USER.items() <= backend.environment().items()
    assert backend.left_behind == ()


AT_HOME = {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000"}


@pytest.fixture
def project(tmp_path, cli):
    """A project with stack `dev` on the local file backend, and the variables of who is logged in to it."""
    made = tmp_path / "project"
    (made / "pack").mkdir(parents=True)
    (made / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n")
    (made / "Pulumi.dev.yaml").write_text("config:\n  tiny:depth: shallow\n")
    (made / "__main__.py").write_text(PROGRAM)
    (made / "pack" / "__main__.py").write_text(PACK)
    engine = Engine(cli=cli, project=made, folder=tmp_path / "set", environment={})
    engine.ensure_stack("dev")
    keys = ("HOME", "PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE")
    return made, {key: engine.environment()[key] for key in keys}


@pytest.mark.engine
@pytest.mark.parametrize(
    ("there", "refused"),
    [
        (AT_HOME, False),
        ({}, True),
        ({"AWS_ENDPOINT_URL": "https://lake.example"}, True),
        ({**AT_HOME, "AWS_ENDPOINT_URL_S3": "https://s3.eu-west-1.amazonaws.com"}, True),
        ({**AT_HOME, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, True),
        ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:5000"}, True),
    ],
    ids=["embedded", "real", "elsewhere", "one-service-real", "endpoint-ignored", "one-service-embedded"],
)
def test_the_state_of_a_real_account_is_not_kept_in_a_file(cli, project, there, refused):
    """The local file backend is for an AWS that is wholly on this machine."""
    folder, user = project
    backend = Backend(cli, folder, {**user, **there})
    if not refused:
        backend.check("dev")
        return

    with pytest.raises(ConfigurationError, match=r"^backend: the state of dev would lie in file://.*on this machine"):
        backend.check("dev")


@pytest.mark.engine
def test_a_stack_that_is_not_there_is_told(cli, project):
    """With the command that makes it; none is made by a deployment."""
    folder, user = project

    with pytest.raises(OutsideServiceError, match=r"has no stack prod; make it: `pulumi stack init prod`"):
        Backend(cli, folder, {**user, **AT_HOME}).check("prod")


@pytest.mark.engine
def test_nothing_is_carried_out_without_a_preview(cli, project, monkeypatch):
    """Preview and update are the engine's own commands with the pack, and neither is told to skip anything."""
    folder, user = project
    started = []
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$*\" >> {folder}/started\n")
    program.chmod(0o755)
    backend = Backend(Cli(program, cli.version, "path"), folder, user)
    backend.preview("dev", policy_pack=folder / "pack")
    backend.up("dev", policy_pack=folder / "pack")
    started = [line.split() for line in (folder / "started").read_text().splitlines()]

    assert [command[0] for command in started] == ["preview", "up"]
    assert all(f"--policy-pack {folder / 'pack'}" in " ".join(command) for command in started)
    assert not any(word in json.dumps(started) for word in ("skip-preview", "policy-pack-config", "target"))
