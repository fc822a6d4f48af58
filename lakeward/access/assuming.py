"""
Assuming: who may work as which role (`semantics.md` A14).

Set at a time: a role's trust policy says whom it names, so that only they are judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lakeward.access.access_row import FREE, AccessRow, Path, standing
from lakeward.access.context import Context
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.principals import PrincipalKind, parse_principal
from lakeward.access.requests import judge
from lakeward.access.truth import NO, UNKNOWN, possibly
from lakeward.estate.entries import Role
from lakeward.estate.policies import Policy
from lakeward.estate.unknown import Unknown

_ACTIONS = {
    PrincipalKind.SERVICE: ("sts:assumerole",),
    PrincipalKind.FEDERATION: ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity"),
}
_SHOWN = {
    "sts:assumerole": "sts:AssumeRole",
    "sts:assumerolewithsaml": "sts:AssumeRoleWithSAML",
    "sts:assumerolewithwebidentity": "sts:AssumeRoleWithWebIdentity",
}
_SOURCE_KEYS = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorg")
_CHOSEN_BY_OTHERS = Unknown("set by the service or the identity provider")


@dataclass(frozen=True)
class _Trust:
    """Whom a trust policy may let in."""

    role: Role
    names: frozenset[str]
    """Role names and user ARNs it names, whatever their account."""
    accounts: frozenset[str]
    anyone: bool

    def may_name(self, caller: Caller) -> bool:
        principal = caller.principal
        if self.anyone or principal.name in self.names or principal.arn in self.names:
            return True
        # An account's trust alone lets nobody in: their own policies must allow it too (A14-1).
        return (principal.account or "") in self.accounts and any(
            policy.about("sts:assumerole") for policy in caller.identity
        )


class Assuming:
    """Finds who may assume the roles of an estate."""

    def __init__(self, prepared: PreparedEstate) -> None:
        self._prepared = prepared
        self._trusts = [
            _trust_of(role)
            for _, account in prepared.accounts()
            for role in sorted(account.iam.roles, key=lambda role: role.arn)
            if role.assume_role_policy_document is not None
        ]

    def rows_of(self, caller: Caller) -> Iterator[AccessRow]:
        """Yield the roles that a role or user may assume."""
        for trust in self._trusts:
            if trust.may_name(caller) and trust.role.arn != caller.principal.arn:
                yield from self._row(caller, trust.role, "sts:assumerole")

    def rows_of_outsiders(self, listed: frozenset[str]) -> Iterator[AccessRow]:
        """
        Yield the roles that others may assume: services, identity providers, accounts that nobody describes.

        Args:
            listed: The principals whose rows are yielded already.

        """
        for trust in self._trusts:
            document = trust.role.assume_role_policy_document
            if document is None or document.unknown is not None:
                continue
            for name in sorted(_outsiders(document) - listed):
                caller = self._prepared.caller(name)
                if caller is None or caller.exists == NO:
                    continue
                for action in _ACTIONS.get(caller.principal.kind, ("sts:assumerole",)):
                    yield from self._row(caller, trust.role, action)
            for account in sorted(trust.accounts):
                if self._prepared.estate.account(account) is None:
                    name = f"arn:aws:iam::{account}:root"
                    yield AccessRow(
                        name, trust.role.arn, _SHOWN["sts:assumerole"], (), None, Path.ASSUME, *standing(UNKNOWN)
                    )

    def _row(self, caller: Caller, role: Role, action: str) -> Iterator[AccessRow]:
        judgement = judge(self._prepared, caller, action, role.arn, _context_of(caller))
        if possibly(judgement.allowed):
            arn = caller.principal.role_arn or caller.principal.arn
            yield AccessRow(arn, role.arn, _SHOWN[action], (), None, Path.ASSUME, *standing(judgement.allowed))


def _context_of(caller: Caller) -> Context:
    """Return what such a request may carry: services name a source, identity providers say what they like."""
    if caller.principal.kind is PrincipalKind.SERVICE:
        return FREE.opened(dict.fromkeys(_SOURCE_KEYS, _CHOSEN_BY_OTHERS))
    if caller.principal.kind is PrincipalKind.FEDERATION:
        issuer = caller.principal.name.lower()
        return FREE.opened(dict.fromkeys((f"{issuer}:", "saml:"), _CHOSEN_BY_OTHERS))
    return FREE


def _trust_of(role: Role) -> _Trust:
    names: set[str] = set()
    accounts: set[str] = set()
    document = role.assume_role_policy_document
    anyone = document is None or document.unknown is not None
    for statement in document.statements if document is not None else ():
        if statement.effect == "Deny":
            continue
        if statement.effect is None or statement.excludes_principals:
            anyone = True
        for kind, value in statement.principals or ():
            named = parse_principal(value)
            if kind == "*" or "%{" in value:
                anyone = True
            elif value.isdigit():
                accounts.add(value)
            elif kind == "AWS" and named is not None and named.kind is PrincipalKind.ROOT:
                accounts.add(named.account or "")
            elif kind == "AWS" and named is not None:
                names.add(named.arn if named.kind is PrincipalKind.USER else named.name)
    return _Trust(role, frozenset(names), frozenset(accounts), anyone)


def _outsiders(document: Policy) -> set[str]:
    """Return whom a trust policy names one by one."""
    found: set[str] = set()
    for statement in document.statements:
        if statement.effect == "Allow" and not statement.excludes_principals:
            for kind, value in statement.principals or ():
                named = parse_principal(value)
                if kind != "*" and named is not None and named.kind is not PrincipalKind.ROOT:
                    found.add(named.role_arn or named.arn)
    return found
