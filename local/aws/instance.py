"""
One embedded AWS as its folder knows it: who it is, where it listens, which credentials it takes.

The folder is 0700 and holds two files of 0600: `instance.json`, written whole or not at all, and `lock`, which
the serving process holds for as long as it lives. The kernel lets go of the lock when the process dies, however
it dies: a file whose lock is free is stale, whatever process has its pid by now.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import tempfile
import time
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from lakeward.errors import OutsideServiceError, quote

LOCK_FILE = "lock"
INSTANCE_FILE = "instance.json"
LOG_FILE = "log"

HEALTH_PATH = "/lakeward/health"
"""Answers `{"instance": id}` to anyone who may reach the port."""

GIVEN_ID = "lakeward:given-id"
"""Tag by which whoever makes a network here gives it the id that a configuration names."""
MANAGEMENT_ACCOUNT = "123456789012"
"""The account that the server's own credentials belong to: moto's default."""

ENTRY_ROLE = "OrganizationAccountAccessRole"
"""The role that AWS Organizations puts into each account, and through which one is entered here."""

# Whoever looks whether the lock is taken holds it for a moment: trying once would take that for a server.
_LOCK_ATTEMPTS = 5
_LOCK_SECONDS = 0.02

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True)
class Instance:
    """A serving process. `instance`, the keys and the port are new with every start."""

    pid: int
    port: int
    instance: str
    """Random id, 32 hexadecimal digits; it tells this process from any other on the same port."""
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)

    @classmethod
    def create(cls, port: int) -> Instance:
        """Return a new identity for this process, listening on `port`."""
        return cls(
            pid=os.getpid(),
            port=port,
            instance=secrets.token_hex(16),
            access_key="AKIA" + "".join(secrets.choice(_BASE32) for _ in range(16)),
            secret_key=secrets.token_urlsafe(30),
        )

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.port}"


def entry_role_arn(account: str) -> str:
    """Return the ARN of the role through which an account is entered."""
    return f"arn:aws:iam::{account}:role/{ENTRY_ROLE}"


def prepare(folder: Path) -> None:
    """
    Make the folder, for this user only.

    Raises:
        OutsideServiceError: It can't be made, or isn't this user's.

    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise OutsideServiceError(
            f"embedded AWS: {quote(folder)} can't be used: {error.strerror}; choose a folder of your own"
        ) from error


def write(folder: Path, instance: Instance) -> None:
    """Write the instance's file, replacing what a dead one left."""
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=INSTANCE_FILE)  # made with 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(instance), file, indent=2, sort_keys=True)
    Path(temporary).replace(folder / INSTANCE_FILE)


def read(folder: Path) -> Instance | None:
    """Return the instance that serves from this folder now, or `None`; a stale file counts as nothing."""
    if not is_locked(folder):
        return None
    try:
        document = json.loads((folder / INSTANCE_FILE).read_text(encoding="utf-8"))
        return Instance(**{key.name: document[key.name] for key in fields(Instance)})
    except (FileNotFoundError, KeyError, TypeError, ValueError):
        return None


def forget(folder: Path) -> None:
    """Remove what an ended instance left; its log stays for reading."""
    (folder / INSTANCE_FILE).unlink(missing_ok=True)


def lock(folder: Path) -> int | None:
    """Take the folder's lock for the life of this process and return its descriptor; `None` when it is taken."""
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(_LOCK_ATTEMPTS):
        if _flock(descriptor, fcntl.LOCK_EX):
            return descriptor
        time.sleep(_LOCK_SECONDS)
    os.close(descriptor)
    return None


def is_locked(folder: Path) -> bool:
    """Say whether a living process serves from this folder."""
    try:
        descriptor = os.open(folder / LOCK_FILE, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _flock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _flock(descriptor: int, kind: int) -> bool:
    """Take a lock and say whether it was free."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
