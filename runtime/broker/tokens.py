"""Whether a token is the issuer's, for this audience and now, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

from runtime.broker.key_set import KeySet
from runtime.broker.outcomes import Outcome, RefusedError
from runtime.broker.settings import Settings

MOST_CHARACTERS = 8192
"""No token of a person is longer; what is, isn't parsed."""

FORBIDDEN_HEADERS = frozenset({"jku", "jwk", "x5c", "x5u", "zip"})
"""
A key or where to find one, which only the configured key set says; and compression, which signed tokens don't have.
What a token demands to be understood (`crit`, `b64`) the library refuses.
"""

_REFUSALS: tuple[tuple[type[Exception], Outcome], ...] = (
    (jwt.InvalidSignatureError, Outcome.BAD_SIGNATURE),
    (jwt.ExpiredSignatureError, Outcome.EXPIRED),
    (jwt.ImmatureSignatureError, Outcome.NOT_YET_VALID),
    (jwt.InvalidIssuerError, Outcome.WRONG_ISSUER),
    (jwt.InvalidAudienceError, Outcome.WRONG_AUDIENCE),
    (jwt.MissingRequiredClaimError, Outcome.MISSING_CLAIM),
    (jwt.InvalidKeyError, Outcome.UNKNOWN_KEY),
    (jwt.PyJWKError, Outcome.UNKNOWN_KEY),
    (jwt.PyJWTError, Outcome.MALFORMED_TOKEN),
)
"""What each of the library's errors means, the first that fits."""


def verified(token: str, settings: Settings, keys: KeySet) -> Mapping[str, Any]:
    """
    Return the claims of a token whose signature, issuer, audience and times are right.

    No leeway: a token is good from `nbf` until `exp`, both required like `iss`, `aud`, `sub` and the tenant's claim.

    Raises:
        RefusedError: the first thing that is wrong with it.

    """
    if len(token) > MOST_CHARACTERS or not token.isascii():
        raise RefusedError(Outcome.MALFORMED_TOKEN)
    try:
        header = jwt.get_unverified_header(token)
        key = _key(header, settings, keys)
        claims = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            issuer=settings.issuer,
            audience=settings.audience,
            options={
                "require": ["exp", "nbf", "iss", "aud", "sub", settings.claim],
                "enforce_minimum_key_length": True,
            },
        )
    except jwt.PyJWTError as error:
        raise RefusedError(next(outcome for kind, outcome in _REFUSALS if isinstance(error, kind))) from error
    except RecursionError as error:  # nested deeper than the parser goes
        raise RefusedError(Outcome.MALFORMED_TOKEN) from error
    if not claims["sub"]:
        raise RefusedError(Outcome.MISSING_CLAIM)
    return claims


def _key(header: Mapping[str, Any], settings: Settings, keys: KeySet) -> jwt.PyJWK:
    """Return the issuer's key that the header names, for the algorithm that it names, if both are accepted."""
    if not FORBIDDEN_HEADERS.isdisjoint(header):
        raise RefusedError(Outcome.FORBIDDEN_HEADER)
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in settings.algorithms:
        raise RefusedError(Outcome.ALGORITHM_NOT_ACCEPTED)
    if not isinstance(key_id, str):
        raise RefusedError(Outcome.UNKNOWN_KEY)
    key = keys.key(key_id)
    if key.get("alg", algorithm) != algorithm:
        raise RefusedError(Outcome.UNKNOWN_KEY)
    return jwt.PyJWK(dict(key), algorithm)
