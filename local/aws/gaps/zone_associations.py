"""
Gap: moto has no authorizations, and associates a VPC only with a zone of the same account.

Here a VPC of another account is associated with a zone that authorizes it, as on AWS.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.route53.exceptions import Route53ClientError
from moto.route53.models import FakeZone, Route53Backend, route53_backends
from moto.route53.responses import Route53
from moto.route53.urls import url_paths

from local.aws.hooks import Arguments, Call, around, replace

_PATH = r"{0}/(?P<api_version>[\d_-]+)/hostedzone/(?P<zone_id>[^/]+)/"


def extend() -> None:
    """Serve authorizations, and find zones of other accounts by them."""
    for path in ("authorizevpcassociation", "deauthorizevpcassociation"):
        url_paths[f"{_PATH}{path}/?$"] = Route53.dispatch
    replace(Route53, "create_vpc_association_authorization", _authorize)
    replace(Route53, "delete_vpc_association_authorization", _deauthorize)
    replace(Route53, "list_vpc_association_authorizations", _list)
    around(Route53Backend, "associate_vpc_with_hosted_zone", _associate)
    around(Route53Backend, "disassociate_vpc_from_hosted_zone", _disassociate)
    around(Route53Backend, "list_hosted_zones_by_vpc", _list_by_vpc)


def _authorized(zone: FakeZone) -> dict[str, str]:
    """Return the Regions of the VPCs that a zone authorizes, by their ids."""
    found: dict[str, str] = zone.__dict__.setdefault("authorized_vpcs", {})
    return found


def _zone(response: BaseResponse) -> FakeZone:
    backend: Route53Backend = response.backend  # type: ignore[attr-defined]
    return backend.get_hosted_zone(_said(response, "HostedZoneId"))


def _authorize(response: BaseResponse) -> ActionResult:
    zone, vpc = _zone(response), _vpc(response)
    _authorized(zone)[vpc["VPCId"]] = vpc["VPCRegion"]
    return ActionResult({"HostedZoneId": zone.id, "VPC": vpc})


def _deauthorize(response: BaseResponse) -> ActionResult:
    zone, vpc = _zone(response), _vpc(response)
    if _authorized(zone).pop(vpc["VPCId"], None) is None:
        raise Route53ClientError("VPCAssociationAuthorizationNotFound", f"{vpc['VPCId']} isn't authorized")
    return ActionResult({})


def _list(response: BaseResponse) -> ActionResult:
    zone = _zone(response)
    vpcs = [{"VPCId": vpc, "VPCRegion": region} for vpc, region in sorted(_authorized(zone).items())]
    return ActionResult({"HostedZoneId": zone.id, "VPCs": vpcs})


def _vpc(response: BaseResponse) -> dict[str, str]:
    return {name: _said(response, f"VPC.{name}") for name in ("VPCId", "VPCRegion")}


def _said(response: BaseResponse, name: str) -> str:
    return str(response._get_param(name))  # noqa: SLF001 -- the only way to a request's parameters


def _owner(backend: Route53Backend, zone_id: str, vpc: str, *, associated: bool) -> Route53Backend:
    """Return the backend of the account whose zone authorizes, or already has, a VPC; else the caller's own."""
    for backends in route53_backends.values():
        for other in backends.values():
            zone = other.zones.get(zone_id.replace("/hostedzone/", ""))
            if zone is None:
                continue
            has = vpc in {entry["vpc_id"] for entry in zone.vpcs}
            if has if associated else vpc in _authorized(zone):
                return other
    return backend


def _associate(backend: Route53Backend, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- moto's zone
    owner = _owner(backend, arguments["zone_id"], arguments["vpcid"], associated=False)
    if owner is backend:
        return call()
    return owner.associate_vpc_with_hosted_zone(**arguments)


def _disassociate(backend: Route53Backend, arguments: Arguments, call: Call) -> Any:  # noqa: ANN401 -- see above
    owner = _owner(backend, arguments["zone_id"], arguments["vpcid"], associated=True)
    if owner is backend:
        zone = backend.get_hosted_zone(arguments["zone_id"])
        if arguments["vpcid"] not in {entry["vpc_id"] for entry in zone.vpcs}:
            raise Route53ClientError("VPCAssociationNotFound", f"{arguments['vpcid']} isn't associated")
        return call()
    return owner.disassociate_vpc_from_hosted_zone(**arguments)


def _list_by_vpc(backend: Route53Backend, arguments: Arguments, call: Call) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call()
    for account, backends in route53_backends.items():
        for other in backends.values():
            if other is not backend:
                found += [
                    {"HostedZoneId": zone.id, "Name": zone.name, "Owner": {"OwningAccount": account}}
                    for zone in other.zones.values()
                    if arguments["vpc_id"] in {entry["vpc_id"] for entry in zone.vpcs}
                ]
    return found
