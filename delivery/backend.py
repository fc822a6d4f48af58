"""The user's own backend: where a delivered stack's state lies, whoever keeps it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from lakeward.errors import ConfigurationError, OutsideServiceError, Problem
from local.operations import Operations
from local.toolchain import Cli
from policies.stack import DAY

_OURS = frozenset(
    {
        "PULUMI_ACCESS_TOKEN",
        "PULUMI_API",
        "PULUMI_BACKEND_URL",
        "PULUMI_CONFIG_PASSPHRASE",
        "PULUMI_CONFIG_PASSPHRASE_FILE",
        "PULUMI_CREDENTIAL_STORE",
        "PULUMI_DEFAULT_ORGANIZATION",
        "PULUMI_HOME",
    }
)
"""What of the engine's settings is the user's to say: who they are, and where the state lies."""


class Backend(Operations):
    """
    The engine on the backend that the user is logged in to.

    Args:
        cli: the CLI to drive.
        project: the folder that holds `Pulumi.yaml` and the stacks' files.
        outside: the user's environment. Of its `PULUMI_*` only what says who they are and where the state lies is
            handed on, and not the day on which exemptions are judged: nothing may change how a stack is previewed and
            judged.

    """

    def __init__(self, cli: Cli, project: Path, outside: Mapping[str, str] = os.environ) -> None:
        super().__init__(cli, project)
        self._outside = dict(outside)

    def environment(self) -> dict[str, str]:
        handed_on = {key: value for key, value in self._outside.items() if not _judges(key)}
        search = (str(self.cli.pulumi.parent), str(Path(sys.executable).parent), self._outside.get("PATH", os.defpath))
        return {
            **handed_on,
            "PATH": os.pathsep.join(search),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # `--event-log` exists only with it.
            "PULUMI_DEBUG_COMMANDS": "true",
        }

    def _of(self, stack: str) -> tuple[str, ...]:
        return ("--stack", stack)

    @property
    def left_behind(self) -> tuple[str, ...]:
        """The user's variables that are not handed on, sorted."""
        return tuple(sorted(key for key in self._outside if _judges(key)))

    def check(self, stack: str) -> None:
        """
        Make sure that the backend is one for a stack of a real account, and has that stack.

        Raises:
            ConfigurationError: it is the local file backend: a state that one machine holds is lost with it, and
                nobody else sees who works on it.
            OutsideServiceError: nobody is logged in, or there is no such stack.

        """
        address = json.loads(self._must("whoami", "--json"))["url"]
        if urlsplit(address).scheme == "file" and not self._is_at_home:
            raise ConfigurationError(
                [
                    Problem(
                        "backend",
                        f"the state of {stack} would lie in {address}, on this machine alone",
                        "log in to a shared backend with locks: `pulumi login s3://…` or `pulumi login`",
                    )
                ]
            )
        if stack not in {one["name"].rpartition("/")[2] for one in json.loads(self._must("stack", "ls", "--json"))}:
            raise OutsideServiceError(f"backend: {address} has no stack {stack}; make it: `pulumi stack init {stack}`")

    @property
    def _is_at_home(self) -> bool:
        """Whether all of AWS is a program on this machine: no account is real there."""
        endpoints = [url for key, url in self._outside.items() if key.startswith("AWS_ENDPOINT_URL")]
        ignored = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" in self._outside
        loopback = {"127.0.0.1", "localhost", "::1"}
        return (
            "AWS_ENDPOINT_URL" in self._outside
            and not ignored
            and all(urlsplit(url).hostname in loopback for url in endpoints)
        )


def _judges(key: str) -> bool:
    """Whether a variable may change how stacks are previewed and judged."""
    return key == DAY or (key.startswith("PULUMI_") and key not in _OURS)
