"""What moto loses or lets pass beside Lake Formation: one module per gap, each naming it."""

from local.aws.gaps import (
    access_logging,
    bucket_abac,
    bucket_defaults,
    bucket_policies,
    db_clusters,
    flow_logs,
    function_policies,
    given_ids,
    key_rotation,
    permissions_boundaries,
    policy_enforcement,
    policy_principals,
    subnet_groups,
    trails,
    trust_actions,
    vpc_endpoints,
    workgroups,
    zone_associations,
)

_GAPS = (
    access_logging,
    bucket_abac,
    bucket_defaults,
    bucket_policies,
    flow_logs,
    db_clusters,
    function_policies,
    given_ids,
    key_rotation,
    permissions_boundaries,
    policy_enforcement,
    policy_principals,
    subnet_groups,
    trails,
    vpc_endpoints,
    trust_actions,
    workgroups,
    zone_associations,
)


def extend() -> None:
    """Close every gap; once per process, before its first request."""
    for gap in _GAPS:
        gap.extend()
