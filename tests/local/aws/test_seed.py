"""What stands in an account before the first deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from lakeward.config import load
from local.aws.instance import GIVEN_ID, MANAGEMENT_ACCOUNT
from local.aws.seed import seed

DEV = (Path(__file__).parents[3] / "Pulumi.dev.yaml").read_text(encoding="utf-8")


@pytest.fixture
def config(account, tmp_path):
    """Return stack `dev` in an account of its own, with one more persona of each kind that names something."""
    text = DEV.replace("100000000001", account)
    text = text.replace(
        "    administrators: []\n", f"    administrators: ['arn:aws:iam::{account}:role/keys/key-administrator']\n"
    )
    head, personas = text.split("  lakeward:personas:\n")
    more = f"""  lakeward:personas:
    - name: reporting
      kind: external
      role: arn:aws:iam::{account}:role/reporting
      ceiling:
        - {{ Version: "2012-10-17", Statement: [{{ Effect: Allow, Action: "glue:GetTable", Resource: "*" }}] }}
    - name: ci
      trust:
        oidc: arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com
        audience: sts.amazonaws.com
        subjects: ["repo:acme/lake:ref:refs/heads/main"]
    - name: delegate
      trust: {{ role: "arn:aws:iam::{account}:role/front-door" }}
"""
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(head + more + personas, encoding="utf-8")
    return load(file)


@pytest.fixture
def state(iam):
    """Return everything IAM has in the account, without the times."""

    def read():
        return {
            "roles": {
                role["Arn"]: (
                    role["RoleId"],
                    str(role["AssumeRolePolicyDocument"]),
                    tuple(iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]),
                )
                for role in iam.list_roles()["Roles"]
            },
            "saml": [provider["Arn"] for provider in iam.list_saml_providers()["SAMLProviderList"]],
            "oidc": {
                provider["Arn"]: iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider["Arn"])[
                    "ClientIDList"
                ]
                for provider in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
            },
        }

    return read


def test_seed_makes_what_the_configuration_expects_to_exist(running, config, state, account):
    """Providers and roles that the stack names and doesn't create are there; roles of its own personas aren't."""
    seed(running, config)
    found = state()

    assert {
        f"arn:aws:iam::{account}:role/{name}"
        for name in (
            "OrganizationAccountAccessRole",
            "artifact-publisher",
            "front-door",
            "keys/key-administrator",
            "lakeward-deployer",
            "reporting",
            "tenant-api",
        )
    } == set(found["roles"])
    assert [f"arn:aws:iam::{account}:saml-provider/corporate"] == found["saml"]
    assert {
        f"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com": ["sts.amazonaws.com"]
    } == found["oidc"]


def test_seed_twice_changes_nothing(running, config, state):
    """The second time everything stays, unique ids included."""
    seed(running, config)
    before = state()

    seed(running, config)

    assert before == state()


def test_seeded_external_role_has_its_ceiling(running, config, iam):
    """What is stated as the most a role may do is what it may do."""
    seed(running, config)

    policy = iam.get_role_policy(RoleName="reporting", PolicyName="ceiling-0")

    assert "glue:GetTable" == policy["PolicyDocument"]["Statement"][0]["Action"]


def test_deployer_is_reached_through_the_role_chain(running, config, account):
    """The environment's credentials, then the configured roles, end in the deployer."""
    seed(running, config)
    management = running.session(MANAGEMENT_ACCOUNT, "eu-west-1").client("sts")

    answer = management.assume_role(RoleArn=config.assume_roles[0], RoleSessionName="up")

    assert f"arn:aws:sts::{account}:assumed-role/lakeward-deployer/up" == answer["AssumedRoleUser"]["Arn"]


def test_seed_makes_the_network_under_its_ids(running, config, account):
    """EC2 makes ids up; here VPC, subnets and route table have those that the configuration names, once."""
    seed(running, config)
    seed(running, config)
    ec2 = running.session(account, config.region).client("ec2")
    network = config.network
    tables = {table["RouteTableId"] for table in ec2.describe_route_tables()["RouteTables"]}
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["Subnets"]

    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs(VpcIds=[network.vpc])["Vpcs"]] == [network.vpc]
    assert {(subnet["SubnetId"], subnet["AvailabilityZone"]) for subnet in subnets} == {
        (subnet.id, subnet.zone) for subnet in network.subnets
    }
    assert set(network.route_tables) < tables


def test_a_seed_that_was_killed_goes_on(running, config):
    """Whatever of the network is missing is made, though the VPC is there already."""
    ec2 = running.session(config.account, config.region).client("ec2")
    aurora = config.tenancy.aurora
    identity = [{"ResourceType": "vpc", "Tags": [{"Key": GIVEN_ID, "Value": aurora.vpc}]}]
    ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=identity)

    seed(running, config)
    of_it = [{"Name": "vpc-id", "Values": [aurora.vpc]}]
    subnets = ec2.describe_subnets(Filters=of_it)["Subnets"]
    groups = ec2.describe_security_groups(Filters=of_it)["SecurityGroups"]

    assert {subnet["SubnetId"] for subnet in subnets} == set(aurora.subnets)
    assert {group["GroupId"] for group in groups} > set(aurora.clients)
