"""Whether security groups let a request through to an interface endpoint."""

import pytest

from lakeward.access import answer
from lakeward.access.network import admits, port_of
from lakeward.access.truth import NO, UNKNOWN, YES
from lakeward.estate.entries import IpPermission, IpRange, Ipv6Range, SecurityGroup
from lakeward.estate.unknown import Listing, Unknown

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
THROUGH_ALL = {**EVERYTHING, "Statement": [{**EVERYTHING["Statement"][0], "Principal": "*"}]}


def group(*permissions, unknown=None):
    return SecurityGroup(group_id="sg-1", ip_permissions=Listing(permissions, unknown))


def https(*cidrs, first=443, last=443, protocol="tcp"):
    return IpPermission(
        ip_protocol=protocol, from_port=first, to_port=last, ip_ranges=Listing(IpRange(cidr_ip=cidr) for cidr in cidrs)
    )


@pytest.mark.parametrize(
    ("groups", "source", "port", "expected"),
    [
        ([group(https("10.0.0.0/16"))], "10.0.1.2", 443, YES),
        ([group(https("10.0.0.0/16"))], "10.1.1.2", 443, NO),
        ([group(https("10.0.0.0/16"))], "10.0.1.2", 444, NO),
        ([group(https("10.0.0.0/16")), group(https("10.1.0.0/16"))], "10.1.1.2", 443, YES),
        ([group(https("10.0.0.0/16", first=None, last=None, protocol="-1"))], "10.0.1.2", 444, YES),
        ([group(https("10.0.0.0/16", protocol="udp"))], "10.0.1.2", 443, NO),
        ([group(https("10.0.0.0/16", first=0, last=65535))], "10.0.1.2", 443, YES),
        ([group()], "10.0.1.2", 443, NO),
        ([None], "10.0.1.2", 443, UNKNOWN),
        ([group(unknown=Unknown("not read"))], "10.0.1.2", 443, UNKNOWN),
        ([group(https("%{vpc.cidrBlock}"))], "10.0.1.2", 443, UNKNOWN),
        ([group(https("10.0.0.0/16", first=Unknown("port")))], "10.0.1.2", 443, UNKNOWN),
        ([group(https("10.0.0.0/16"))], "2001:db8::1", 443, NO),
        ([group(https("10.0.0.0/16"))], "%{address}", 443, UNKNOWN),
        (
            [group(IpPermission(ip_protocol="tcp", ipv6_ranges=Listing([Ipv6Range(cidr_ipv6="2001:db8::/32")])))],
            "2001:db8::1",
            443,
            YES,
        ),
        (
            [group(IpPermission(ip_protocol="tcp", user_id_group_pairs=Listing([{"GroupId": "sg-2"}])))],
            "10.0.1.2",
            443,
            UNKNOWN,
        ),
    ],
)
def test_groups_admit_by_protocol_port_and_address(groups, source, port, expected):
    """One rule of one group suffices; what isn't described leaves it open."""
    assert admits(groups, source, port) == expected


def test_results_stream_goes_to_a_port_of_its_own():
    """C3: drivers that stream results from Athena use port 444; everything else is HTTPS."""
    assert port_of("athena:getqueryresultsstream") == 444
    assert port_of("athena:getqueryresults") == 443


def case(source, endpoint="Interface", groups=("sg-1",)):
    context = {"aws:SourceVpce": "vpce-1", **({} if source is None else {"aws:VpcSourceIp": source})}
    ranges = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    ec2 = {
        "VpcEndpoints": [
            {
                "VpcEndpointId": "vpce-1",
                "VpcId": "vpc-1",
                "VpcEndpointType": endpoint,
                "ServiceName": "com.amazonaws.eu-west-1.s3",
                "PolicyDocument": THROUGH_ALL,
                "Groups": [{"GroupId": name} for name in groups],
            }
        ],
        "SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [ranges]}],
    }
    role = {"Arn": "arn:aws:iam::111111111111:role/r", "Policies": [{"PolicyName": "p", "PolicyDocument": EVERYTHING}]}
    account = {
        "iam": {"Roles": [role]},
        "regions": {"eu-west-1": {"ec2": ec2, "s3": {"Buckets": [{"Name": "lake"}]}}},
    }
    return {
        "estate": {"version": 1, "accounts": {"111111111111": account}},
        "principal": role["Arn"],
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::lake/x",
        "context": context,
    }


def test_a_request_that_is_turned_away_is_denied_by_the_network():
    """Nobody denies it explicitly, for nobody sees it; the twin from a named network is allowed."""
    inside, outside = answer(case("10.0.0.7")), answer(case("10.1.0.7"))

    assert inside["verdict"] == "ALLOW"
    assert (outside["verdict"], outside["may"], outside["blockedBy"]) == ("IMPLICIT_DENY", "IMPLICIT_DENY", ["network"])
    assert outside["reasons"] == [
        {
            "layer": "network",
            "policy": "accounts.111111111111.regions.eu-west-1.ec2.SecurityGroups[0]",
            "statement": "",
            "why": "no rule surely admits TCP 443 from 10.1.0.7",
        }
    ]


def test_a_group_that_is_not_described_leaves_it_open():
    """Unknown, and in the permissive reading allowed."""
    open_ = answer(case("10.1.0.7", groups=("sg-1", "sg-2")))

    assert (open_["verdict"], open_["may"], open_["blockedBy"]) == ("UNKNOWN", "ALLOW", ["network"])


@pytest.mark.parametrize("asked", [case(None), case("10.1.0.7", endpoint="Gateway", groups=())])
def test_no_group_bears_on_other_requests(asked):
    """Neither on one that doesn't say its address, nor on a gateway endpoint, which has no groups."""
    assert answer(asked)["verdict"] == "ALLOW"
