"""
Exemptions: which are in force on a day, and which a change adds or widens.

An exemption lets one resource break one rule of the policy pack for a while. Whoever may write one may break the
rule, so a new one is a risk that a change gains, like access.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from lakeward.errors import ConfigurationError, Problem
from lakeward.model import Exemption

KEY = "lakeward:exemptions"
"""Where the engine's configuration holds them."""

LONGEST = timedelta(days=90)
"""How far ahead an exemption may expire."""

_EXEMPTIONS = TypeAdapter(tuple[Exemption, ...])


def read_exemptions(config: Mapping[str, str], secret_keys: Sequence[str] = ()) -> tuple[Exemption, ...]:
    """
    Read the exemptions of a stack, sorted, from its configuration as the engine hands it on.

    Args:
        config: full keys; objects as JSON text.
        secret_keys: the keys whose values are secret.

    Raises:
        ConfigurationError: they aren't exemptions, or are secret, so that nobody could review them.

    """
    if KEY in secret_keys:
        raise ConfigurationError([Problem(KEY, "is a secret, so nobody can review it", "write it in clear")])
    try:
        found = _EXEMPTIONS.validate_json(config.get(KEY, "[]"))
    except ValidationError as error:
        raise ConfigurationError([_problem(details["loc"], details["msg"]) for details in error.errors()]) from error
    return tuple(sorted(found, key=lambda exemption: (exemption.rule, exemption.resource, exemption.expires)))


def _problem(loc: tuple[int | str, ...], said: str) -> Problem:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return Problem(KEY + place, said[:1].lower() + said[1:], "run `lakeward check` on the stack's configuration")


def fault_of(exemption: Exemption, on: date) -> str | None:
    """Return why an exemption isn't in force on a day; `None` where it is."""
    if exemption.expires.day < on:
        return f"it expired on {exemption.expires}"
    if exemption.expires.day - on > LONGEST:
        return f"it expires on {exemption.expires}, more than {LONGEST.days} days ahead of {on.isoformat()}"
    return None


def widened(before: Sequence[Exemption], after: Sequence[Exemption]) -> tuple[Exemption, ...]:
    """
    Return the exemptions of `after` that `before` doesn't give: of another rule or resource, or that last longer.

    Whoever reviews a change blocks on each. Another owner or reason, an earlier end, or its removal is no risk.
    """
    last: dict[tuple[str, str], str] = {}
    for exemption in before:
        subject = (exemption.rule, exemption.resource)
        last[subject] = max(exemption.expires, last.get(subject, exemption.expires))
    found = [
        exemption
        for exemption in after
        if (exemption.rule, exemption.resource) not in last
        or exemption.expires > last[exemption.rule, exemption.resource]
    ]
    return tuple(sorted(found, key=lambda exemption: (exemption.rule, exemption.resource, exemption.expires)))


def exemption_to_json(exemption: Exemption) -> dict[str, Any]:
    """Return an exemption as its configuration spells it."""
    document: dict[str, Any] = json.loads(exemption.model_dump_json(by_alias=True))
    return document
