"""The tenants of a stack: their roles, and the buckets in which their files stand."""

from __future__ import annotations

from collections.abc import Iterator

from policies.brokers import BROKER, KIND_TAG, ROLE
from policies.buckets import BUCKET, ZONE_TAG
from policies.resources import Resource, Resources

TENANT_TAG = "tenant_id"
TENANT_PATH = "/tenants/"
TENANTS_ZONE = "tenants"
VARIABLE = "${aws:PrincipalTag/tenant_id}"
"""The caller's tenant, as documents that tenants share spell it."""


def is_tenant_role(resource: Resource) -> bool:
    """Say whether a resource is a tenant's role: by its tag, ignoring letter case as IAM does, or by its path."""
    if resource.type != ROLE:
        return False
    tags = {key.lower() for key in resource.mapping("tags")}
    return TENANT_TAG in tags or (resource.text("path") or "/").startswith(TENANT_PATH)


def tenant_roles(resources: Resources) -> Iterator[Resource]:
    """Yield every tenant's role."""
    return filter(is_tenant_role, resources.of(ROLE))


def shared_buckets(resources: Resources) -> Iterator[Resource]:
    """Yield the buckets of the tenants' zone that aren't one tenant's own."""
    for bucket in resources.of(BUCKET):
        tags = bucket.mapping("tags")
        if tags.get(ZONE_TAG) == TENANTS_ZONE and TENANT_TAG not in tags:
            yield bucket


def broker_roles(resources: Resources) -> frozenset[str]:
    """Return the names of the roles that brokers work as."""
    return frozenset(
        name
        for role in resources.of(ROLE)
        if role.mapping("tags").get(KIND_TAG) == BROKER and (name := role.text("name")) is not None
    )
