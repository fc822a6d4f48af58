"""SHR005: nothing is granted to the whole organization."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule

_ROOT = re.compile(r"arn:[\w-]+:organizations::\d+:organization/\S+")


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:lakeformation/permissions:Permissions":
        return
    principal = resource.text("principal") or ""
    if _ROOT.fullmatch(principal):
        permissions = ", ".join(sorted(str(permission) for permission in resource.items("permissions")))
        yield f"`{principal}` is every account there is and will be, and gets {permissions}"


RULE = ResourceRule(
    id="SHR005",
    claim="shares-name-accounts-or-ous",
    why="an account that joins the organization tomorrow would read from its first day on",
    source="semantics B12; docs.aws.amazon.com/lake-formation/latest/dg/cross-account-prereqs.html",
    fix="grant to a role, an account or an OU",
    check=_breaches,
)
