"""What a request can come to: the closed set of words that the invoker and the log get, and nothing else."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """The end of one request. None tells a tenant that isn't deployed from one that can't be."""

    GRANTED = "granted"
    MALFORMED_REQUEST = "malformed-request"
    """The event holds no token."""
    MALFORMED_TOKEN = "malformed-token"  # noqa: S105  # a word, not a secret
    """It isn't a signed token, is far too long, or a standard claim has the wrong type."""
    FORBIDDEN_HEADER = "forbidden-header"
    """The token brings its own key, or asks for something that must be understood and isn't."""
    ALGORITHM_NOT_ACCEPTED = "algorithm-not-accepted"
    UNKNOWN_KEY = "unknown-key"
    """The issuer's key set has no one key of that id for that algorithm."""
    BAD_SIGNATURE = "bad-signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_ISSUER = "wrong-issuer"
    WRONG_AUDIENCE = "wrong-audience"
    MISSING_CLAIM = "missing-claim"
    UNKNOWN_TENANT = "unknown-tenant"
    """The claim is no tenant id, or no role of that tenant can be taken: one word for both, so neither is told."""
    KEYS_UNAVAILABLE = "keys-unavailable"
    SESSIONS_UNAVAILABLE = "sessions-unavailable"
    FAILED = "failed"
    """Anything else; what it was stands in the log by the name of its type only."""


class RefusedError(Exception):
    """Ends a request."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome
