"""Self-contained cases: one request with every policy that bears on it (`contracts.md` section 3, form (a))."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from lakeward.access.context import Context, read_context
from lakeward.access.decision import Decision
from lakeward.access.iam import PolicySet, Request, authorize
from lakeward.access.principals import Principal, parse_principal
from lakeward.access.statements import CompiledPolicy
from lakeward.errors import EstateError, Problem, quote
from lakeward.estate.entries import PublicAccessBlock
from lakeward.estate.policies import SoundPolicy, read_policy
from lakeward.estate.shapes import read_shape
from lakeward.estate.unknown import Unknown

MEMBERS = frozenset(
    {
        *("id", "principal", "action", "resource", "resourceAccount", "context", "identityPolicies"),
        *("resourcePolicy", "sessionPolicy", "permissionBoundaries", "endpointPolicies"),
        *("serviceControlPolicies", "resourceControlPolicies", "settings"),
    }
)
_SETTINGS = {"s3": frozenset({"bucketAbacEnabled", "blockPublicAccess"})}


def decide_self_contained(case: dict[str, Any]) -> Decision:
    """
    Decide a self-contained case.

    Raises:
        EstateError: The case can't be read; every problem with its path in the case.

    """
    problems: list[Problem] = []
    refuse_unknown_members(case, MEMBERS, "", problems)
    principal = read_principal(case.get("principal"), "principal", problems)
    action = read_action(case, problems)
    resource = _read_text(case, "resource", problems)
    account = case.get("resourceAccount")
    if account is not None and type(account) is not str:
        problems.append(Problem("resourceAccount", "this isn't a text", "give an account's 12 digits"))
    context = read_context({} if case.get("context") is None else case["context"], "context", problems)
    settings = _read_settings(case.get("settings"), problems)
    policies = PolicySet(
        identity=_read_policies(case, "identityPolicies", problems),
        resource=_read_policy(case.get("resourcePolicy"), "resourcePolicy", problems),
        session=_read_session_policies(case, problems),
        boundaries=_read_policies(case, "permissionBoundaries", problems),
        scps=_read_levels(case, "serviceControlPolicies", problems),
        rcps=_read_levels(case, "resourceControlPolicies", problems),
        endpoints=_read_policies(case, "endpointPolicies", problems),
        endpoint_type=settings.get("endpointType"),
        public_access_block=_read_block(settings, problems),
    )
    if problems or principal is None:
        raise EstateError(problems)
    carried = _as_carried(context, principal, action, settings)
    request = Request(principal, action, resource, account or account_in(resource), carried)
    return authorize(request, policies).decision()


class _SoundLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    org_identifier: Any = None
    policies: tuple[SoundPolicy, ...] = ()


class SoundCase(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A case as nearly all are written, as a decoder reads it. What doesn't fit is read member by member instead."""

    id: Any = None
    principal: str
    action: str
    resource: str
    resource_account: str | None = None
    context: dict[str, Any] | None = None
    identity_policies: tuple[SoundPolicy, ...] | None = None
    resource_policy: SoundPolicy | None = None
    session_policy: SoundPolicy | None = None
    permission_boundaries: tuple[SoundPolicy, ...] | None = None
    endpoint_policies: tuple[SoundPolicy, ...] | None = None
    service_control_policies: tuple[_SoundLevel, ...] | None = None
    resource_control_policies: tuple[_SoundLevel, ...] | None = None
    settings: dict[str, Any] | None = None

    def decide(self) -> Decision | None:
        """Decide it; `None` where something in it doesn't fit."""
        principal = parse_principal(self.principal)
        action = self.action.lower()
        if principal is None or not self.resource or not is_action(action):
            return None
        problems: list[Problem] = []
        context = read_context(self.context or {}, "context", problems)
        settings = _read_settings(self.settings, problems)
        block = _read_block(settings, problems)
        try:
            policies = PolicySet(
                _compiled(self.identity_policies, "identityPolicies"),
                None if self.resource_policy is None else _compiled_one(self.resource_policy, "resourcePolicy"),
                () if self.session_policy is None else (_compiled_one(self.session_policy, "sessionPolicy"),),
                _compiled(self.permission_boundaries, "permissionBoundaries"),
                _compiled_levels(self.service_control_policies, "serviceControlPolicies"),
                _compiled_levels(self.resource_control_policies, "resourceControlPolicies"),
                _compiled(self.endpoint_policies, "endpointPolicies"),
                settings.get("endpointType"),
                block,
            )
        except EstateError:
            return None
        if problems:
            return None
        carried = _as_carried(context, principal, action, settings)
        account = self.resource_account or account_in(self.resource)
        return authorize(Request(principal, action, self.resource, account, carried), policies).decision()


def _compiled(given: tuple[SoundPolicy, ...] | None, member: str) -> tuple[CompiledPolicy, ...]:
    if not given:
        return ()
    return tuple([_compiled_one(sound, f"{member}[{index}]") for index, sound in enumerate(given)])


def _compiled_one(sound: SoundPolicy, path: str) -> CompiledPolicy:
    policy = sound.policy(path)
    if policy is None:
        raise EstateError([Problem(path, "this isn't a policy document", "give an object with `Statement`")])
    return CompiledPolicy(policy, path)


def _compiled_levels(given: tuple[_SoundLevel, ...] | None, member: str) -> tuple[tuple[CompiledPolicy, ...], ...]:
    if not given:
        return ()
    return tuple([_compiled(level.policies, f"{member}[{index}].policies") for index, level in enumerate(given)])


def _as_carried(context: Context, principal: Principal, action: str, settings: dict[str, Any]) -> Context:
    """Return the context that a request carries: what is given, and what follows from who asks."""
    if settings and (settings.get("s3") or {}).get("bucketAbacEnabled") is False and action.startswith("s3:"):
        # A bucket's tags reach a request only where attribute-based access is on for the bucket (A7).
        context = context.without((), prefix="aws:resourcetag/")
    return with_principal_keys(context, principal)


def with_principal_keys(context: Context, principal: Principal) -> Context:
    """Fill in what follows from the principal alone, unless it is given: its ARN and its account (A7)."""
    if principal.account is None:
        return context
    arn = principal.role_arn or principal.arn
    missing: dict[str, str | tuple[str, ...] | Unknown | None] = {}
    if context.get("aws:principalarn") is None:
        missing["aws:principalarn"] = arn
    if context.get("aws:principalaccount") is None:
        missing["aws:principalaccount"] = principal.account
    return context.extended(missing) if missing else context


def account_in(arn: str) -> str | None:
    """Return the account that an ARN names; `None` where it names none, as S3's don't."""
    parts = arn.split(":", 5)
    return parts[4] or None if len(parts) == 6 else None  # noqa: PLR2004 - an ARN's parts


def refuse_unknown_members(given: dict[str, Any], valid: frozenset[str], path: str, problems: list[Problem]) -> None:
    """Add a problem for each member that doesn't belong."""
    if not valid.issuperset(given):
        remedy = f"use one of: {', '.join(sorted(valid))}"
        problems.extend(Problem(f"{path}{name}", "this key is unknown", remedy) for name in given if name not in valid)


def read_principal(given: object, path: str, problems: list[Problem]) -> Principal | None:
    """Read a principal's ARN, service name or `anonymous`."""
    principal = parse_principal(given) if type(given) is str else None
    if principal is None:
        remedy = "give the ARN of a role, session, user or root, a service's name, or `anonymous`"
        problems.append(Problem(path, f"{quote(given)} is no principal", remedy))
    return principal


def read_action(case: dict[str, Any], problems: list[Problem]) -> str:
    """Read an action's name, in lower case."""
    action = _read_text(case, "action", problems).lower()
    if action and not is_action(action):
        problems.append(Problem("action", f"{quote(action)} is no action", "give one such as `s3:GetObject`"))
    return action


def is_action(text: str) -> bool:
    """Say whether a text is a service and the name of something it does, without wildcards."""
    service, _, name = text.partition(":")
    return bool(service and name) and "*" not in text and "?" not in text


def _read_text(case: dict[str, Any], member: str, problems: list[Problem]) -> str:
    given = case.get(member)
    if type(given) is str and given:
        return given
    problems.append(Problem(member, "a text is missing here", f"give the case's {member}"))
    return ""


def _read_policy(given: object, path: str, problems: list[Problem]) -> CompiledPolicy | None:
    """Read a policy document, or one with its name: {"name", "policy"}."""
    if given is None:
        return None
    label = path
    if type(given) is dict and "policy" in given and "Statement" not in given:
        refuse_unknown_members(given, frozenset({"name", "policy"}), f"{path}.", problems)
        label = str(given.get("name") or path)
        given, path = given["policy"], f"{path}.policy"
    policy = read_policy(given, path, problems)
    if policy is None:
        return None
    try:
        return CompiledPolicy(policy, label)
    except EstateError as error:
        problems.extend(error.problems)
        return None


def _read_policies(case: dict[str, Any], member: str, problems: list[Problem]) -> tuple[CompiledPolicy, ...]:
    return _listed(case.get(member), member, problems, _read_policy)


def _read_session_policies(case: dict[str, Any], problems: list[Problem]) -> tuple[CompiledPolicy, ...]:
    policy = _read_policy(case.get("sessionPolicy"), "sessionPolicy", problems)
    return () if policy is None else (policy,)


def _listed(
    given: object,
    path: str,
    problems: list[Problem],
    read: Callable[[object, str, list[Problem]], CompiledPolicy | None],
) -> tuple[CompiledPolicy, ...]:
    if given is None:
        return ()
    if type(given) is dict and len(given) == 1 and "unknown" in given:
        policy = read(given, path, problems)
        return () if policy is None else (policy,)
    if type(given) is not list:
        problems.append(Problem(path, "this isn't a list", "give a list of policy documents"))
        return ()
    found = [read(entry, f"{path}[{index}]", problems) for index, entry in enumerate(given)]
    return tuple(policy for policy in found if policy is not None)


def _read_levels(case: dict[str, Any], member: str, problems: list[Problem]) -> tuple[tuple[CompiledPolicy, ...], ...]:
    given = case.get(member)
    if given is None:
        return ()
    if type(given) is not list:
        problems.append(Problem(member, "this isn't a list", "give one entry per level"))
        return ()
    levels = []
    for index, level in enumerate(given):
        path = f"{member}[{index}]"
        if type(level) is not dict:
            problems.append(Problem(path, "this isn't a level", 'give {"orgIdentifier", "policies"}'))
            continue
        refuse_unknown_members(level, frozenset({"orgIdentifier", "policies"}), f"{path}.", problems)
        levels.append(_listed(level.get("policies") or [], f"{path}.policies", problems, _read_policy))
    return tuple(levels)


def _read_settings(given: object, problems: list[Problem]) -> dict[str, Any]:
    if given is None:
        return {}
    if type(given) is not dict:
        problems.append(Problem("settings", "this isn't an object", "give one"))
        return {}
    refuse_unknown_members(given, frozenset({"s3", "endpointType"}), "settings.", problems)
    if given.get("endpointType") not in (None, "gateway", "interface"):
        wrong = f"{quote(given['endpointType'])} is no type of endpoint"
        problems.append(Problem("settings.endpointType", wrong, "use `gateway` or `interface`"))
    s3 = given.get("s3")
    if s3 is not None and type(s3) is not dict:
        problems.append(Problem("settings.s3", "this isn't an object", "give one"))
        return {}
    refuse_unknown_members(s3 or {}, _SETTINGS["s3"], "settings.s3.", problems)
    if (s3 or {}).get("bucketAbacEnabled") not in (None, True, False):
        problems.append(Problem("settings.s3.bucketAbacEnabled", "this isn't a boolean", "give `true` or `false`"))
    return given


def _read_block(settings: dict[str, Any], problems: list[Problem]) -> PublicAccessBlock | Unknown | None:
    given = (settings.get("s3") or {}).get("blockPublicAccess")
    if given is None:
        return None
    return read_shape(PublicAccessBlock, given, "settings.s3.blockPublicAccess", problems)
