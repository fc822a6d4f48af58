"""Properties of a resource, from the engine's wire format to plain values."""

from __future__ import annotations

from typing import Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc
from pulumi_policy import proxy

from policies.resources import UNKNOWN

_UNKNOWNS: Final = frozenset(
    {
        proxy.UNKNOWN_ARCHIVE_VALUE,
        proxy.UNKNOWN_ARRAY_VALUE,
        proxy.UNKNOWN_ASSET_VALUE,
        proxy.UNKNOWN_BOOLEAN_VALUE,
        proxy.UNKNOWN_NUMBER_VALUE,
        proxy.UNKNOWN_OBJECT_VALUE,
        proxy.UNKNOWN_STRING_VALUE,
    }
)
"""What the engine sends for a value that it doesn't know yet, by the kind of value."""

_SIGNATURE: Final = rpc._special_sig_key  # noqa: SLF001 - the protocol's own constants
_SECRET: Final = rpc._special_secret_sig  # noqa: SLF001


def plain(properties: struct_pb2.Struct) -> dict[str, object]:
    """Return properties as dicts and lists: secrets in clear, whole numbers as integers, unknowns as `UNKNOWN`."""
    return {name: _value(value) for name, value in properties.fields.items()}


def _value(value: struct_pb2.Value) -> object:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in _UNKNOWNS else text
    if kind == "struct_value":
        return _object(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def _object(struct: struct_pb2.Struct) -> object:
    fields = struct.fields
    if _SIGNATURE in fields and fields[_SIGNATURE].string_value == _SECRET:
        return _value(fields["value"]) if "value" in fields else UNKNOWN
    return plain(struct)
