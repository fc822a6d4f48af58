"""The embedded AWS at its worst: each trouble it makes, and that none is made unless it was started so."""

from __future__ import annotations

import io
import json

import pytest
from botocore.exceptions import ClientError

from local.aws import hostile, server
from local.aws.hostile import Hostile
from local.provider.account import Clients, Credentials

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

    troubled = Hostile(application, 1)

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

    send.bodies = bodies
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


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    yield server.start(folder, hostile=7)
    server.stop(folder)


def trust(account):
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
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


def test_the_provider_takes_what_it_meets_after_a_lost_answer_for_made(troubled):
    """Of sixty databases some answer that they failed: each is there once, and a second creation is refused."""
    account = "200000009997"
    glue = clients_of(troubled, account).client("glue", REGION)
    answers = []
    glue.meta.events.register_first("needs-retry", lambda response=None, **_: answers.append(response[0].status_code))
    names = {f"d{number:03}" for number in range(60)}
    for name in names:
        glue.create_database(DatabaseInput={"Name": name})
    pages = glue.get_paginator("get_databases").paginate()
    found = [database["Name"] for page in pages for database in page["DatabaseList"]]

    assert 500 in answers
    assert sorted(found) == sorted(names)
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": "d000"})
