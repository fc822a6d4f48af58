"""
`aws:rds/clusterInstance:ClusterInstance`.

Source: hashicorp/terraform-provider-aws, internal/service/rds/cluster_instance.go (`ForceNew` on `cluster_identifier`,
`engine` and `identifier`).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.rds_tags import change_tags, read_tags
from local.provider.resource_type import Property, ResourceType
from local.provider.tags import as_pairs
from local.provider.wire import Properties

_CREATED = {
    "clusterIdentifier": "DBClusterIdentifier",
    "engine": "Engine",
    "engineVersion": "EngineVersion",
    "identifier": "DBInstanceIdentifier",
}
_CHANGED = {
    "copyTagsToSnapshot": "CopyTagsToSnapshot",
    "instanceClass": "DBInstanceClass",
    "publiclyAccessible": "PubliclyAccessible",
}


class ClusterInstance(ResourceType):
    """A server of a cluster; its identity is its identifier."""

    pulumi_type = "aws:rds/clusterInstance:ClusterInstance"
    properties: ClassVar = {
        "clusterIdentifier": Property(replaces=True),
        "copyTagsToSnapshot": Property(default=False),
        "engine": Property(replaces=True),
        "engineVersion": Property(filled_in=True),
        "identifier": Property(replaces=True, filled_in=True),
        "instanceClass": Property(),
        "publiclyAccessible": Property(filled_in=True),
    }
    computed = frozenset({"arn"})
    name_property = "identifier"
    absent = frozenset({"DBInstanceNotFound", "DBInstanceNotFoundFault"})

    def create(self, place: Place, wanted: Properties) -> str:
        said = {api: wanted[name] for name, api in {**_CREATED, **_CHANGED}.items() if wanted.get(name) is not None}
        place.client("rds").create_db_instance(**said, Tags=as_pairs(wanted["tagsAll"]))
        return str(wanted["identifier"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        said = {api: wanted[name] for name, api in _CHANGED.items() if wanted.get(name) != before.get(name)}
        if said:
            place.client("rds").modify_db_instance(DBInstanceIdentifier=identity, ApplyImmediately=True, **said)
        change_tags(place, self._arn(place, identity), wanted, before)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        (instance,) = place.client("rds").describe_db_instances(DBInstanceIdentifier=identity)["DBInstances"]
        return {
            **{name: instance.get(api) for name, api in {**_CREATED, **_CHANGED}.items()},
            "arn": self._arn(place, identity),
            "tagsAll": read_tags(place, self._arn(place, identity)),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("rds").delete_db_instance(DBInstanceIdentifier=identity)

    def _arn(self, place: Place, identity: str) -> str:
        return place.arn("rds", f"db:{identity}")
