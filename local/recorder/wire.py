"""The engine's wire format → plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from local.recorder.project import SECRET


def plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Return properties as plain values: whole numbers as integers, secrets as `[secret]`."""
    return {key: _plain(value) for key, value in json_format.MessageToDict(properties).items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, Mapping):
        if value.get(rpc._special_sig_key) == rpc._special_secret_sig:  # noqa: SLF001  # the protocol's own constants
            return SECRET
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(element) for element in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
