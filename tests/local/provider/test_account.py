"""The provider's clients: how often they try again, by scripted answers of an AWS that is never reached."""

from __future__ import annotations

import io
import json

import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from local.provider.account import Clients, Credentials

REGION = "eu-west-1"
ROLE = "arn:aws:iam::200000009997:role/awaited"
MADE = (
    "<CreateRoleResponse><CreateRoleResult><Role>"
    f"<RoleName>awaited</RoleName><Arn>{ROLE}</Arn>"
    "</Role></CreateRoleResult></CreateRoleResponse>"
)

ERROR = "<ErrorResponse><Error><Code>{}</Code><Message>{}</Message></Error></ErrorResponse>"
EXISTS = (409, ERROR.format("EntityAlreadyExists", "Role awaited already exists"))
GONE = (404, ERROR.format("NoSuchEntity", "The role with name awaited cannot be found"))
LOST = (500, ERROR.format("InternalError", "Failed"))

GIVEN = (200, "{}")
UNKNOWN = (400, json.dumps({"__type": "InvalidInputException", "Message": "Invalid principal"}))
THROTTLED = (400, json.dumps({"__type": "ThrottlingException", "Message": "Rate exceeded"}))
MET = (400, json.dumps({"__type": "ConcurrentModificationException", "Message": "Another change is under way"}))
FAILED = (500, json.dumps({"__type": "InternalServiceException", "Message": "Failed"}))


class Raw(io.BytesIO):
    def stream(self, **_):
        yield self.read()


@pytest.fixture
def client(monkeypatch):
    """A client of a service that gets these answers, one after the other."""
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
    monkeypatch.setattr("local.provider.account._ROLES_MADE", {})
    clients = Clients(Credentials(access_key="a", secret_key="s", token="t"), {}, "http://127.0.0.1:1")

    def client(service, answers):
        made = clients.client(service, REGION)

        def answer(request, **_):
            status, body = answers.pop(0)
            return AWSResponse(request.url, status, {}, Raw(body.encode()))

        made.meta.events.register("before-send", answer)
        return made

    return client


@pytest.fixture
def granting(client):
    """Grant something to a role that the provider has just made, with these answers; says how many were taken."""

    def grant(answers, made=((200, MADE),)):
        client("iam", list(made)).create_role(RoleName="awaited", AssumeRolePolicyDocument="{}")
        total = len(answers)
        lake = client("lakeformation", answers)
        try:
            lake.grant_permissions(
                Principal={"DataLakePrincipalIdentifier": ROLE},
                Resource={"Database": {"Name": "db"}},
                Permissions=["DESCRIBE"],
            )
        except ClientError as error:
            return error.response["Error"]["Code"], total - len(answers)
        return "given", total - len(answers)

    return grant


@pytest.mark.parametrize("trouble", [THROTTLED, MET, FAILED], ids=["throttled", "met", "failed"])
def test_waits_for_a_role_are_not_counted_against_other_troubles(granting, trouble):
    """After fifteen waits for a new role a call is throttled, meets a change or fails, and is tried again."""
    assert granting([*[UNKNOWN] * 15, trouble, GIVEN]) == ("given", 17)


@pytest.mark.parametrize("waits", [0, 1, 15])
def test_a_call_that_stays_throttled_ends(granting, waits):
    """The twin: nine times throttled, it is refused, however often it waited for a role before."""
    assert granting([*[UNKNOWN] * waits, *[THROTTLED] * 20]) == ("ThrottlingException", waits + 9)


def test_a_role_is_waited_for_whose_creation_was_not_answered(granting):
    """AWS failed in the creation, and the next attempt found the role: it is as new as one whose answer came."""
    assert granting([UNKNOWN, UNKNOWN, GIVEN], made=[LOST, EXISTS]) == ("given", 3)


def test_what_nobody_made_is_refused_at_once(granting, monkeypatch):
    """The twin: a principal that isn't known and wasn't made a moment ago is an error of whoever names it."""
    monkeypatch.setattr("local.provider.account._UNKNOWN_SECONDS", 0.0)

    assert granting([UNKNOWN, GIVEN]) == ("InvalidInputException", 1)


def test_what_is_gone_after_a_lost_answer_was_removed(client):
    """AWS failed in the removal, and the next attempt finds nothing: that is what was wanted."""
    answers = [LOST, GONE]

    client("iam", answers).delete_role(RoleName="awaited")

    assert answers == []


@pytest.mark.parametrize(
    ("call", "answers"),
    [("delete_role", [GONE]), ("get_role", [LOST, GONE])],
    ids=["nothing was lost", "nothing was to be removed"],
)
def test_what_is_gone_otherwise_is_told(client, call, answers):
    """The twin: without a lost answer somebody else removed it, and who reads wants to know."""
    with pytest.raises(ClientError, match="NoSuchEntity"):
        getattr(client("iam", answers), call)(RoleName="awaited")
