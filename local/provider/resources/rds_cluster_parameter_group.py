"""
`aws:rds/clusterParameterGroup:ClusterParameterGroup`.

Source: hashicorp/terraform-provider-aws, internal/service/rds/cluster_parameter_group.go (`ForceNew` on `description`,
`family` and `name`; a parameter's `apply_method` defaults to `immediate`).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.rds_tags import change_tags, read_tags
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs
from local.provider.wire import Properties

_MEMBERS = {"name": "ParameterName", "value": "ParameterValue", "applyMethod": "ApplyMethod"}


class ClusterParameterGroup(ResourceType):
    """Settings of a cluster's servers; its identity is its name."""

    pulumi_type = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
    properties: ClassVar = {
        "description": Property(replaces=True, default="Managed by Pulumi"),
        "family": Property(replaces=True),
        "name": Property(replaces=True, filled_in=True),
        "parameters": Property(unordered=True),
        "parameters.applyMethod": Property(default="immediate"),
    }
    computed = frozenset({"arn"})
    name_property = "name"
    absent = frozenset({"DBParameterGroupNotFound", "DBClusterParameterGroupNotFound"})

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("rds").create_db_cluster_parameter_group(
            DBClusterParameterGroupName=wanted["name"],
            DBParameterGroupFamily=wanted["family"],
            Description=wanted["description"],
            Tags=as_pairs(wanted["tagsAll"]),
        )
        return str(wanted["name"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        rds = place.client("rds")
        said = wanted.get("parameters", [])
        gone = {one["name"] for one in before.get("parameters", [])} - {one["name"] for one in said}
        if gone:
            rds.reset_db_cluster_parameter_group(
                DBClusterParameterGroupName=identity,
                Parameters=[{"ParameterName": name, "ApplyMethod": "immediate"} for name in sorted(gone)],
            )
        if said:
            rds.modify_db_cluster_parameter_group(
                DBClusterParameterGroupName=identity,
                Parameters=[{_MEMBERS[name]: value for name, value in one.items()} for one in said],
            )
        change_tags(place, self._arn(place, identity), wanted, before)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        rds = place.client("rds")
        (group,) = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName=identity)[
            "DBClusterParameterGroups"
        ]
        parameters = rds.describe_db_cluster_parameters(DBClusterParameterGroupName=identity)["Parameters"]
        return {
            "arn": self._arn(place, identity),
            "description": group["Description"],
            "family": group["DBParameterGroupFamily"],
            "name": group["DBClusterParameterGroupName"],
            "parameters": [
                {name: one[api] for name, api in _MEMBERS.items() if api in one}
                for one in sorted(parameters, key=lambda one: str(one["ParameterName"]))
            ],
            "tagsAll": read_tags(place, self._arn(place, identity)),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("rds").delete_db_cluster_parameter_group(DBClusterParameterGroupName=identity)

    def _arn(self, place: Place, identity: str) -> str:
        return place.arn("rds", f"cluster-pg:{identity}")
