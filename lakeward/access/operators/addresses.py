"""IP address operators: CIDR ranges of either family, a bare address is a range of one (`semantics.md` A4-3)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from lakeward.access.operators.operator import Operator, Test
from lakeward.access.remembering import remembered
from lakeward.access.truth import NO, UNKNOWN, YES, Truth
from lakeward.estate.unknown import has_token


@remembered(4096)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


@remembered(4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text.strip())
    except ValueError:
        return None


def _within(value: str) -> Test | None:
    if has_token(value):
        return lambda _given: UNKNOWN
    network = _network(value)
    if network is None:
        return None

    def test(given: str) -> Truth:
        address = _address(given)
        if address is None:
            return UNKNOWN if has_token(given) else NO
        return YES if address in network else NO

    return test


OPERATORS = (
    Operator("IpAddress", negated=False, on_missing=NO, test_of=_within),
    Operator("NotIpAddress", negated=True, on_missing=YES, test_of=_within),
)
