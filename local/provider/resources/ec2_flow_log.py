"""
`aws:ec2/flowLog:FlowLog`.

Source: hashicorp/terraform-provider-aws, internal/service/ec2/vpc_flow_log.go (`ForceNew` on everything but tags;
`log_destination_type` is `cloud-watch-logs` by default).
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from local.provider.account import Place
from local.provider.resource_type import Property, RefusedError, ResourceType
from local.provider.tags import change_ec2_tags, ec2_tags, from_pairs
from local.provider.wire import Properties

_SUBJECTS = {"eniId": "NetworkInterface", "subnetId": "Subnet", "vpcId": "VPC"}
_PREFIXES = {"eni-": "eniId", "subnet-": "subnetId", "vpc-": "vpcId"}


class FlowLog(ResourceType):
    """A flow log of a VPC, a subnet or a network interface; its identity is its id."""

    pulumi_type = "aws:ec2/flowLog:FlowLog"
    properties: ClassVar = {
        "eniId": Property(replaces=True),
        "iamRoleArn": Property(replaces=True),
        "logDestination": Property(replaces=True, filled_in=True),
        "logDestinationType": Property(replaces=True, default="cloud-watch-logs"),
        "logFormat": Property(replaces=True, filled_in=True),
        "maxAggregationInterval": Property(replaces=True, default=600),
        "subnetId": Property(replaces=True),
        "trafficType": Property(replaces=True),
        "vpcId": Property(replaces=True),
    }
    computed = frozenset({"arn"})
    absent = frozenset({"InvalidFlowLogId.NotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        subject = next(name for name in _SUBJECTS if wanted.get(name))
        request: Properties = {
            # A second attempt, after an answer was lost, is answered with what the first one made.
            "ClientToken": secrets.token_hex(16),
            "ResourceIds": [wanted[subject]],
            "ResourceType": _SUBJECTS[subject],
            "LogDestinationType": wanted["logDestinationType"],
            "MaxAggregationInterval": wanted["maxAggregationInterval"],
            **ec2_tags("vpc-flow-log", wanted),
        }
        for name, api in (
            ("iamRoleArn", "DeliverLogsPermissionArn"),
            ("logDestination", "LogDestination"),
            ("logFormat", "LogFormat"),
            ("trafficType", "TrafficType"),
        ):
            if wanted.get(name):
                request[api] = wanted[name]
        answer = place.client("ec2").create_flow_logs(**request)
        if refused := answer.get("Unsuccessful"):
            raise RefusedError(f"EC2 makes no flow log: {refused[0]['Error']['Message']}")
        return str(answer["FlowLogIds"][0])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if before:
            change_ec2_tags(place.client("ec2"), identity, wanted, before)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        found = place.client("ec2").describe_flow_logs(FlowLogIds=[identity])["FlowLogs"]
        if not found:
            return None
        log = found[0]
        subject = next(name for prefix, name in _PREFIXES.items() if log["ResourceId"].startswith(prefix))
        return {
            "arn": place.arn("ec2", f"vpc-flow-log/{identity}"),
            "iamRoleArn": log.get("DeliverLogsPermissionArn"),
            "logDestination": log.get("LogDestination"),
            "logDestinationType": log["LogDestinationType"],
            "logFormat": log.get("LogFormat"),
            "maxAggregationInterval": log["MaxAggregationInterval"],
            "tagsAll": from_pairs(log.get("Tags", [])),
            "trafficType": log.get("TrafficType"),
            subject: log["ResourceId"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("ec2").delete_flow_logs(FlowLogIds=[identity])
