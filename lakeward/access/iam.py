"""
IAM: whether one request on one resource is allowed, by every type of policy (`semantics.md` A9 to A19).

Each layer gives a truth for what it allows and one for what it denies; `authorize` composes them as AWS does in
one account (A9, A10) and across accounts (A11). Where the documents leave two readings the truth carries both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from lakeward.access.actions import action_of, services_under_resource_control
from lakeward.access.context import Context, PerhapsFilled
from lakeward.access.decision import LAYER_ORDER, Decision, Layer, Reason, Verdict, verdicts
from lakeward.access.principals import Naming, Principal, PrincipalKind, match_principals
from lakeward.access.public_access import publicness
from lakeward.access.remembering import remembered
from lakeward.access.statements import CompiledPolicy, Statement
from lakeward.access.truth import (
    AMBIGUOUS,
    NEGATION,
    NO,
    UNKNOWN,
    YES,
    Truth,
    either_reading,
    flag_truth,
    hangs_on_unknown,
    negate,
    surely,
)
from lakeward.estate.entries import PublicAccessBlock
from lakeward.estate.unknown import TOKEN, Unknown

ASSUME_ROLE_ACTIONS = frozenset(
    {
        "sts:assumerole",
        "sts:assumerolewithsaml",
        "sts:assumerolewithwebidentity",
        "sts:setcontext",
        "sts:setsourceidentity",
        "sts:tagsession",
    }
)
_FEDERATED_ASSUMPTIONS = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
# D1-3: `rds-db:connect` supports none of these keys, so a request never carries them.
_NOT_FOR_DATABASE_LOGIN = (
    *("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:useragent", "aws:referer"),
)
_ALGORITHM = "s3:x-amz-server-side-encryption"
_KEY_ID = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_AWS = "aws"  # what stands for an account in the ARN of AWS's own policies
_CHANGES_ALLOWED_ON_SERVICE_ROLES = frozenset(
    {
        "iam:createservicelinkedrole",
        "iam:deleteservicelinkedrole",
        "iam:passrole",
        "iam:updateroledescription",
    }
)


class Request(msgspec.Struct, frozen=True):
    """
    One action on one resource (`semantics.md` G-2).

    `action` is in lower case; `resource` is an ARN, or `*` where the action knows no resource.
    """

    principal: Principal
    action: str
    resource: str
    resource_account: str | None
    context: Context


class PolicySet(msgspec.Struct, frozen=True):
    """Every policy that bears on a request; what is `None` or empty isn't there, and doesn't limit."""

    identity: tuple[CompiledPolicy, ...] = ()
    resource: CompiledPolicy | None = None
    session: tuple[CompiledPolicy, ...] = ()
    boundaries: tuple[CompiledPolicy, ...] = ()
    scps: tuple[tuple[CompiledPolicy, ...], ...] = ()
    """By level, from the root to the account."""
    rcps: tuple[tuple[CompiledPolicy, ...], ...] = ()
    endpoints: tuple[CompiledPolicy, ...] = ()
    endpoint_type: Literal["gateway", "interface"] | None = None
    """`None`: not known, and both readings are taken (A17-2, A17-3)."""
    public_access_block: PublicAccessBlock | Unknown | None = None
    granted: Truth = NO
    """What grants on a key allow beside its policy (A15-3)."""
    resource_account_grants: Truth = NO
    """What the resource's account allows by other means than a policy: a shared Lake Formation grant (A16-2)."""


class Hit(msgspec.Struct, frozen=True):
    """A statement that bears on the request."""

    layer: Layer
    policy: CompiledPolicy
    statement: Statement
    truth: Truth


class Judgement(msgspec.Struct):
    """What each layer says, and what follows; `decision` puts it into the form people and programs get."""

    allowed: Truth
    denied: Truth
    failing: tuple[Layer, ...]
    hits: list[Hit]
    notes: list[Reason] = []
    asked: tuple[str, ...] = ()
    """What was asked, `action on resource`; of several, what isn't surely allowed."""
    who: str = ""
    """ARN of who asked: the principal, or the role that acts in its place."""

    def decision(self) -> Decision:
        """Return the decision with its reasons."""
        strict, permissive = verdicts(self.allowed, self.denied)
        return Decision(strict, permissive, self.failing, tuple(self._reasons(strict)))

    def reasons(self) -> list[Reason]:
        """Return the reasons for the strict reading."""
        return self._reasons(verdicts(self.allowed, self.denied)[0])

    def _reasons(self, strict: Verdict) -> list[Reason]:
        reasons: dict[Reason, None] = {}
        explained: set[Layer] = set()
        if strict is not Verdict.ALLOW:
            for hit in self.hits:
                if hit.statement.allows:
                    continue
                reasons[Reason(hit.layer, hit.policy.label, hit.statement.name, _denial(hit))] = None
                explained.add(hit.layer)
            for layer in self.failing:
                noted = [note for note in self.notes if note.layer is layer]
                reasons.update(dict.fromkeys(noted))
                if layer not in explained and not noted:
                    reasons.update(dict.fromkeys(self._why_nothing_allows(layer)))
        else:
            for hit in self.hits:
                if not hit.statement.denies and hit.layer not in explained and surely(hit.truth):
                    reasons[Reason(hit.layer, hit.policy.label, hit.statement.name, "allows it")] = None
                    explained.add(hit.layer)
            reasons.update(dict.fromkeys(self.notes))
        if len(reasons) == 1:
            return list(reasons)
        return sorted(reasons, key=lambda r: (LAYER_ORDER[r.layer], r.policy, r.statement, r.why))

    def _why_nothing_allows(self, layer: Layer) -> list[Reason]:
        open_hits = [hit for hit in self.hits if hit.layer is layer and hit.statement.allows]
        if open_hits:
            return [Reason(layer, hit.policy.label, hit.statement.name, _doubt(hit)) for hit in open_hits]
        return [Reason(layer, "", "", "no statement allows it")]


def _denial(hit: Hit) -> str:
    if hit.truth == YES:
        return "denies it"
    if hit.truth & UNKNOWN:
        return f"may deny it: a value isn't known yet{_named_unknown(hit)}"
    return "denies it in the strict reading"


def _doubt(hit: Hit) -> str:
    if hit.truth == YES:
        return "allows it, but doesn't suffice alone"
    if hangs_on_unknown(hit.truth):
        return f"allows it if a value that isn't known yet fits{_named_unknown(hit)}"
    return "allows it in the permissive reading only"


def _named_unknown(hit: Hit) -> str:
    """Return which value of a policy isn't known, after a colon; nothing where it is the request's."""
    source = hit.statement.source
    whys = [unknown.why for unknown in (hit.policy.source.unknown, source.unknown_conditions) if unknown is not None]
    texts = [
        *source.actions,
        *(source.resources or ()),
        *(text for _, text in source.principals or ()),
        *(text for condition in source.conditions for text in condition.values),
    ]
    tokens = dict.fromkeys(token for text in texts for token in TOKEN.findall(text))
    return f": {', '.join((*whys, *tokens))}" if whys or tokens else ""


@remembered(1 << 12)
def _kind_of_resource(action: str, resource: str) -> Layer:
    """Return the layer of the resource's policy: `key` and `trust` policies must themselves allow (A10)."""
    if action in ASSUME_ROLE_ACTIONS and ":role/" in resource:
        return Layer.TRUST
    # An alias is a resource of its own: only the key asks its key policy (A19-3).
    if action.startswith("kms:") and resource.startswith("arn:") and ":key/" in resource:
        return Layer.KEY
    return Layer.RESOURCE


def authorize(request: Request, policies: PolicySet) -> Judgement:
    """Decide one request on one resource."""
    request = _as_aws_sees_it(request)
    special = _decided_without_policies(request)
    if special is not None:
        return special
    hits: list[Hit] = []
    principal = request.principal
    layer = _kind_of_resource(request.action, request.resource)
    has_boundary = bool(policies.boundaries)

    named, denied = _judge_resource_policy(request, policies, layer, hits, has_boundary=has_boundary)
    identity, identity_denied = _judge_identity(request, policies, hits)
    boundary, boundary_denied = _judge_ceiling(request, policies.boundaries, Layer.BOUNDARY, hits)
    session, session_denied = _judge_ceiling(request, policies.session, Layer.SESSION, hits, together=True)
    denied |= identity_denied | boundary_denied | session_denied

    scp, scp_denied = _judge_service_control(request, policies, hits)
    rcp_denied = _judge_resource_control(request, policies, hits)
    endpoint, endpoint_denied = _judge_endpoints(request, policies, hits)
    denied |= scp_denied | rcp_denied | endpoint_denied

    parts = _Parts(identity, boundary, session, named, layer)
    if principal.account is None:
        granted, failing = _without_account(parts)
        crossing = YES if principal.kind is PrincipalKind.ANONYMOUS else NO
    elif _is_of_one_account(request):
        granted, failing = _in_one_account(parts)
        crossing = NO
    elif request.resource_account is None:
        granted, failing = _across_accounts(parts)
        inside, inside_failing = _in_one_account(parts)
        granted, failing = either_reading(granted, inside), failing | inside_failing
        crossing = AMBIGUOUS
    else:
        granted, failing = _across_accounts(parts)
        crossing = YES

    unblocked = _judge_public_access(request, policies, crossing)
    # Where all else allows, the block is what denies; a request denied anyway stays as it is (A18-3).
    denied |= granted & scp & endpoint & negate(unblocked)
    allowed = granted & scp & endpoint & unblocked & negate(denied)
    blocked: tuple[Layer, ...] = ()
    if not surely(allowed):
        failing.update([hit.layer for hit in hits if hit.statement.denies])
        for layer, truth in ((Layer.SCP, scp), (Layer.ENDPOINT, endpoint), (Layer.PUBLIC_ACCESS_BLOCK, unblocked)):
            if not surely(truth):
                failing.add(layer)
        blocked = tuple(sorted(failing, key=LAYER_ORDER.__getitem__))
    notes = []
    if not surely(unblocked):
        why = "RestrictPublicBuckets shuts out everyone outside the account: the bucket policy counts as public"
        notes.append(Reason(Layer.PUBLIC_ACCESS_BLOCK, "", "", why))
    if surely(allowed) and principal.kind is PrincipalKind.ROOT:
        notes.append(Reason(Layer.IDENTITY, "", "", "the account's root user has full access"))
    return Judgement(allowed, denied, blocked, hits, notes)


def _is_of_one_account(request: Request) -> bool:
    """Say whether the resource is in the principal's account; what is no resource, or AWS's own, counts as there."""
    account = request.resource_account
    return account in (request.principal.account, _AWS) or (account is None and request.resource == "*")


def _as_aws_sees_it(request: Request) -> Request:
    """Return the request as AWS evaluates it: keys that it never carries are gone, and `*` where no resource is."""
    action = action_of(request.action)
    resource = "*" if action.wildcard_only else request.resource
    context = request.context
    if request.action == "rds-db:connect":
        context = context.without(_NOT_FOR_DATABASE_LOGIN)
    elif request.action == "s3:putobject" and context.get(_ALGORITHM) is None and context.get(_KEY_ID) is None:
        # A put without headers is encrypted by the bucket's default: whether the key id then stands in the request
        # isn't documented (C4).
        context = context.extended({_KEY_ID: PerhapsFilled("the id of the bucket's default key")})
    elif request.action in ASSUME_ROLE_ACTIONS:
        gone = ["sts:durationseconds"]  # A14-7
        if request.action in _FEDERATED_ASSUMPTIONS:
            gone += ["aws:principalorgid", "aws:principalorgpaths"]  # A14-8
        context = context.without(gone)
    if resource == request.resource and context is request.context:
        return request
    return Request(request.principal, request.action, resource, request.resource_account, context)


def _decided_without_policies(request: Request) -> Judgement | None:
    if request.action == "sts:getcalleridentity":
        note = Reason(Layer.IDENTITY, "", "", "needs no permission and can't be denied (A19-1)")
        return Judgement(YES, NO, (), [], [note])
    if (
        request.action.startswith("iam:")
        and request.action not in _CHANGES_ALLOWED_ON_SERVICE_ROLES
        and _belongs_to_aws(request.resource)
        and action_of(request.action).changes
    ):
        note = Reason(Layer.RESOURCE, "", "", "belongs to AWS: nobody in the account can change it (A19-2)")
        return Judgement(NO, NO, (Layer.RESOURCE,), [], [note])
    return None


def _belongs_to_aws(resource: str) -> bool:
    return ":iam::aws:policy/" in resource or ":role/aws-reserved/" in resource or ":role/aws-service-role/" in resource


# --- The layers ------------------------------------------------------------------------------------------------


def _judge(request: Request, policies: Iterable[CompiledPolicy], layer: Layer, hits: list[Hit]) -> tuple[Truth, Truth]:
    """Return what policies without principals allow and deny, unioned."""
    allow = deny = NO
    for policy in policies:
        for statement, about in policy.about(request.action):
            truth = about & statement.covers_resource(request.resource, request.context)
            if truth != NO:
                truth &= statement.conditions_hold(request.context)
            if truth == NO:
                continue
            hits.append(Hit(layer, policy, statement, truth))
            if statement.allows:
                allow |= truth
            if statement.denies:
                deny |= truth
    return allow, deny


def _judge_identity(request: Request, policies: PolicySet, hits: list[Hit]) -> tuple[Truth, Truth]:
    allow, deny = _judge(request, policies.identity, Layer.IDENTITY, hits)
    kind = request.principal.kind
    if kind is PrincipalKind.ROOT:
        return YES, deny
    if kind is PrincipalKind.FEDERATED_USER and not policies.session:
        return NO, deny  # A9: GetFederationToken without a session policy gives nothing
    return allow, deny


def _judge_ceiling(
    request: Request,
    policies: Sequence[CompiledPolicy],
    layer: Layer,
    hits: list[Hit],
    *,
    together: bool = False,
) -> tuple[Truth, Truth]:
    """Return what a ceiling lets through: everything where there is none (A13)."""
    if not policies:
        return YES, NO
    if together or len(policies) == 1:
        return _judge(request, policies, layer, hits)
    # A principal has one boundary: what several would mean isn't documented.
    allow_all, allow_one, deny = YES, NO, NO
    for policy in policies:
        allow, denied = _judge(request, (policy,), layer, hits)
        allow_all, allow_one, deny = allow_all & allow, allow_one | allow, deny | denied
    return either_reading(allow_all, allow_one), deny


def _judge_service_control(request: Request, policies: PolicySet, hits: list[Hit]) -> tuple[Truth, Truth]:
    """Every level must allow, policies of one level together (A12-1); service-linked roles are free (A12-2)."""
    if not policies.scps or request.principal.account is None or request.principal.is_service_linked:
        return YES, NO
    allow, deny = YES, NO
    for level in policies.scps:
        level_allow, level_deny = _judge(request, level, Layer.SCP, hits)
        allow &= level_allow
        deny |= level_deny
    return allow, deny


def _judge_resource_control(request: Request, policies: PolicySet, hits: list[Hit]) -> Truth:
    """Return what resource control policies deny; `RCPFullAWSAccess` always allows (A12-1, A12-3)."""
    service = request.action.partition(":")[0]
    if (
        not policies.rcps
        or request.principal.is_service_linked
        or service not in services_under_resource_control()
        or request.action == "kms:retiregrant"
    ):
        return NO
    deny = NO
    for level in policies.rcps:
        for policy in level:
            for statement, truth in _about_principal(request, policy, has_boundary=bool(policies.boundaries)):
                if statement.denies:
                    hits.append(Hit(Layer.RCP, policy, statement, truth))
                    deny |= truth
    return deny


def _about_principal(
    request: Request, policy: CompiledPolicy, *, has_boundary: bool
) -> Iterable[tuple[Statement, Truth]]:
    for statement, about in policy.about(request.action):
        truth = about & statement.covers_resource(request.resource, request.context)
        if truth == NO:
            continue
        if statement.source.effect is not None:
            named = NO
            for one in match_principals(statement, request.principal, has_boundary=has_boundary).values():
                named |= one
            truth &= named
        truth = truth if truth == NO else truth & statement.conditions_hold(request.context)
        if truth != NO:
            yield statement, truth


def _judge_endpoints(request: Request, policies: PolicySet, hits: list[Hit]) -> tuple[Truth, Truth]:
    """Return what the endpoint's policy lets through: a ceiling, never a grant (A17-1)."""
    if not policies.endpoints:
        return YES, NO
    allow_all, allow_one, deny = YES, NO, NO
    for policy in policies.endpoints:
        allow = NO
        for statement, about in policy.about(request.action):
            truth = about & statement.covers_resource(request.resource, request.context)
            if truth != NO and statement.source.effect is not None:
                truth &= _named_at_endpoint(statement, request.principal, policies)
            truth = truth if truth == NO else truth & statement.conditions_hold(request.context)
            if truth == NO:
                continue
            hits.append(Hit(Layer.ENDPOINT, policy, statement, truth))
            allow |= truth if statement.allows else NO
            deny |= truth if statement.denies else NO
        allow_all, allow_one = allow_all & allow, allow_one | allow
    return either_reading(allow_all, allow_one), deny


def _named_at_endpoint(statement: Statement, principal: Principal, policies: PolicySet) -> Truth:
    """Match a principal: a gateway knows `*` and, for an account, its root user; an interface any (A17-2, A17-3)."""
    source = statement.source
    has_boundary = bool(policies.boundaries)
    at_interface = NO
    for truth in match_principals(statement, principal, has_boundary=has_boundary).values():
        at_interface |= truth
    if source.excludes_principals:
        at_gateway = at_interface
    elif ("*", "*") in statement.principals:
        at_gateway = YES
    else:
        at_gateway = at_interface if principal.kind is PrincipalKind.ROOT else NO
    if policies.endpoint_type == "gateway":
        return at_gateway
    return at_interface if policies.endpoint_type == "interface" else either_reading(at_gateway, at_interface)


_UNNAMED = dict.fromkeys(Naming, NO)


def _judge_resource_policy(
    request: Request, policies: PolicySet, layer: Layer, hits: list[Hit], *, has_boundary: bool
) -> tuple[dict[Naming, Truth], Truth]:
    """Return how the resource's side allows the principal, and what its policy denies."""
    named = _UNNAMED.copy()
    named[Naming.ROLE] |= policies.granted
    named[Naming.ACCOUNT] |= policies.resource_account_grants
    deny = NO
    policy = policies.resource
    for statement, about in policy.about(request.action) if policy is not None else ():
        truth = about & statement.covers_resource(request.resource, request.context)
        truth = truth if truth == NO else truth & statement.conditions_hold(request.context)
        if truth == NO or policy is None:
            continue
        if statement.source.effect is None:
            matched = {Naming.DIRECT: UNKNOWN}
        else:
            matched = match_principals(statement, request.principal, has_boundary=has_boundary)
        strongest = NO
        for naming, naming_truth in matched.items():
            strongest |= naming_truth & truth
            if statement.allows:
                named[naming] |= naming_truth & truth
        if strongest == NO:
            continue
        hits.append(Hit(layer, policy, statement, strongest))
        if statement.denies:
            deny |= strongest
    return named, deny


def _judge_public_access(request: Request, policies: PolicySet, crossing: Truth) -> Truth:
    """Return whether Block Public Access lets the request through (A18-3)."""
    block = policies.public_access_block
    if crossing == NO or block is None or policies.resource is None or not request.action.startswith("s3:"):
        return YES
    restricts = UNKNOWN if isinstance(block, Unknown) else flag_truth(block.restrict_public_buckets)
    if restricts == NO:
        return YES
    return NEGATION[restricts & crossing & publicness(policies.resource.source)]


# --- Composition -----------------------------------------------------------------------------------------------


class _Parts(msgspec.Struct, frozen=True):
    identity: Truth
    boundary: Truth
    session: Truth
    named: dict[Naming, Truth]
    layer: Layer

    @property
    def must_name(self) -> bool:
        """Whether the resource's policy must allow even in its own account: keys and roles (A10, A14-1, A15-1)."""
        return self.layer in (Layer.KEY, Layer.TRUST)

    @property
    def named_at_all(self) -> Truth:
        truth = NO
        for one in self.named.values():
            truth |= one
        return truth


def _in_one_account(parts: _Parts) -> tuple[Truth, set[Layer]]:
    """Compose the layers of one account: the identity's side, or the resource's naming it directly (A10)."""
    boundary, session, named = parts.boundary, parts.session, parts.named
    limits = boundary & session
    by_identity = parts.identity & limits
    if parts.must_name:
        by_identity &= parts.named_at_all
    directly = named[Naming.ROLE] | named[Naming.DIRECT] | named[Naming.CONTESTED]
    granted = (
        by_identity
        | (named[Naming.ROLE] & limits)
        | named[Naming.DIRECT]
        # A session or everyone: the documents say a session policy doesn't limit it, AWS was seen otherwise.
        | (named[Naming.CONTESTED] & (session | AMBIGUOUS))
    )
    failing: set[Layer] = set()
    if surely(granted):
        return granted, failing
    if parts.must_name and not surely(parts.named_at_all):
        failing.add(parts.layer)
    elif not surely(parts.identity) and not surely(directly):
        failing.add(Layer.IDENTITY)
    failing |= {Layer.BOUNDARY} if not surely(boundary) else set()
    failing |= {Layer.SESSION} if not surely(session) else set()
    return granted, failing


def _across_accounts(parts: _Parts) -> tuple[Truth, set[Layer]]:
    """Compose the layers of two accounts: both sides must allow, and ceilings always limit (A11-1)."""
    sides = {
        Layer.IDENTITY: parts.identity,
        parts.layer: parts.named_at_all,
        Layer.BOUNDARY: parts.boundary,
        Layer.SESSION: parts.session,
    }
    granted = YES
    for truth in sides.values():
        granted &= truth
    return granted, {layer for layer, truth in sides.items() if not surely(truth)}


def _without_account(parts: _Parts) -> tuple[Truth, set[Layer]]:
    """Compose the layers for services, providers and anonymous callers: the resource's policy alone allows."""
    granted = parts.named_at_all
    return granted, set() if surely(granted) else {parts.layer}
