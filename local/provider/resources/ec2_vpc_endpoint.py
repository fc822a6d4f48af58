"""
`aws:ec2/vpcEndpoint:VpcEndpoint`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_endpoint.go (`ForceNew` on `service_name`, `vpc_id`
and `vpc_endpoint_type`; lists are sets; what AWS fills in is computed).
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from local.provider.account import Place
from local.provider.differences import canonical_document
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import change_ec2_tags, ec2_tags, from_pairs
from local.provider.wire import Properties

_LISTS = {"routeTableIds": "RouteTableIds", "securityGroupIds": "SecurityGroupIds", "subnetIds": "SubnetIds"}
_RESOLVER_ONLY = "privateDnsOnlyForInboundResolverEndpoint"


class VpcEndpoint(ResourceType):
    """A gateway or interface endpoint; its identity is its id."""

    pulumi_type = "aws:ec2/vpcEndpoint:VpcEndpoint"
    properties: ClassVar = {
        "dnsOptions": Property(filled_in=True),
        f"dnsOptions.{_RESOLVER_ONLY}": Property(filled_in=True),
        "policy": Property(filled_in=True, canonical=canonical_document),
        "privateDnsEnabled": Property(default=False),
        "routeTableIds": Property(filled_in=True, unordered=True),
        "securityGroupIds": Property(filled_in=True, unordered=True),
        "serviceName": Property(replaces=True),
        "subnetIds": Property(filled_in=True, unordered=True),
        "vpcEndpointType": Property(replaces=True, default="Gateway"),
        "vpcId": Property(replaces=True),
    }
    computed = frozenset({"arn", "dnsEntries", "networkInterfaceIds", "ownerId", "state"})
    absent = frozenset({"InvalidVpcEndpointId.NotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        request: Properties = {
            # A second attempt, after an answer was lost, is answered with what the first one made.
            "ClientToken": secrets.token_hex(16),
            "VpcId": wanted["vpcId"],
            "ServiceName": wanted["serviceName"],
            "VpcEndpointType": wanted["vpcEndpointType"],
            "PrivateDnsEnabled": wanted["privateDnsEnabled"],
            **{api: wanted[name] for name, api in _LISTS.items() if wanted.get(name)},
            **self._dns(wanted),
            **ec2_tags("vpc-endpoint", wanted),
        }
        if wanted.get("policy"):
            request["PolicyDocument"] = wanted["policy"]
        return str(place.client("ec2").create_vpc_endpoint(**request)["VpcEndpoint"]["VpcEndpointId"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        change: Properties = {}
        if wanted.get("policy") and canonical_document(wanted["policy"]) != canonical_document(
            before.get("policy", "")
        ):
            change["PolicyDocument"] = wanted["policy"]
        if wanted["privateDnsEnabled"] != before.get("privateDnsEnabled"):
            change["PrivateDnsEnabled"] = wanted["privateDnsEnabled"]
        if self._dns(wanted) != self._dns(before):
            change.update(self._dns(wanted))
        for name, api in _LISTS.items():
            old, new = set(before.get(name) or ()), set(wanted.get(name) or before.get(name) or ())
            if new - old:
                change[f"Add{api}"] = sorted(new - old)
            if old - new:
                change[f"Remove{api}"] = sorted(old - new)
        if change:
            place.client("ec2").modify_vpc_endpoint(VpcEndpointId=identity, **change)
        change_ec2_tags(place.client("ec2"), identity, wanted, before)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        (endpoint,) = place.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[identity])["VpcEndpoints"]
        if endpoint["State"].lower() == "deleted":
            return None
        resolver_only = endpoint.get("DnsOptions", {}).get("PrivateDnsOnlyForInboundResolverEndpoint")
        return {
            "arn": place.arn("ec2", f"vpc-endpoint/{identity}"),
            "dnsEntries": [
                {"dnsName": entry.get("DnsName"), "hostedZoneId": entry.get("HostedZoneId")}
                for entry in endpoint.get("DnsEntries", [])
            ],
            "dnsOptions": None if resolver_only is None else {_RESOLVER_ONLY: resolver_only},
            "networkInterfaceIds": sorted(endpoint.get("NetworkInterfaceIds", [])),
            "ownerId": endpoint.get("OwnerId", place.account_id),
            "policy": endpoint.get("PolicyDocument"),
            "privateDnsEnabled": endpoint.get("PrivateDnsEnabled", False),
            "routeTableIds": sorted(endpoint.get("RouteTableIds", [])),
            "securityGroupIds": sorted(group["GroupId"] for group in endpoint.get("Groups", [])),
            "serviceName": endpoint["ServiceName"],
            "state": endpoint["State"],
            "subnetIds": sorted(endpoint.get("SubnetIds", [])),
            "tagsAll": from_pairs(endpoint.get("Tags", [])),
            "vpcEndpointType": endpoint["VpcEndpointType"],
            "vpcId": endpoint["VpcId"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[identity])

    @staticmethod
    def _dns(said: Properties) -> Properties:
        resolver_only = (said.get("dnsOptions") or {}).get(_RESOLVER_ONLY)
        if resolver_only is None:
            return {}
        return {"DnsOptions": {"PrivateDnsOnlyForInboundResolverEndpoint": resolver_only}}
