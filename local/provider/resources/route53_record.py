"""
`aws:route53/record:Record`.

Source: hashicorp/terraform-provider-aws, internal/service/route53/record.go (`ForceNew` on `zone_id`; the id is zone,
name and type).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<zone>_<name>_<type>"


def _plain(name: str) -> str:
    # Route 53 answers with a dot at the end and an octal asterisk.
    return name.rstrip(".").replace("\\052", "*").lower()


class Record(ResourceType):
    """An alias record; its identity is zone, name and type."""

    pulumi_type = "aws:route53/record:Record"
    properties: ClassVar = {
        "aliases": Property(),
        "aliases.name": Property(canonical=_plain),
        "name": Property(replaces=True, canonical=_plain),
        "type": Property(replaces=True),
        "zoneId": Property(replaces=True),
    }
    computed = frozenset({"fqdn"})
    absent = frozenset({"NoSuchHostedZone"})

    def create(self, _place: Place, wanted: Properties) -> str:
        return f"{wanted['zoneId']}_{_plain(wanted['name'])}_{wanted['type']}"

    def configure(self, place: Place, identity: str, wanted: Properties, _before: Properties) -> None:
        self._change(place, identity, "UPSERT", wanted["aliases"][0])

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        zone, name, kind = parts(identity, _FORM)
        found = self._find(place, zone, name, kind)
        if found is None:
            return None
        target = found["AliasTarget"]
        return {
            "aliases": [
                {
                    "name": _plain(target["DNSName"]),
                    "zoneId": target["HostedZoneId"],
                    "evaluateTargetHealth": target["EvaluateTargetHealth"],
                }
            ],
            "fqdn": name,
            "name": name,
            "type": kind,
            "zoneId": zone,
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        zone, name, kind = parts(identity, _FORM)
        found = self._find(place, zone, name, kind)
        if found is not None:
            target = found["AliasTarget"]
            alias = {
                "name": target["DNSName"],
                "zoneId": target["HostedZoneId"],
                "evaluateTargetHealth": target["EvaluateTargetHealth"],
            }
            self._change(place, identity, "DELETE", alias)

    @staticmethod
    def _find(place: Place, zone: str, name: str, kind: str) -> Properties | None:
        for page in place.client("route53").get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone):
            for found in page["ResourceRecordSets"]:
                if (_plain(found["Name"]), found["Type"]) == (name, kind):
                    return dict(found)
        return None

    @staticmethod
    def _change(place: Place, identity: str, action: str, alias: Properties) -> None:
        zone, name, kind = parts(identity, _FORM)
        target = {
            "DNSName": alias["name"],
            "HostedZoneId": alias["zoneId"],
            "EvaluateTargetHealth": alias["evaluateTargetHealth"],
        }
        change = {"Action": action, "ResourceRecordSet": {"Name": name, "Type": kind, "AliasTarget": target}}
        place.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [change]})
