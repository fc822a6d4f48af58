"""Who may talk to the embedded AWS; every refusal differs from the accepted request in one place."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


@pytest.fixture
def ask(running):
    """Send a request that is proper but for what the caller changes; return its status and body."""

    def send(path="/", access_key=None, sign=True, **headers):
        keys = running.environment("eu-west-1")
        credentials = Credentials(access_key or keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])
        request = AWSRequest(
            method="POST",
            url=running.url + path,
            data="Action=GetCallerIdentity&Version=2011-06-15",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        if sign:
            SigV4Auth(credentials, "sts", "eu-west-1").add_auth(request)
        connection = http.client.HTTPConnection(urlsplit(running.url).netloc)
        connection.request("POST", path, body=request.data, headers={**dict(request.headers), **headers})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    return send


def test_gate_accepts_a_proper_request(ask):
    """The request that the others differ from is answered."""
    status, body = ask()

    assert 200 == status
    assert "GetCallerIdentityResult" in body


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"Host": "lake.example:80"}, "the Host header names another server"),
        ({"Origin": "http://lake.example"}, "requests of web pages are refused"),
        ({"Origin": "null"}, "requests of web pages are refused"),
        ({"x-moto-account-id": "200000000000"}, "accounts are reached by assuming a role"),
        ({"sign": False}, "the request carries no access key of this server"),
        ({"access_key": "AKIAIOSFODNN7EXAMPLE"}, "the request carries no access key of this server"),
        ({"path": "/moto-api/reset"}, "this interface is off"),
        ({"path": "/moto-api/"}, "this interface is off"),
        ({"path": "/latest/meta-data/iam/security-credentials/"}, "this interface is off"),
    ],
)
def test_gate_refuses(ask, change, why):
    """A request that a stranger or a web page could send is refused, and told why."""
    status, body = ask(**change)

    assert 403 == status
    assert why in body


def test_gate_refuses_a_key_once_it_is_deleted(ask, iam):
    """A user's key opens the server from its creation to its deletion."""
    iam.create_user(UserName="someone")
    key = iam.create_access_key(UserName="someone")["AccessKey"]["AccessKeyId"]
    before, _ = ask(access_key=key)
    iam.delete_access_key(UserName="someone", AccessKeyId=key)
    after, why = ask(access_key=key)

    assert (200, 403) == (before, after)
    assert "no access key of this server" in why


def test_gate_sends_no_permission_to_web_pages(running):
    """No answer allows a page of another origin to read it."""
    connection = http.client.HTTPConnection(urlsplit(running.url).netloc)
    connection.request("GET", "/lakeward/health")
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert 200 == answer.status
    assert answer.getheader("Access-Control-Allow-Origin") is None


def test_refused_reset_leaves_state_alone(ask, lake_formation, closed):
    """What was written is there after someone tried to reset the server."""
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw"])

    ask(path="/moto-api/reset")

    assert ["raw"] == lake_formation.get_lf_tag(TagKey="zone")["TagValues"]


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("glue", "get_resource_policies", {}),
        ("iam", "get_context_keys_for_custom_policy", {"PolicyInputList": ["{}"]}),
    ],
    ids=["json", "query"],
)
def test_what_moto_lacks_is_told_to_the_client(session, refused, service, operation, arguments):
    """A missing operation is one clear error, in JSON and in XML, not a broken answer."""
    with refused("NotImplemented", f"The {operation} action has not been implemented"):
        getattr(session.client(service), operation)(**arguments)
