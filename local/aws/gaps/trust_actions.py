"""Gap: moto knows no `sts:SetContext`, so that a role which trusts by it can be made and never changed."""

from __future__ import annotations

from collections.abc import Callable

from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator

_CHECK = "_validate_trust_policy_action"
_LACKING = frozenset({"sts:SetContext"})


def extend() -> None:
    """Let a trust policy hold it."""
    known: Callable[[str], None] = getattr(IAMTrustPolicyDocumentValidator, _CHECK)

    def check(action: str) -> None:
        if action not in _LACKING:
            known(action)

    setattr(IAMTrustPolicyDocumentValidator, _CHECK, staticmethod(check))
