"""
Gap: EC2 makes up the ids of VPCs, subnets and route tables, and a configuration names those that exist already.

What is created here with the tag `lakeward:embedded-id` gets that id.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.ec2.models import route_tables, subnets, vpcs
from moto.ec2.models.route_tables import RouteBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend

from local.aws.hooks import Arguments, Call, around, replace

TAG = "lakeward:embedded-id"

_WANTED: ContextVar[str | None] = ContextVar("wanted id", default=None)


def extend() -> None:
    """Take the id from the tag."""
    for module, maker, backend, method in (
        (vpcs, "random_vpc_id", VPCBackend, "create_vpc"),
        (subnets, "random_subnet_id", SubnetBackend, "create_subnet"),
        (route_tables, "random_route_table_id", RouteBackend, "create_route_table"),
    ):
        replace(module, maker, _maker(getattr(module, maker), maker))
        around(backend, method, _create(maker))


def _maker(original: Callable[[], str], maker: str) -> Callable[[], str]:
    def make() -> str:
        wanted = _WANTED.get()
        # A VPC brings a main route table along, which keeps an id of its own.
        if wanted is None or not wanted.startswith(f"{maker}:"):
            return original()
        return wanted.partition(":")[2]

    return make


def _create(maker: str) -> Callable[[Any, Arguments, Call], Any]:
    def create(_backend: Any, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's objects
        wanted = _tag(arguments.get("tags"))
        token = _WANTED.set(None if wanted is None else f"{maker}:{wanted}")
        try:
            return call()
        finally:
            _WANTED.reset(token)

    return create


def _tag(tags: Any) -> str | None:  # noqa: ANN401 -- moto hands tags over in two forms
    if isinstance(tags, dict):
        tags = [{"Key": key, "Value": value} for specified in tags.values() for key, value in specified.items()]
    return next((tag["Value"] for tag in tags or () if tag["Key"] == TAG), None)
