"""C9 on the real engine: a hub and a spoke, each in an account of its own, and a reference between their stacks."""

import pytest
import yaml

from lakeward.config import load
from local.aws import seed, server
from local.engine import ThrowawayEngine
from tests.engine.conftest import POLICIES, ROOT

# In this order and by one worker: `make test` gives each file to one.
pytestmark = pytest.mark.engine

REGION = "eu-west-1"
HUB, SPOKE = "100000000001", "100000000011"
HUB_VPC, SPOKE_VPC = "vpc-0a1b2c3d4e5f60001", "vpc-0a1b2c3d4e5f60011"
KEPT = ("account", "region", "prefix", "owner", "costCenter", "deployer", "assumeRoles", "organization")

NETWORKS = {
    "hub": {
        "form": "hub",
        "vpc": HUB_VPC,
        "routeTables": ["rtb-0a1b2c3d4e5f60001"],
        "subnets": [
            {"id": "subnet-0a1b2c3d4e5f60001", "zone": "eu-west-1a"},
            {"id": "subnet-0a1b2c3d4e5f60002", "zone": "eu-west-1b"},
        ],
        "clients": ["10.0.0.0/16", "10.1.0.0/16"],
        "services": ["s3"],
        "spokes": [{"account": SPOKE, "vpc": SPOKE_VPC}],
    },
    "spoke": {
        "form": "spoke",
        "vpc": SPOKE_VPC,
        "hub": {"stack": "hub", "account": HUB, "vpc": HUB_VPC, "endpoints": [{"service": "s3"}]},
    },
}
FROM = {"hub": "dev", "spoke": "dev-silo1"}


def configuration(stack):
    """Of a stack that has nothing but a network, and the bucket that its flow logs go to."""
    config = yaml.safe_load((ROOT / f"Pulumi.{FROM[stack]}.yaml").read_text(encoding="utf-8"))["config"]
    kept = {f"lakeward:{key}": config[f"lakeward:{key}"] for key in KEPT}
    return {
        "config": {
            "pulumi:disable-default-providers": ["aws"],
            **kept,
            "lakeward:zones": [{"name": "logs"}],
            "lakeward:dataKeys": {"administrators": []},
            "lakeward:audit": {"trail": False},
            "lakeward:network": NETWORKS[stack],
        }
    }


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("aws")
    yield server.start(folder)
    server.stop(folder)


@pytest.fixture(scope="module")
def engine(cli, running, tmp_path_factory):
    """The engine with both stacks, of which nothing is up."""
    folder = tmp_path_factory.mktemp("hub-and-spoke")
    engine = ThrowawayEngine(cli=cli, project=ROOT, folder=folder / "engine", environment=running.environment(REGION))
    engine.install_stand_in()
    for stack in NETWORKS:
        path = folder / f"Pulumi.{stack}.yaml"
        path.write_text(yaml.safe_dump(configuration(stack), sort_keys=False), encoding="utf-8")
        seed.seed(running, load(path))
        engine.ensure_stack(stack, path)
    return engine


def zones_of(running, account, vpc):
    """The private zones that a VPC is associated with: name, and whose they are."""
    client = running.session(account, REGION).client("route53")
    found = client.list_hosted_zones_by_vpc(VPCId=vpc, VPCRegion=REGION)["HostedZoneSummaries"]
    return {(zone["Name"].rstrip("."), zone["Owner"]["OwningAccount"]) for zone in found}


def test_a_spoke_waits_for_its_hub(engine, running):
    """Before the hub is up a spoke can be reviewed, under the policy pack; brought up it says what it waits for."""
    review = engine.preview("spoke", policy_pack=POLICIES)
    refused = engine.up("spoke")

    assert review.succeeded, review.output
    assert not refused.succeeded
    assert "the hub's stack exports no private zone of `s3`: deploy the hub first" in "\n".join(refused.errors)
    assert "Traceback" not in refused.output
    assert zones_of(running, SPOKE, SPOKE_VPC) == set()


def test_a_spoke_is_associated_with_the_hubs_zone(engine, running):
    """The zone's id goes from stack to stack, and the hub's authorization lets another account's VPC in."""
    hub = engine.up("hub", policy_pack=POLICIES)
    spoke = engine.up("spoke")

    assert hub.succeeded, hub.output
    assert spoke.succeeded, spoke.output
    assert zones_of(running, SPOKE, SPOKE_VPC) == {("s3.eu-west-1.amazonaws.com", HUB)}


def test_what_a_spoke_does_to_the_hubs_zone_is_no_change_of_the_hub(engine):
    """The hub's next `up`, after looking at what really is, leaves the association alone."""
    again = engine.up("hub", refresh=True)

    assert (again.succeeded, again.changed) == (True, ()), again.errors
