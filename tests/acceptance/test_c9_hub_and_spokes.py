"""C9: one hub with interface endpoints, and spokes that find them by name."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.access import answer
from lakeward.config import parse
from lakeward.errors import ConfigurationError
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of
from lakeward.plan import plan_stack
from lakeward.plan.endpoint_costs import cost_estimate
from lakeward.reports import compare
from local.recorder import record

ROOT = Path(__file__).parents[2]
DEV = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]

HUB_VPC = "vpc-0a1b2c3d4e5f60001"
SPOKE_VPC = "vpc-0a1b2c3d4e5f60011"
SPOKE = {"account": "100000000011", "vpc": SPOKE_VPC}
ANALYST = "secure-lf-business-analyst"


def values(**network):
    config = copy.deepcopy(DEV)
    config["lakeward:network"] = {
        **{key: value for key, value in config["lakeward:network"].items() if key != "form"},
        **network,
    }
    return config


HUB = values(form="hub", spokes=[SPOKE])
AS_SPOKE = {
    "form": "spoke",
    "vpc": SPOKE_VPC,
    "hub": {
        "stack": "hub",
        "account": "100000000001",
        "vpc": HUB_VPC,
        "endpoints": [{"service": "s3"}, {"service": "sts"}],
    },
}


def as_spoke(**changes):
    return {**copy.deepcopy(DEV), "lakeward:network": {**copy.deepcopy(AS_SPOKE), **changes}}


def refused(config):
    with pytest.raises(ConfigurationError) as error:
        parse(config, "dev")
    return list(error.value.lines())


@pytest.fixture(scope="module")
def hub():
    return record(ROOT, "dev", HUB)


@pytest.fixture(scope="module")
def spoke():
    return record(ROOT, "dev", as_spoke())


def inputs(recording, resource_type):
    return [r["inputs"] for r in recording["resources"] if r["type"] == resource_type]


def test_the_hubs_names_lead_to_its_endpoints(hub):
    """Private DNS is off, and a private zone for each service leads to its endpoint, for S3's buckets too."""
    interfaces = [e for e in inputs(hub, "aws:ec2/vpcEndpoint:VpcEndpoint") if e["vpcEndpointType"] == "Interface"]
    zones = {zone["name"] for zone in inputs(hub, "aws:route53/zone:Zone")}
    records = {record["name"] for record in inputs(hub, "aws:route53/record:Record")}

    assert {endpoint["privateDnsEnabled"] for endpoint in interfaces} == {False}
    assert len(zones) == len(interfaces) == 7
    assert records == {*zones, "*.s3.eu-west-1.amazonaws.com"}


def test_the_hub_authorizes_its_spokes_and_nobody_else(hub):
    """Each zone authorizes the VPCs that the configuration names."""
    authorized = inputs(hub, "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization")

    assert {entry["vpcId"] for entry in authorized} == {SPOKE_VPC}
    assert len(authorized) == 7


def test_a_spoke_only_consumes_ids(spoke):
    """It declares no endpoint, only its association with the hub's zones, whose ids the hub's stack exports."""
    associations = inputs(spoke, "aws:route53/zoneAssociation:ZoneAssociation")

    assert inputs(spoke, "aws:ec2/vpcEndpoint:VpcEndpoint") == []
    assert associations == [
        {"vpcId": SPOKE_VPC, "zoneId": "%{hub-association-vpc.privateZones.s3}"},
        {"vpcId": SPOKE_VPC, "zoneId": "%{hub-association-vpc.privateZones.sts}"},
    ]


def test_a_spoke_is_judged_before_its_hub_is_deployed(spoke):
    """No stack of the hub's name exists: the spoke's estate is read, and its access is what its plan intends."""
    estate = read_estate(estate_of(spoke, "stack:spoke"))

    assert compare(plan_stack(parse(as_spoke(), "dev")).intended_access, estate).differences == ()


def test_a_spokes_role_reaches_a_central_bucket_through_the_hub(hub):
    """Through the hub's endpoint, and from the spoke's own VPC, a bucket of the hub's account answers; else not."""
    estate = estate_of(hub, "stack:hub")
    case = {
        "principal": f"arn:aws:iam::100000000001:role/{ANALYST}",
        "action": "s3:GetObject",
        "resource": f"arn:aws:s3:::acme-dev-query-results-100000000001/{ANALYST}/1.csv",
        "estate": estate,
    }
    through_hub = answer({**case, "context": {"aws:SourceVpce": "%{interface-endpoint-s3.id}"}})
    from_spoke = answer({**case, "context": {"aws:SourceVpc": SPOKE_VPC, "aws:VpceOrgID": "o-1aaaaaaaaa"}})
    elsewhere = answer({**case, "context": {"aws:SourceVpc": "vpc-0a1b2c3d4e5f60099", "aws:VpceOrgID": "o-1aaaaaaaaa"}})

    assert through_hub["verdict"] == from_spoke["verdict"] == "ALLOW"
    assert elsewhere["may"] == "EXPLICIT_DENY"
    assert {r["statement"] for r in elsewhere["reasons"]} == {"DenyDataFromOutsideTheNetwork"}


def test_a_spokes_buckets_accept_the_hubs_endpoints(spoke):
    """The hub's VPC is among those that the spoke's own buckets accept."""
    (policy,) = (p["policy"] for p in inputs(spoke, "aws:s3/bucketPolicy:BucketPolicy") if "-masked-" in p["bucket"])

    assert f'"aws:SourceVpc":["{HUB_VPC}","{SPOKE_VPC}"]' in policy


def test_a_spoke_that_counts_on_the_hubs_gateway_endpoint_is_refused():
    """A gateway endpoint isn't reachable from another VPC: refused before anything is planned."""
    endpoints = [{"service": "s3", "type": "gateway"}]

    assert refused(as_spoke(hub={**AS_SPOKE["hub"], "endpoints": endpoints})) == [
        (
            "network.hub.endpoints[0].type: a gateway endpoint serves its own VPC only, whatever routes lead there; "
            "write `interface`, or give `routeTables` for a gateway endpoint of this VPC"
        )
    ]


def test_a_spoke_that_nothing_leads_to_s3_is_refused():
    """Its buckets would refuse it."""
    (line,) = refused(as_spoke(hub={**AS_SPOKE["hub"], "endpoints": [{"service": "sts"}]}))

    assert line.startswith("network.hub.endpoints: nothing leads to S3")


def test_a_duplicate_in_a_spoke_is_told_as_cost():
    """An endpoint that the hub has already is declared and marked in the estimate; one that it hasn't isn't."""
    dev = DEV["lakeward:network"]
    own = {key: dev[key] for key in ("subnets", "clients", "prices")}
    config = parse(as_spoke(services=["sts", "kms"], **own), "dev")
    lines = {line.subject: line for line in cost_estimate(config).lines}

    assert lines["interface endpoint of sts"].duplicate
    assert not lines["interface endpoint of kms"].duplicate
    assert f"{lines['interface endpoint of sts'].monthly:.2f}" == "16.06"
