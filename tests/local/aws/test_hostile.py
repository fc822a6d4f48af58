"""The embedded AWS at its worst: each trouble it makes, and that none is made unless it was started so."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from local.aws import hostile, server
from local.aws.hostile import Hostile
from local.provider.account import Account, Clients, Credentials
from local.provider.resources import resource_types
from local.provider.resources.vpc_security_group_ingress_rule import SecurityGroupIngressRule

REGION = "eu-west-1"
ACCOUNT = "200000009999"


@pytest.fixture
def quiet(monkeypatch):
    """No trouble at all, until a test asks for one."""
    for share in ("THROTTLED", "MET", "LOST", "LATEST_SECONDS"):
        monkeypatch.setattr(hostile, share, 0.0)
    return monkeypatch


@pytest.fixture
def call():
    """Send requests through the mode to an application that counts what took effect; answers status and body."""
    bodies = []

    def application(environ, start_response):
        bodies.append(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [b"{}"]

    send = sender(Hostile(application, 1))
    send.bodies = bodies
    return send


def sender(troubled):
    """Sends requests to an application, and answers status and body."""

    def send(service, operation, body=b"{}"):
        said = []
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/{operation}",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-amz-json-1.1",
            "HTTP_X_AMZ_TARGET": f"AWS.{operation}",
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential=A/20260101/{REGION}/{service}/aws4_request",
            "wsgi.input": io.BytesIO(body),
        }
        answer = b"".join(troubled(environ, lambda status, _: said.append(status)))
        return said[0], json.loads(answer)

    return send


def test_a_lost_answer_hides_what_took_effect_once(quiet, call):
    """The first attempt takes effect and answers that it failed; the same call then answers as it is."""
    quiet.setattr(hostile, "LOST", 1.0)
    first, again = call("glue", "CreateDatabase"), call("glue", "CreateDatabase")

    assert first[0].startswith("500")
    assert first[1]["__type"] == "InternalError"
    assert again == ("200 OK", {})
    assert len(call.bodies) == 2


@pytest.mark.parametrize("operation", ["GetDatabase", "CreateKey"])
def test_what_reads_or_has_no_name_is_never_lost(quiet, call, operation):
    """The positive twin: a reading call, and one whose double nobody could tell, answer what they did."""
    quiet.setattr(hostile, "LOST", 1.0)

    assert call("kms", operation) == ("200 OK", {})


@pytest.mark.parametrize(
    ("share", "expected"), [("THROTTLED", "ThrottlingException"), ("MET", "ConcurrentModificationException")]
)
def test_a_refused_call_takes_no_effect(quiet, call, share, expected):
    """Throttled, or met by another change, a call is refused and never reaches AWS."""
    quiet.setattr(hostile, share, 1.0)
    status, answer = call("glue", "CreateDatabase")

    assert (status, answer["__type"]) == ("400 Bad Request", expected)
    assert call.bodies == []


def test_pages_of_lake_formation_hold_one_entry(quiet, call):
    """Whatever a client asks for, listings come entry by entry; other calls are as they were sent."""
    call("lakeformation", "ListPermissions", b'{"MaxResults": 100}')
    call("lakeformation", "GrantPermissions", b'{"A": 1}')

    assert [json.loads(body) for body in call.bodies] == [{"MaxResults": 1}, {"A": 1}]


def test_pages_of_what_moto_lists_whole_hold_one_entry(quiet):
    """Entry by entry, each with a token for the next, comes what a listing of the catalog or of keys holds."""

    def application(environ, start_response):
        assert json.loads(environ["wsgi.input"].read()) == {"CatalogId": "1"}
        start_response("200 OK", [("Content-Length", "99")])
        return [json.dumps({"DatabaseList": ["a", "b"]}).encode()]

    send = sender(Hostile(application, 1))

    assert send("glue", "GetDatabases", b'{"CatalogId": "1"}')[1] == {
        "DatabaseList": ["a"],
        "NextToken": "1",
        "Truncated": True,
    }
    assert send("glue", "GetDatabases", b'{"CatalogId": "1", "NextToken": "1"}')[1] == {"DatabaseList": ["b"]}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    yield server.start(folder, hostile=7)
    server.stop(folder)


def trust(account):
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def identity_policy():
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::logs/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def key_policy(account, role):
    administrators = {"AWS": f"arn:aws:iam::{account}:root"}
    statements = [
        {"Effect": "Allow", "Principal": administrators, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "kms:Decrypt", "Resource": "*"},
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def made_and_named(session, account, client=lambda session, service: session.client(service)):
    """Make a role, and a key whose policy names it, at once."""
    iam = client(session, "iam")
    role = iam.create_role(RoleName="new", AssumeRolePolicyDocument=trust(account))["Role"]["Arn"]
    return client(session, "kms").create_key(Policy=key_policy(account, role))


def clients_of(running, account):
    """The provider's clients of an account."""
    keys = running.session(account, REGION).get_credentials().get_frozen_credentials()
    credentials = Credentials(access_key=keys.access_key, secret_key=keys.secret_key, token=keys.token)
    return Clients(credentials, {}, running.url)


def test_a_new_role_is_unknown_for_a_while(troubled, embedded_aws):
    """A key's policy that names a role just made is refused there; the ordinary embedded AWS takes it."""
    with pytest.raises(ClientError, match="Invalid principal"):
        made_and_named(troubled.session(ACCOUNT, REGION), ACCOUNT)

    assert made_and_named(embedded_aws.session(ACCOUNT, REGION), ACCOUNT)["KeyMetadata"]["Enabled"]


def test_the_provider_waits_until_a_role_it_made_is_known(troubled):
    """The same through the provider's clients: they wait for what they have made, and get their key."""
    account = "200000009998"
    clients = clients_of(troubled, account)

    key = made_and_named(None, account, lambda _, service: clients.client(service, REGION))

    assert key["KeyMetadata"]["Enabled"]


LOSING = """
import sys
from pathlib import Path
from local.aws import hostile, serving

hostile.THROTTLED = hostile.MET = hostile.LATEST_SECONDS = 0.0
hostile.LOST = 1.0
serving.serve(Path(sys.argv[1]), hostile=1)
"""


@pytest.fixture(scope="module")
def losing(tmp_path_factory):
    """An embedded AWS that loses the answer to the first attempt of every change, and makes no other trouble."""
    folder = tmp_path_factory.mktemp("losing")
    with subprocess.Popen([sys.executable, "-c", LOSING, str(folder)], stderr=subprocess.DEVNULL) as process:
        while not (running := server.status(folder)):
            assert process.poll() is None
        yield running
        server.stop(folder)


@pytest.fixture(scope="module")
def place(losing):
    """Where the provider works: an account with a network, `vpc`, and a security group in it, `group`."""
    place = Account(ACCOUNT, "aws", REGION, clients_of(losing, ACCOUNT)).place()
    place.client("s3").create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    return place


@pytest.fixture(scope="module")
def vpc(losing):
    """A network, made by a client that takes no loss for an answer."""
    ec2 = losing.session(ACCOUNT, REGION).client("ec2")
    return ec2.describe_vpcs()["Vpcs"][0]["VpcId"]


MADE = {
    "cloudtrail/trail": {"name": "trail", "s3BucketName": "logs"},
    "ec2/flowLog": {
        "vpcId": "VPC", "logDestinationType": "s3", "logDestination": "arn:aws:s3:::logs",
        "maxAggregationInterval": 600, "trafficType": "ALL",
    },
    "ec2/securityGroup": {"vpcId": "VPC", "name": "group", "description": "group"},
    "ec2/vpcEndpoint": {
        "vpcId": "VPC", "serviceName": f"com.amazonaws.{REGION}.s3", "vpcEndpointType": "Gateway",
        "privateDnsEnabled": False,
    },
    "iam/policy": {"name": "policy", "path": "/", "policy": identity_policy()},
    "route53/zone": {"name": "lake.internal", "comment": "", "vpcs": [{"vpcId": "VPC"}]},
}  # fmt: skip
"""What each type whose identity AWS gives is made of."""

LISTED = {
    "cloudtrail/trail": ("cloudtrail", "describe_trails", "trailList"),
    "ec2/flowLog": ("ec2", "describe_flow_logs", "FlowLogs"),
    "ec2/securityGroup": ("ec2", "describe_security_groups", "SecurityGroups"),
    "ec2/vpcEndpoint": ("ec2", "describe_vpc_endpoints", "VpcEndpoints"),
    "iam/policy": ("iam", "list_policies", "Policies"),
    "route53/zone": ("route53", "list_hosted_zones", "HostedZones"),
}


@pytest.mark.parametrize("kind", sorted(MADE))
def test_the_provider_makes_once_what_aws_names(place, vpc, kind, figure):
    """The answer to the first attempt is lost, and with it the identity: the thing is there once, and found by it."""
    (resource_type,) = (one for token, one in resource_types().items() if token.startswith(f"aws:{kind}:"))
    service, listing, member = LISTED[kind]

    def listed():
        options = {"Scope": "Local"} if kind == "iam/policy" else {}
        return len(getattr(place.client(service), listing)(**options)[member])

    wanted = {name: vpc if value == "VPC" else value for name, value in MADE[kind].items()} | {"tagsAll": {}}
    if "vpcs" in wanted:
        wanted["vpcs"] = [{"vpcId": vpc}]
    before = listed()
    identity = resource_type.create(place, wanted)
    figure("creations found again whose answer was lost")

    assert resource_type.read(place, identity, wanted)
    assert listed() == before + 1


def test_the_provider_finds_the_rule_whose_answer_was_lost(place, vpc):
    """Two rules of a security group, the answers to both lost: each is there once, by an id of its own."""
    ec2 = place.client("ec2")
    group = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["SecurityGroups"][0]["GroupId"]
    kind = SecurityGroupIngressRule()
    wanted = {"securityGroupId": group, "ipProtocol": "tcp", "cidrIpv4": "10.0.0.0/16", "tagsAll": {}}
    made = {port: kind.create(place, {**wanted, "fromPort": port, "toPort": port}) for port in (443, 5432)}

    assert {port: kind.read(place, identity, {})["fromPort"] for port, identity in made.items()} == {
        443: 443,
        5432: 5432,
    }


def test_the_provider_takes_what_it_meets_after_a_lost_answer_for_made(place):
    """A database whose answer was lost is there once; a second creation is refused."""
    glue = place.client("glue")
    for name in ("a", "b"):
        glue.create_database(DatabaseInput={"Name": name})
    pages = glue.get_paginator("get_databases").paginate()

    assert [database["Name"] for page in pages for database in page["DatabaseList"]] == ["a", "b"]
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": "a", "Description": "another"})
