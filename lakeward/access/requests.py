"""Requests on an estate: one action on one resource, with everything that bears on it taken from the estate."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lakeward.access.actions import action_of
from lakeward.access.context import Context, ContextValue
from lakeward.access.decision import Layer, Reason
from lakeward.access.iam import Judgement, Request, authorize
from lakeward.access.prepared import Caller, PreparedEstate, Target
from lakeward.access.truth import NO, YES, Truth, surely
from lakeward.estate.unknown import TOKEN

NO_CONTEXT = Context()


def judge(  # noqa: PLR0913  # the parts of one request
    prepared: PreparedEstate,
    caller: Caller,
    action: str,
    resource: str,
    context: Context = NO_CONTEXT,
    *,
    account: str | None = None,
    granted: Truth = NO,
    resource_account_grants: Truth = NO,
) -> Judgement:
    """
    Decide one action on one resource of an estate.

    Args:
        prepared: The estate.
        caller: Who asks.
        action: In lower case.
        resource: Its ARN, or `*`.
        context: What only the request knows; it wins over what the estate says.
        account: The account the resource is in where its ARN names none; default: the caller's.
        granted: What grants on a key allow beside its policy.
        resource_account_grants: What the resource's account allows by other means than a policy.

    """
    if caller.exists == NO:
        why = f"{caller.principal.arn} doesn't exist in the described account"
        return Judgement(NO, NO, (Layer.IDENTITY,), [], [Reason(Layer.IDENTITY, "", "", why)])
    resource = prepared.arn_of(resource)
    target = prepared.target(action, resource, account or caller.principal.account)
    if target.exists == NO:
        why = f"{resource} doesn't exist in the described account"
        return Judgement(NO, NO, (Layer.RESOURCE,), [], [Reason(Layer.RESOURCE, "", "", why)])
    full = request_context(prepared, caller, target, context)
    policies = prepared.policies(caller, target, full, action)
    if granted != NO or resource_account_grants != NO:
        policies = msgspec.structs.replace(policies, granted=granted, resource_account_grants=resource_account_grants)
    request = Request(caller.principal, action, resource, target.account, full)
    judgement = authorize(request, policies)
    reached, turned_away = prepared.network(full, action)
    if not surely(reached):
        # A request that doesn't get through is denied by nobody: it is never judged.
        judgement.allowed &= reached
        judgement.failing = (*judgement.failing, Layer.NETWORK)
        judgement.notes.append(turned_away)
    judgement.asked = (f"{action_of(action).name} on {TOKEN.sub('*', resource)}",)
    judgement.who = caller.principal.role_arn or caller.principal.arn
    return judgement


def request_context(prepared: PreparedEstate, caller: Caller, target: Target, context: Context) -> Context:
    """Return the whole context of a request: the caller's keys, the target's, and on top what the request says."""
    full = caller.context.extended(target.context)
    if target.open_prefixes:
        full = full.opened(target.open_prefixes)
    full = context.over(full)
    return full.extended(prepared.endpoint_keys(full))


def all_of(judgements: list[Judgement]) -> Judgement:
    """Combine the evaluations that one call needs: it is allowed only if every one allows (G-4)."""
    if len(judgements) == 1:
        return judgements[0]
    allowed, denied = YES, NO
    failing: dict[Layer, None] = {}
    shut = [judgement for judgement in judgements if not surely(judgement.allowed)] or judgements
    combined = Judgement(YES, NO, (), [], asked=tuple(one for judgement in shut for one in judgement.asked))
    combined.who = judgements[0].who
    for judgement in judgements:
        allowed &= judgement.allowed
        denied |= judgement.denied
        failing.update(dict.fromkeys(judgement.failing))
        certain = surely(judgement.allowed)
        combined.hits += [] if certain and judgement is not judgements[0] else judgement.hits
        combined.notes += judgement.notes
    combined.allowed, combined.denied = allowed, denied
    combined.failing = tuple(layer for layer in Layer if layer in failing)
    return combined


def keys(values: Mapping[str, ContextValue]) -> Context:
    """Return a context of these keys."""
    return Context({key.lower(): value for key, value in values.items()})
