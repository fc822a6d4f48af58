"""Statements of a policy document, and whom a statement is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from lakeward.documents.conditions import PRINCIPAL_ARN, Condition, Operator
from lakeward.documents.errors import MalformedDocumentError
from lakeward.documents.members import Members
from lakeward.identifiers import Arn, OidcProviderArn, RoleArn, SamlProviderArn

JsonValue = str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

EVERYTHING = ("*",)
"""
`Resource: "*"`, where no other resource can be written: in a key policy it means this key (A15-5); actions without
a resource type match nothing else (A2-5); and a ceiling or a Deny over a service is meant for all of it.
"""

TENANT = "${aws:PrincipalTag/tenant_id}"
"""
The one policy variable that documents hold: the caller's tenant, as its role's tag says.

Without the tag nothing matches a resource or a positive condition that holds it (`semantics.md` A3-3); its value is
taken literally (A3-6), and what ids may be leaves no room for a slash or an empty text.
"""

_SID = re.compile(r"[A-Z][A-Za-z0-9]*")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z]*\*?")
_UNRESOLVED = re.compile(r"\$\{|%\{")
_OPEN_BUCKET = re.compile(r"arn:[^:]*:s3:::[^/]*[*?]")


class Effect(Enum):
    """What a statement does to the requests it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True)
class Roles:
    """These roles and all their sessions. They must exist when the document is written (A8-3)."""

    arns: tuple[RoleArn, ...]

    def rendered(self) -> JsonValue:
        """Return the `Principal` element."""
        return {"AWS": listed(self.arns)}


@dataclass(frozen=True)
class RolesOfAccount:
    """
    Those roles of an account that a condition of the statement names by their ARNs, existing or to come.

    The account stands as principal, so its identity policies must allow as well (A8-2, A15-1).
    """

    root: Arn

    def rendered(self) -> JsonValue:
        """Return the `Principal` element."""
        return {"AWS": str(self.root)}


@dataclass(frozen=True)
class Service:
    """An AWS service acting for itself, such as `cloudtrail.amazonaws.com`."""

    name: str

    def rendered(self) -> JsonValue:
        """Return the `Principal` element."""
        return {"Service": self.name}


@dataclass(frozen=True)
class Federation:
    """People or workloads that an identity provider vouches for."""

    provider: SamlProviderArn | OidcProviderArn

    def rendered(self) -> JsonValue:
        """Return the `Principal` element."""
        return {"Federated": str(self.provider)}


@dataclass(frozen=True)
class Everyone:
    """Every principal, anonymous ones included; only a Deny may say so."""

    def rendered(self) -> JsonValue:
        """Return the `Principal` element."""
        return "*"


@dataclass(frozen=True)
class Callers:
    """
    Everyone who sends requests through an endpoint, whose policy is a ceiling and grants nothing (A17-1).

    A gateway endpoint takes no other principal (A17-2): conditions say whose requests pass.
    """

    def rendered(self) -> JsonValue:
        """Return the `Principal` element."""
        return "*"


Principal = Roles | RolesOfAccount | Service | Federation | Everyone | Callers | Members


@dataclass(frozen=True, kw_only=True)
class Statement:
    """
    One statement. `principal` stands in resource-based documents, `resources` in all but trust policies.

    A Deny may name the resources that it spares instead: `not_resources`.

    INVARIANT: an Allow names its actions and whom it allows (at an endpoint: whose requests or which resources), and
    has no condition that a missing key satisfies; no string holds another policy variable than `TENANT`, or an unknown
    value; no S3 resource spans several buckets.

    Raises:
        MalformedDocumentError: the invariant doesn't hold, or a part is missing or misspelled.

    """

    sid: str
    effect: Effect
    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principal: Principal | None = None
    conditions: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a statement that breaks the invariant."""
        if _SID.fullmatch(self.sid) is None:
            raise self._malformed("a Sid has letters and digits only, a capital first")
        if not self.actions or not all(_ACTION.fullmatch(action) for action in self.actions):
            raise self._malformed("actions are `service:Name`, in a Deny also `service:Name*`")
        if self.effect is Effect.ALLOW:
            self._check_allow()
        pairs = [(condition.operator, condition.key) for condition in self.all_conditions]
        if len(set(pairs)) < len(pairs):
            raise self._malformed("two conditions have the same operator and key, where AWS keeps one")
        if self.resources and self.not_resources:
            raise self._malformed("a statement names its resources or those it spares")
        texts = (
            *self.resources,
            *self.not_resources,
            *(value for condition in self.all_conditions for value in condition.values),
        )
        if any(_UNRESOLVED.search(text.replace(TENANT, "")) for text in texts):
            raise self._malformed("a string holds a variable or an unknown value")
        if any(_OPEN_BUCKET.match(resource) for resource in self.resources):
            raise self._malformed("a wildcard in a bucket's name reaches foreign buckets")

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """Return the statement's own conditions, and those that its principal consists of."""
        return (*self.conditions, *(self.principal.conditions() if isinstance(self.principal, Members) else ()))

    def _check_allow(self) -> None:
        if isinstance(self.principal, Callers):
            if not self.conditions and set(self.resources) <= set(EVERYTHING):
                raise self._malformed("an Allow at an endpoint says whose requests, or to what")
        elif any(action.endswith("*") for action in self.actions):
            raise self._malformed("an Allow names its actions one by one")
        if self.not_resources:
            raise self._malformed("an Allow names what it allows")
        if isinstance(self.principal, Everyone):
            raise self._malformed("an Allow names whom it allows")
        if isinstance(self.principal, RolesOfAccount) and not any(
            condition.operator is Operator.ARN_LIKE and condition.key == PRINCIPAL_ARN for condition in self.conditions
        ):
            raise self._malformed("roles of an account are named by a condition on `aws:PrincipalArn`")
        if any(condition.operator.matches_missing_key for condition in self.conditions):
            raise self._malformed("an Allow's condition must fail when its key is missing")

    def _malformed(self, why: str) -> MalformedDocumentError:
        return MalformedDocumentError(f"statement `{self.sid}`: {why}")

    def rendered(self) -> dict[str, JsonValue]:
        """Return the statement in the policy language."""
        parts: dict[str, JsonValue] = {
            "Sid": self.sid,
            "Effect": self.effect.value,
            "Action": listed(self.actions),
        }
        if self.principal is not None:
            parts["Principal"] = self.principal.rendered()
        if self.resources:
            parts["Resource"] = listed(self.resources)
        if self.not_resources:
            parts["NotResource"] = listed(self.not_resources)
        if self.all_conditions:
            blocks: dict[str, dict[str, JsonValue]] = {}
            for condition in self.all_conditions:
                block = blocks.setdefault(condition.operator.spelled, {})
                block[condition.key.name] = listed(condition.values)
            parts["Condition"] = blocks
        return parts


def listed(texts: Sequence[str]) -> JsonValue:
    """Return texts as the policy language lists them: one alone, several sorted and each once."""
    ordered = sorted({str(text) for text in texts})
    return ordered[0] if len(ordered) == 1 else ordered


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str] = (),
    *conditions: Condition,
    principal: Principal | None = None,
) -> Statement:
    """Return a statement that allows."""
    return Statement(
        sid=sid,
        effect=Effect.ALLOW,
        actions=tuple(actions),
        resources=tuple(resources),
        principal=principal,
        conditions=conditions,
    )


def deny(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    *conditions: Condition,
    principal: Principal | None = None,
    spared: Sequence[str] = (),
) -> Statement:
    """Return a statement that denies; all resources but `spared` where `resources` is empty."""
    return Statement(
        sid=sid,
        effect=Effect.DENY,
        actions=tuple(actions),
        resources=tuple(resources),
        not_resources=tuple(spared),
        principal=principal,
        conditions=conditions,
    )


def deny_everyone(sid: str, actions: Sequence[str], resources: Sequence[str], *conditions: Condition) -> Statement:
    """Return a statement of a resource policy that denies whoever meets the conditions."""
    return deny(sid, actions, resources, *conditions, principal=Everyone())


def deny_elsewhere(sid: str, actions: Sequence[str], spared: Sequence[str], *conditions: Condition) -> Statement:
    """Return a statement of a resource policy that denies whoever meets the conditions all but some resources."""
    return Statement(
        sid=sid,
        effect=Effect.DENY,
        actions=tuple(actions),
        not_resources=tuple(spared),
        principal=Everyone(),
        conditions=conditions,
    )


_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z][a-z0-9]*)*")


def in_sid(name: str) -> str:
    """
    Spell a name as part of a Sid, so that no two names look alike.

    Names in kebab case only lose their hyphens; others get the first digits of their SHA-256 as well.

    >>> in_sid("data-steward")
    'DataSteward'
    """
    words = "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))
    if _KEBAB.fullmatch(name):
        return words
    return words + sha256(name.encode()).hexdigest()[:8]
