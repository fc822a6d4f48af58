"""The issuer's public keys, by id."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, ProxyHandler, build_opener

from runtime.broker.outcomes import Outcome, RefusedError

LIFE_SECONDS = 300.0
"""How long a key set counts: a key that the issuer withdraws is refused no later than this."""
COOL_DOWN_SECONDS = 30.0
"""How long after a fetch an unknown key id causes no other: made-up ids can't make the broker hammer the issuer."""

_TIMEOUT_SECONDS = 3.0
_MOST_BYTES = 256 * 1024

Jwk = Mapping[str, Any]


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_request: object, **_more: object) -> None:
        return None


def fetch(address: str, *, trusted: ssl.SSLContext | None = None) -> bytes:
    """
    Return what stands at an https address: the host's certificate is verified, no redirect is followed.

    Args:
        address: an https address, from `Settings`.
        trusted: certificates to trust; the system's by default.

    Raises:
        OSError: there is no answer, or it isn't the document.

    """
    opener = build_opener(HTTPSHandler(context=trusted or ssl.create_default_context()), _NoRedirects, ProxyHandler({}))
    with opener.open(address, timeout=_TIMEOUT_SECONDS) as response:
        body: bytes = response.read(_MOST_BYTES + 1)
        if response.status != HTTPStatus.OK or len(body) > _MOST_BYTES:
            raise URLError("not a key set")
    return body


class KeySet:
    """A key set that is fetched when needed and kept for `LIFE_SECONDS`."""

    def __init__(
        self,
        address: str,
        *,
        read: Callable[[str], bytes] = fetch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address
        self._read = read
        self._clock = clock
        self._keys: Mapping[str, Jwk] = {}
        self._fetched: float | None = None

    def key(self, key_id: str) -> Jwk:
        """
        Return the key of an id.

        An unknown id fetches the set again, at most once in `COOL_DOWN_SECONDS` whoever asks.

        Raises:
            RefusedError: `UNKNOWN_KEY`, or `KEYS_UNAVAILABLE` where there is no key set to look in.

        """
        age = self._age()
        if age is None or age >= LIFE_SECONDS or (key_id not in self._keys and age >= COOL_DOWN_SECONDS):
            self._fetch()
        if key_id not in self._keys:
            raise RefusedError(Outcome.UNKNOWN_KEY)
        return self._keys[key_id]

    def _age(self) -> float | None:
        return None if self._fetched is None else self._clock() - self._fetched

    def _fetch(self) -> None:
        try:
            self._keys = _by_id(json.loads(self._read(self._address)))
        except (OSError, ValueError, RecursionError) as error:
            self._keys, self._fetched = {}, None
            raise RefusedError(Outcome.KEYS_UNAVAILABLE) from error
        self._fetched = self._clock()


def _by_id(document: object) -> dict[str, Jwk]:
    """Return the keys for signatures; an id that several keys share names none of them."""
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("not a key set")  # noqa: TRY004  # a wrong document, as one that isn't JSON
    found: dict[str, list[Jwk]] = {}
    for key in keys:
        if isinstance(key, dict) and isinstance(key.get("kid"), str) and key.get("use", "sig") == "sig":
            found.setdefault(key["kid"], []).append(key)
    return {key_id: sharing[0] for key_id, sharing in found.items() if len(sharing) == 1}
