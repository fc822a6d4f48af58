"""`make up` by a user with real credentials reaches nothing outside the machine; measured, by what would tell."""

from __future__ import annotations

import sys

import pytest

from tests.local.confinement import PLANTED, TRAP_PORT, UP_AND_DOWN, missing, run_confined, small_clone

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "it can be confined")


@pytest.fixture
def confined(tmp_path):
    """Run a Python program, or a shell command, where everything is recorded."""

    def run(program=None, command=None, project=tmp_path):
        outside = tmp_path / "outside"
        outside.mkdir()
        if program is not None:
            (tmp_path / "program.py").write_text(program)
            command = f"{sys.executable} {tmp_path / 'program.py'}"
        return run_confined(command, project, outside)

    return run


@pytest.mark.engine
@pytest.mark.usefixtures("cli")
def test_make_up_with_real_credentials_reaches_nothing_outside(confined, tmp_path, figure):
    """No connection, datagram or name lookup leaves, no setting of the user's is used, and the lake is up."""
    done = confined(command=UP_AND_DOWN, project=small_clone(tmp_path / "clone"))
    figure("calls that left the machine", len(done.left))

    assert (done.exit_code, done.left, done.sprung) == (0, (), ()), done.told
    assert "access: exactly what the plan intends" in done.told
    assert done.connections > 100
    assert done.programs > 10
    assert PLANTED not in done.told


@pytest.mark.parametrize(
    ("program", "left"),
    [
        ("socket.create_connection(('192.0.2.1', 443), timeout=1)", ("192.0.2.1:443",)),
        ("socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))", ("2001:db8::1:443",)),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))", ("192.0.2.1:53",)),
        ("socket.socket(type=socket.SOCK_DGRAM).connect(('127.0.0.53', 53))", ("127.0.0.53:53",)),
        ("socket.socket().connect_ex(('127.0.0.1', 1))", ()),
    ],
)
def test_what_would_leave_is_counted(confined, program, left):
    """An attempt counts, though nothing can leave; loopback doesn't, but for a name service."""
    done = confined(f"import contextlib, socket\nwith contextlib.suppress(OSError):\n    {program}\n")

    assert done.exit_code == 0, done.told
    assert done.left == left


@pytest.mark.parametrize(
    ("program", "trap"),
    [
        ("boto3.Session(profile_name='default').get_credentials().access_key", "credential process was run"),
        ("boto3.client('sts').get_caller_identity()", f"port {TRAP_PORT} was reached"),
        ("urllib.request.urlopen('http://lake.example')", f"port {TRAP_PORT} was reached"),
        ("subprocess.run([sys.executable, '-c', ''])", "was started with the user's secrets"),
    ],
    ids=["credential-process", "endpoint", "proxy", "environment"],
)
def test_what_uses_the_users_settings_springs_a_trap(confined, program, trap):
    """Each of the settings that `make up` must not use would be seen if it were."""
    done = confined(
        "import contextlib, os, subprocess, sys, urllib.request\nimport boto3\n"
        f"with contextlib.suppress(Exception):\n    {program}\n"
    )

    assert any(trap in sprung for sprung in done.sprung), done
