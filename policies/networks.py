"""Endpoints, and the statements of bucket policies that say from where data is reached."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource, Resources
from policies.statements import Statement

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"

NETWORK_KEYS = frozenset(
    [
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "aws:vpceorgpaths",
        "aws:vpcsourceip",
    ]
)
"""Condition keys that say where a request comes from, in lower case."""

_OBJECTS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket")


def interface_endpoints(resources: Resources) -> Iterator[Resource]:
    """Yield the interface endpoints of a stack."""
    for endpoint in resources.of(ENDPOINT):
        if endpoint.text("vpcEndpointType") == "Interface":
            yield endpoint


def endpoints_of_s3(resources: Resources) -> Iterator[Resource]:
    """Yield the endpoints of S3, of either type."""
    for endpoint in resources.of(ENDPOINT):
        if (endpoint.text("serviceName") or "").endswith(".s3"):
            yield endpoint


def demands_a_network(statement: Statement) -> bool:
    """Say whether a statement denies a bucket's data to who comes from elsewhere: a negated test of a network key."""
    return (
        not statement.allows
        and any(statement.covers_action(action) for action in _OBJECTS)
        and any(
            "not" in operator.lower() and NETWORK_KEYS & keys.keys() for operator, keys in statement.conditions.items()
        )
    )


def negated(statement: Statement, key: str) -> tuple[str, ...] | None:
    """Return the values that a negated test of a key spares; `None` where there is no such test."""
    found = [
        values
        for operator, keys in statement.conditions.items()
        if "not" in operator.lower()
        for name, values in keys.items()
        if name == key
    ]
    return tuple(value for values in found for value in values) if found else None
