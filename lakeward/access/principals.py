"""Principals: who makes a request, and how the elements of a policy name them (`semantics.md` A8)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lakeward.access.remembering import remembered
from lakeward.access.statements import Statement
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth, negate
from lakeward.estate.unknown import has_token

ANONYMOUS = "anonymous"
_ACCOUNT_DIGITS = 12
# Roles of Identity Center stand below this path, in most Regions with the Region's name (A8-7): it isn't known.
_PATH_OF_PERMISSION_SETS = "aws-reserved/sso.amazonaws.com/%{identity-center.region}"


_WEB_IDENTITY_PROVIDERS = frozenset({"accounts.google.com", "graph.facebook.com", "www.amazon.com"})


class PrincipalKind(str, Enum):
    """What a principal is."""

    ANONYMOUS = "anonymous"
    ROOT = "root"
    USER = "user"
    ROLE = "role"
    SESSION = "session"
    FEDERATED_USER = "federated user"
    FEDERATION = "federation"
    """Someone an identity provider vouches for, in `AssumeRoleWithSAML` and `AssumeRoleWithWebIdentity`."""
    SERVICE = "service"


@dataclass(frozen=True)
class Principal:
    """Who makes a request. A role without a session is one of its sessions, its name not known."""

    kind: PrincipalKind
    arn: str
    """As it was given; a service's name for a service."""
    account: str | None
    name: str
    """The role's or user's name without its path; the session's role for a session."""
    session: str | None = None
    role_arn: str | None = None
    """The role's ARN, with its path where that is known."""

    @property
    def is_service_linked(self) -> bool:
        """Whether it acts as a service-linked role, which no control policy binds (A12-2)."""
        if self.role_arn is None:
            return False
        if ":role/aws-service-role/" in self.role_arn:
            return True
        # A session's ARN has no path (A8-5): the name, which IAM keeps for such roles, is all there is.
        has_no_path = self.kind is PrincipalKind.SESSION and self.role_arn.count("/") == 1
        return has_no_path and self.name.startswith("AWSServiceRoleFor")


@remembered(1 << 14)
def parse_principal(text: str) -> Principal | None:  # noqa: C901, PLR0911, PLR0912  # one answer per kind
    """Read a principal from an ARN, a service's name or `anonymous`; `None` where it is none of these."""
    if text == ANONYMOUS:
        return Principal(PrincipalKind.ANONYMOUS, text, None, "")
    if text in _WEB_IDENTITY_PROVIDERS:
        return Principal(PrincipalKind.FEDERATION, text, None, text)
    if not text.startswith("arn:"):
        is_service = text.endswith((".amazonaws.com", ".amazonaws.com.cn", ".aws.internal")) and ":" not in text
        return Principal(PrincipalKind.SERVICE, text, None, text) if is_service else None
    parts = text.split(":", 5)
    if len(parts) < 6 or not parts[5]:  # noqa: PLR2004 - an ARN's parts
        return None
    _, partition, service, _, account, resource = parts
    kind, _, rest = resource.partition("/")
    if service == "iam":
        if resource == "root":
            return Principal(PrincipalKind.ROOT, text, account, "root")
        if rest and kind == "user":
            return Principal(PrincipalKind.USER, text, account, rest.rpartition("/")[2])
        if rest and kind == "role":
            return Principal(PrincipalKind.ROLE, text, account, rest.rpartition("/")[2], role_arn=text)
        if rest and kind in ("saml-provider", "oidc-provider"):
            return Principal(PrincipalKind.FEDERATION, text, None, rest)
    if service == "sts" and rest:
        if kind == "assumed-role":
            name, _, session = rest.partition("/")
            if session:
                path = _PATH_OF_PERMISSION_SETS if name.startswith("AWSReservedSSO_") else ""
                role = f"arn:{partition}:iam::{account}:role/{path}{name}"
                return Principal(PrincipalKind.SESSION, text, account, name, session, role)
        if kind == "federated-user":
            return Principal(PrincipalKind.FEDERATED_USER, text, account, rest)
    return None


class Naming(Enum):
    """How a policy names a principal, weakest first (A10)."""

    ACCOUNT = "account"
    """Its account: delegates, doesn't grant by itself in the same account (A8-2)."""
    ROLE = "role"
    """Its role, or the user behind a federated user: boundary and session policy still limit."""
    DIRECT = "direct"
    """Itself: user, root, service, provider, federated-user session."""
    CONTESTED = "contested"
    """Its session, or everyone: whether a session policy limits is read in two ways (B21-5)."""

    __hash__ = object.__hash__  # as equality is identity; that of enums is slow


def match_entry(kind: str, value: str, principal: Principal) -> tuple[Naming, Truth] | None:  # one answer per kind
    """
    Match one entry of a `Principal` element.

    Args:
        kind: `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` for everyone.
        value: What is named.
        principal: Who makes the request; `None` comes back where the entry isn't about them.

    """
    if kind == "*":
        is_session = principal.kind in (PrincipalKind.SESSION, PrincipalKind.ROLE, PrincipalKind.FEDERATED_USER)
        return (Naming.CONTESTED if is_session else Naming.DIRECT), YES
    if has_token(value) and value != principal.arn:
        return Naming.DIRECT, UNKNOWN
    if kind == "Service":
        matches = principal.kind is PrincipalKind.SERVICE and value.lower() == principal.arn.lower()
        return (Naming.DIRECT, YES) if matches else None
    if kind == "Federated":
        # Web identity providers such as `cognito-identity.amazonaws.com` are named as services are.
        vouched = principal.kind in (PrincipalKind.FEDERATION, PrincipalKind.SERVICE)
        named = vouched and value in (principal.arn, principal.name)
        return (Naming.DIRECT, YES) if named else None
    if kind == "CanonicalUser":
        # A canonical id stands for an account, but nothing here says which.
        return None if principal.account is None else (Naming.ACCOUNT, UNKNOWN)
    return _match_aws(value, principal)


def _match_aws(value: str, principal: Principal) -> tuple[Naming, Truth] | None:  # noqa: PLR0911  # one answer per kind
    if principal.account is None:
        return None
    if value == principal.account or (len(value) == _ACCOUNT_DIGITS and value.isdigit()):
        if value != principal.account:
            return None
        return (Naming.DIRECT if principal.kind is PrincipalKind.ROOT else Naming.ACCOUNT), YES
    named = parse_principal(value)
    if named is None or named.account != principal.account:
        return None
    if named.kind is PrincipalKind.ROOT:
        return (Naming.DIRECT if principal.kind is PrincipalKind.ROOT else Naming.ACCOUNT), YES
    if named.arn == principal.arn:
        naming = {PrincipalKind.ROLE: Naming.ROLE, PrincipalKind.SESSION: Naming.CONTESTED}
        return naming.get(principal.kind, Naming.DIRECT), YES
    if principal.kind in (PrincipalKind.SESSION, PrincipalKind.ROLE):
        return _match_role(named, principal)
    if principal.kind is PrincipalKind.FEDERATED_USER and named.kind is PrincipalKind.USER:
        # The user who called GetFederationToken stands behind it; boundary and session policy still limit (A10).
        return (Naming.ROLE, YES) if named.arn.partition(":user/")[2] == principal.name else None
    return None


def _match_role(named: Principal, principal: Principal) -> tuple[Naming, Truth] | None:
    if named.name != principal.name:
        return None
    if named.kind is PrincipalKind.ROLE:
        # A session's ARN has no path: account and name decide (A8-5), unless the estate told the role's own ARN.
        if principal.role_arn is not None and principal.kind is PrincipalKind.ROLE and named.arn != principal.arn:
            return None
        return Naming.ROLE, YES
    if named.kind is PrincipalKind.SESSION and principal.session is None:
        return Naming.CONTESTED, AMBIGUOUS  # one of its sessions, this one or another
    return None


def exemption(statement: Statement, principal: Principal) -> Truth:
    """
    Return whether `NotPrincipal` exempts a principal (A8-6).

    Narrowly only where its account, its role and its session are all listed; widely where one of them is.
    """
    listed: set[str] = set()
    for kind, value in statement.principals:
        if kind == "*":
            return YES
        matched = match_entry(kind, value, principal)
        if matched is None:
            continue
        naming, truth = matched
        if truth == UNKNOWN:
            return UNKNOWN
        if naming is Naming.DIRECT and principal.kind in (
            PrincipalKind.SERVICE,
            PrincipalKind.ROOT,
            PrincipalKind.FEDERATION,
        ):
            return YES
        listed.add(naming.value)
    wanted = {Naming.ACCOUNT.value}
    if principal.kind in (PrincipalKind.SESSION, PrincipalKind.ROLE):
        wanted.add(Naming.ROLE.value)
        if principal.kind is PrincipalKind.SESSION:
            wanted.add(Naming.CONTESTED.value)
    else:
        wanted.add(Naming.DIRECT.value)
    if not listed:
        return NO
    return YES if wanted <= listed else AMBIGUOUS


def match_principals(statement: Statement, principal: Principal, *, has_boundary: bool) -> dict[Naming, Truth]:
    """
    Return how a resource-based statement names a principal; empty where it doesn't.

    A statement with neither `Principal` nor `NotPrincipal` names nobody (A19-4). `NotPrincipal` in a Deny always
    hits a principal with a permissions boundary; in an Allow the documents no longer support it.
    """
    if statement.source.excludes_principals:
        named = negate(exemption(statement, principal))
        if statement.source.effect == "Deny":
            named = YES if has_boundary else named
        else:
            named &= AMBIGUOUS
        return {Naming.CONTESTED: named} if named != NO else {}
    found: dict[Naming, Truth] = {}
    for kind, value in statement.principals:
        matched = match_entry(kind, value, principal)
        if matched is not None:
            naming, truth = matched
            found[naming] = found.get(naming, NO) | truth
    return found
