"""One request, from token to credentials, and its line in the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.broker.key_set import KeySet
from runtime.broker.outcomes import Outcome, RefusedError
from runtime.broker.sessions import SecurityTokenService, credentials, hashed, tenant_in
from runtime.broker.settings import Settings
from runtime.broker.tokens import verified


@dataclass(frozen=True, kw_only=True)
class Broker:
    """
    The broker with what it works with. Nothing of a request outlives it.

    INVARIANT: credentials, tokens, claims as they came and messages of errors go into no log.
    """

    settings: Settings
    keys: KeySet
    sts: SecurityTokenService
    log: Callable[[str], None]

    def answer(self, event: object, request_id: str) -> Mapping[str, Any]:
        """Return what the invoker gets; never raises, since what Lambda prints of an error isn't ours to choose."""
        seen: dict[str, str] = {"request": request_id}
        given: Mapping[str, str] | None = None
        outcome = Outcome.GRANTED
        try:
            given = self._credentials(event, seen)
        except RefusedError as refusal:
            outcome = refusal.outcome
        except Exception as error:  # noqa: BLE001  # see above
            outcome = Outcome.FAILED
            seen["error"] = type(error).__name__
        self.log(json.dumps({**seen, "outcome": outcome.value}, sort_keys=True))
        if given is None:
            return {"outcome": outcome.value}
        return {"outcome": outcome.value, "tenant": seen["tenant"], "credentials": given}

    def _credentials(self, event: object, seen: dict[str, str]) -> Mapping[str, str]:
        """Return credentials, noting in `seen` whatever is certain on the way."""
        claims = verified(_token(event), self.settings, self.keys)
        seen["subject"] = hashed(claims["sub"])
        seen["tenant"] = tenant_in(claims[self.settings.claim])
        return credentials(self.sts, self.settings.tenant_roles, seen["tenant"], seen["subject"])


def _token(event: object) -> str:
    """Return the one member of an event that counts; whatever else it says, a tenant above all, isn't looked at."""
    token = event.get("token") if isinstance(event, Mapping) else None
    if not isinstance(token, str):
        raise RefusedError(Outcome.MALFORMED_REQUEST)
    return token
