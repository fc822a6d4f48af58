"""
`aws:rds/cluster:Cluster`.

Source: hashicorp/terraform-provider-aws, internal/service/rds/cluster.go (`ForceNew` on `cluster_identifier`,
`database_name`, `db_subnet_group_name`, `engine`, `kms_key_id`, `master_username` and `storage_encrypted`; a deletion
asks for `final_snapshot_identifier` unless `skip_final_snapshot`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from local.provider.account import Place
from local.provider.rds_tags import change_tags, read_tags
from local.provider.resource_type import Failure, Property, ResourceType
from local.provider.tags import as_pairs
from local.provider.wire import Properties

_CREATED = {
    "clusterIdentifier": "DBClusterIdentifier",
    "databaseName": "DatabaseName",
    "dbSubnetGroupName": "DBSubnetGroupName",
    "engine": "Engine",
    "kmsKeyId": "KmsKeyId",
    "masterUsername": "MasterUsername",
    "storageEncrypted": "StorageEncrypted",
}
_CHANGED = {
    "backupRetentionPeriod": "BackupRetentionPeriod",
    "copyTagsToSnapshot": "CopyTagsToSnapshot",
    "dbClusterParameterGroupName": "DBClusterParameterGroupName",
    "deletionProtection": "DeletionProtection",
    "engineVersion": "EngineVersion",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "manageMasterUserPassword": "ManageMasterUserPassword",
    "port": "Port",
    "vpcSecurityGroupIds": "VpcSecurityGroupIds",
}
_READ = {
    **_CREATED,
    **_CHANGED,
    "arn": "DBClusterArn",
    "clusterResourceId": "DbClusterResourceId",
    "dbClusterParameterGroupName": "DBClusterParameterGroup",
    "dbSubnetGroupName": "DBSubnetGroup",
    "enabledCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
    "endpoint": "Endpoint",
    "hostedZoneId": "HostedZoneId",
    "iamDatabaseAuthenticationEnabled": "IAMDatabaseAuthenticationEnabled",
    "readerEndpoint": "ReaderEndpoint",
}
_SCALING = {"minCapacity": "MinCapacity", "maxCapacity": "MaxCapacity"}


class Cluster(ResourceType):
    """An Aurora cluster; its identity is its identifier."""

    pulumi_type = "aws:rds/cluster:Cluster"
    properties: ClassVar = {
        "backupRetentionPeriod": Property(default=1),
        "clusterIdentifier": Property(replaces=True, filled_in=True),
        "copyTagsToSnapshot": Property(default=False),
        "databaseName": Property(replaces=True, filled_in=True),
        "dbClusterParameterGroupName": Property(filled_in=True),
        "dbSubnetGroupName": Property(replaces=True, filled_in=True),
        "deletionProtection": Property(default=False),
        "enabledCloudwatchLogsExports": Property(unordered=True),
        "engine": Property(replaces=True),
        "engineVersion": Property(filled_in=True),
        "finalSnapshotIdentifier": Property(),
        "iamDatabaseAuthenticationEnabled": Property(default=False),
        "kmsKeyId": Property(replaces=True, filled_in=True),
        "manageMasterUserPassword": Property(),
        "masterUsername": Property(replaces=True, filled_in=True),
        "port": Property(filled_in=True),
        "serverlessv2ScalingConfiguration": Property(),
        "skipFinalSnapshot": Property(default=False),
        "storageEncrypted": Property(replaces=True, default=False),
        "vpcSecurityGroupIds": Property(filled_in=True, unordered=True),
    }
    computed = frozenset({"arn", "clusterResourceId", "endpoint", "hostedZoneId", "readerEndpoint"})
    name_property = "clusterIdentifier"
    absent = frozenset({"DBClusterNotFoundFault"})

    def check(self, inputs: Properties) -> Iterable[Failure]:
        if not inputs.get("skipFinalSnapshot") and "finalSnapshotIdentifier" not in inputs:
            yield Failure("finalSnapshotIdentifier", "missing; a deletion without a snapshot takes `skipFinalSnapshot`")

    def create(self, place: Place, wanted: Properties) -> str:
        said = {api: wanted[name] for name, api in {**_CREATED, **_CHANGED}.items() if wanted.get(name) is not None}
        place.client("rds").create_db_cluster(
            **said,
            EnableCloudwatchLogsExports=wanted.get("enabledCloudwatchLogsExports", []),
            **self._scaling(wanted),
            Tags=as_pairs(wanted["tagsAll"]),
        )
        return str(wanted["clusterIdentifier"])

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        said = {
            api: wanted[name]
            for name, api in _CHANGED.items()
            if wanted.get(name) is not None and wanted[name] != before.get(name)
        }
        exported, exports = (set(one.get("enabledCloudwatchLogsExports") or []) for one in (before, wanted))
        if exported != exports:
            said["CloudwatchLogsExportConfiguration"] = {
                "EnableLogTypes": sorted(exports - exported),
                "DisableLogTypes": sorted(exported - exports),
            }
        if self._scaling(wanted) != self._scaling(before):
            said |= self._scaling(wanted)
        if said:
            place.client("rds").modify_db_cluster(DBClusterIdentifier=identity, ApplyImmediately=True, **said)
        change_tags(place, self._arn(place, identity), wanted, before)

    def read(self, place: Place, identity: str, known: Properties) -> Properties | None:
        (cluster,) = place.client("rds").describe_db_clusters(DBClusterIdentifier=identity)["DBClusters"]
        answer = {name: cluster.get(api) for name, api in _READ.items()}
        scaling = cluster.get("ServerlessV2ScalingConfiguration") or {}
        return {
            **answer,
            "manageMasterUserPassword": True if cluster.get("MasterUserSecret") else None,
            "serverlessv2ScalingConfiguration": {name: scaling[api] for name, api in _SCALING.items()}
            if scaling
            else known.get("serverlessv2ScalingConfiguration"),
            "tagsAll": read_tags(place, self._arn(place, identity)),
            "vpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in cluster.get("VpcSecurityGroups", [])],
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        last = (
            {"SkipFinalSnapshot": True}
            if state.get("skipFinalSnapshot")
            else {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": state["finalSnapshotIdentifier"]}
        )
        place.client("rds").delete_db_cluster(DBClusterIdentifier=identity, **last)

    def _scaling(self, said: Properties) -> Properties:
        scaling = said.get("serverlessv2ScalingConfiguration")
        return (
            {"ServerlessV2ScalingConfiguration": {_SCALING[name]: n for name, n in scaling.items()}} if scaling else {}
        )

    def _arn(self, place: Place, identity: str) -> str:
        return place.arn("rds", f"cluster:{identity}")
