"""Security groups, endpoints and control policies, as each source tells of them."""

import json

import pytest

from lakeward.estate.sources import estate_of

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
POLICY = "aws:organizations/policy:Policy"
ATTACHMENT = "aws:organizations/policyAttachment:PolicyAttachment"

HTTPS = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}


def network(tell):
    return [
        tell.declared(GROUP, "group", {"vpcId": "vpc-1"}, {"id": "sg-1"}),
        tell.declared(
            RULE, "one", {**HTTPS, "cidrIpv4": "10.0.0.0/16"}, references={"securityGroupId": (GROUP, "group", "id")}
        ),
        tell.declared(
            RULE, "two", {**HTTPS, "cidrIpv4": "10.1.0.0/16"}, references={"securityGroupId": (GROUP, "group", "id")}
        ),
        tell.declared(
            ENDPOINT,
            "endpoint",
            {"vpcId": "vpc-1", "vpcEndpointType": "Interface", "serviceName": "com.amazonaws.eu-west-1.s3"}
            | {"securityGroupIds": [None]},
            references={"securityGroupIds.0": (GROUP, "group", "id")},
        ),
    ]


@pytest.mark.parametrize("origin", ["recording", "preview", "export", "pack_arguments"])
def test_an_endpoint_has_its_groups_and_a_group_its_rules(tell, origin):
    """Rules that are resources of their own stand in the group, and the endpoint names the group as it is named."""
    estate = estate_of(getattr(tell, origin)([tell.lake(), *network(tell)]), origin)
    ec2 = estate["accounts"][tell.account]["regions"][tell.region]["ec2"]
    (group,) = ec2["SecurityGroups"]
    (endpoint,) = ec2["VpcEndpoints"]

    assert group["IpPermissions"] == [
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.1.0.0/16"}]},
    ]
    assert endpoint["Groups"] == [{"GroupId": group["GroupId"]}]


def test_control_policies_stand_in_the_organization(tell):
    """An attachment puts its policy at its target; every level keeps what Organizations attaches by itself."""
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    lake = tell.lake()
    path = "o-aaaaaaaaaa/r-aaaa/ou-aaaa-aaaaaaaa/"
    lake.inputs["organization"] = {
        "id": "o-aaaaaaaaaa",
        "managementAccount": "900000000000",
        "accounts": {tell.account: {"path": path}, "900000000000": {"path": "o-aaaaaaaaaa/r-aaaa/"}},
    }
    resources = [
        tell.declared(POLICY, "policy", {"name": "guard", "content": json.dumps(deny)}, {"id": "p-1"}),
        tell.declared(
            ATTACHMENT, "attached", {"targetId": "ou-aaaa-aaaaaaaa"}, references={"policyId": (POLICY, "policy", "id")}
        ),
    ]
    organization = estate_of(tell.recording([lake, *resources]), "recording")["organization"]
    names = {(entry["target"], entry["name"]) for entry in organization["serviceControlPolicies"]}
    (guard,) = (entry for entry in organization["serviceControlPolicies"] if entry["name"] == "guard")

    assert guard == {"target": "ou-aaaa-aaaaaaaa", "name": "guard", "policy": deny}
    assert names == {
        ("ou-aaaa-aaaaaaaa", "guard"),
        *((target, "FullAWSAccess") for target in ("r-aaaa", "ou-aaaa-aaaaaaaa", tell.account)),
    }
    assert "resourceControlPolicies" not in organization
