from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from components.providers.connection import PAUSES_SECONDS, Connection, changed, persevere
from lakeward.errors import OutsideServiceError


def failure(code, message=""):
    return ClientError({"Error": {"Code": code, "Message": message}}, "PutDataLakeSettings")


class Flaky:
    """Fails as told, then answers."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "done"


@pytest.mark.parametrize(
    "transient",
    [
        failure("ConcurrentModificationException"),
        failure("ThrottlingException"),
        failure("InvalidInputException", "Invalid principal, Invalid principals: {arn}"),
    ],
    ids=lambda error: error.response["Error"]["Code"],
)
def test_persevere_tries_again_when_now_is_not_the_time(transient):
    """Throttling, a concurrent write and a principal that isn't known everywhere yet are waited for."""
    pauses = []
    attempt = Flaky(transient, transient)

    answer = persevere(attempt, sleep=pauses.append)

    assert answer == "done"
    assert attempt.calls == 3
    assert pauses == [1, 2]


def test_persevere_raises_other_errors_at_once():
    """Bad input isn't tried again."""
    pauses = []
    attempt = Flaky(failure("InvalidInputException", "The key isn't valid"))

    with pytest.raises(ClientError, match="The key isn't valid"):
        persevere(attempt, sleep=pauses.append)

    assert pauses == []


def test_persevere_gives_up_after_the_last_pause():
    """The last answer is told as AWS gave it."""
    pauses = []
    attempt = Flaky(*[failure("ThrottlingException")] * 100)

    with pytest.raises(ClientError, match="ThrottlingException"):
        persevere(attempt, sleep=pauses.append)

    assert tuple(pauses) == PAUSES_SECONDS
    assert attempt.calls == len(PAUSES_SECONDS) + 1


def test_connection_reaches_its_account(account):
    """The role chain leads to the account, and the client answers from there."""
    roles = account.connection.open().client("iam").list_roles()["Roles"]

    assert account.role("deployer") in [role["Arn"] for role in roles]


def test_connection_refuses_another_account(account, new_account):
    """Credentials of another account are refused, and the text names both."""
    other = new_account()
    astray = Connection(account=account.id, region="eu-west-1", assume_roles=(other.role("deployer"),))

    with pytest.raises(OutsideServiceError) as refused:
        astray.open()

    assert account.id in str(refused.value)
    assert other.id in str(refused.value)


def test_connection_survives_its_inputs():
    """What is read from the inputs is what was put there, with and without an endpoint."""
    plain = Connection(account="100000000001", region="eu-west-1", assume_roles=("a", "b"))
    elsewhere = Connection(account="100000000001", region="eu-west-1", endpoint="http://127.0.0.1:1")

    assert Connection.of(plain.inputs()) == plain
    assert Connection.of(elsewhere.inputs()) == elsewhere


def test_changed_sees_inputs_but_not_the_serialized_provider():
    """The reference to the provider's class never makes a difference; a changed input does."""
    olds = {"__provider": "gASV1", "account": "1", "dataLakeAdmins": ["a"]}

    assert changed(olds, {**olds, "__provider": "gASV2"}) == []
    assert changed(olds, {**olds, "dataLakeAdmins": ["a", "b"]}) == ["dataLakeAdmins"]
