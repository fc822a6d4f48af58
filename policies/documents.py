"""Where the resources of a stack hold policy documents that say who may reach them from outside."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource

_PROPERTY = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": "policy",
    "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": "policy",
    "aws:glue/resourcePolicy:ResourcePolicy": "policy",
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws:kms/key:Key": "policy",
    "aws:kms/keyPolicy:KeyPolicy": "policy",
    "aws:s3/bucket:Bucket": "policy",
    "aws:s3/bucketPolicy:BucketPolicy": "policy",
}
_ENDPOINTS = frozenset({"aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"})


def resource_documents(resource: Resource) -> Iterator[str]:
    """Yield a resource's document, where it has one that is known; those of endpoints are among them."""
    held = _PROPERTY.get(resource.type)
    text = resource.text(held) if held else None
    if text is not None:
        yield text


def granting_documents(resource: Resource) -> Iterator[str]:
    """Yield a resource's document where an Allow in it gives something; an endpoint's only lets through."""
    if resource.type not in _ENDPOINTS:
        yield from resource_documents(resource)
