"""
Gap: moto makes up the ids of networks, so that none of a configuration's can exist.

A VPC, subnet, route table or security group that is created with the tag `GIVEN_ID` has the tag's value as its id.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from moto.ec2.models import route_tables, security_groups, subnets, vpcs

from local.aws.hooks import Arguments, Call, around, replace
from local.aws.instance import GIVEN_ID

_given: ContextVar[str | None] = ContextVar("given", default=None)


def extend() -> None:
    """Take the id from the tag where there is one."""
    for module, maker, owner, method in (
        (vpcs, "random_vpc_id", vpcs.VPCBackend, "create_vpc"),
        (subnets, "random_subnet_id", subnets.SubnetBackend, "create_subnet"),
        (route_tables, "random_route_table_id", route_tables.RouteBackend, "create_route_table"),
        (security_groups, "random_security_group_id", security_groups.SecurityGroupBackend, "create_security_group"),
    ):
        replace(module, maker, _or_given(getattr(module, maker)))
        around(owner, method, _with_given)


def _or_given(maker: Callable[[], str]) -> Callable[[], str]:
    return lambda: _given.get() or maker()


def _with_given(_backend: object, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- a foreign result
    token = _given.set(_id_in(arguments["tags"]))
    try:
        return call()
    finally:
        _given.reset(token)


def _id_in(tags: Any) -> str | None:  # noqa: ANN401 -- moto hands tags on in several forms
    if isinstance(tags, dict):
        found = tags.get(GIVEN_ID)
        return found if isinstance(found, str) else next(filter(None, map(_id_in, tags.values())), None)
    if isinstance(tags, list):
        return next((tag["Value"] for tag in tags if tag.get("Key") == GIVEN_ID), None)
    return None
