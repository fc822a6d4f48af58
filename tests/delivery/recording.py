"""
What deployers call, recorded: `python -m tests.delivery.recording` writes `delivery/calls.json` anew (minutes).

Stacks live on an embedded AWS that notes what their deployers call and holds them to a policy: environment `dev` with
its tenants, database and silos, and a hub with a spoke. A first `up`, a look that finds nothing to do, changes of all
that can change, and `destroy`.
"""

from __future__ import annotations

import copy
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lakeward.config import StackConfig, load
from local.aws import server
from local.aws.judged import CALLS_FILE
from local.aws.seed import seed
from local.deployment import stacks_of
from local.engine import ThrowawayEngine
from local.toolchain import provide
from tests.engine import test_hub_and_spoke as network

ROOT = Path(__file__).parents[2]
CALLS = ROOT / "delivery" / "calls.json"
DEPLOYER = "lakeward-deployer"
ADMINISTRATOR = [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}]

Config = dict[str, Any]
Change = Callable[[Config], None]


def _costs(config: Config) -> None:
    """What is on every resource that can carry tags."""
    config["lakeward:costCenter"] = "4712"


def _people(config: Config) -> None:
    """A persona comes, one goes, one is trusted otherwise, one gets other grants."""
    saml = {"saml": "arn:aws:iam::100000000001:saml-provider/corporate"}
    personas = {persona["name"]: persona for persona in config["lakeward:personas"]}
    del personas["auditor"]
    personas["second-admin"] = {"name": "second-admin", "trust": saml, "administration": "data-lake"}
    personas["data-steward"]["trust"] = {"role": "arn:aws:iam::100000000001:role/tenant-api"}
    personas["secure-lf-data-scientist"]["grants"][0]["columns"] = ["region"]
    config["lakeward:personas"] = list(personas.values())
    config["lakeward:dataKeys"]["administrators"] = ["arn:aws:iam::100000000001:role/key-keeper"]


def _catalogue(config: Config) -> None:
    """Databases, tables, columns, filters, and for how long things are kept."""
    secure = config["lakeward:databases"][0]
    secure["description"] = "Device analytics"
    for table in secure["tables"]:
        table["description"] = f"{table['description']}."
    masked = secure["tables"][3]
    masked["columns"].append({"name": "year", "type": "int", "classification": "internal"})
    masked["filters"][0]["rows"] = "count >= 6"
    del masked["columns"][0]["protection"]
    masked["columns"][0]["classification"] = "internal"
    config["lakeward:zones"][-2]["expireDays"] = 20
    config["lakeward:audit"] = {"trail": True, "retentionDays": 500}
    config["lakeward:sharing"]["links"].pop()


def _tenants(config: Config) -> None:
    """One tenant more, whom their broker answers otherwise, and a database of another size."""
    tenancy = config["lakeward:tenancy"]
    tenancy["tenants"].append({"id": "tenant3"})
    tenancy["broker"]["audience"] = "others"
    tenancy["rowLevelSecurity"] = True
    tenancy["aurora"] |= {"backupRetentionDays": 14, "instanceClass": "db.r6g.large"}


def _network(config: Config) -> None:
    """Other clients of the endpoints, and one route table less."""
    config["lakeward:network"] |= {
        "clients": ["10.0.0.0/20"],
        "onPremises": [],
        "routeTables": ["rtb-0a1b2c3d4e5f60002"],
    }


@dataclass(frozen=True)
class Life:
    """Stacks that live at one time: their configurations, and what changes in the first of them, step by step."""

    configurations: dict[str, Config]
    changes: tuple[Change, ...]


def _read(stack: str) -> Config:
    config: Config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    return config


def lives() -> tuple[Life, ...]:
    """Return the lives that are recorded."""
    return (
        Life(
            {stack: {**_read(stack), "lakeward:protectData": False} for stack in stacks_of(ROOT)},
            (_costs, _people, _catalogue, _tenants, _network),
        ),
        Life(
            {
                stack: {**network.configuration(stack)["config"], "lakeward:protectData": False}
                for stack in network.NETWORKS
            },
            (_costs,),
        ),
    )


def recorded(folder: Path, policies: Callable[[Any], list[dict[str, Any]]]) -> dict[str, list[str]]:
    """
    Live through the lives, each stack's deployer with the policies for its configuration; return what was called.

    Raises:
        AssertionError: a step failed.

    """
    running = server.start(folder / "aws", judged=DEPLOYER)
    try:
        for number, life in enumerate(lives()):
            _live(_Stacks(running, folder / str(number), policies), life)
    finally:
        server.stop(folder / "aws")
    return _calls((folder / "aws" / CALLS_FILE).read_text())


def permit(running: Any, config: StackConfig, policies: list[dict[str, Any]]) -> None:
    """Let a stack's deployer have these policies and no other."""
    iam = running.session(config.account, config.region).client("iam")
    for name in iam.list_role_policies(RoleName=DEPLOYER)["PolicyNames"]:
        iam.delete_role_policy(RoleName=DEPLOYER, PolicyName=name)
    for number, policy in enumerate(policies):
        iam.put_role_policy(RoleName=DEPLOYER, PolicyName=f"deployer-{number}", PolicyDocument=json.dumps(policy))


class _Stacks:
    """A project with stacks on a server, and what their deployers may do."""

    def __init__(self, running: Any, folder: Path, policies: Callable[[Any], list[dict[str, Any]]]) -> None:
        self.running = running
        self.folder = folder
        self.policies = policies
        self._given: dict[str, list[dict[str, Any]]] = {}
        folder.mkdir()
        for name in ("Pulumi.yaml", "__main__.py", "policies"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(sys.prefix)
        shutil.copytree(ROOT / "build", folder / "build")
        self.engine = ThrowawayEngine(
            cli=provide(), project=folder, folder=folder / "engine", environment=running.environment("eu-west-1")
        )
        self.engine.install_stand_in()

    def configure(self, stack: str, config: Config) -> None:
        """
        Take a configuration, make what it expects, and give its deployer what it is to have.

        A deployer that changes a stack has the policies for what is and for what is to be, as the guide says.
        """
        file = self.folder / f"Pulumi.{stack}.yaml"
        file.write_text(yaml.safe_dump({"config": config}, sort_keys=False))
        read = load(file)
        seed(self.running, read)
        before, self._given[stack] = self._given.get(stack, []), self.policies(read)
        permit(self.running, read, [*before, *self._given[stack]])
        self.engine.ensure_stack(stack, file)

    def up(self, stack: str, *, refresh: bool = False) -> tuple[Any, ...]:
        """Bring a stack up, and return what changed."""
        outcome = self.engine.up(stack, refresh=refresh)
        assert outcome.succeeded, "\n".join((f"{stack}:", *outcome.errors))
        return outcome.changed


def _live(stacks: _Stacks, life: Life) -> None:
    configurations = copy.deepcopy(life.configurations)
    for stack, config in configurations.items():
        stacks.configure(stack, config)
        stacks.up(stack)
        assert stacks.up(stack, refresh=True) == (), stack
    first = next(iter(configurations))
    for change in life.changes:
        change(configurations[first])
        if change is _tenants:
            _touch(stacks.folder / "build" / "runtime" / "broker.zip")
        stacks.configure(first, configurations[first])
        assert stacks.up(first), change.__name__
    for stack in reversed(configurations):
        stacks.configure(stack, configurations[stack])
        outcome = stacks.engine.destroy(stack)
        assert outcome.succeeded, "\n".join((f"{stack}:", *outcome.errors))


def _touch(archive: Path) -> None:
    """Let an archive have other contents."""
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("other", "contents")


def _calls(noted: str) -> dict[str, list[str]]:
    """Return the actions that each call needed, over all the times that it was made; sorted."""
    return {call: sorted(actions) for call, actions in sorted(_gathered(noted))}


def _gathered(noted: str) -> Iterator[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for line in noted.splitlines():
        call, *actions = line.split()
        found.setdefault(call, set()).update(actions)
    yield from found.items()


def main() -> None:
    """Write what was called, where nothing is refused."""
    with tempfile.TemporaryDirectory(prefix="lakeward-calls-") as folder:
        calls = recorded(Path(folder), lambda _config: ADMINISTRATOR)
    CALLS.write_text(json.dumps(calls, indent=2) + "\n")


if __name__ == "__main__":
    main()
