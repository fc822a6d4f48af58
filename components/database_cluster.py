"""The PostgreSQL cluster that tenants share."""

from __future__ import annotations

import pulumi_aws as aws

from components.component import Declared, LakeComponent
from components.data_key import DataKey
from lakeward.plan.declarations import DatabaseClusterArgs

PORT = 5432
MASTER = "lakeward_master"
"""Logs in with a password that AWS makes up, keeps and rotates; tenants' logins are made by `lakeward migrate`."""

_ENGINE = "aurora-postgresql"
_SERVERLESS = "db.serverless"
_LEAST_CAPACITY, _MOST_CAPACITY = 0.5, 16.0
"""In Aurora capacity units, of about 2 GiB of memory each."""


class DatabaseCluster(LakeComponent[DatabaseClusterArgs], area="database"):
    """
    A cluster that takes TLS only, from the named security groups only, and tenants by IAM only.

    Its storage is encrypted by a key that can't be changed without replacing the cluster, so engine and service are
    told to protect it: what would replace or delete it is refused until the stack says that its data may go.
    """

    def place(self, args: DatabaseClusterArgs, declared: Declared) -> None:
        key = declared.the(DataKey, args.key)
        group = self._network(args)
        subnets = aws.rds.SubnetGroup(
            f"{self.logical_name}-subnets",
            name=args.name,
            description="Where the tenants' database is",
            subnet_ids=args.subnets,
            tags=args.tags,
            opts=self.child(),
        )
        parameters = aws.rds.ClusterParameterGroup(
            f"{self.logical_name}-parameters",
            name=args.name,
            family=f"{_ENGINE}{args.engine_version.split('.', 1)[0]}",
            description="The tenants' database takes TLS only",
            parameters=[
                aws.rds.ClusterParameterGroupParameterArgs(name="rds.force_ssl", value="1", apply_method="immediate")
            ],
            tags=args.tags,
            opts=self.child(),
        )
        cluster = aws.rds.Cluster(
            self.logical_name,
            cluster_identifier=args.name,
            engine=_ENGINE,
            engine_version=args.engine_version,
            database_name=args.database,
            port=PORT,
            master_username=MASTER,
            manage_master_user_password=True,
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=key.arn,
            db_subnet_group_name=subnets.name,
            db_cluster_parameter_group_name=parameters.name,
            vpc_security_group_ids=[group.id],
            backup_retention_period=args.backup_retention_days,
            copy_tags_to_snapshot=True,
            deletion_protection=args.protected,
            skip_final_snapshot=False,
            final_snapshot_identifier=f"{args.name}-final",
            enabled_cloudwatch_logs_exports=["postgresql"],
            serverlessv2_scaling_configuration=aws.rds.ClusterServerlessv2ScalingConfigurationArgs(
                min_capacity=_LEAST_CAPACITY, max_capacity=_MOST_CAPACITY
            )
            if args.instance_class == _SERVERLESS
            else None,
            tags=args.tags,
            opts=self.child(key, protected=args.protected),
        )
        aws.rds.ClusterInstance(
            f"{self.logical_name}-instance",
            identifier=f"{args.name}-1",
            cluster_identifier=cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            engine_version=args.engine_version,
            instance_class=args.instance_class,
            publicly_accessible=False,
            copy_tags_to_snapshot=True,
            tags=args.tags,
            opts=self.child(),
        )
        self.resource_id = cluster.cluster_resource_id
        self.register_outputs({"resourceId": self.resource_id})

    def _network(self, args: DatabaseClusterArgs) -> aws.ec2.SecurityGroup:
        """Declare who reaches the database; it reaches nothing itself, so there is no rule for leaving."""
        group = aws.ec2.SecurityGroup(
            f"{self.logical_name}-network",
            name=args.name,
            description="Admits the clients of the tenants database",
            vpc_id=args.vpc,
            tags=args.tags,
            opts=self.child(),
        )
        for client in args.clients:
            aws.vpc.SecurityGroupIngressRule(
                f"{self.logical_name}-from-{client}",
                security_group_id=group.id,
                referenced_security_group_id=client,
                ip_protocol="tcp",
                from_port=PORT,
                to_port=PORT,
                tags=args.tags,
                opts=self.child(),
            )
        return group
