"""What a request asks of AWS: service, operation and parameters, as the SDK's own models spell them."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/[0-9]+/(?P<region>[^/]+)/(?P<service>[^/]+)/")


@dataclass(frozen=True)
class ApiCall:
    """One signed request."""

    access_key: str
    region: str
    service: str
    """As boto3 names it."""
    operation: str
    """As the SDK spells it, empty where no operation of the service looks like this."""
    parameters: Mapping[str, Any] = field(default_factory=dict)


def call_of(environ: WSGIEnvironment) -> ApiCall | None:
    """Read a request, and leave its body to be read again; `None` where it isn't signed."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        return None
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    environ["wsgi.input"] = io.BytesIO(body)
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    model = get_service_model(scope["service"])
    operation, in_path = _operation(request, body, model)
    parameters = _parameters(request, model, operation, in_path) if operation else {}
    return ApiCall(scope["key"], scope["region"], scope["service"], operation, parameters)


def _operation(request: Request, body: bytes, model: ServiceModel) -> tuple[str, Mapping[str, Any]]:
    target = request.headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1], {}
    if "x-www-form-urlencoded" in (request.content_type or ""):
        named = parse_qs(body.decode(errors="replace")).get("Action")
        if named:
            return named[0], {}
    try:
        operation, in_path = get_service_router(model.service_name).match(request)
    except (HTTPException, NotImplementedError):
        return "", {}
    return str(operation.name), in_path


def _parameters(request: Request, model: ServiceModel, operation: str, in_path: Mapping[str, Any]) -> Mapping[str, Any]:
    parser = PROTOCOL_PARSERS[determine_request_protocol(model, request.content_type)](model.operation_model(operation))
    parsed: Mapping[str, Any] = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": dict(in_path),
        }
    )
    return parsed
