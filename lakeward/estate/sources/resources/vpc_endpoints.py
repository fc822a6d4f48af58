"""VPC endpoints and their policies."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.security_groups import group_ids
from lakeward.estate.sources.sections import VPC_ENDPOINTS
from lakeward.estate.sources.values import Json, document, text

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"


def _endpoint(endpoint: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = endpoint.inputs
    groups: list[Json] = [{"GroupId": group} for group in group_ids(endpoint, "securityGroupIds", declarations)]
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
