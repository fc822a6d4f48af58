"""
The protocol's values: `google.protobuf.Struct` to plain Python and back.

A plain value is a JSON value; numbers without a fraction are ints, secrets are in clear, and a value that isn't
known yet is the string `UNKNOWN`. Nothing here is ever logged: a value may be a secret.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from google.protobuf.struct_pb2 import Struct
from google.protobuf.struct_pb2 import Value as WireValue

Value: TypeAlias = Any
"""A JSON value. The protocol carries no types; `checks` judges inputs against the SDK's before anyone uses them."""

Properties: TypeAlias = dict[str, Value]

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine puts where an output isn't known before `up`."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SEALED = "1b47061264138c4ac30d75fd1eb44270"
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def decode(struct: Struct) -> Properties:
    """Plain properties of a message; members that are null or the engine's own (`__…`) are left out."""
    return _object(struct)


def encode(properties: Properties) -> Struct:
    """Return a message of plain properties."""
    struct = Struct()
    struct.update(properties)
    return struct


def holds_unknown(value: Value) -> bool:
    """Whether a value, or anything inside it, isn't known yet."""
    if isinstance(value, dict):
        return any(holds_unknown(member) for member in value.values())
    if isinstance(value, list):
        return any(holds_unknown(element) for element in value)
    return bool(value == UNKNOWN)


def _object(struct: Struct) -> Properties:
    members = {name: _plain(value) for name, value in struct.fields.items() if not name.startswith("__")}
    return {name: value for name, value in members.items() if value is not None}


def _plain(value: WireValue) -> Value:
    match value.WhichOneof("kind"):
        case "struct_value":
            return _plain_object(value.struct_value)
        case "list_value":
            return [_plain(element) for element in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _plain_object(struct: Struct) -> Value:
    signature = struct.fields[_SIGNATURE].string_value if _SIGNATURE in struct.fields else None
    if signature == _SEALED:
        return _plain(struct.fields["value"])
    if signature == _OUTPUT:
        return _plain(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    return _object(struct)
