"""
Logins: as which database users a principal may connect with its IAM identity (`semantics.md` D1).

The estate lists clusters, not their users: users are those that the principal's own policies name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lakeward.access.access_row import FREE, AccessRow, Path, standing
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.requests import judge
from lakeward.access.truth import Truth, flag_truth, possibly, surely

_ACTION = "rds-db:connect"
_ANY_USER = "%{any.user}"
_VARIABLE = re.compile(r"\$\{([^}]*)\}")


def login_rows(prepared: PreparedEstate, caller: Caller) -> Iterator[AccessRow]:
    """Yield the database users that a principal may log in as; only in its own account (D1-4)."""
    for account, region_name, region in prepared.regions():
        if account != caller.principal.account:
            continue
        for cluster in region.rds.db_clusters:
            enabled = flag_truth(cluster.iam_database_authentication_enabled)
            resource_id = cluster.db_cluster_resource_id or f"%{{{cluster.db_cluster_identifier}.resourceId}}"
            base = f"arn:aws:rds-db:{region_name}:{account}:dbuser:{resource_id}"
            for user, truth in _users(prepared, caller, base):
                if possibly(truth & enabled):
                    arn = caller.principal.role_arn or caller.principal.arn
                    place = f"{base}/{user}"
                    yield AccessRow(arn, place, _ACTION, (), None, Path.DATABASE, *standing(truth & enabled))


def _users(prepared: PreparedEstate, caller: Caller, base: str) -> list[tuple[str, Truth]]:
    every = judge(prepared, caller, _ACTION, f"{base}/{_ANY_USER}", FREE).allowed
    if not possibly(every) or surely(every):
        return [("*", every)]
    named = [
        (user, judge(prepared, caller, _ACTION, f"{base}/{user.replace('*', _ANY_USER)}", FREE).allowed)
        for user in _named_users(caller)
    ]
    found = [(user, truth) for user, truth in named if possibly(truth)]
    # Where none of them explains it, who it is hangs on something that isn't known.
    return found or [("*", every)]


def _named_users(caller: Caller) -> list[str]:
    """Return the users that the principal's policies name, variables replaced by what its requests carry."""
    found: set[str] = set()
    for policy in caller.identity:
        for statement, _ in policy.about(_ACTION):
            for resource in statement.source.resources or ():
                user = resource.partition(":dbuser:")[2].partition("/")[2] or "*"
                filled = _filled(user, caller)
                if filled:
                    found.add(filled)
    return sorted(found - {"*"})


def _filled(user: str, caller: Caller) -> str | None:
    for variable in _VARIABLE.findall(user):
        value = caller.context.get(variable.lower())
        if not isinstance(value, str):
            return None
        user = user.replace(f"${{{variable}}}", value)
    return user
