"""Every resource type, through its whole life against the embedded AWS."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from zipfile import ZipFile

import pytest

from local.provider.resources import resource_types

ACCOUNT = "100000000001"
BASE_BUCKET = f"acme-test-base-{ACCOUNT}"
LOG_BUCKET = f"acme-test-logs-{ACCOUNT}"
OWN_BUCKET = f"acme-test-own-{ACCOUNT}"
READER = f"arn:aws:iam::{ACCOUNT}:role/reader"
WRITER = f"arn:aws:iam::{ACCOUNT}:role/writer"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def bucket_policy(sid):
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": sid,
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": ["s3:PutObject", "s3:GetObject"],
                    "Resource": [f"arn:aws:s3:::{BASE_BUCKET}", f"arn:aws:s3:::{BASE_BUCKET}/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                }
            ],
        }
    )


def identity_policy(action):
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def endpoint_policy(action):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def catalog_policy(sid):
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": READER},
        "Action": "glue:GetTable",
        "Resource": f"arn:aws:glue:eu-west-1:{ACCOUNT}:catalog",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def key_policy(sid):
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trail_policy():
    common = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {**common, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{LOG_BUCKET}"},
                {**common, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{LOG_BUCKET}/*"},
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "logging.s3.amazonaws.com"},
                    "Action": "s3:PutObject",
                    "Resource": f"arn:aws:s3:::{LOG_BUCKET}/*",
                },
            ],
        }
    )


def given(kind, identity):
    return [{"ResourceType": kind, "Tags": [{"Key": "lakeward:given-id", "Value": identity}]}]


def network(ec2, rds):
    """A network with a database cluster in it; all of it has ids that were given."""
    ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=given("vpc", VPC))
    for number, subnet in enumerate(SUBNETS):
        ec2.create_subnet(
            VpcId=VPC,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"eu-west-1{'abc'[number]}",
            TagSpecifications=given("subnet", subnet),
        )
    ec2.create_security_group(
        GroupName="base", Description="base", VpcId=VPC, TagSpecifications=given("security-group", GROUP)
    )
    rds.create_db_subnet_group(DBSubnetGroupName="base", DBSubnetGroupDescription="base", SubnetIds=SUBNETS)
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="base", DBParameterGroupFamily="aurora-postgresql16", Description="base"
    )
    rds.create_db_cluster(
        DBClusterIdentifier="base", Engine="aurora-postgresql", MasterUsername="master", ManageMasterUserPassword=True
    )


@pytest.fixture(scope="module")
def base(session, tmp_path_factory):
    """What the resources under test refer to."""
    s3, iam, glue = session.client("s3"), session.client("iam"), session.client("glue")
    lake, kms = session.client("lakeformation"), session.client("kms")
    constraint = {"LocationConstraint": "eu-west-1"}
    for bucket in (BASE_BUCKET, LOG_BUCKET):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=constraint)
    s3.put_bucket_policy(Bucket=LOG_BUCKET, Policy=trail_policy())
    for role in ("reader", "writer"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))
    caller = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
    settings = {"DataLakeAdmins": [{"DataLakePrincipalIdentifier": caller}]}
    lake.put_data_lake_settings(DataLakeSettings=settings)
    for database in ("sales", "other"):
        glue.create_database(DatabaseInput={"Name": database})
    columns = [{"Name": name, "Type": "string"} for name in ("id", "email", "region")]
    for table in ("orders", "returns"):
        glue.create_table(
            DatabaseName="sales",
            TableInput={
                "Name": table,
                "StorageDescriptor": {"Columns": columns, "Location": f"s3://{BASE_BUCKET}/{table}/"},
            },
        )
    lake.create_lf_tag(TagKey="zone", TagValues=["raw", "masked"])
    lake.create_lf_tag(TagKey="classification", TagValues=["pii", "public"])
    lake.register_resource(ResourceArn=f"arn:aws:s3:::{BASE_BUCKET}/registered", RoleArn=WRITER)
    lake.create_data_cells_filter(
        TableData={
            "TableCatalogId": ACCOUNT,
            "DatabaseName": "sales",
            "TableName": "orders",
            "Name": "europe",
            "RowFilter": {"FilterExpression": "region = 'EU'"},
            "ColumnNames": ["id", "region"],
        }
    )
    iam.create_policy(PolicyName="base", PolicyDocument=identity_policy("s3:GetObject"))
    network(session.client("ec2"), session.client("rds"))
    keys = [kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2)]
    archives = [tmp_path_factory.mktemp("code") / "code.zip" for _ in range(2)]
    for position, archive in enumerate(archives):
        with ZipFile(archive, "w") as file:
            file.writestr("handler.py", f"number = {position}")
    session.client("lambda").create_function(
        FunctionName="invoked", Role=WRITER, Runtime="python3.12", Handler="handler.handle", Code={"ZipFile": b""}
    )
    made = {"keys": keys, "archives": [str(archive) for archive in archives]}
    return {**made, **endpoints(session), **organization(session)}


def endpoints(session):
    """A VPC with what endpoints stand in and before, and a private zone."""
    ec2, route53 = session.client("ec2"), session.client("route53")
    vpcs = [ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")["Vpc"]["VpcId"] for number in range(3)]
    subnets = [
        ec2.create_subnet(VpcId=vpcs[0], CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    tables = [ec2.create_route_table(VpcId=vpcs[0])["RouteTable"]["RouteTableId"] for _ in range(2)]
    group = {"Description": "d", "VpcId": vpcs[0]}
    groups = [ec2.create_security_group(GroupName=f"base-{number}", **group)["GroupId"] for number in range(2)]
    s3 = {"VpcId": vpcs[0], "ServiceName": "com.amazonaws.eu-west-1.s3", "VpcEndpointType": "Gateway"}
    gateways = [ec2.create_vpc_endpoint(**s3)["VpcEndpoint"]["VpcEndpointId"]]
    zone = {"VPC": {"VPCId": vpcs[0], "VPCRegion": "eu-west-1"}, "HostedZoneConfig": {"PrivateZone": True}}
    zones = [
        route53.create_hosted_zone(Name=name, CallerReference=name, **zone)["HostedZone"]["Id"].rpartition("/")[2]
        for name in ("base.example", "other.example")
    ]
    for zone_id in zones:
        for vpc in vpcs[1:]:
            route53.create_vpc_association_authorization(
                HostedZoneId=zone_id, VPC={"VPCId": vpc, "VPCRegion": "us-east-1"}
            )
    return {
        "vpcs": vpcs,
        "subnets": [subnet["SubnetId"] for subnet in subnets],
        "tables": tables,
        "groups": groups,
        "gateways": gateways,
        "zones": zones,
    }


def organization(session):
    """An organization with two units and a policy."""
    organizations = session.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    (root,) = organizations.list_roots()["Roots"]
    units = [
        organizations.create_organizational_unit(ParentId=root["Id"], Name=name)["OrganizationalUnit"]["Id"]
        for name in ("one", "two")
    ]
    policy = organizations.create_policy(
        Name="base", Description="d", Type="SERVICE_CONTROL_POLICY", Content=identity_policy("s3:GetObject")
    )
    return {"units": units, "guards": [policy["Policy"]["PolicySummary"]["Id"]]}


@dataclass
class Case:
    """A type's life: what is declared first, what then, and what that takes."""

    pulumi_type: str
    first: dict[str, Any]
    then: dict[str, Any]
    takes: str
    variant: str = ""
    import_takes: str = "same"
    """`update` where the program says something that can't be read back."""
    leaves: bool = False
    """AWS has no way of deleting it: what is left is its default."""

    def __str__(self):
        return self.pulumi_type.rpartition(":")[2] + (f"-{self.variant}" if self.variant else "")


def grant(variant, takes="replace", permissions=("SELECT",), then=("DESCRIBE", "SELECT"), **named):
    common = {"principal": READER, **named}
    return Case(
        "aws:lakeformation/permissions:Permissions",
        {**common, "permissions": list(permissions)},
        {**common, "permissions": list(then)},
        takes,
        variant,
    )


def archive(position):
    """A `FileArchive` on the wire, with the engine's hash."""
    signature = {"4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7"}
    return {**signature, "path": f"<archive {position}>", "hash": str(position)}


ORDERS = {"databaseName": "sales", "name": "orders"}

GROUP, VPC = "sg-00000000000000001", "vpc-00000000000000001"
SUBNETS = ["subnet-00000000000000001", "subnet-00000000000000002", "subnet-00000000000000003"]
CLUSTER = {
    "clusterIdentifier": "own",
    "engine": "aurora-postgresql",
    "engineVersion": "16.6",
    "databaseName": "tenants",
    "masterUsername": "master",
    "manageMasterUserPassword": True,
    "iamDatabaseAuthenticationEnabled": True,
    "dbSubnetGroupName": "base",
    "dbClusterParameterGroupName": "base",
    "vpcSecurityGroupIds": [GROUP],
    "port": 5432,
    "storageEncrypted": True,
    "kmsKeyId": "key-1",
    "skipFinalSnapshot": True,
    "enabledCloudwatchLogsExports": ["postgresql"],
    "serverlessv2ScalingConfiguration": {"minCapacity": 0.5, "maxCapacity": 4},
    "tags": {"a": "1"},
}
INSTANCE = {
    "identifier": "own-1",
    "clusterIdentifier": "base",
    "engine": "aurora-postgresql",
    "instanceClass": "db.serverless",
    "publiclyAccessible": False,
    "tags": {"a": "1"},
}

CASES = [
    Case(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "reader", "policyArn": f"arn:aws:iam::{ACCOUNT}:policy/base"},
        {"role": "writer", "policyArn": f"arn:aws:iam::{ACCOUNT}:policy/base"},
        "replace",
    ),
    Case(
        "aws:rds/subnetGroup:SubnetGroup",
        {"name": "own", "subnetIds": SUBNETS[:2], "tags": {"a": "1"}},
        {"name": "own", "subnetIds": SUBNETS, "description": "three", "tags": {"b": "2"}},
        "update",
    ),
    Case(
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        {
            "name": "own",
            "family": "aurora-postgresql16",
            "parameters": [{"name": "rds.force_ssl", "value": "0"}],
            "tags": {"a": "1"},
        },
        {
            "name": "own",
            "family": "aurora-postgresql16",
            "parameters": [{"name": "rds.force_ssl", "value": "1"}],
            "tags": {"a": "2"},
        },
        "update",
    ),
    Case(
        "aws:rds/cluster:Cluster",
        CLUSTER,
        {**CLUSTER, "backupRetentionPeriod": 35, "copyTagsToSnapshot": True, "tags": {"a": "2"}},
        "update",
        import_takes="update",
    ),
    Case(
        "aws:rds/cluster:Cluster",
        {**CLUSTER, "clusterIdentifier": "first"},
        {**CLUSTER, "clusterIdentifier": "second", "kmsKeyId": "key-2"},
        "replace",
        "another-key",
        import_takes="update",
    ),
    Case("aws:rds/clusterInstance:ClusterInstance", INSTANCE, {**INSTANCE, "copyTagsToSnapshot": True}, "update"),
    Case(
        "aws:ec2/securityGroup:SecurityGroup",
        {"name": "own", "vpcId": VPC, "tags": {"a": "1"}},
        {"name": "own", "vpcId": VPC, "tags": {"b": "2"}},
        "update",
    ),
    Case(
        "aws:ec2/securityGroup:SecurityGroup",
        {"name": "own", "vpcId": VPC},
        {"name": "other", "vpcId": VPC, "description": "another"},
        "replace",
        "described",
    ),
    Case(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": GROUP,
            "referencedSecurityGroupId": GROUP,
            "ipProtocol": "tcp",
            "fromPort": 5432,
            "toPort": 5432,
            "tags": {"a": "1"},
        },
        {
            "securityGroupId": GROUP,
            "referencedSecurityGroupId": GROUP,
            "ipProtocol": "tcp",
            "fromPort": 5432,
            "toPort": 5433,
            "tags": {"a": "2"},
        },
        "update",
    ),
    Case(
        "aws:s3/bucket:Bucket",
        {"bucket": OWN_BUCKET, "tags": {"lakeward:zone": "raw"}},
        {"bucket": OWN_BUCKET, "tags": {"lakeward:zone": "curated", "more": "1"}, "forceDestroy": True},
        "update",
        import_takes="update",
    ),
    Case(
        "aws:s3/bucket:Bucket",
        {"bucket": OWN_BUCKET, "tags": {"a": "1"}},
        {"bucket": f"{OWN_BUCKET}-renamed"},
        "replace",
        "renamed",
    ),
    Case(
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": BASE_BUCKET, "policy": bucket_policy("DenyPlain")},
        {"bucket": BASE_BUCKET, "policy": bucket_policy("DenyInsecureTransport")},
        "update",
    ),
    Case(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": BASE_BUCKET, "blockPublicAcls": True},
        {"bucket": BASE_BUCKET, "blockPublicAcls": True, "restrictPublicBuckets": True},
        "update",
    ),
    Case(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": BASE_BUCKET, "rule": {"objectOwnership": "BucketOwnerPreferred"}},
        {"bucket": BASE_BUCKET, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        "update",
    ),
    Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": BASE_BUCKET, "versioningConfiguration": {"status": "Enabled"}},
        {"bucket": BASE_BUCKET, "versioningConfiguration": {"status": "Suspended"}},
        "update",
        leaves=True,
    ),
    Case(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
            "bucket": BASE_BUCKET,
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
        {
            "bucket": BASE_BUCKET,
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {
                        "sseAlgorithm": "aws:kms",
                        "kmsMasterKeyId": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
                    },
                    "bucketKeyEnabled": True,
                }
            ],
        },
        "update",
        leaves=True,
    ),
    Case(
        "aws:s3/bucketLogging:BucketLogging",
        {"bucket": BASE_BUCKET, "targetBucket": LOG_BUCKET, "targetPrefix": "a/"},
        {"bucket": BASE_BUCKET, "targetBucket": LOG_BUCKET, "targetPrefix": "b/"},
        "update",
    ),
    Case(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "bucket": BASE_BUCKET,
            "rules": [{"id": "expire", "status": "Enabled", "filter": {}, "expiration": {"days": 30}}],
        },
        {
            "bucket": BASE_BUCKET,
            "rules": [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": "results/"},
                    "expiration": {"days": 30},
                    "noncurrentVersionExpiration": {"noncurrentDays": 30},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                },
                {
                    "id": "archive",
                    "status": "Disabled",
                    "filter": {"and": {"prefix": "old/", "tags": {"keep": "no"}}},
                    "transitions": [{"days": 90, "storageClass": "GLACIER"}],
                },
            ],
        },
        "update",
    ),
    Case(
        "aws:kms/key:Key",
        {
            "policy": key_policy("A"),
            "description": "d",
            "enableKeyRotation": True,
            "deletionWindowInDays": 7,
            "tags": {"lakeward:zone": "raw", "old": "1"},
        },
        {
            "policy": key_policy("B"),
            "description": "e",
            "enableKeyRotation": False,
            "isEnabled": False,
            "deletionWindowInDays": 7,
            "tags": {"lakeward:zone": "raw", "new": "1"},
        },
        "update",
        import_takes="update",
    ),
    Case(
        "aws:kms/alias:Alias",
        {"name": "alias/acme-test", "targetKeyId": "<key 0>"},
        {"name": "alias/acme-test", "targetKeyId": "<key 1>"},
        "update",
    ),
    Case(
        "aws:iam/role:Role",
        {
            "name": "persona",
            "assumeRolePolicy": json.dumps(TRUST),
            "description": "one",
            "permissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "tags": {"lakeward:persona": "persona", "old": "1"},
        },
        {
            "name": "persona",
            "assumeRolePolicy": json.dumps(TRUST).replace("glue.", "lakeformation."),
            "description": "two",
            "maxSessionDuration": 7200,
            "tags": {"lakeward:persona": "persona", "new": "1"},
        },
        "update",
    ),
    Case(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "reader", "name": "queries", "policy": identity_policy("glue:GetTable")},
        {"role": "reader", "name": "queries", "policy": identity_policy(["glue:GetTable", "glue:GetDatabase"])},
        "update",
    ),
    Case(
        "aws:iam/policy:Policy",
        {"name": "boundary", "policy": identity_policy("s3:GetObject"), "tags": {"a": "1"}},
        {"name": "boundary", "policy": identity_policy("s3:*"), "tags": {"b": "1"}},
        "update",
    ),
    Case(
        "aws:iam/user:User",
        {"name": "robot", "tags": {"a": "1"}},
        {"name": "robot", "tags": {"b": "1"}},
        "update",
    ),
    Case(
        "aws:lakeformation/resource:Resource",
        {"arn": f"arn:aws:s3:::{BASE_BUCKET}", "roleArn": READER},
        {"arn": f"arn:aws:s3:::{BASE_BUCKET}/prefix", "roleArn": WRITER},
        "replace",
    ),
    Case(
        "aws:lakeformation/lfTag:LfTag",
        {"key": "domain", "values": ["sales", "hr"]},
        {"key": "domain", "values": ["hr", "finance"]},
        "update",
    ),
    Case(
        "aws:lakeformation/resourceLfTags:ResourceLfTags",
        {"table": ORDERS, "lfTags": [{"key": "zone", "value": "raw"}]},
        {"table": ORDERS, "lfTags": [{"key": "zone", "value": "masked"}]},
        "replace",
        "table",
    ),
    Case(
        "aws:lakeformation/resourceLfTags:ResourceLfTags",
        {"database": {"name": "sales"}, "lfTags": [{"key": "zone", "value": "raw"}]},
        {"database": {"name": "other"}, "lfTags": [{"key": "zone", "value": "raw"}]},
        "replace",
        "database",
    ),
    Case(
        "aws:lakeformation/resourceLfTags:ResourceLfTags",
        {
            "tableWithColumns": {**ORDERS, "columnNames": ["email", "id"]},
            "lfTags": [{"key": "classification", "value": "pii"}],
        },
        {
            "tableWithColumns": {**ORDERS, "columnNames": ["email"]},
            "lfTags": [{"key": "classification", "value": "pii"}],
        },
        "replace",
        "columns",
    ),
    Case(
        "aws:lakeformation/dataCellsFilter:DataCellsFilter",
        {
            "tableData": {
                "databaseName": "sales",
                "tableName": "orders",
                "tableCatalogId": ACCOUNT,
                "name": "filter",
                "columnNames": ["region", "id"],
                "rowFilter": {"filterExpression": "region = 'EU'"},
            }
        },
        {
            "tableData": {
                "databaseName": "sales",
                "tableName": "orders",
                "tableCatalogId": ACCOUNT,
                "name": "filter",
                "columnWildcard": {"excludedColumnNames": ["email"]},
                "rowFilter": {"allRowsWildcard": {}},
            }
        },
        "update",
    ),
    Case(
        "aws:lakeformation/lfTagExpression:LfTagExpression",
        {"name": "harmless", "expressions": [{"tagKey": "zone", "tagValues": ["raw", "masked"]}]},
        {
            "name": "harmless",
            "description": "d",
            "expressions": [
                {"tagKey": "zone", "tagValues": ["masked"]},
                {"tagKey": "classification", "tagValues": ["public"]},
            ],
        },
        "update",
    ),
    Case(
        "aws:lakeformation/optIn:OptIn",
        {
            "principals": [{"dataLakePrincipalIdentifier": READER}],
            "resourceDatas": [{"table": ORDERS}],
        },
        {
            "principals": [{"dataLakePrincipalIdentifier": READER}],
            "resourceDatas": [{"database": {"name": "sales"}}],
        },
        "replace",
    ),
    Case(
        "aws:glue/catalogDatabase:CatalogDatabase",
        {"name": "own", "description": "d", "tags": {"a": "1", "b": "1"}},
        {"name": "own", "description": "e", "parameters": {"k": "v"}, "tags": {"b": "2"}},
        "update",
    ),
    Case(
        "aws:glue/resourcePolicy:ResourcePolicy",
        {"policy": catalog_policy("AllowA"), "enableHybrid": "TRUE"},
        {"policy": catalog_policy("AllowB"), "enableHybrid": "TRUE"},
        "update",
        import_takes="update",  # whether the policy stands beside grants isn't read back
    ),
    Case(
        "aws:glue/catalogTable:CatalogTable",
        {
            "databaseName": "sales",
            "name": "own",
            "tableType": "EXTERNAL_TABLE",
            "parameters": {"classification": "parquet"},
            "storageDescriptor": {
                "location": f"s3://{BASE_BUCKET}/own/",
                "columns": [{"name": "id", "type": "string"}],
                "serDeInfo": {"serializationLibrary": "org.example.SerDe", "parameters": {"a.b": "1"}},
            },
        },
        {
            "databaseName": "sales",
            "name": "own",
            "tableType": "EXTERNAL_TABLE",
            "parameters": {"classification": "parquet"},
            "storageDescriptor": {
                "location": f"s3://{BASE_BUCKET}/own/",
                "columns": [{"name": "id", "type": "string"}, {"name": "count", "type": "bigint"}],
                "serDeInfo": {"serializationLibrary": "org.example.SerDe", "parameters": {"a.b": "1"}},
            },
        },
        "update",
    ),
    Case(
        "aws:athena/workgroup:Workgroup",
        {
            "name": "acme-test",
            "configuration": {
                "enforceWorkgroupConfiguration": True,
                "resultConfiguration": {"outputLocation": f"s3://{BASE_BUCKET}/a/"},
            },
            "tags": {"a": "1"},
        },
        {
            "name": "acme-test",
            "description": "d",
            "configuration": {
                "enforceWorkgroupConfiguration": True,
                "bytesScannedCutoffPerQuery": 10485760,
                "resultConfiguration": {
                    "outputLocation": f"s3://{BASE_BUCKET}/b/",
                    "encryptionConfiguration": {
                        "encryptionOption": "SSE_KMS",
                        "kmsKeyArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
                    },
                },
            },
            "tags": {"b": "1"},
        },
        "update",
    ),
    Case(
        "aws:cloudtrail/trail:Trail",
        {"name": "acme-test-audit", "s3BucketName": LOG_BUCKET, "isMultiRegionTrail": True, "tags": {"a": "1"}},
        {
            "name": "acme-test-audit",
            "s3BucketName": LOG_BUCKET,
            "s3KeyPrefix": "trail",
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "advancedEventSelectors": [
                {
                    "name": "objects",
                    "fieldSelectors": [
                        {"field": "eventCategory", "equals": ["Data"]},
                        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                        {"field": "resources.ARN", "startsWiths": [f"arn:aws:s3:::{BASE_BUCKET}/"]},
                    ],
                }
            ],
            "tags": {"b": "1"},
        },
        "update",
    ),
    Case(
        "aws:cloudtrail/trail:Trail",
        {
            "name": "acme-test-events",
            "s3BucketName": LOG_BUCKET,
            "eventSelectors": [
                {"dataResources": [{"type": "AWS::S3::Object", "values": [f"arn:aws:s3:::{BASE_BUCKET}/"]}]}
            ],
        },
        {"name": "acme-test-events", "s3BucketName": LOG_BUCKET, "enableLogging": False},
        "update",
        "event-selectors",
    ),
    Case(
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/acme/test", "retentionInDays": 365, "tags": {"a": "1"}},
        {"name": "/acme/test", "tags": {"b": "1"}},
        "update",
    ),
    Case(
        "aws:lambda/function:Function",
        {
            "name": "acme-test",
            "role": WRITER,
            "runtime": "python3.12",
            "handler": "handler.handle",
            "architectures": ["arm64"],
            "code": archive(0),
            "environment": {"variables": {"LAKE": "a"}},
            "tags": {"a": "1"},
        },
        {
            "name": "acme-test",
            "role": READER,
            "runtime": "python3.12",
            "handler": "handler.other",
            "architectures": ["arm64"],
            "code": archive(1),
            "description": "Another",
            "memorySize": 256,
            "timeout": 20,
            "reservedConcurrentExecutions": 5,
            "tags": {"b": "1"},
        },
        "update",
        import_takes="update",
    ),
    Case(
        "aws:lambda/permission:Permission",
        {
            "statementId": "AllowOne",
            "action": "lambda:InvokeFunction",
            "function": "invoked",
            "principal": READER,
        },
        {
            "statementId": "AllowOne",
            "action": "lambda:InvokeFunction",
            "function": "invoked",
            "principal": "s3.amazonaws.com",
            "sourceAccount": ACCOUNT,
            "sourceArn": f"arn:aws:s3:::{BASE_BUCKET}",
        },
        "replace",
    ),
    grant("database", permissions=["DESCRIBE"], then=["DESCRIBE", "CREATE_TABLE"], database={"name": "sales"}),
    grant("table", permissions=["SELECT", "DESCRIBE"], then=["SELECT", "INSERT", "DESCRIBE"], table=ORDERS),
    grant("every-table", table={"databaseName": "sales", "wildcard": True}),
    grant("all-columns", tableWithColumns={**ORDERS, "wildcard": True}),
    Case(
        "aws:lakeformation/permissions:Permissions",
        {
            "principal": READER,
            "permissions": ["SELECT"],
            "tableWithColumns": {**ORDERS, "columnNames": ["region", "id"]},
        },
        {
            "principal": READER,
            "permissions": ["SELECT"],
            "tableWithColumns": {**ORDERS, "columnNames": ["email", "id"]},
        },
        "replace",
        "columns",
    ),
    Case(
        "aws:lakeformation/permissions:Permissions",
        {
            "principal": READER,
            "permissions": ["SELECT"],
            "tableWithColumns": {**ORDERS, "wildcard": True, "excludedColumnNames": ["email"]},
        },
        {
            "principal": WRITER,
            "permissions": ["SELECT"],
            "tableWithColumns": {**ORDERS, "wildcard": True, "excludedColumnNames": ["email"]},
        },
        "replace",
        "all-but-some-columns",
    ),
    grant(
        "lf-tag",
        permissions=["DESCRIBE"],
        then=["ASSOCIATE", "DESCRIBE"],
        lfTag={"key": "zone", "values": ["raw", "masked"]},
    ),
    grant(
        "lf-tag-policy",
        lfTagPolicy={
            "resourceType": "TABLE",
            "expressions": [
                {"key": "zone", "values": ["raw", "masked"]},
                {"key": "classification", "values": ["public"]},
            ],
        },
    ),
    Case(
        "aws:lakeformation/permissions:Permissions",
        {
            "principal": READER,
            "permissions": ["SELECT"],
            "dataCellsFilter": {
                "databaseName": "sales",
                "tableName": "orders",
                "tableCatalogId": ACCOUNT,
                "name": "europe",
            },
        },
        {
            "principal": WRITER,
            "permissions": ["SELECT"],
            "dataCellsFilter": {
                "databaseName": "sales",
                "tableName": "orders",
                "tableCatalogId": ACCOUNT,
                "name": "europe",
            },
        },
        "replace",
        "data-cells-filter",
    ),
    Case(
        "aws:lakeformation/permissions:Permissions",
        {
            "principal": READER,
            "permissions": ["DATA_LOCATION_ACCESS"],
            "dataLocation": {"arn": f"arn:aws:s3:::{BASE_BUCKET}/registered"},
        },
        {
            "principal": WRITER,
            "permissions": ["DATA_LOCATION_ACCESS"],
            "dataLocation": {"arn": f"arn:aws:s3:::{BASE_BUCKET}/registered"},
        },
        "replace",
        "data-location",
    ),
    Case(
        "aws:lakeformation/permissions:Permissions",
        {"principal": READER, "permissions": ["CREATE_DATABASE"], "catalogResource": True},
        {"principal": WRITER, "permissions": ["CREATE_DATABASE"], "catalogResource": True},
        "replace",
        "catalog",
    ),
    Case(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": "<vpc 0>",
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "routeTableIds": ["<table 0>"],
            "policy": endpoint_policy("s3:GetObject"),
        },
        {
            "vpcId": "<vpc 0>",
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "routeTableIds": ["<table 1>"],
            "policy": endpoint_policy("s3:PutObject"),
            "tags": {"a": "1"},
        },
        "update",
        "gateway",
    ),
    Case(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": "<vpc 0>",
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "vpcEndpointType": "Interface",
            "subnetIds": ["<subnet 1>", "<subnet 0>"],
            "securityGroupIds": ["<group 0>"],
            "privateDnsEnabled": True,
            "dnsOptions": {"privateDnsOnlyForInboundResolverEndpoint": True},
        },
        {
            "vpcId": "<vpc 0>",
            "serviceName": "com.amazonaws.eu-west-1.s3",
            "vpcEndpointType": "Interface",
            "subnetIds": ["<subnet 0>"],
            "securityGroupIds": ["<group 1>", "<group 0>"],
            "privateDnsEnabled": False,
            "dnsOptions": {"privateDnsOnlyForInboundResolverEndpoint": False},
        },
        "update",
        "interface",
    ),
    Case(
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        {"vpcEndpointId": "<gateway 0>", "routeTableId": "<table 0>"},
        {"vpcEndpointId": "<gateway 0>", "routeTableId": "<table 1>"},
        "replace",
    ),
    Case(
        "aws:ec2/flowLog:FlowLog",
        {
            "vpcId": "<vpc 0>",
            "logDestinationType": "s3",
            "logDestination": f"arn:aws:s3:::{LOG_BUCKET}/flow-logs/",
            "trafficType": "ALL",
        },
        {
            "vpcId": "<vpc 0>",
            "logDestinationType": "s3",
            "logDestination": f"arn:aws:s3:::{LOG_BUCKET}/rejected/",
            "trafficType": "REJECT",
            "maxAggregationInterval": 60,
        },
        "replace",
    ),
    Case(
        "aws:route53/zone:Zone",
        {"name": "s3.eu-west-1.example", "vpcs": [{"vpcId": "<vpc 0>"}], "tags": {"a": "1"}},
        {
            "name": "s3.eu-west-1.example",
            "comment": "c",
            "vpcs": [{"vpcId": "<vpc 1>"}, {"vpcId": "<vpc 0>"}],
            "tags": {"b": "1"},
        },
        "update",
    ),
    Case(
        "aws:route53/record:Record",
        {
            "zoneId": "<zone 0>",
            "name": "*.base.example",
            "type": "A",
            "aliases": [{"name": "a.vpce.example", "zoneId": "Z1", "evaluateTargetHealth": True}],
        },
        {
            "zoneId": "<zone 0>",
            "name": "*.base.example",
            "type": "A",
            "aliases": [{"name": "b.vpce.example", "zoneId": "Z1", "evaluateTargetHealth": True}],
        },
        "update",
    ),
    Case(
        "aws:route53/vpcAssociationAuthorization:VpcAssociationAuthorization",
        {"zoneId": "<zone 0>", "vpcId": "<vpc 1>"},
        {"zoneId": "<zone 0>", "vpcId": "<vpc 2>"},
        "replace",
    ),
    Case(
        "aws:route53/zoneAssociation:ZoneAssociation",
        {"zoneId": "<zone 1>", "vpcId": "<vpc 1>"},
        {"zoneId": "<zone 1>", "vpcId": "<vpc 2>"},
        "replace",
    ),
    Case(
        "aws:organizations/policy:Policy",
        {"name": "acme-test", "content": identity_policy("s3:GetObject"), "tags": {"a": "1"}},
        {
            "name": "acme-test-renamed",
            "description": "d",
            "content": identity_policy("s3:PutObject"),
            "tags": {"b": "1"},
        },
        "update",
    ),
    Case(
        "aws:organizations/policyAttachment:PolicyAttachment",
        {"policyId": "<guard 0>", "targetId": "<unit 0>"},
        {"policyId": "<guard 0>", "targetId": "<unit 1>"},
        "replace",
    ),
]


def filled(value, base):
    text = json.dumps(value)
    for kind, ids in base.items():
        for position, identity in enumerate(ids):
            text = text.replace(f"<{kind[:-1]} {position}>", identity)
    return json.loads(text)


def test_every_type_has_a_life_here():
    """No resource type is built without a case below."""
    assert {case.pulumi_type for case in CASES} == set(resource_types())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_life(case, base, resource):
    """Creating, leaving alone, refreshing, changing, importing and deleting: nothing changes but what should."""
    first, then = filled(case.first, base), filled(case.then, base)
    subject = resource(case.pulumi_type)
    try:
        assert subject.up(first) == "create"
        assert subject.up(first) == "same"
        assert subject.refresh() == "same"
        assert subject.up(first) == "same"
        assert subject.up(then) == case.takes
        assert subject.up(then) == "same"
        assert subject.refresh() == "same"
        assert subject.up(then) == "same"

        imported = resource(case.pulumi_type, "imported")
        assert imported.import_(subject.id) == subject.id
        assert imported.up(then) == case.import_takes
        assert imported.up(then) == "same"
    finally:
        identity, outputs = subject.id, subject.outputs
        if identity:
            subject.destroy()
    if not case.leaves:
        assert resource(case.pulumi_type).import_(identity) == ""
    again = resource(case.pulumi_type)
    again.id, again.outputs = identity, outputs
    again.destroy()  # of what is gone already
