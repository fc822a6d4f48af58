"""
The embedded AWS at its worst: what a real one does seldom, this one does all the time.

Answers are late and come in any order, calls are throttled, changes meet each other, a call that took effect answers
once that it failed, a new role is unknown for seconds to whatever names it, and Lake Formation's pages hold one entry.
Off unless the server was started so; one that runs can't be switched.

What has no name of its own (a KMS key) doesn't fail after it took effect: nobody could tell it from its double.
"""

from __future__ import annotations

import io
import json
import random
import re
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote_plus

from local.aws.refusal import refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THROTTLED, MET, LOST = 0.03, 0.02, 0.02
"""Shares of calls that are throttled, of changes that meet another one, and of changes whose answer is lost."""
LATEST_SECONDS = 0.05
INVISIBLE_SECONDS = (1.0, 4.0)
"""How long a new role is unknown, from and to."""

_MEETING = frozenset({"glue", "iam", "lakeformation", "s3"})
"""Services that refuse a change while another one is under way."""
_NAMELESS = frozenset({"CreateKey", "AuthorizeSecurityGroupIngress"})
_READING = re.compile(r"(Get|List|Describe|Batch(Get)|Search|Head|Assume)")
_NAMES_PRINCIPALS = frozenset({
    "CreateRole", "UpdateAssumeRolePolicy", "CreateKey", "PutKeyPolicy", "PutBucketPolicy", "GrantPermissions",
    "BatchGrantPermissions", "PutDataLakeSettings", "RegisterResource", "PutResourcePolicy",
})  # fmt: skip
_ROLE = re.compile(r"arn:aws:iam::([0-9]{12}):role/([\w+=,.@/-]+)")
_ACCOUNT_OF = re.compile(r"<Arn>arn:aws:iam::([0-9]{12}):role/")


@dataclass(frozen=True)
class _Call:
    """One request as far as this module looks at it."""

    service: str
    operation: str
    body: bytes

    @property
    def changes(self) -> bool:
        return not _READING.match(self.operation)


@dataclass
class Hostile:
    """A WSGI application between the gate and moto's."""

    application: WSGIApplication
    seed: int
    _choice: random.Random = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _unknown_until: dict[str, float] = field(default_factory=dict)
    _failed: set[tuple[str, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._choice = random.Random(self.seed)  # noqa: S311 -- chooses troubles, keeps no secret

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = _call(environ)
        # A call that enters an account is nobody's change, and nothing can begin without it.
        if call.service == "sts" or not call.operation:
            return self.application(environ, start_response)
        time.sleep(self._random() * LATEST_SECONDS)
        trouble = self._trouble(call)
        if trouble is not None:
            return _refuse(start_response, call, trouble)
        if call.service == "lakeformation" and call.operation.startswith("List"):
            _page_by_one(environ, call)
        if not call.changes:
            return self.application(environ, start_response)
        status, headers, body = _run(self.application, environ)
        if status.startswith("2"):
            if call.operation == "CreateRole":
                self._hide(call, body)
            if call.operation not in _NAMELESS and self._random() < LOST and self._is_first(call):
                return _refuse(start_response, call, "lost")
        start_response(status, headers)
        return [body]

    def _trouble(self, call: _Call) -> str | None:
        """Return what keeps a call from taking effect this time, if anything does."""
        if self._random() < THROTTLED:
            return "throttled"
        if call.changes and call.service in _MEETING and self._random() < MET:
            return "met"
        return "unknown" if self._names_unknown(call) else None

    def _random(self) -> float:
        with self._lock:
            return self._choice.random()

    def _is_first(self, call: _Call) -> bool:
        with self._lock:
            known = (call.operation, call.body) in self._failed
            self._failed.add((call.operation, call.body))
        return not known

    def _names_unknown(self, call: _Call) -> bool:
        if call.operation not in _NAMES_PRINCIPALS:
            return False
        now = time.monotonic()
        text = unquote_plus(call.body.decode(errors="replace"))
        named = {f"{account}/{path.rsplit('/', 1)[-1]}" for account, path in _ROLE.findall(text)}
        with self._lock:
            return any(self._unknown_until.get(role, 0.0) > now for role in named)

    def _hide(self, call: _Call, body: bytes) -> None:
        """Let a role that was just made be unknown for some seconds."""
        account = _ACCOUNT_OF.search(body.decode(errors="replace"))
        name = parse_qs(call.body.decode())["RoleName"][0]
        if account:
            with self._lock:
                until = time.monotonic() + self._choice.uniform(*INVISIBLE_SECONDS)
                self._unknown_until[f"{account[1]}/{name}"] = until


def _call(environ: WSGIEnvironment) -> _Call:
    """Look at a request, and put its body back."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    scope = re.search(r"Credential=[^/]+/[0-9]+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    service = scope[1] if scope else ""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        operation = target.rsplit(".", 1)[-1]
    elif service == "lakeformation":
        operation = environ["PATH_INFO"].strip("/")
    elif "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        operation = parse_qs(body.decode(errors="replace")).get("Action", [""])[0]
    else:
        operation = _of_rest(environ)
    return _Call(service, operation, body)


def _of_rest(environ: WSGIEnvironment) -> str:
    """Spell a REST request as far as it matters: what it does, and whether it is a bucket's policy."""
    verb = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "POST": "Post", "DELETE": "Delete"}[environ["REQUEST_METHOD"]]
    return f"{verb}BucketPolicy" if environ.get("QUERY_STRING", "").split("=")[0] == "policy" else f"{verb}Object"


def _page_by_one(environ: WSGIEnvironment, call: _Call) -> None:
    parameters = json.loads(call.body or b"{}")
    body = json.dumps({**parameters, "MaxResults": 1}).encode()
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _run(application: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    said: list[Any] = []

    def note(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:  # noqa: ANN401 -- WSGI's `write`
        said[:] = [status, headers]

    body = b"".join(application(environ, note))
    return said[0], said[1], body


_SAID = {
    "throttled": (
        "Rate exceeded",
        {"": ("400 Bad Request", "ThrottlingException"), "s3": ("503 Slow Down", "SlowDown")},
    ),
    "met": (
        "Another change is under way",
        {
            "": ("400 Bad Request", "ConcurrentModificationException"),
            "iam": ("409 Conflict", "ConcurrentModification"),
            "s3": ("409 Conflict", "OperationAborted"),
        },
    ),
    "unknown": (
        "Invalid principal in policy",
        {
            "": ("400 Bad Request", "InvalidInputException"),
            "iam": ("400 Bad Request", "MalformedPolicyDocument"),
            "kms": ("400 Bad Request", "MalformedPolicyDocumentException"),
            "s3": ("400 Bad Request", "MalformedPolicy"),
        },
    ),
    "lost": ("It took effect, and this answer hides it", {"": ("500 Internal Server Error", "InternalError")}),
}
"""For each trouble what it says, and by service the status and the code; the empty name is every other service."""


def _refuse(start_response: StartResponse, call: _Call, trouble: str) -> list[bytes]:
    message, codes = _SAID[trouble]
    status, code = codes.get(call.service, codes[""])
    return refuse(start_response, call.service, status, code, message)
