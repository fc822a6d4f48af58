"""VPC endpoints and their policies."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.security_groups import GROUP
from lakeward.estate.sources.sections import VPC_ENDPOINTS
from lakeward.estate.sources.values import Json, document, is_unknown, items, text

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_GROUPS = "securityGroupIds"


def _endpoint(endpoint: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = endpoint.inputs
    groups: list[Json] = [{"GroupId": group} for group in _groups(endpoint, declarations)]
    yield entry(
        VPC_ENDPOINTS,
        endpoint,
        declarations,
        {
            "VpcEndpointId": declarations.identity(endpoint, "id"),
            "VpcId": inputs.get("vpcId"),
            "VpcEndpointType": inputs.get("vpcEndpointType") or "Gateway",
            "ServiceName": inputs.get("serviceName"),
            "PolicyDocument": document(inputs.get("policy")),
            "Groups": groups or None,
        },
        # An endpoint without a policy of its own lets everything through.
        defaults={
            "PolicyDocument": {
                "Version": "2008-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
            }
        },
    )


def _groups(endpoint: DeclaredResource, declarations: Declarations) -> list[str]:
    """Return the ids of the endpoint's security groups, sorted; those that aren't known yet by their tokens."""
    listed = items(endpoint.inputs.get(_GROUPS))
    known = {value for value in listed if isinstance(value, str)}
    if any(is_unknown(value) for value in listed):
        urns = endpoint.property_dependencies.get(_GROUPS) or endpoint.dependencies
        known |= {declarations.identity(group, "id") for group in declarations.of(GROUP) if group.urn in urns}
    return sorted(known)


def _policy(policy: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    endpoint = declarations.referred(policy, "vpcEndpointId", ENDPOINT)
    name = declarations.identity(endpoint, "id") if endpoint else text(policy.inputs.get("vpcEndpointId"))
    yield entry(
        VPC_ENDPOINTS,
        policy,
        declarations,
        {
            "VpcEndpointId": name or declarations.identity(policy, "vpcEndpointId"),
            "PolicyDocument": document(policy.inputs.get("policy")),
        },
        defines=False,
    )


READERS = {
    ENDPOINT: _endpoint,
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": _policy,
}
