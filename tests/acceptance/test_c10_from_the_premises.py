"""C10: the premises reach the lake through interface endpoints, from named networks only, and it is on record."""

import pytest

ANALYST = "secure-lf-business-analyst"
INTERFACE = "interface-endpoint-s3"


def own_result(lake):
    return lake.objects("query-results", f"{ANALYST}/1.csv")


@pytest.mark.parametrize("source", ["172.16.0.9", "172.16.15.254", "10.0.3.4"])
def test_a_named_network_reaches_the_lake(lake, source):
    """An address on the premises, or in the VPC, gets through to the bucket."""
    answer = lake.request(ANALYST, "s3:GetObject", own_result(lake), **lake.through(INTERFACE, source))

    assert answer["verdict"] == "ALLOW"


@pytest.mark.parametrize("source", ["172.16.16.1", "192.168.0.1", "10.1.0.1", "198.51.100.7"])
def test_an_unlisted_network_is_turned_away_by_the_security_group(lake, source):
    """An address that no rule admits gets no answer, whoever asks."""
    answer = lake.request(ANALYST, "s3:GetObject", own_result(lake), **lake.through(INTERFACE, source))

    assert answer["may"] == "IMPLICIT_DENY"
    assert answer["blockedBy"] == ["network"]
    assert "TCP 443" in next(reason["why"] for reason in answer["reasons"] if reason["layer"] == "network")


def test_results_stream_from_athenas_endpoint_alone(lake):
    """C3: port 444 is open on Athena's endpoint, where drivers fetch results, and on no other."""
    ports = {
        endpoint["VpcEndpointId"]: {
            permission["FromPort"]
            for group in lake.region["ec2"]["SecurityGroups"]
            if {"GroupId": group["GroupId"]} in endpoint.get("Groups", [])
            for permission in group["IpPermissions"]
        }
        for endpoint in lake.region["ec2"]["VpcEndpoints"]
        if endpoint["VpcEndpointType"] == "Interface"
    }

    assert ports.pop("%{interface-endpoint-athena.id}") == {443, 444}
    assert len(ports) == 6
    assert all(opened == {443} for opened in ports.values())


def test_who_came_is_on_record(lake):
    """A flow log takes down all traffic of the VPC, and its destination lets the service write."""
    (log,) = (r["inputs"] for r in lake.recording["resources"] if r["type"] == "aws:ec2/flowLog:FlowLog")
    delivery = {
        "aws__SourceAccount": "100000000001",
        "aws__SourceArn": "arn:aws:logs:eu-west-1:100000000001:*",
        "s3__x-amz-acl": "bucket-owner-full-control",
    }
    place = lake.objects("logs", "flow-logs/AWSLogs/100000000001/x")
    ours = lake.request("delivery.logs.amazonaws.com", "s3:PutObject", place, **delivery)
    strangers = lake.request(
        "delivery.logs.amazonaws.com", "s3:PutObject", place, **{**delivery, "aws__SourceAccount": "200000000001"}
    )

    assert (log["vpcId"], log["trafficType"]) == ("vpc-0a1b2c3d4e5f60001", "ALL")
    assert log["logDestination"] == "arn:aws:s3:::acme-dev-logs-100000000001/flow-logs/"
    assert ours["verdict"] == "ALLOW"
    assert strangers["may"] == "IMPLICIT_DENY"
    assert strangers["blockedBy"] == ["resource"]


def test_nothing_of_the_lake_has_a_public_way_in(lake):
    """No proxies, no public addresses: the stack declares no gateway, balancer or address of that kind."""
    public = ("eip", "internetgateway", "loadbalancer", "natgateway")
    types = {resource["type"].lower() for resource in lake.recording["resources"]}

    assert [found for found in sorted(types) if any(word in found for word in public)] == []
