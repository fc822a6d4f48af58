"""An error as a service tells it, in the service's own protocol."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

_XML_SERVICES = frozenset({"ec2", "iam", "rds", "route53", "s3", "sts"})


def refuse(start_response: StartResponse, service: str, status: str, code: str, message: str) -> list[bytes]:
    """Answer a request of a service, as boto3 names it, with an error."""
    told = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if service == "s3":
        text = f"<Error>{told}</Error>"
    elif service == "ec2":
        text = f"<Response><Errors><Error>{told}</Error></Errors></Response>"
    elif service in _XML_SERVICES:
        text = f"<ErrorResponse><Error>{told}</Error></ErrorResponse>"
    else:
        text = json.dumps({"__type": code, "message": message})
    kind = "text/xml" if service in _XML_SERVICES else "application/x-amz-json-1.1"
    body = text.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("x-amzn-ErrorType", code)])
    return [body]
