"""
The server's side of "loopback only": its process can't reach anything else.

moto implements some services by real requests (notifications to URLs, containers, metadata). None is used here,
and none shall work by accident: an audit hook, which nothing in the process can take off again, refuses every
connection and name lookup that isn't loopback.
"""

from __future__ import annotations

import ipaddress
import sys

_BY_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_BY_NAME = {"socket.getaddrinfo", "socket.gethostbyname"}


def confine() -> None:
    """Refuse all traffic of this process that would leave the machine, for as long as it lives."""
    sys.addaudithook(_refuse_outside)


def is_loopback(host: object) -> bool:
    """Say whether a host, as given to the socket module, is this machine: an address or `localhost`."""
    if isinstance(host, bytes):
        host = host.decode("ascii", errors="replace")
    if host is None or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event in _BY_NAME:
        host = arguments[0]
    elif event in _BY_ADDRESS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not is_loopback(host):
        raise PermissionError(f"the embedded AWS reaches nothing outside: {host!r}")
