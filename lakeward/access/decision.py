"""Decisions: a verdict in two readings, the doors that fail, and the reasons as data."""

from __future__ import annotations

from enum import Enum
from typing import Any

import msgspec

from lakeward.access.truth import Truth, narrowly_possible, negate, possibly, surely


class Verdict(str, Enum):
    """The answer to a request (`semantics.md` G-1)."""

    ALLOW = "ALLOW"
    IMPLICIT_DENY = "IMPLICIT_DENY"
    EXPLICIT_DENY = "EXPLICIT_DENY"
    UNKNOWN = "UNKNOWN"


class Layer(str, Enum):
    """Where a decision is made (`contracts.md` section 3), in the order in which answers list them."""

    IDENTITY = "identity"
    RESOURCE = "resource"
    TRUST = "trust"
    KEY = "key"
    BOUNDARY = "boundary"
    SESSION = "session"
    SCP = "scp"
    RCP = "rcp"
    ENDPOINT = "endpoint"
    PUBLIC_ACCESS_BLOCK = "public-access-block"
    LAKE_FORMATION = "lake-formation"
    NETWORK = "network"

    __hash__ = str.__hash__  # as equality is the text's; that of enums is slow


LAYER_ORDER = {layer: index for index, layer in enumerate(Layer)}


class Reason(msgspec.Struct, frozen=True):
    """Why: the deciding statement, grant or missing thing."""

    layer: Layer
    policy: str
    """Where the policy or grant stands in its source; empty for what is missing."""
    statement: str
    """`Sid` or index of the statement; empty where there is none."""
    why: str

    def to_json(self) -> dict[str, str]:
        """Return the JSON form of `contracts.md` section 3."""
        form: dict[str, str] = msgspec.to_builtins(self)
        return form


class Decision(msgspec.Struct, frozen=True, rename="camel"):
    """
    The answer to one request.

    `verdict` is the strict reading, `may` the permissive one (G-3). `blocked_by` names the layer of each door that
    doesn't surely open, in the order of `Layer`.
    """

    verdict: Verdict
    may: Verdict
    blocked_by: tuple[Layer, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the strict reading allows."""
        return self.verdict is Verdict.ALLOW

    @property
    def is_possible(self) -> bool:
        """Whether the permissive reading allows; what is read to people as denied has this false."""
        return self.may in (Verdict.ALLOW, Verdict.UNKNOWN)

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 3, form (a), without `id`."""
        form: dict[str, Any] = msgspec.to_builtins(self)
        return form | {"blockedBy": list(form["blockedBy"]), "reasons": list(form["reasons"])}


def verdicts(allowed: Truth, denied: Truth) -> tuple[Verdict, Verdict]:
    """
    Return the strict and the permissive verdict.

    Args:
        allowed: Whether the request is allowed, denials counted.
        denied: Whether a statement denies it explicitly; tells the two denials apart. The strict reading takes
            a denial in its wide reading, and the other way round.

    """
    strict, permissive = Verdict.ALLOW, Verdict.ALLOW
    if not surely(allowed):
        if narrowly_possible(allowed):
            strict = Verdict.UNKNOWN
        else:
            # What is not surely absent for the negation is surely there in the wide reading.
            strict = Verdict.EXPLICIT_DENY if not narrowly_possible(negate(denied)) else Verdict.IMPLICIT_DENY
    if not possibly(allowed):
        permissive = Verdict.EXPLICIT_DENY if surely(denied) else Verdict.IMPLICIT_DENY
    return strict, permissive
