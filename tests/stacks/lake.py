"""
Small pieces of a lake for the stacks beside this file.

Called without changes, each piece breaks no rule of the pack. A bad stack changes one thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.providers.attribute_grant import AttributeGrant
from components.providers.connection import Connection
from components.providers.data_lake_settings import DataLakeSettings
from lakeward.documents.attributes import attribute_condition

ACCOUNT = "100000000001"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/lakeward-deployer"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
KEY_ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:role/key-administrator"
REGISTRATION_ROLE = f"arn:aws:iam::{ACCOUNT}:role/registration"

# Every stack of this project says which account and Region it is. Declared where this module is imported.
pulumi.ComponentResource("lake:stack:Lake", "lake", {"account": ACCOUNT, "region": "eu-west-1", "deployer": DEPLOYER})

TENANT_ROLES = f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-*"
VPC = "vpc-0a1b2c3d4e5f60001"
SUBNETS = ("subnet-0a1b2c3d4e5f60001", "subnet-0a1b2c3d4e5f60002")
ROUTE_TABLE = "rtb-0a1b2c3d4e5f60001"

ADMINISTERING = ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
USING = ["kms:Decrypt", "kms:GenerateDataKey"]


def document(*statements: Mapping[str, object]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def grant(
    name: str = "grant-reader-orders",
    *,
    table: str = "orders",
    permissions: Sequence[str] = ("SELECT",),
    grantable: Sequence[str] = (),
    principal: str = READER,
    delete_before_replace: bool | None = True,
) -> None:
    """A reader's grant on two columns."""
    aws.lakeformation.Permissions(
        name,
        principal=principal,
        permissions=list(permissions),
        permissions_with_grant_options=list(grantable),
        table_with_columns={"database_name": "sales", "name": table, "column_names": ["id", "total"]},
        opts=pulumi.ResourceOptions(delete_before_replace=delete_before_replace),
    )


def shared_bucket(
    *, condition: Mapping[str, object] | None = None, paths: str = "o-1aaaaaaaaa/r-1aaa/ou-1aaa-aaaaaaaa/*"
) -> None:
    """A bucket that pipelines of an OU read, by this condition."""
    by_ou = {
        "StringEquals": {"aws:PrincipalOrgID": "o-1aaaaaaaaa"},
        "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": paths},
        "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/codepipeline/*-codepipeline-rl"},
    }
    aws.s3.BucketPolicy(
        "artifacts-policy",
        bucket="acme-artifacts",
        policy=document(
            {
                "Sid": "AllowReadersInOrgPath",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::acme-artifacts/*",
                "Condition": by_ou if condition is None else condition,
            }
        ),
    )


def catalog_policy(*, principal: object, action: str, resource: str) -> None:
    """The resource policy of the catalog, with one statement."""
    statement = {
        "Sid": "AllowSharing",
        "Effect": "Allow",
        "Principal": principal,
        "Action": action,
        "Resource": resource,
    }
    aws.glue.ResourcePolicy("catalog-policy", policy=document(statement), enable_hybrid="TRUE")


def database(*, table_defaults: Sequence[aws.glue.CatalogDatabaseCreateTableDefaultPermissionArgs] = ()) -> None:
    """A database under closed data lake settings."""
    lake_settings()
    aws.glue.CatalogDatabase("database", name="sales", create_table_default_permissions=list(table_defaults))


def lake_settings(
    name: str = "settings", *, administrators: Sequence[str] = (DEPLOYER,), region: str = "eu-west-1"
) -> None:
    """The data lake settings, closed."""
    DataLakeSettings(
        name,
        Connection(account=ACCOUNT, region=region, assume_roles=()),
        deployer=DEPLOYER,
        administrators=list(administrators),
        read_only_administrators=[],
        parameters={"CROSS_ACCOUNT_VERSION": "4"},
        opts=pulumi.ResourceOptions(),
    )


def official_settings(*, full_tables: bool = False, administrator: str = DEPLOYER) -> None:
    """The provider's own settings, closed to all but the deployer."""
    deployer = {"principal": DEPLOYER, "permissions": ["ALL"]}
    aws.lakeformation.DataLakeSettings(
        "settings",
        admins=[administrator],
        create_database_default_permissions=[deployer],
        create_table_default_permissions=[deployer],
        allow_full_table_external_data_access=full_tables,
    )


def pooled_table(*, through_a_filter: bool = True) -> None:
    """A table that tenants share, and a grant to whoever works for one of them."""
    location()
    aws.glue.CatalogTable(
        "table",
        database_name="usage",
        name="events",
        table_type="EXTERNAL_TABLE",
        storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
            location="s3://acme-curated/events/",
            columns=[
                aws.glue.CatalogTableStorageDescriptorColumnArgs(name=name, type="string")
                for name in ("tenant_id", "what")
            ],
        ),
    )
    aws.lakeformation.DataCellsFilter(
        "filter",
        table_data={
            "table_catalog_id": ACCOUNT,
            "database_name": "usage",
            "table_name": "events",
            "name": "tenant1",
            "column_names": ["what"],
            "row_filter": {"filter_expression": "tenant_id = 'tenant1'"},
        },
    )
    filtered = {"DataCellsFilter": {"DatabaseName": "usage", "TableName": "events", "Name": "tenant1"}}
    whole = {"TableWithColumns": {"DatabaseName": "usage", "Name": "events", "ColumnNames": ["what"]}}
    AttributeGrant(
        "attribute-grant",
        Connection(account=ACCOUNT, region="eu-west-1", assume_roles=()),
        principal=f"{ACCOUNT}:IAMPrincipals",
        condition=attribute_condition({"employer": ["tenant1"]}),
        permissions=["SELECT"],
        resource=filtered if through_a_filter else whole,
        opts=pulumi.ResourceOptions(delete_before_replace=True),
    )


def location(*, role: str | None = REGISTRATION_ROLE, service_linked: bool | None = None, hybrid: bool = False) -> None:
    """The registered location of the curated zone."""
    aws.lakeformation.Resource(
        "location",
        arn="arn:aws:s3:::acme-curated",
        role_arn=role,
        use_service_linked_role=service_linked,
        hybrid_access_enabled=hybrid,
    )


def registration_role(*, trusts: str = "lakeformation.amazonaws.com") -> None:
    """The role as which Lake Formation reads the location."""
    role(
        "registration",
        taken_by={"Service": "lakeformation.amazonaws.com"}
        if trusts.endswith(".amazonaws.com")
        else {"Service": "lakeformation.amazonaws.com", "AWS": trusts},
        allows=["s3:GetObject", "kms:Decrypt"],
        on=["arn:aws:s3:::acme-curated/*", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*"],
    )


def role(
    name: str,
    *,
    taken_by: Mapping[str, object],
    allows: Sequence[str],
    on: Sequence[str] = ("*",),
    condition: Mapping[str, object] | None = None,
) -> None:
    """A role with one inline policy."""
    trust = {"Sid": "AllowTaking", "Effect": "Allow", "Principal": taken_by, "Action": "sts:AssumeRole"}
    aws.iam.Role(
        name,
        name=name,
        assume_role_policy=document({**trust, "Condition": condition} if condition else trust),
    )
    allowing = {"Sid": "AllowItsDuties", "Effect": "Allow", "Action": list(allows), "Resource": list(on)}
    aws.iam.RolePolicy(f"{name}-policy", role=name, policy=document(allowing))


def persona(
    *,
    columns: Sequence[str] = ("id",),
    also: Sequence[str] = (),
    settings_administrators: Sequence[str] = (DEPLOYER,),
) -> None:
    """Someone who reads a table of people through Lake Formation, and all that this takes."""
    lake_settings(administrators=settings_administrators)
    registration_role()
    classified_bucket(key_user=[READER, REGISTRATION_ROLE])
    location()
    aws.glue.CatalogDatabase("people", name="people")
    aws.glue.CatalogTable(
        "table",
        database_name="people",
        name="customers",
        table_type="EXTERNAL_TABLE",
        storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
            location="s3://acme-curated/customers/",
            columns=[
                aws.glue.CatalogTableStorageDescriptorColumnArgs(name=name, type="string") for name in ("id", "email")
            ],
        ),
    )
    aws.lakeformation.ResourceLfTags(
        "tags-email",
        table_with_columns={"database_name": "people", "name": "customers", "column_names": ["email"]},
        lf_tags=[{"key": "classification", "value": "pii"}],
    )
    aws.lakeformation.Permissions(
        "grant-reader-customers",
        principal=READER,
        permissions=["SELECT"],
        table_with_columns={"database_name": "people", "name": "customers", "column_names": list(columns)},
        opts=pulumi.ResourceOptions(delete_before_replace=True),
    )
    role(
        "reader",
        taken_by={"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"},
        allows=["glue:GetDatabase", "glue:GetTable", "lakeformation:GetDataAccess", *also],
    )


def workgroup(*, enforced: bool = True) -> None:
    """Where a persona queries."""
    results = aws.athena.WorkgroupConfigurationResultConfigurationArgs(
        output_location="s3://acme-query-results/reader/",
        encryption_configuration=aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgs(
            encryption_option="SSE_KMS", kms_key_arn=key().arn
        ),
    )
    aws.athena.Workgroup(
        "workgroup",
        name="acme-dev-reader",
        configuration=aws.athena.WorkgroupConfigurationArgs(
            enforce_workgroup_configuration=enforced, result_configuration=results
        ),
    )


def service_key(*, condition: Mapping[str, object] | None = None) -> None:
    """The key of the logs, which the service that writes them uses for this account."""
    bound = {"StringEquals": {"aws:SourceAccount": ACCOUNT}} if condition is None else condition
    use = {"Sid": "AllowTheTrail", "Effect": "Allow", "Action": "kms:GenerateDataKey*", "Resource": "*"}
    trail = {"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Condition": bound}
    administration = {
        "Sid": "AllowAdministration",
        "Effect": "Allow",
        "Principal": {"AWS": KEY_ADMINISTRATOR},
        "Action": ADMINISTERING,
        "Resource": "*",
    }
    aws.kms.Key("key-logs", enable_key_rotation=True, policy=document(administration, {**use, **trail}))


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


def key(*, user: pulumi.Input[str] | Sequence[str] = READER, rotates: bool = True) -> aws.kms.Key:
    """A data key whose administrator isn't its user."""
    return aws.kms.Key(
        "key",
        description="curated",
        enable_key_rotation=rotates,
        policy=user.apply(key_policy) if isinstance(user, pulumi.Output) else key_policy(user),
    )


def key_policy(user: str | Sequence[str]) -> str:
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
    trail_covers: str | None = None,
    zone: str = "curated",
    bucket_key: bool = True,
    denials: Sequence[Mapping[str, object]] = (),
    ownership: str = "BucketOwnerEnforced",
    versioning: str = "Enabled",
    logs: str = "acme-logs",
    lifecycles: Sequence[str] = ("bucket-lifecycle",),
    abandoned_uploads: str = "Enabled",
    proves_logs: bool = True,
    key_user: str | Sequence[str] = READER,
) -> None:
    """A bucket of a zone with all that its classification asks for."""
    name = f"acme-{zone}"
    aws.s3.BucketOwnershipControls("bucket-ownership", bucket=name, rule={"object_ownership": ownership})
    aws.s3.BucketVersioning("bucket-versioning", bucket=name, versioning_configuration={"status": versioning})
    aws.s3.BucketLogging("bucket-logging", bucket=name, target_bucket=logs, target_prefix=f"{name}/")
    for lifecycle in lifecycles:
        aws.s3.BucketLifecycleConfiguration(
            lifecycle,
            bucket=name,
            rules=[
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="remove-abandoned-uploads",
                    status=abandoned_uploads,
                    filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
                    abort_incomplete_multipart_upload=(
                        aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                            days_after_initiation=7
                        )
                    ),
                )
            ],
        )
    aws.s3.Bucket("bucket", bucket=name, tags={"lakeward:zone": zone})
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
                    sse_algorithm="aws:kms", kms_master_key_id=key(user=key_user).arn if customer_key else None
                ),
                bucket_key_enabled=bucket_key,
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
            *denials,
        ),
    )
    aws.cloudtrail.Trail(
        "trail",
        name="audit",
        s3_bucket_name="acme-logs",
        is_multi_region_trail=True,
        enable_log_file_validation=proves_logs,
        event_selectors=[
            aws.cloudtrail.TrailEventSelectorArgs(
                read_write_type="All",
                data_resources=[
                    aws.cloudtrail.TrailEventSelectorDataResourceArgs(
                        type="AWS::S3::Object", values=[f"arn:aws:s3:::{trail_covers or name}/"]
                    )
                ],
            )
        ],
    )


def broker(
    *,
    caller: str = f"arn:aws:iam::{ACCOUNT}:role/tenant-api",
    reads: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> None:
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
        environment={"variables": dict(variables)} if variables else None,
        tags=tags,
    )
    aws.lambda_.Permission(
        "broker-caller",
        statement_id="AllowTheOneCaller",
        action="lambda:InvokeFunction",
        function="acme-dev-broker",
        principal=caller,
    )


def tenant_bucket(*, bucket_key: bool = False, keeps_apart: bool = True) -> None:
    """A bucket that tenants share."""
    objects = "arn:aws:s3:::acme-tenants/*"
    own = "arn:aws:s3:::acme-tenants/${aws:PrincipalTag/tenant_id}/*"
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}
    outside = {"NotResource": ["arn:aws:s3:::acme-tenants", own if keeps_apart else objects]}
    tenants = {"aws:PrincipalArn": TENANT_ROLES}
    classified_bucket(
        zone="tenants",
        bucket_key=bucket_key,
        denials=[
            {"Sid": "DenyTenantsOutsideTheirPrefix", **deny, **outside, "Condition": {"ArnLike": tenants}},
            {"Sid": "DenyAllButTenants", **deny, "Resource": objects, "Condition": {"ArnNotLike": tenants}},
        ],
    )


def tenant_role(
    *,
    takes: str = f"arn:aws:iam::{ACCOUNT}:role/acme-dev-broker",
    bounded: bool = True,
    session_tags: bool = False,
) -> None:
    """A tenant's role beside the broker that takes it."""
    broker()
    taking = ["sts:AssumeRole", "sts:SetSourceIdentity", *(["sts:TagSession"] if session_tags else [])]
    aws.iam.Role(
        "tenant-tenant1",
        name="acme-dev-tenant-tenant1",
        path="/tenants/dev/",
        assume_role_policy=document({"Effect": "Allow", "Principal": {"AWS": takes}, "Action": taking}),
        permissions_boundary=f"arn:aws:iam::{ACCOUNT}:policy/acme-dev-tenant-boundary" if bounded else None,
        tags={"lakeward:kind": "tenant", "tenant_id": "tenant1"},
    )


def tenant_database(
    *,
    admits: str | None = None,
    cluster_in_policy: str = "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    iam: bool = True,
    force_ssl: str = "1",
    protect: bool = True,
) -> None:
    """A database that tenants share, its network, and the policy by which they log in."""
    group = aws.ec2.SecurityGroup("network", name="acme-dev-tenants", vpc_id="vpc-0a1b2c3d", description="database")
    aws.vpc.SecurityGroupIngressRule(
        "from-clients",
        security_group_id=group.id,
        referenced_security_group_id=None if admits else "sg-0a1b2c3d",
        cidr_ipv4=admits,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
    )
    parameters = aws.rds.ClusterParameterGroup(
        "parameters",
        name="acme-dev-tenants",
        family="aurora-postgresql16",
        parameters=[aws.rds.ClusterParameterGroupParameterArgs(name="rds.force_ssl", value=force_ssl)],
    )
    aws.rds.Cluster(
        "database",
        cluster_identifier="acme-dev-tenants",
        engine="aurora-postgresql",
        iam_database_authentication_enabled=iam,
        manage_master_user_password=True,
        master_username="master",
        storage_encrypted=True,
        kms_key_id=key().arn,
        db_cluster_parameter_group_name=parameters.name,
        vpc_security_group_ids=[group.id],
        deletion_protection=True,
        final_snapshot_identifier="acme-dev-tenants-final",
        opts=pulumi.ResourceOptions(protect=protect),
    )
    aws.iam.Policy(
        "login",
        name="acme-dev-tenant-login",
        policy=document(
            {
                "Sid": "AllowLoggingInAsItself",
                "Effect": "Allow",
                "Action": "rds-db:connect",
                "Resource": f"arn:aws:rds-db:eu-west-1:{ACCOUNT}:dbuser:{cluster_in_policy}"
                "/${aws:PrincipalTag/tenant_id}_dbuser",
            }
        ),
    )


OURS = {"aws:PrincipalOrgID": "o-1aaaaaaaaa", "aws:ResourceOrgID": "o-1aaaaaaaaa"}


def endpoint_policy(conditions: Mapping[str, str]) -> str:
    """A policy of an endpoint that lets through what meets the conditions."""
    statement = {"Sid": "AllowOurs", "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    return document({**statement, "Condition": {"StringEquals": dict(conditions)}})


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
        security_group_ids=["sg-0a1b2c3d4e5f60001"],
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
