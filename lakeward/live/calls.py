"""
The calls that reading an account makes, and how their answers and refusals are taken.

A call is a value in its service's module; making one that isn't there is impossible, so the least-privilege policy
that `lakeward estate --policy` prints is derived from the same values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lakeward.errors import OutsideServiceError
from lakeward.estate.sources.values import Json, unknown

if TYPE_CHECKING:
    import boto3

T = TypeVar("T")
U = TypeVar("U")

_RETRIES = Config(retries={"mode": "standard", "total_max_attempts": 10})
"""Throttled calls are repeated with growing pauses; reading an account makes many."""

_AT_ONCE = 8
"""Calls in flight at one time, where one has to be made per entry."""

_NOT_IMPLEMENTED = frozenset(
    {
        "404",  # a service that knows no such path: the operation is newer than it
        "501",
        "InvalidAction",
        "NotImplemented",
        "NotImplementedException",
        "UnknownOperation",
        "UnknownOperationException",
        "UnsupportedOperation",
        "UnsupportedOperationException",
    }
)


@dataclass(frozen=True)
class Call:
    """One operation of one service."""

    service: str
    """As boto3 names the service."""
    operation: str
    items: str | None = None
    """Member of the answer that lists what is asked for; the call is then repeated for all pages."""
    action: str | None = None
    """IAM action that allows it, where it isn't `service:operation`."""
    absent: frozenset[str] = frozenset()
    """Error codes that say there is no such thing, which is an answer."""

    @property
    def allowed_by(self) -> str:
        """Return the IAM action that allows the call."""
        return self.action or f"{self.service}:{self.operation}"


class NotReadError(Exception):
    """A call that was denied or that the service doesn't have; its text says which and why."""


class Aws:
    """One account and Region, through one session. Clients are made once and shared by threads."""

    def __init__(self, session: boto3.Session, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self._session = session
        self._clients: dict[str, Any] = {}
        self._making = Lock()

    def one(self, call: Call, **parameters: object) -> dict[str, Any] | None:
        """
        Return a call's answer; `None` where there is no such thing.

        Raises:
            NotReadError: It was denied, or isn't implemented.
            OutsideServiceError: It failed otherwise.

        """
        return next(self._answers(call, parameters), None)

    def every(self, call: Call, **parameters: object) -> list[Any]:
        """
        Return what a listing call lists, from all its pages.

        Raises:
            NotReadError: It was denied, or isn't implemented.
            OutsideServiceError: It failed otherwise.

        """
        if call.items is None:
            raise TypeError(call)
        return [item for page in self.pages(call, **parameters) for item in page.get(call.items, [])]

    def pages(self, call: Call, **parameters: object) -> list[dict[str, Any]]:
        """
        Return all pages of a listing call's answer.

        Raises:
            NotReadError: It was denied, or isn't implemented.
            OutsideServiceError: It failed otherwise.

        """
        return list(self._answers(call, parameters))

    def each(self, read: Callable[[T], U], subjects: Iterable[T]) -> list[U]:
        """Return what `read` gives for each subject, in their order, several at one time."""
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as threads:
            return list(threads.map(read, subjects))

    def _answers(self, call: Call, parameters: Mapping[str, object]) -> Iterator[dict[str, Any]]:
        method = xform_name(call.operation)
        client = self._client(call.service)
        try:
            if call.items is None:
                yield getattr(client, method)(**parameters)
            elif client.can_paginate(method):
                yield from client.get_paginator(method).paginate(**parameters)
            else:
                yield from _pages(getattr(client, method), parameters)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in call.absent:
                return
            raise _refusal(call, code, error) from error
        except BotoCoreError as error:
            raise OutsideServiceError(f"{call.service}: {call.operation} failed: {error}") from error

    def _client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
        # Clients may be shared by threads; making them may not.
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._session.client(service, region_name=self.region, config=_RETRIES)
            return self._clients[service]


def read_or_unknown(read: Callable[[], Json]) -> Json:
    """Return what was read, or that it is unknown where a call for it was denied or isn't implemented."""
    try:
        return read()
    except NotReadError as error:
        return unknown(str(error))


def picked(source: Mapping[str, Any], *members: str) -> dict[str, Json]:
    """Return the members of an answer that an estate holds, where they are there."""
    return {member: source[member] for member in members if source.get(member) is not None}


def _pages(method: Callable[..., dict[str, Any]], parameters: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    page = method(**parameters)
    yield page
    while page.get("NextToken"):
        page = method(**parameters, NextToken=page["NextToken"])
        yield page


def _refusal(call: Call, code: str, error: ClientError) -> Exception:
    if code.startswith("AccessDenied") or code in {"UnauthorizedOperation", "AuthorizationError"}:
        return NotReadError(f"`{call.allowed_by}` was denied")
    if code in _NOT_IMPLEMENTED:
        return NotReadError(f"`{call.allowed_by}` isn't implemented there")
    message = error.response.get("Error", {}).get("Message", "")
    return OutsideServiceError(f"{call.service}: {call.operation} failed: {code}: {' '.join(message.split())}")
