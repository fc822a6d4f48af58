"""
How dynamic resources reach AWS: one account, one Region, through a chain of roles, never another account.

A connection is part of a resource's inputs and holds no secret: credentials come from the environment of whoever
runs the engine, as they do for the `aws` provider.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from lakeward.errors import OutsideServiceError

T = TypeVar("T")

SESSION_NAME = "lakeward"

PAUSES_SECONDS = (1, 2, 4, 8, 15, 15, 15)
"""Between attempts: a minute in all, which a role that was just created may need to become known everywhere."""

_TRANSIENT = frozenset(
    {
        "ConcurrentModificationException",
        "OperationTimeoutException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where a dynamic resource lives and how to get there."""

    account: str
    region: str
    assume_roles: tuple[str, ...] = ()
    """Roles to assume, in order, on the way from the environment's credentials to the account."""
    endpoint: str | None = None
    """Where all services answer, if not at AWS's own addresses or where the environment says."""

    @classmethod
    def of(cls, inputs: Mapping[str, Any]) -> Connection:
        """Read the connection from a resource's inputs."""
        return cls(
            account=inputs["account"],
            region=inputs["region"],
            assume_roles=tuple(inputs["assumeRoles"]),
            endpoint=inputs.get("endpoint"),
        )

    def inputs(self) -> dict[str, Any]:
        """Return the connection as part of a resource's inputs."""
        return {
            "account": self.account,
            "region": self.region,
            "assumeRoles": list(self.assume_roles),
            "endpoint": self.endpoint,
        }

    def open(self) -> Session:
        """
        Assume the roles and make sure that they lead to the account.

        `OutsideServiceError` when they lead to another one: nothing has been read or written there.
        """
        session = boto3.Session(region_name=self.region)
        for role in self.assume_roles:
            credentials = self._client(session, "sts").assume_role(RoleArn=role, RoleSessionName=SESSION_NAME)[
                "Credentials"
            ]
            session = boto3.Session(
                region_name=self.region,
                aws_access_key_id=credentials["AccessKeyId"],
                aws_secret_access_key=credentials["SecretAccessKey"],
                aws_session_token=credentials["SessionToken"],
            )
        reached = self._client(session, "sts").get_caller_identity()["Account"]
        if reached != self.account:
            raise OutsideServiceError(
                f"lakeward:account: the credentials lead to account {reached}, but the stack is account "
                f"{self.account}; use credentials or `lakeward:assumeRoles` that lead to {self.account}"
            )
        return Session(self, session)

    def _client(self, session: boto3.Session, service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
        return session.client(
            service,
            endpoint_url=self.endpoint,
            config=Config(retries={"mode": "standard", "total_max_attempts": 5}),
        )


@dataclass(frozen=True)
class Session:
    """An open connection, known to lead to its account."""

    connection: Connection
    session: boto3.Session

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
        """Return a client of a service."""
        return self.connection._client(self.session, service)  # noqa: SLF001  # two halves of one thing


def changed(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """
    Return which inputs differ from what is in the state, the serialized provider aside.

    A changed role chain or endpoint is an update that writes to AWS only what differs there: were it not recorded,
    the next refresh or destroy would take a way that may be gone.
    """
    return sorted(key for key in news if key != "__provider" and news[key] != olds.get(key))


def persevere(attempt: Callable[[], T], sleep: Callable[[float], None] | None = None) -> T:
    """
    Call `attempt` again while AWS answers that now isn't the time, pausing longer each time.

    That is: throttling, someone else writing at once, or a principal that isn't known everywhere yet. The last
    answer is raised as it came; any other error at once. `attempt` reads what it merges anew.
    """
    for pause in PAUSES_SECONDS:
        try:
            return attempt()
        except ClientError as error:
            if not _transient(error):
                raise
        (sleep or time.sleep)(pause)
    return attempt()


def every(listing: Callable[..., Mapping[str, Any]], member: str, **arguments: object) -> Iterator[Mapping[str, Any]]:
    """Yield every entry of a listing, page by page; `member` is what holds the entries in an answer."""
    more: dict[str, str] = {}
    while True:
        page = persevere(partial(listing, **arguments, **more))
        yield from page[member]
        if not page.get("NextToken"):
            return
        more = {"NextToken": page["NextToken"]}


def _transient(error: ClientError) -> bool:
    answer = error.response["Error"]
    return answer["Code"] in _TRANSIENT or (
        answer["Code"] == "InvalidInputException" and "invalid principal" in answer.get("Message", "").lower()
    )
