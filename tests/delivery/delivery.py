"""A user's project that is delivered to the embedded AWS as to a real account: `make deploy` and what goes with it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml

from delivery.policy import deployer_policies
from lakeward.config import load
from local.aws import seed, server
from local.aws.judged import CALLS_FILE
from local.engine import Engine
from tests.delivery.recording import DEPLOYER, permit

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "howto" / "deploy-to-an-account.md"
STATES = "acme-states"

ASKED = 3
"""The exit code of who comes to its question, with nobody there to answer."""


class Delivery:
    """A project on a user's backend, with the credentials of a deployer who may do what its policies say, no more."""

    def __init__(self, cli, folder: Path, shape: Callable[[dict], dict]) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir()
        for name in ("Pulumi.yaml", "__main__.py", "build", "policies"):
            (self.project / name).symlink_to(ROOT / name)
        (self.project / ".venv").symlink_to(sys.prefix)
        document = shape(yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text()))
        self.config = document["config"]
        self.config["lakeward:assumeRoles"] = []  # the credentials are the deployer's own
        self.file = self.project / "Pulumi.prod.yaml"
        self.kept: dict[str, str] = {}
        self.configure()
        self.running = server.start(folder / "aws", judged=DEPLOYER)
        config = load(self.file)
        seed.seed(self.running, config)
        permit(self.running, config, [*deployer_policies(config), self._state(config)])
        # What a user has: a home with plugins. An engine of ours lays them out alike.
        engine = Engine(cli=cli, project=self.project, folder=folder / "engine", environment={})
        engine.install_stand_in()
        own = engine.environment()
        keys = ("HOME", "PATH", "PULUMI_HOME")
        self.environment = {
            **{key: own[key] for key in keys},
            **self.running.environment(config.region, config.deployer),
            "PULUMI_PYTHON_CMD": sys.executable,
        }
        where = f"region={config.region}"
        for command in (
            ("login", f"s3://{STATES}?{where}&use_path_style=true"),
            ("stack", "init", "prod", f"--secrets-provider=awskms://alias/{STATES}?{where}"),
        ):
            subprocess.run([cli.pulumi, *command], cwd=self.project, env=self.environment, check=True)
        written = yaml.safe_load(self.file.read_text())
        self.kept = {key: written[key] for key in ("secretsprovider", "encryptedkey")}

    def _state(self, config) -> dict[str, object]:
        """Make the bucket and the key of the states, and return the policy that the guide gives for them."""
        session = self.running.session(config.account, config.region)
        session.client("s3").create_bucket(
            Bucket=STATES, CreateBucketConfiguration={"LocationConstraint": config.region}
        )
        kms = session.client("kms")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        kms.create_alias(AliasName=f"alias/{STATES}", TargetKeyId=key)
        [text] = re.findall(r"```json\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
        return json.loads(text.replace("<bucket>", STATES).replace("<ARN of the key>", key))

    def configure(self, **changed: object) -> None:
        self.config |= {f"lakeward:{key}": value for key, value in changed.items()}
        self.file.write_text(yaml.safe_dump({"config": self.config, **self.kept}, sort_keys=False))

    @property
    def calls(self) -> int:
        """How many different calls the deployer has made."""
        return len({line.split()[0] for line in (self.folder / "aws" / CALLS_FILE).read_text().splitlines()})

    def lock(self, user: str, host: str) -> str:
        """Lock the stack as another's engine does, and return the lock's key."""
        key = ".pulumi/locks/organization/lakeward/prod/00000000-0000-4000-8000-000000000000.json"
        held = {"pid": 4711, "username": user, "hostname": host, "timestamp": "2026-01-01T00:00:00Z"}
        self._s3().put_object(Bucket=STATES, Key=key, Body=json.dumps(held).encode())
        return key

    def unlock(self, key: str) -> None:
        """Take a lock away."""
        self._s3().delete_object(Bucket=STATES, Key=key)

    def _s3(self):
        return self.running.session(self.config["lakeward:account"], self.config["lakeward:region"]).client("s3")

    def run(self, target: str, *options: str, **environment: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", f"delivery.{target}", "prod", *options],
            cwd=self.project,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr
