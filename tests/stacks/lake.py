"""
Small pieces of a lake for the stacks beside this file.

Called without changes, each piece breaks no rule of the pack. A bad stack changes one thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.providers.connection import Connection
from components.providers.data_lake_settings import DataLakeSettings

ACCOUNT = "100000000001"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/lakeward-deployer"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
KEY_ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/key-administrator"
REGISTRATION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/registration"

VPC = "vpc-0a1b2c3d4e5f60001"
SUBNETS = ("subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002")
ROUTE_TABLE = "rtb-0a1b2c3d4e5f60001"

ADMINISTERING = ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
USING = ["kms:Decrypt", "kms:GenerateDataKey"]


def document(*statements: Mapping[str, object]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def grant(
    *,
    permissions: Sequence[str] = ("SELECT",),
    grantable: Sequence[str] = (),
    principal: str = READER,
    delete_before_replace: bool | None = True,
) -> None:
    """A reader's grant on two columns."""
    aws.lakeformation.Permissions(
        "grant-reader-orders",
        principal=principal,
        permissions=list(permissions),
        permissions_with_grant_options=list(grantable),
        table_with_columns={"database_name": "sales", "name": "orders", "column_names": ["id", "total"]},
        opts=pulumi.ResourceOptions(delete_before_replace=delete_before_replace),
    )


def database(*, table_defaults: Sequence[aws.glue.CatalogDatabaseCreateTableDefaultPermissionArgs] = ()) -> None:
    """A database under closed data lake settings."""
    DataLakeSettings(
        "settings",
        Connection(account=ACCOUNT, region="eu-west-1", assume_roles=()),
        deployer=DEPLOYER,
        administrators=[DEPLOYER],
        read_only_administrators=[],
        parameters={"CROSS_ACCOUNT_VERSION": "4"},
        opts=pulumi.ResourceOptions(),
    )
    aws.glue.CatalogDatabase("database", name="sales", create_table_default_permissions=list(table_defaults))


def location(*, role: str | None = REGISTRATION_ROLE, service_linked: bool | None = None) -> None:
    """The registered location of the curated zone."""
    aws.lakeformation.Resource(
        "location", arn="arn:aws:s3:::acme-curated", role_arn=role, use_service_linked_role=service_linked
    )


def table(*, at: str = "s3://acme-curated/orders/") -> None:
    """A table, with the location that covers it by default."""
    location()
    aws.glue.CatalogTable(
        "table",
        database_name="sales",
        name="orders",
        table_type="EXTERNAL_TABLE",
        storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
            location=at, columns=[aws.glue.CatalogTableStorageDescriptorColumnArgs(name="id", type="bigint")]
        ),
    )


def key(*, user: pulumi.Input[str] = READER) -> aws.kms.Key:
    """A data key whose administrator isn't its user."""
    return aws.kms.Key(
        "key",
        description="curated",
        policy=user.apply(key_policy) if isinstance(user, pulumi.Output) else key_policy(user),
    )


def key_policy(user: str) -> str:
    """A key policy that keeps administering and using apart, but for who is named as both."""
    return document(
        {
            "Sid": "AllowAdministration",
            "Effect": "Allow",
            "Principal": {"AWS": KEY_ADMINISTRATOR},
            "Action": ADMINISTERING,
            "Resource": "*",
        },
        {"Sid": "AllowUse", "Effect": "Allow", "Principal": {"AWS": user}, "Action": USING, "Resource": "*"},
    )


def classified_bucket(
    *,
    demand_tls: bool = True,
    customer_key: bool = True,
    restrict_public_buckets: bool = True,
    trail_covers: str = "acme-curated",
    more: Sequence[Mapping[str, object]] = (),
) -> None:
    """A bucket of the curated zone with all that its classification asks for, and more statements in its policy."""
    name = "acme-curated"
    aws.s3.Bucket("bucket", bucket=name, tags={"lakeward:zone": "curated"})
    aws.s3.BucketPublicAccessBlock(
        "bucket-public-access-block",
        bucket=name,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=restrict_public_buckets,
    )
    encryption = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs
    aws.s3.BucketServerSideEncryptionConfiguration(
        "bucket-encryption",
        bucket=name,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=encryption(
                    sse_algorithm="aws:kms", kms_master_key_id=key().arn if customer_key else None
                )
            )
        ],
    )
    aws.s3.BucketPolicy(
        "bucket-policy",
        bucket=name,
        policy=document(
            {
                "Sid": "DenyPlainHttp" if demand_tls else "DenyOldTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}}
                if demand_tls
                else {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
            },
            *more,
        ),
    )
    aws.cloudtrail.Trail(
        "trail",
        name="audit",
        s3_bucket_name="acme-logs",
        event_selectors=[
            aws.cloudtrail.TrailEventSelectorArgs(
                read_write_type="All",
                data_resources=[
                    aws.cloudtrail.TrailEventSelectorDataResourceArgs(
                        type="AWS::S3::Object", values=[f"arn:aws:s3:::{trail_covers}/"]
                    )
                ],
            )
        ],
    )


def broker(*, caller: str = f"arn:aws:iam::{ACCOUNT}:role/tenant-api", reads: str | None = None) -> None:
    """A tenant broker: its function, its role, and who may invoke it."""
    tags = {"lakeward:kind": "broker"}
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-broker-boundary"
    taking = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    tenant_roles = f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-*"
    statements = [{"Sid": "AllowTakingTenantRoles", "Effect": "Allow", "Action": taking, "Resource": tenant_roles}]
    if reads is not None:
        statements.append({"Sid": "AllowReading", "Effect": "Allow", "Action": [reads], "Resource": "*"})
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    aws.iam.Role(
        "broker-role",
        name="acme-dev-broker",
        assume_role_policy=document(trust),
        permissions_boundary=boundary,
        tags=tags,
    )
    aws.iam.RolePolicy("broker-role-sessions", role="acme-dev-broker", policy=document(*statements))
    aws.lambda_.Function(
        "broker",
        name="acme-dev-broker",
        role=f"arn:aws:iam::{ACCOUNT}:role/acme-dev-broker",
        code=pulumi.FileArchive("."),
        handler="handler.handle",
        runtime="python3.12",
        tags=tags,
    )
    aws.lambda_.Permission(
        "broker-caller",
        statement_id="AllowTheOneCaller",
        action="lambda:InvokeFunction",
        function="acme-dev-broker",
        principal=caller,
    )


OURS = {"aws:PrincipalOrgID": "o-1aaaaaaaaa", "aws:ResourceOrgID": "o-1aaaaaaaaa"}


def endpoint_policy(conditions: Mapping[str, str]) -> str:
    """A policy of an endpoint that lets through what meets the conditions."""
    statement = {"Sid": "AllowOurs", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    return document({**statement, "Condition": {"StringEquals": dict(conditions)}})


def ingress(*, cidr: str = "10.0.0.0/16") -> aws.ec2.SecurityGroup:
    """A security group that admits HTTPS from one network."""
    group = aws.ec2.SecurityGroup("group", name="acme-endpoints", description="endpoints", vpc_id=VPC)
    aws.vpc.SecurityGroupIngressRule(
        "group-clients", security_group_id=group.id, ip_protocol="tcp", from_port=443, to_port=443, cidr_ipv4=cidr
    )
    return group


def interface_endpoint(
    *, conditions: Mapping[str, str] | None = OURS, subnets: Sequence[str] = SUBNETS, flow_log: bool = True
) -> None:
    """An interface endpoint of S3 with all that is asked of one."""
    aws.ec2.VpcEndpoint(
        "endpoint",
        vpc_id=VPC,
        service_name="com.amazonaws.eu-west-1.s3",
        vpc_endpoint_type="Interface",
        subnet_ids=list(subnets),
        security_group_ids=[ingress().id],
        policy=None if conditions is None else endpoint_policy(conditions),
    )
    if flow_log:
        aws.ec2.FlowLog(
            "flow-log",
            vpc_id=VPC,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination="arn:aws:s3:::acme-logs/flow-logs/",
        )


def gateway_endpoint() -> aws.ec2.VpcEndpoint:
    """The gateway endpoint of S3 of the stack's own VPC."""
    return aws.ec2.VpcEndpoint(
        "gateway",
        vpc_id=VPC,
        service_name="com.amazonaws.eu-west-1.s3",
        vpc_endpoint_type="Gateway",
        policy=endpoint_policy(OURS),
    )


def network_deny(
    accepted: Mapping[str, str], *, spared: Sequence[str] = (REGISTRATION_ROLE,), services: bool = True
) -> Mapping[str, object]:
    """A statement that keeps the data of the curated bucket inside a network."""
    conditions: dict[str, Mapping[str, object]] = {
        "StringNotEquals": accepted,
        "ArnNotLike": {"aws:PrincipalArn": list(spared)},
    }
    if services:
        conditions["BoolIfExists"] = {"aws:ViaAWSService": "false", "aws:PrincipalIsAWSService": "false"}
    return {
        "Sid": "DenyDataFromOutsideTheNetwork",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:GetObject*", "s3:PutObject*", "s3:ListBucket*"],
        "Resource": ["arn:aws:s3:::acme-curated", "arn:aws:s3:::acme-curated/*"],
        "Condition": conditions,
    }
