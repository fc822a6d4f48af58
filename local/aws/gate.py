"""
Who may talk to the embedded AWS: programs of this user that were given its credentials, and no web page.

A page in a browser can send requests to loopback, directly or through a name that it lets point there. Such
requests carry an `Origin`, or a `Host` that isn't the server's, and are refused. So are requests without an
access key that this server issued (80 random bits; the signature itself isn't checked), and moto's own control
interface, by which state could be wiped or accounts chosen freely.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from local.aws import access_keys
from local.aws.instance import HEALTH_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from local.aws.instance import Instance

_CREDENTIAL = re.compile(r"Credential=(?P<access_key>[A-Z0-9]+)/")
_CLOSED_PATHS = ("/moto-api", "/latest/")


class Gate:
    """A WSGI application in front of moto's that lets only proper requests pass."""

    def __init__(self, application: WSGIApplication, instance: Instance) -> None:
        self._application = application
        self._instance = instance
        self._hosts = {f"127.0.0.1:{instance.port}", f"localhost:{instance.port}"}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        problem = self._problem(environ)
        if problem:
            return _answer(start_response, "403 Forbidden", {"__type": "AccessDeniedException", "message": problem})
        if environ["PATH_INFO"] == HEALTH_PATH:
            return _answer(start_response, "200 OK", {"instance": self._instance.instance})
        try:
            return self._application(environ, start_response)
        except NotImplementedError as error:
            return _unimplemented(environ, start_response, str(error))

    def _problem(self, environ: WSGIEnvironment) -> str | None:
        path = environ["PATH_INFO"]
        found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        problems = {
            "the Host header names another server": environ.get("HTTP_HOST") not in self._hosts,
            "requests of web pages are refused": "HTTP_ORIGIN" in environ,
            "accounts are reached by assuming a role, not by a header": "HTTP_X_MOTO_ACCOUNT_ID" in environ,
            "this interface is off": path.startswith(_CLOSED_PATHS),
            "the request carries no access key of this server": (
                path != HEALTH_PATH and not (found and self._issued(found["access_key"]))
            ),
        }
        return next((problem for problem, applies in problems.items() if applies), None)

    def _issued(self, access_key: str) -> bool:
        return access_key == self._instance.access_key or access_keys.owner(access_key) is not None


def _unimplemented(environ: WSGIEnvironment, start_response: StartResponse, message: str) -> list[bytes]:
    """Tell a client what moto only tells its log, in the client's own protocol."""
    message = f"The embedded AWS doesn't implement this: {message}"
    if "HTTP_X_AMZ_TARGET" in environ or "json" in environ.get("CONTENT_TYPE", ""):
        return _answer(start_response, "501 Not Implemented", {"__type": "NotImplemented", "message": message})
    error = f"<Error><Code>NotImplemented</Code><Message>{escape(message)}</Message></Error>"
    body = f"<ErrorResponse>{error}</ErrorResponse>".encode()
    start_response("501 Not Implemented", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body]


def _answer(start_response: StartResponse, status: str, document: dict[str, str]) -> list[bytes]:
    body = json.dumps(document).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
