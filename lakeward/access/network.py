"""
The network: whether a request gets to an endpoint at all.

The security groups of an interface endpoint admit addresses, before anybody is asked who is calling. A request that
doesn't say its address (`aws:VpcSourceIp`) isn't judged here: only who sent it knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.entries import IpPermission, SecurityGroup
from lakeward.estate.unknown import Unknown, has_token

HTTPS = 443
RESULT_STREAM = 444
"""Where JDBC and ODBC drivers that stream fetch query results (`semantics.md` C3)."""

_EVERY_PROTOCOL = "-1"
_TCP = frozenset({"tcp", "6", _EVERY_PROTOCOL})


def port_of(action: str) -> int:
    """Return the port that a request of an action goes to; `action` in lower case."""
    return RESULT_STREAM if action == "athena:getqueryresultsstream" else HTTPS


def admits(groups: Iterable[SecurityGroup | None], source: str, port: int) -> Truth:
    """
    Say whether security groups together admit TCP from an address to a port.

    Args:
        groups: The groups of an endpoint; `None` for one that isn't described.
        source: The address, as `aws:VpcSourceIp` holds it.
        port: The port.

    """
    try:
        address = ip_address(source.strip())
    except ValueError:
        return UNKNOWN
    truth = NO
    for group in groups:
        if group is None:
            truth |= UNKNOWN
            continue
        for permission in group.ip_permissions:
            truth |= _covers_port(permission, port) & _covers_address(permission, address)
        truth |= NO if group.ip_permissions.unknown is None else UNKNOWN
    return truth


def _covers_port(permission: IpPermission, port: int) -> Truth:
    if permission.ip_protocol not in _TCP:
        return UNKNOWN if permission.ip_protocol is None or has_token(permission.ip_protocol) else NO
    if permission.ip_protocol == _EVERY_PROTOCOL:
        return YES
    first, last = permission.from_port, permission.to_port
    if isinstance(first, Unknown) or isinstance(last, Unknown):
        return UNKNOWN
    if first is None or last is None:
        return YES
    return YES if first <= port <= last else NO


def _covers_address(permission: IpPermission, address: IPv4Address | IPv6Address) -> Truth:
    truth = NO
    ranges = (
        *(entry.cidr_ip for entry in permission.ip_ranges),
        *(entry.cidr_ipv6 for entry in permission.ipv6_ranges),
    )
    for cidr in ranges:
        truth |= _contains(cidr, address)
    # Which addresses a prefix list holds, or members of another group have, isn't described.
    elsewhere = (permission.prefix_list_ids, permission.user_id_group_pairs)
    listings = (permission.ip_ranges, permission.ipv6_ranges, *elsewhere)
    if any(listing.unknown is not None for listing in listings) or any(elsewhere):
        truth |= UNKNOWN
    return truth


def _contains(cidr: str, address: IPv4Address | IPv6Address) -> Truth:
    if has_token(cidr):
        return UNKNOWN
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return UNKNOWN
    return YES if address.version == network.version and address in network else NO
