"""The server's process reaches nothing outside."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.aws.isolation import is_loopback

CONFINED = "import socket\nfrom local.aws import isolation\nisolation.confine()\n"


def run(program):
    return subprocess.run([sys.executable, "-c", CONFINED + program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", b"localhost", None])
def test_is_loopback_accepts_this_machine(host):
    """Every spelling of this machine is loopback."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "169.254.169.254", "example.com", "localhost.example.com", "10.0.0.1", ""]
)
def test_is_loopback_refuses_everything_else(host):
    """Whatever isn't surely this machine is outside."""
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('192.0.2.1', 80), timeout=1)",
        "socket.getaddrinfo('example.com', 443)",
        "socket.gethostbyname('example.com')",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
        "import urllib.request; urllib.request.urlopen('http://192.0.2.1/')",
    ],
)
def test_confined_process_reaches_nothing_outside(attempt):
    """Connections, datagrams and name lookups that would leave the machine are refused, not merely unanswered."""
    ended = run(attempt)

    assert 1 == ended.returncode
    assert "the embedded AWS reaches nothing outside" in ended.stderr


def test_confined_process_reaches_loopback():
    """The same process may talk to this machine."""
    ended = run(
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(server.getsockname(), timeout=5)\nprint('connected')"
    )

    assert "connected\n" == ended.stdout
