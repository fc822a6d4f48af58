from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from lakeward.config import load
from lakeward.estate import read_estate
from lakeward.plan import plan_stack
from lakeward.reports import compare
from local.aws import seed, server
from local.engine import ThrowawayEngine
from local.up import read_back

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"


class Deployment:
    """Stack `dev` of this project on an embedded AWS of its own, through the real engine."""

    policies = POLICIES

    def __init__(self, cli, folder):
        self.folder = folder
        self.running = server.start(folder / "aws")
        self.configuration = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
        self.engine = ThrowawayEngine(
            cli=cli, project=ROOT, folder=folder / "engine", environment=self.running.environment(self.region)
        )
        self.engine.install_stand_in()

    @property
    def account(self):
        return self.configuration["config"]["lakeward:account"]

    @property
    def region(self):
        return self.configuration["config"]["lakeward:region"]

    def session(self):
        """A session as the deployer, who administers the lake."""
        return self.running.session(self.account, self.region, self.configuration["config"]["lakeward:deployer"])

    def client(self, service):
        """A client of such a session."""
        return self.session().client(service)

    def configure(self, change=None):
        """Take `Pulumi.dev.yaml`, with `change` and all changes before it, as the stack's configuration."""
        if change is not None:
            change(self.configuration["config"])
        path = self.folder / "Pulumi.dev.yaml"
        path.write_text(yaml.safe_dump(self.configuration, sort_keys=False), encoding="utf-8")
        seed.seed(self.running, load(path))
        self.engine.ensure_stack("dev", path)

    def up(self, change=None, **options):
        self.configure(change)
        return self.engine.up("dev", policy_pack=POLICIES, **options)

    def read_back(self):
        """What is up, as an estate's document."""
        return read_back(self.running, [load(self.folder / "Pulumi.dev.yaml")])

    def differences(self):
        """What differs between intended access and the access that what is up gives, as lines."""
        config = load(self.folder / "Pulumi.dev.yaml")
        estate = read_estate(self.read_back(), "embedded AWS")
        return [str(difference) for difference in compare(plan_stack(config).intended_access, estate).differences]


def personas_only(config):
    """Take what is tenants' and other accounts' out of a configuration: half of the stack, for tests of the rest."""
    for section in ("attributeGrants", "sharedBuckets", "sharing", "tenancy"):
        config.pop(f"lakeward:{section}", None)
    config["lakeward:zones"] = [zone for zone in config["lakeward:zones"] if zone["name"] != "tenants"]
    config["lakeward:databases"] = [found for found in config["lakeward:databases"] if "isolation" not in found]


@contextmanager
def deployed_in(folder, cli):
    """A deployment in a folder, whose AWS is stopped in the end."""
    try:
        yield Deployment(cli, folder)
    finally:
        server.stop(folder / "aws")


@pytest.fixture(scope="module")
def deployed(request, cli, tmp_path_factory):
    """
    The stack after its first `up`. The tests of a module go on with it, in their order.

    A module that says `CONFIGURE = personas_only` deploys less of it.
    """
    with deployed_in(tmp_path_factory.mktemp("deployment"), cli) as deployment:
        deployment.configure(getattr(request.module, "CONFIGURE", None))
        deployment.first_preview = deployment.engine.preview("dev", with_document=True).document
        outcome = deployment.up()
        assert outcome.succeeded, outcome.output
        yield deployment
