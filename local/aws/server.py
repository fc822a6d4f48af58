"""
Starting, finding and stopping an embedded AWS, and what a client needs to reach it.

The server is a process in a session of its own: Ctrl-C in the terminal that started it doesn't reach it. Its
state lives in its memory and ends with it.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from lakeward.errors import OutsideServiceError, quote
from local.aws import instance as instances

if TYPE_CHECKING:
    from local.aws.instance import Instance

_INHERITED = frozenset({"HOME", "LANG", "PATH", "TMPDIR"})
_POLL_SECONDS = 0.05
_HEALTH_SECONDS = 5.0


@dataclass(frozen=True)
class RunningAws:
    """A server that answered its health call."""

    _instance: Instance

    @property
    def url(self) -> str:
        """Endpoint of every service, `http://127.0.0.1:<port>`."""
        return self._instance.url

    @property
    def instance(self) -> str:
        """Random id of this process: another id is another, empty AWS."""
        return self._instance.instance

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._instance.pid

    def environment(self, region: str, role: str | None = None) -> dict[str, str]:
        """
        Return the environment variables with which any AWS client reaches this server and nothing else.

        The credentials are those of a management account (123456789012); other accounts are reached by
        assuming a role there. With `role`, an ARN, they are a session's of that role, which must exist.
        """
        own = {
            "AWS_ACCESS_KEY_ID": self._instance.access_key,
            "AWS_SECRET_ACCESS_KEY": self._instance.secret_key,
        }
        return {
            **(own if role is None else self._taken(region, role)),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": region,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def session(self, account: str, region: str, role: str | None = None) -> boto3.Session:
        """
        Return a session as the administrator of an account, which is there from the first call on.

        Its clients reach this server without further arguments. They act as the role that AWS Organizations
        puts into each of its accounts, or as `role`, an ARN of that account.
        """
        taken = self._taken(region, role or instances.entry_role_arn(account))
        return self._session(region, *taken.values())

    def _taken(self, region: str, role: str) -> dict[str, str]:
        """Return the credentials of a session as a role, as the variables that hold them."""
        management = self._session(region, self._instance.access_key, self._instance.secret_key)
        credentials = management.client("sts").assume_role(RoleArn=role, RoleSessionName="embedded-aws")["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }

    def _session(self, region: str, access_key: str, secret_key: str, token: str | None = None) -> boto3.Session:
        core = botocore.session.Session()
        core.register_component("data_loader", _models())
        session = _EndpointSession(access_key, secret_key, token, region_name=region, botocore_session=core)
        session.endpoint_url = self.url
        return session


@functools.cache
def _models() -> botocore.loaders.Loader:
    """Return one loader for all sessions: reading a service's model takes longer than most calls."""
    return botocore.loaders.create_loader()


class _EndpointSession(boto3.Session):  # type: ignore[misc]  # boto3 has no types
    """A session all of whose clients and resources reach one endpoint."""

    endpoint_url: str

    def client(self, *args: object, **kwargs: object) -> object:
        return super().client(*args, **self._here(kwargs))

    def resource(self, *args: object, **kwargs: object) -> object:
        return super().resource(*args, **self._here(kwargs))

    def _here(self, options: dict[str, object]) -> dict[str, object]:
        # A proxy of the environment is for the outside, not for loopback.
        direct = Config(proxies={}, retries={"mode": "standard", "max_attempts": 3})
        given = options.get("config")
        config = direct.merge(given) if isinstance(given, Config) else direct
        return {"endpoint_url": self.endpoint_url, **options, "config": config}


def start(folder: Path, seconds: float = 60.0, *, hostile: int | None = None, judged: str | None = None) -> RunningAws:
    """
    Return the server of this folder, started if none runs.

    Args:
        folder: Made if missing; port, credentials and log are written there for this user only.
        seconds: How long to wait for its first answer.
        hostile: For tests: the seed of the troubles that it makes from now on; one that runs already stays as it is.
        judged: For tests: the name of roles that are held to their own policies, in every account.

    Raises:
        OutsideServiceError: It ended or didn't answer in time; its log's last line is told.

    """
    folder = folder.absolute()
    instances.prepare(folder)
    running = status(folder)
    if running:
        return running
    options = {"--hostile": hostile, "--judged": judged}
    wanted = [text for name, value in options.items() if value is not None for text in (name, str(value))]
    log = os.open(folder / instances.LOG_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        # Returns once the server has detached itself, or has found another one that serves here.
        subprocess.run(  # noqa: S603 -- this interpreter, own module
            [sys.executable, "-m", "local.aws", "--folder", str(folder), "--detach", *wanted],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_environment(),
            check=False,
        )
    finally:
        os.close(log)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = instances.read(folder)
        if found and _answers(found, _HEALTH_SECONDS):
            return RunningAws(found)
        if not instances.is_locked(folder):
            raise OutsideServiceError(f"embedded AWS: it ended while starting: {_last_line(folder)}")
        time.sleep(_POLL_SECONDS)
    raise OutsideServiceError(
        f"embedded AWS: no answer within {seconds:.0f} seconds: {_last_line(folder)}; "
        f"read {quote(folder / instances.LOG_FILE)}"
    )


def status(folder: Path) -> RunningAws | None:
    """
    Return the server of this folder, or `None` if none runs.

    Raises:
        OutsideServiceError: Its process lives, but its port doesn't answer, or another program answers there.

    """
    found = instances.read(folder)
    if not found:
        return None
    if not _answers(found, _HEALTH_SECONDS):
        raise OutsideServiceError(
            f"embedded AWS: process {found.pid} lives, but port {found.port} doesn't answer; run `make down`"
        )
    return RunningAws(found)


def connect(folder: Path) -> RunningAws:
    """
    Return the server that must be running in this folder.

    Raises:
        OutsideServiceError: None runs, or it doesn't answer.

    """
    running = status(folder)
    if not running:
        gone = (folder / instances.INSTANCE_FILE).exists()
        what = "its process is gone" if gone else "no server runs"
        raise OutsideServiceError(f"embedded AWS: {what} in {quote(folder)}; run `make up`")
    return running


def stop(folder: Path, seconds: float = 10.0) -> bool:
    """
    End the server of this folder and say whether there was one.

    Only the process that holds the folder's lock is signalled, never one that merely has its old pid.

    Raises:
        OutsideServiceError: It doesn't end.

    """
    found = instances.read(folder)
    if not found:
        instances.forget(folder)
        return False
    for request in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(found.pid, request)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not instances.is_locked(folder):
                instances.forget(folder)
                return True
            time.sleep(_POLL_SECONDS)
    raise OutsideServiceError(f"embedded AWS: process {found.pid} doesn't end; end it yourself")


def _answers(found: Instance, seconds: float) -> bool:
    """Ask the port who listens there, past any proxy; only the instance itself counts."""
    connection = http.client.HTTPConnection("127.0.0.1", found.port, timeout=seconds)
    try:
        connection.request("GET", instances.HEALTH_PATH)
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return isinstance(answer, dict) and answer.get("instance") == found.instance


def _environment() -> dict[str, str]:
    """Give the server what a Python program needs, and nothing of what the caller may use elsewhere."""
    return {
        name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(("LC_", "PYTHON"))
    } | {"MOTO_DISABLE_GLOBAL_CORS": "true"}


def _last_line(folder: Path) -> str:
    lines = (folder / instances.LOG_FILE).read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "its log is empty")
