"""
The one way from the stand-in to an API: clients of an account, for loopback endpoints only.

Throttling is retried by botocore; by handlers of ours concurrent modification, which botocore gives up on, and a new
role that isn't known everywhere yet. How often a call waited for a role isn't counted against its other troubles.
A call whose answer was lost may meet what it has made, or miss what it has removed: that counts as success.
"""

from __future__ import annotations

import http
import ipaddress
import os
import random
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

import boto3
import botocore.config
import botocore.session
from botocore.exceptions import HTTPClientError

from local.provider.wire import Value

_MOST_RETRIES = 8
_CONFIG = botocore.config.Config(
    retries={"mode": "standard", "max_attempts": _MOST_RETRIES},
    proxies={},  # a proxy would carry a loopback request elsewhere
    s3={"addressing_style": "path"},
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=64,
)

# Two changes met; AWS asks to try again. Lake Formation and Glue, IAM, S3.
_CONCURRENT = frozenset({"ConcurrentModificationException", "ConcurrentModification", "OperationAborted"})
_MOST_ATTEMPTS = 12
_LONGEST_PAUSE_SECONDS = 5.0


class RefusedEndpointError(Exception):
    """An endpoint that isn't loopback, or none at all."""


def require_loopback(url: str) -> str:
    """
    Return the URL itself, if its host is this machine.

    Raises:
        RefusedEndpointError: any other host, names that merely resolve to loopback among them.

    """
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return url
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise RefusedEndpointError(
            f"endpoint `{url}`: not loopback; the stand-in provider never talks to AWS, "
            "use `make up PROVIDER=official` or start the embedded AWS with `make up`",
        )
    return url


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """Keys of one principal; worthless outside the embedded AWS, and still never shown."""

    access_key: str
    secret_key: str
    token: str | None = None

    def __repr__(self) -> str:
        return "Credentials(…)"


class Clients:
    """API clients under one set of credentials, made once per service and Region. Safe for concurrent use."""

    def __init__(self, credentials: Credentials, endpoints: Mapping[str, str], default_endpoint: str | None) -> None:
        self._credentials = credentials
        self._endpoints = dict(endpoints)
        self._default_endpoint = default_endpoint
        self._made: dict[tuple[str, str], Value] = {}
        self._making = threading.Lock()
        # Without the user's files: a profile or an endpoint in them means another cloud.
        core = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, os.devnull, None),
                "credentials_file": (None, None, os.devnull, None),
            },
        )
        self._session = boto3.Session(botocore_session=core)

    def client(self, service: str, region: str) -> Value:
        """
        Return the client of a service in a Region.

        Raises:
            RefusedEndpointError: no endpoint is set for it, or one that isn't loopback.

        """
        with self._making:
            if (service, region) not in self._made:
                self._made[service, region] = self._make(service, region)
            return self._made[service, region]

    def acting_as(self, credentials: Credentials) -> Clients:
        """Return clients of the same endpoints under other credentials."""
        return Clients(credentials, self._endpoints, self._default_endpoint)

    def _make(self, service: str, region: str) -> Value:
        endpoint = self._endpoints.get(service, self._default_endpoint)
        if not endpoint:
            raise RefusedEndpointError(
                f"no endpoint for `{service}`: the stand-in provider never talks to AWS; "
                "set AWS_ENDPOINT_URL, or start the embedded AWS with `make up`",
            )
        client = self._session.client(
            service,
            region_name=region,
            endpoint_url=require_loopback(endpoint),
            aws_access_key_id=self._credentials.access_key,
            aws_secret_access_key=self._credentials.secret_key,
            aws_session_token=self._credentials.token,
            config=_CONFIG,
        )
        client.meta.events.register_first("needs-retry", _pause_after_waits)
        client.meta.events.register_first("needs-retry", _pause_on_concurrent_modification)
        client.meta.events.register_first("needs-retry", _pause_until_known)
        client.meta.events.register_first("needs-retry", _note_lost_answer)
        client.meta.events.register("before-parameter-build.iam.CreateRole", _name_role)
        client.meta.events.register("after-call", _take_for_done)
        client.meta.events.register("after-call", _note_role)
        # The last door: whatever botocore made of the endpoint, redirects included.
        client.meta.events.register("before-send", _refuse_other_hosts)
        return client


@dataclass(frozen=True)
class Account:
    """The account that a configured provider works in."""

    account_id: str
    partition: str
    region: str
    """The provider's own Region; a resource may name another."""
    clients: Clients

    def place(self, region: str | None = None) -> Place:
        """Return the account in a Region."""
        return Place(self, region or self.region)


@dataclass(frozen=True)
class Place:
    """An account in a Region: where a resource lives."""

    account: Account
    region: str

    @property
    def account_id(self) -> str:
        """Twelve digits."""
        return self.account.account_id

    def client(self, service: str) -> Value:
        """Return the client of a service here."""
        return self.account.clients.client(service, self.region)

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a regional resource here."""
        return f"arn:{self.account.partition}:{service}:{self.region}:{self.account_id}:{resource}"


def _pause_on_concurrent_modification(
    response: Value = None, attempts: int = 0, request_dict: Value = None, **_: object
) -> float | None:
    """Seconds to wait before the next attempt: full jitter below a doubling bound. `None`: someone else decides."""
    tried = attempts - _waits(request_dict)
    if response is None or tried >= _MOST_ATTEMPTS:
        return None
    return _pause(0.05, tried) if response[1].get("Error", {}).get("Code") in _CONCURRENT else None


def _pause_after_waits(
    response: Value = None, attempts: int = 0, request_dict: Value = None, **_: object
) -> float | None:
    """Go on where botocore, which counts the waits for a role as attempts, would give up too early."""
    waits = _waits(request_dict)
    tried = attempts - waits
    if response is None or not waits or tried > _MOST_RETRIES:
        return None
    answer, parsed = response
    failed = answer.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    return _pause(0.5, tried) if failed or _THROTTLED.search(parsed.get("Error", {}).get("Code", "")) else None


def _pause(base_seconds: float, tried: int) -> float:
    bound = min(_LONGEST_PAUSE_SECONDS, base_seconds * 2.0**tried)
    return 0.01 + random.random() * bound  # noqa: S311 - spreads retries, keeps no secret


def _waits(request_dict: Value) -> int:
    return int(request_dict["context"].get(_WAITS, 0))


_ROLES_MADE: dict[str, float] = {}
"""Names of roles that this process has made, and when."""
_UNKNOWN_SECONDS = 30.0
"""How long a new role may be unknown to what names it."""
_EXISTS = re.compile(r"already exist|AlreadyExists|AlreadyOwnedByYou|Duplicate|ResourceConflict")
"""How services say, in code or text, that there is such a thing."""
_GONE = re.compile(r"NotFound|NoSuch|does not exist|not found|cannot be found")
"""How services say, in code or text, that there is no such thing."""
_REMOVES = re.compile(r"(Delete|Detach|Deregister|Disassociate|Remove|Revoke)")
"""How operations are called that leave something away."""
_THROTTLED = re.compile(r"Throttl|SlowDown|TooManyRequests|RequestLimitExceeded")
"""How services say, in a code, that calls come too fast."""
_LOST = "lakeward:lost"
_WAITS = "lakeward:waits"
_ROLE = "lakeward:role"
"""
What a call's context keeps: whether an answer was lost, how often it waited for a role to become known, and the name
of the role that it makes.
"""


def _name_role(params: Value, context: Value, **_: object) -> None:
    context[_ROLE] = params["RoleName"]


def _note_role(parsed: Value, context: Value, **_: object) -> None:
    """Remember a role that was made; its name isn't in the answer where the first one was lost."""
    if _ROLE in context and "Error" not in parsed:
        _ROLES_MADE[context[_ROLE]] = time.monotonic()


def _pause_until_known(response: Value = None, request_dict: Value = None, **_: object) -> float | None:
    """Wait where AWS doesn't know a principal yet that this process has just made; what nobody made is refused."""
    if response is None or "principal" not in response[1].get("Error", {}).get("Message", "").lower():
        return None
    body = request_dict["body"]
    text = unquote_plus(body.decode(errors="replace") if isinstance(body, bytes) else str(body))
    now = time.monotonic()
    awaited = any(now - made < _UNKNOWN_SECONDS and name in text for name, made in list(_ROLES_MADE.items()))
    if not awaited:
        return None
    request_dict["context"][_WAITS] = _waits(request_dict) + 1
    return 0.3 + random.random() * 0.7  # noqa: S311 - spreads retries, keeps no secret


def _note_lost_answer(
    response: Value = None, request_dict: Value = None, caught_exception: Value = None, **_: object
) -> None:
    """Remember of a call that AWS failed in it: nobody knows whether it took effect."""
    lost = response is not None and response[0].status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR
    if lost or isinstance(caught_exception, HTTPClientError):
        request_dict["context"][_LOST] = True


def _take_for_done(http_response: Value, parsed: Value, model: Value, context: Value, **_: object) -> None:
    """
    Take a refusal for success where the answer to the first attempt was lost and that attempt is its cause.

    What was to be made is there then, and what was to be removed isn't.
    """
    error = parsed.get("Error", {})
    done = _GONE if _REMOVES.match(model.name) else _EXISTS
    if context.get(_LOST) and done.search(f"{error.get('Code')} {error.get('Message')}"):
        parsed.pop("Error")
        http_response.status_code = int(http.HTTPStatus.OK)


def _refuse_other_hosts(request: Value, **_: object) -> None:
    require_loopback(request.url)
