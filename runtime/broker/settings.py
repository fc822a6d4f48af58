"""What the function is told: plain values from its environment, written when the stack is planned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

ASYMMETRIC = frozenset(
    {"ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"},
)
"""Algorithms whose verifier can't sign. With any other, whoever reads the key set could make tokens."""

_ROLES = re.compile(r"arn:aws(?:-cn|-us-gov)?:iam::[0-9]{12}:role/tenants/[a-z0-9-]+/[a-z0-9-]+-tenant-")
_HTTPS = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?(?:/[\x21-\x7e]*)?")


class SettingsError(Exception):
    """The environment lacks a setting, or has one that would open the broker; the message names it, not its value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """
    The broker's settings.

    Raises:
        SettingsError: a setting is empty, an algorithm is symmetric or unknown, or an address isn't https.

    """

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    key_set: str
    """The https address of the issuer's key set; the only place that keys come from."""
    claim: str
    """The claim that holds the tenant's id."""
    tenant_roles: str
    """The ARN of every tenant's role, up to the tenant's id."""

    def __post_init__(self) -> None:
        """Refuse settings that would open the broker."""
        for name in ("issuer", "audience", "claim"):
            if not getattr(self, name):
                raise SettingsError(f"`{name}` is empty")
        if not self.algorithms or not ASYMMETRIC.issuperset(self.algorithms):
            raise SettingsError("`algorithms` must be asymmetric ones")
        if _HTTPS.fullmatch(self.key_set) is None:
            raise SettingsError("`key_set` must be an https address")
        if _ROLES.fullmatch(self.tenant_roles) is None:
            raise SettingsError("`tenant_roles` must be the ARN of tenant roles up to the tenant's id")

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Settings:
        """
        Return the settings in an environment.

        Raises:
            SettingsError: one is missing or refused.

        """

        def setting(name: str) -> str:
            value = environment.get(f"LAKEWARD_{name}")
            if value is None:
                raise SettingsError(f"`LAKEWARD_{name}` is missing")
            return value

        return cls(
            issuer=setting("ISSUER"),
            audience=setting("AUDIENCE"),
            algorithms=tuple(setting("ALGORITHMS").split(",")),
            key_set=setting("KEY_SET"),
            claim=setting("CLAIM"),
            tenant_roles=setting("TENANT_ROLES"),
        )
