"""`make deploy` and `make destroy` in their real form: the user's backend and credentials, and the engine."""

from __future__ import annotations

import io
import os
import re

import pytest

from delivery.deploy import deploy
from delivery.running import confirmed
from lakeward.errors import ConfigurationError, OutsideServiceError
from local.aws import server
from tests.delivery.delivery import ASKED, Delivery
from tests.local.test_up import small

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("cli")]


@pytest.fixture(scope="module")
def delivery(cli, tmp_path_factory):
    """A project that is deployed to `prod`."""
    folder = tmp_path_factory.mktemp("delivery")
    try:
        yield Delivery(cli, folder, small)
    finally:
        server.stop(folder / "aws")


def test_credentials_of_another_account_are_refused(delivery):
    """Before anything is read there."""
    code, told = delivery.run("deploy", "--yes", **delivery.running.environment(delivery.config["lakeward:region"]))

    assert code == 3, told
    assert "the credentials lead to account 123456789012, but the stack is account 100000000001" in told
    assert "engine" not in told


def test_credentials_of_another_role_are_refused(delivery):
    """Whoever deploys stays an administrator: the role is asked of IAM, with its path."""
    region, account = delivery.config["lakeward:region"], delivery.config["lakeward:account"]
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"

    code, told = delivery.run("deploy", "--yes", **delivery.running.environment(region, role))

    assert code == 2, told
    assert f"lakeward:deployer: you deploy as {role}, who would be no data lake administrator afterwards" in told
    assert "engine" not in told


def test_nobody_is_there_to_be_asked(monkeypatch):
    """Where no answer can come nothing is taken for one."""
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))

    with pytest.raises(OutsideServiceError, match=r"^nobody is there to be asked; add YES=1"):
        confirmed("Deploy?")


def declared_in(told: str) -> str:
    """The digest of what is declared, where something else was asked for."""
    [digest] = re.findall(r"REVIEWED: prod declares ([0-9a-f]{64}), and [0-9a-f]{64} was reviewed", told)
    return digest


def test_a_stack_that_somebody_works_on_is_left_alone(delivery):
    """The backend's lock says who, since when, and how to take it away where nobody does any more."""
    lock = delivery.lock("ada", "build-7")
    code, told = delivery.run("destroy", "--yes", "--data", "prod")
    delivery.unlock(lock)

    assert code == 1
    assert "the stack is currently locked by 1 lock(s)" in told
    assert "created by ada@build-7 (pid 4711) at 2026-01-01T00:00:00Z" in told
    assert "pulumi cancel" in told


def test_what_changes_while_the_question_waits_is_not_deployed(delivery, monkeypatch):
    """The answer is to what was shown, not to what the configuration says by then."""
    owner = delivery.config["lakeward:owner"]
    for name in [name for name in os.environ if name.startswith(("AWS_", "PULUMI_"))]:
        monkeypatch.delenv(name)
    for name, value in delivery.environment.items():
        monkeypatch.setenv(name, value)

    def meanwhile(_question):
        delivery.configure(owner="somebody-else")
        return True

    with pytest.raises(ConfigurationError) as refused:
        deploy(delivery.project, "prod", "", meanwhile)
    delivery.configure(owner=owner)

    assert [problem.path for problem in refused.value.problems] == ["Pulumi.prod.yaml"]


def test_the_life_of_a_stack(delivery, figure):
    """Deployed as reviewed, guarded against what is rarely meant, and destroyed where it is said that data may go."""
    code, told = delivery.run("deploy", "--yes", "--reviewed", "0" * 64)
    assert code == 2
    declared = declared_in(told)
    code, told = delivery.run("deploy", "--reviewed", declared)
    assert code == ASKED
    assert told.splitlines()[-1] == "deploy: nobody is there to be asked; add YES=1 where that is meant"
    code, told = delivery.run("deploy", "--yes", "--reviewed", declared, PULUMI_SKIP_CHECKPOINTS="true")
    assert code == 0, told
    assert "PULUMI_SKIP_CHECKPOINTS is left behind" in told
    assert "secure-lf-data-scientist can newly read secure-db.secure_dl_masked_data" in told

    owner = delivery.config["lakeward:owner"]
    delivery.configure(owner="somebody-else")
    code, told = delivery.run("deploy", "--yes", "--reviewed", declared)
    assert code == 2
    assert "what was reviewed isn't kept in .lakeward/review/estates" in told
    code, told = delivery.run("deploy", "--reviewed", declared_in(told))
    assert code == ASKED, told
    delivery.configure(owner=owner)

    grants = delivery.config["lakeward:personas"][0].pop("grants")
    delivery.configure()
    code, told = delivery.run("deploy", "--yes")
    assert code == 2
    assert "lakeward:expectedChanges.grantsRemoved: " in told
    figure("losses refused by name")
    delivery.config["lakeward:personas"][0]["grants"] = grants
    delivery.configure()

    code, told = delivery.run("destroy", "--yes")
    assert code == 2
    assert "DATA: the stack holds data; add DATA=prod" in told
    code, told = delivery.run("destroy", "--data", "prod")
    assert code == ASKED
    assert told.splitlines()[-1] == "destroy: nobody is there to be asked; add YES=1 where that is meant"
    code, told = delivery.run("destroy", "--yes", "--data", "prod")
    assert code == 0, told
    figure("different calls of a deployer whom nothing else is allowed", delivery.calls)
