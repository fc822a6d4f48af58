"""What Lambda calls."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import boto3
from botocore.config import Config

from runtime.broker.broker import Broker
from runtime.broker.key_set import KeySet
from runtime.broker.settings import Settings

_STS = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
"""Together with the fetch of a key set well within the function's timeout."""


class Invocation(Protocol):
    """What Lambda says of a request."""

    aws_request_id: str


def handle(event: object, context: Invocation) -> Mapping[str, Any]:
    """
    Answer one invocation.

    Raises:
        SettingsError: the function's environment is wrong, so every request fails.

    """
    return _broker().answer(event, context.aws_request_id)


@cache
def _broker() -> Broker:
    """Return the broker of this execution environment, with its key set; it holds nothing of any tenant."""
    settings = Settings.of(os.environ)
    return Broker(settings=settings, keys=KeySet(settings.key_set), sts=boto3.client("sts", config=_STS), log=_log)


def _log(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
