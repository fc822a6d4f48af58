"""
Gap: moto forgets an endpoint's DNS options, can't change its private DNS, and asks for nothing before it takes them.

Here private DNS for the inbound resolver only needs a gateway endpoint of the service in the VPC, as on AWS. Route
tables that come to a gateway endpoint later get their route, one that doesn't lead there isn't taken away, and an
endpoint that is gone isn't deleted twice.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.vpcs import VPCs

from local.aws.hooks import Arguments, Call, around

_RESOLVER_ONLY = "PrivateDnsOnlyForInboundResolverEndpoint"


def extend() -> None:
    """Keep and check DNS options."""
    around(VPCs, "create_vpc_endpoint", _create)
    around(VPCs, "modify_vpc_endpoint", _modify)
    around(VPCBackend, "delete_vpc_endpoints", _delete)


def _create(response: VPCs, _arguments: Arguments, call: Call) -> ActionResult:
    options = _options(response)
    if options.get(_RESOLVER_ONLY):
        _require_gateway(response, _said(response, "VpcId"), _said(response, "ServiceName"))
    answer: ActionResult = call()
    made: Any = answer.result
    made["VpcEndpoint"].dns_options = options
    return answer


def _modify(response: VPCs, _arguments: Arguments, call: Call) -> ActionResult:
    (endpoint,) = response.ec2_backend.describe_vpc_endpoints([_said(response, "VpcEndpointId")])
    options = _options(response)
    if options.get(_RESOLVER_ONLY):
        _require_gateway(response, endpoint.vpc_id, endpoint.service_name)
    for table in _said(response, "RemoveRouteTableIds") or []:
        if table not in (endpoint.route_table_ids or []):
            raise EC2ClientError("InvalidParameter", f"route table {table} doesn't lead to endpoint {endpoint.id}")
    answer: ActionResult = call()
    _route(response, endpoint)
    if options:
        endpoint.dns_options = {**getattr(endpoint, "dns_options", {}), **options}
    enabled = _said(response, "PrivateDnsEnabled")
    if enabled is not None:
        endpoint.private_dns_enabled = str(enabled).lower() == "true"
    return answer


def _delete(backend: VPCBackend, arguments: Arguments, call: Call) -> None:
    ids = arguments["vpce_ids"] or []
    gone = [id_ for id_ in ids if id_ not in backend.vpc_end_points or backend.vpc_end_points[id_].state == "deleted"]
    if gone:
        ids[:] = [id_ for id_ in ids if id_ not in gone]
    call()


def _route(response: VPCs, endpoint: Any) -> None:  # noqa: ANN401 -- moto's endpoint
    if not endpoint.destination_prefix_list_id:
        return
    backend = response.ec2_backend
    to = {"gateway_id": endpoint.id, "destination_prefix_list_id": endpoint.destination_prefix_list_id}
    for table in _said(response, "AddRouteTableIds") or []:
        backend.create_route(table, None, **to)
    for table in _said(response, "RemoveRouteTableIds") or []:
        backend.delete_route(table, endpoint.destination_prefix_list_id)


def _options(response: VPCs) -> dict[str, bool]:
    resolver_only = _said(response, f"DnsOptions.{_RESOLVER_ONLY}")
    return {} if resolver_only is None else {_RESOLVER_ONLY: str(resolver_only).lower() == "true"}


def _require_gateway(response: VPCs, vpc: str, service: str) -> None:
    for endpoint in response.ec2_backend.describe_vpc_endpoints(None):
        kind = (endpoint.vpc_endpoint_type or "Gateway").lower()
        if (endpoint.vpc_id, endpoint.service_name, kind) == (vpc, service, "gateway") and endpoint.state != "deleted":
            return
    raise EC2ClientError("InvalidParameter", f"VPC {vpc} has no gateway endpoint of {service}")


def _said(response: VPCs, name: str) -> Any:  # noqa: ANN401 -- a parameter of any kind
    return response._get_param(name)  # noqa: SLF001 -- the only way to a request's parameters
