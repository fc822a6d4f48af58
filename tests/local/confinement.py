"""
A machine without a way out, whose user has credentials, a login and proxies: what is run there is recorded.

A network namespace with nothing but loopback shows that no call has to leave the machine; `strace`, which sees every
connection, datagram and program start of every process, shows that none is tried. What the user has set leads to traps:
a port where nobody listens, and a credential process that leaves a file.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from local.deployment import stacks_of
from local.toolchain.cache import default_folder
from tests.local.test_up import small

ROOT = Path(__file__).parents[2]

TRAP_PORT = 9
PLANTED = "PlantedForTheConfinementTest"
"""Stands in every secret that the user has."""
UP_AND_DOWN = f"{sys.executable} -m local.up; code=$?; {sys.executable} -m local.down; exit $code"
"""In one command: what is up ends with its namespace."""

_NAME_SERVICE = 53

_INTO = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:
    # Loopback is there, but down: set its flags up and running.
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14s", b"lo", 0x41, b""))
os.execvp(sys.argv[1], sys.argv[1:])
"""

_ADDRESS = re.compile(
    r'sin6?_port=htons\((?P<port>\d+)\).*?(?:inet_addr\("(?P<v4>[^"]+)"\)|inet_pton\(AF_INET6, "(?P<v6>[^"]+)")'
)
_STARTED = re.compile(r'^\d+ +execve\("(?P<program>[^"]+)", \[(?P<arguments>.*?)\], \[(?P<environment>.*)\]\)')


def missing() -> str:
    """Return why nothing can be confined here, empty where it can be."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    for program in ("unshare", "strace"):
        if shutil.which(program) is None:
            return f"no {program} here"
    probe = subprocess.run(["unshare", "-rn", "strace", "-qq", "true"], capture_output=True, check=False)
    return "" if probe.returncode == 0 else "this user may make no network namespace, or trace nothing"


def clone(folder: Path) -> Path:
    """Make a clone of the program, with all its stacks, whose `.lakeward` is its own."""
    folder.mkdir(parents=True)
    for name in ("Pulumi.yaml", "__main__.py", "policies", "build"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    for stack in stacks_of(ROOT):
        shutil.copy(ROOT / f"Pulumi.{stack}.yaml", folder)
    return folder


def small_clone(folder: Path) -> Path:
    """Make a clone that has one small stack."""
    made = clone(folder)
    for stack in made.glob("Pulumi.dev-*.yaml"):
        stack.unlink()
    document = small(yaml.safe_load((made / "Pulumi.dev.yaml").read_text()))
    (made / "Pulumi.dev.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return made


@dataclass(frozen=True)
class Recording:
    """What was run and what it did."""

    exit_code: int
    told: str
    connections: int
    """To loopback."""
    left: tuple[str, ...]
    """Each connection or datagram that would have left the machine, name services among them; sorted."""
    sprung: tuple[str, ...]
    """Each use of what the user has set, sorted."""
    programs: int
    """How many programs were started."""


def run_confined(command: str, project: Path, outside: Path) -> Recording:
    """Run a shell command in a project; `outside` is a new folder, for the user's home and for the record."""
    home = outside / "home"
    trace = outside / "trace"
    _set_traps(home, outside / "taken")
    (outside / "into.py").write_text(_INTO)
    strace = ("strace", "-f", "-qq", "--seccomp-bpf", "-v", "-s", "8192", "-o", str(trace))
    calls = ("-e", "trace=connect,sendto,sendmsg,sendmmsg,execve")
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, outside / "into.py", *strace, *calls, "sh", "-c", command],
        cwd=project,
        env=_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = trace.read_text(errors="replace").splitlines()
    reached = [address for line in lines if (address := _address(line))]
    sprung = [f"the trap at port {TRAP_PORT} was reached" for _, port in reached if port == TRAP_PORT]
    sprung += ["the user's credential process was run"] if (outside / "taken").exists() else []
    sprung += sorted({found for line in lines if (found := _handed_on(line, command))})
    return Recording(
        exit_code=done.returncode,
        told=done.stdout + done.stderr,
        connections=sum(not _leaves(*address) for address in reached),
        left=tuple(sorted({f"{host}:{port}" for host, port in reached if _leaves(host, port)})),
        sprung=tuple(sprung),
        programs=sum(_STARTED.match(line) is not None for line in lines),
    )


def _set_traps(home: Path, taken: Path) -> None:
    (home / ".aws").mkdir(parents=True)
    (home / ".pulumi").mkdir()
    profile = f"region = eu-west-1\ncredential_process = /bin/sh -c 'touch {taken}'\n"
    (home / ".aws" / "config").write_text(f"[default]\n{profile}[profile production]\n{profile}")
    keys = f"aws_access_key_id = AKIAI44QH8DHBEXAMPLE\naws_secret_access_key = {PLANTED}\n"
    (home / ".aws" / "credentials").write_text(f"[production]\n{keys}")
    (home / ".pulumi" / "credentials.json").write_text('{"current": "https://api.pulumi.com"}')


def _environment(home: Path) -> dict[str, str]:
    trap = f"http://127.0.0.1:{TRAP_PORT}"
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        # The cache of CLIs stays where it is: making one anew takes minutes.
        "XDG_CACHE_HOME": str(default_folder().parents[2]),
        "AWS_ACCESS_KEY_ID": "AKIAI44QH8DHBEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": PLANTED,
        "AWS_SESSION_TOKEN": PLANTED,
        "AWS_PROFILE": "production",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": trap,
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{trap}/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": PLANTED,
        "PULUMI_ACCESS_TOKEN": PLANTED,
        "PULUMI_BACKEND_URL": trap,
        "PULUMI_CONFIG_PASSPHRASE": PLANTED,
        **{spelled: trap for name in proxies for spelled in (name, name.lower())},
    }


def _address(line: str) -> tuple[str, int] | None:
    found = _ADDRESS.search(line)
    return (found["v4"] or found["v6"], int(found["port"])) if found else None


def _leaves(host: str, port: int) -> bool:
    """Whether a packet to there leaves the machine: a name service on loopback asks others."""
    address = ipaddress.ip_address(host)
    return port == _NAME_SERVICE or not (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _handed_on(line: str, command: str) -> str | None:
    """Return which program was started with what is the user's own; those that the user types have it."""
    started = _STARTED.match(line)
    if started is None or PLANTED not in started["environment"]:
        return None
    typed = " ".join(re.findall(r'"((?:[^"\\]|\\.)*)"', started["arguments"]))
    if typed in command or started["arguments"].startswith('"sh"'):
        return None
    return f"{typed} was started with the user's secrets"
