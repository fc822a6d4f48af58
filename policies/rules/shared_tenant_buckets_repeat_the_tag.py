"""TEN006: a bucket that tenants share says itself who reaches which prefix."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import BUCKET_POLICY, settings_of
from policies.resources import Resource, Resources
from policies.rule import StackRule
from policies.statements import statements
from policies.tenants import VARIABLE, shared_buckets


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    for bucket in shared_buckets(resources):
        denials = [
            statement
            for policy in settings_of(resources, bucket, BUCKET_POLICY)
            for statement in statements(policy.text("policy"))
            if not statement.allows and statement.covers_action("s3:GetObject")
        ]
        if not any(VARIABLE in resource for denial in denials for resource in denial.not_resources):
            yield bucket, "nothing in its policy keeps a tenant out of another one's prefix"
        if not any("aws:principalarn" in denial.conditions.get("ArnNotLike", {}) for denial in denials):
            yield bucket, "nothing in its policy keeps out who is no tenant"


RULE = StackRule(
    id="TEN006",
    claim="shared-tenant-buckets-repeat-the-tag",
    why="an identity policy alone is one edit away from all prefixes, and holds nobody but its own role",
    source="semantics A3-3, A3-6; systems C3, K16",
    fix="deny tenants all but `${aws:PrincipalTag/tenant_id}/*`, and objects to everyone who is no tenant",
    check=_breaches,
)
