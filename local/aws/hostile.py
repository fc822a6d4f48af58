"""
The embedded AWS at its worst: what a real one does seldom, this one does all the time.

Answers are late and come in any order, calls are throttled, changes meet each other, a call that took effect answers
once that it failed, a new role is unknown for seconds to whatever names it, and pages hold one entry.
Off unless the server was started so; one that runs can't be switched.

Only the creation of a KMS key never fails after it took effect: a key has no name, and AWS takes no token by which a
second attempt could be told from the first.
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
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, unquote_plus

from local.aws.refusal import refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THROTTLED, MET, LOST = 0.03, 0.02, 0.02
"""Shares of calls that are throttled, of changes that meet another one, and of changes whose answer is lost."""
LATEST_SECONDS = 0.05
INVISIBLE_SECONDS = (1.0, 10.0)
"""How long a new role is unknown, from and to."""

_MEETING = frozenset({"glue", "iam", "lakeformation", "s3"})
"""Services that refuse a change while another one is under way."""
_NAMELESS = frozenset({"CreateKey"})
_READING = re.compile(r"(Get|List|Describe|Batch(Get)|Search|Head|Assume)")
_NAMES_PRINCIPALS = frozenset({
    "CreateRole", "UpdateAssumeRolePolicy", "CreateKey", "PutKeyPolicy", "PutBucketPolicy", "GrantPermissions",
    "BatchGrantPermissions", "PutDataLakeSettings", "RegisterResource", "PutResourcePolicy",
})  # fmt: skip
_OF_GLUE, _OF_KMS = ("NextToken", "NextToken"), ("Marker", "NextMarker")
_LISTINGS = {
    ("athena", "ListWorkGroups"): ("WorkGroups", *_OF_GLUE),
    ("glue", "GetDatabases"): ("DatabaseList", *_OF_GLUE),
    ("glue", "GetTables"): ("TableList", *_OF_GLUE),
    ("kms", "ListAliases"): ("Aliases", *_OF_KMS),
    ("kms", "ListGrants"): ("Grants", *_OF_KMS),
    ("kms", "ListKeys"): ("Keys", *_OF_KMS),
    ("kms", "ListResourceTags"): ("Tags", *_OF_KMS),
}
"""Listings that moto doesn't page: what they list, and how a page's token is called in a request and in an answer."""
_ROLE = re.compile(r"arn:aws:iam::([0-9]{12}):role/([\w+=,.@/-]+)")
_ACCOUNT_OF = re.compile(r"<Arn>arn:aws:iam::([0-9]{12}):role/")


_TOKEN, _REFERENCE = b"ClientToken=", b"<CallerReference>"
"""By which EC2 answers a second attempt with what the first one made, and Route 53 refuses it."""
_Answer: TypeAlias = tuple[str, list[tuple[str, str]], bytes]


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
    _answers: dict[bytes, _Answer] = field(default_factory=dict)
    """What was lost of calls with a token, by their bodies: moto knows no tokens, and would make a double."""

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
        return (
            self._changed(environ, start_response, call)
            if call.changes
            else _listed(self.application, environ, start_response, call)
        )

    def _changed(self, environ: WSGIEnvironment, start_response: StartResponse, call: _Call) -> Iterable[bytes]:
        """Let a change take effect, and sometimes hide that it has."""
        made = self._answers.get(call.body)
        if made is not None and _REFERENCE in call.body:
            return _refuse(start_response, call, "made")
        status, headers, body = answer = made or _run(self.application, environ)
        if status.startswith("2") and made is None:
            if call.operation == "CreateRole":
                self._hide(call, body)
            if call.operation not in _NAMELESS and self._random() < LOST and self._is_first(call):
                if _TOKEN in call.body or _REFERENCE in call.body:
                    self._answers[call.body] = answer
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


def _listed(
    application: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, call: _Call
) -> Iterable[bytes]:
    """Answer a call that reads; a listing in pages of one entry."""
    if (call.service, call.operation) in _LISTINGS:
        return _page(application, environ, start_response, call)
    if call.operation.startswith("List"):
        if call.service == "lakeformation":
            _put(environ, {**json.loads(call.body or b"{}"), "MaxResults": 1})
        elif call.service == "iam":
            _put_bytes(environ, call.body + b"&MaxItems=1")
    return application(environ, start_response)


def _put(environ: WSGIEnvironment, parameters: dict[str, Any]) -> None:
    _put_bytes(environ, json.dumps(parameters).encode())


def _put_bytes(environ: WSGIEnvironment, body: bytes) -> None:
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))


def _page(
    application: WSGIApplication, environ: WSGIEnvironment, start_response: StartResponse, call: _Call
) -> list[bytes]:
    """Answer a listing with the entry that its token, a position, asks for."""
    listed, asked, told = _LISTINGS[call.service, call.operation]
    parameters = json.loads(call.body or b"{}")
    position = int(parameters.pop(asked, None) or 0)
    _put(environ, parameters)
    status, headers, body = _run(application, environ)
    if status.startswith("2"):
        answer = json.loads(body)
        following = position + 1
        if following < len(answer[listed]):
            answer |= {told: str(following), "Truncated": True}
        body = json.dumps({**answer, listed: answer[listed][position:following]}).encode()
        headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
    start_response(status, headers)
    return [body]


def _run(application: WSGIApplication, environ: WSGIEnvironment) -> _Answer:
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
    "made": (
        "A hosted zone has already been created with this caller reference: it already exists",
        {"": ("409 Conflict", "HostedZoneAlreadyExists")},
    ),
    "lost": ("It took effect, and this answer hides it", {"": ("500 Internal Server Error", "InternalError")}),
}
"""For each trouble what it says, and by service the status and the code; the empty name is every other service."""


def _refuse(start_response: StartResponse, call: _Call, trouble: str) -> list[bytes]:
    message, codes = _SAID[trouble]
    status, code = codes.get(call.service, codes[""])
    return refuse(start_response, call.service, status, code, message)
