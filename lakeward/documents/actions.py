"""
Sets of actions that several documents share, each spelled once.

Allow statements and the permissions boundary's ceiling take them from here, so that they can't drift apart. Names
are checked against AWS's service reference by a test.
"""

from __future__ import annotations

CATALOG_READS = (
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetDatabases",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
)
"""What an engine asks the catalog for on the way to data; Lake Formation cuts the answers (`semantics.md` B2-6)."""

PARTITION_WRITES = (
    "glue:BatchCreatePartition",
    "glue:BatchUpdatePartition",
    "glue:CreatePartition",
    "glue:UpdatePartition",
)
PARTITION_DELETES = ("glue:BatchDeletePartition", "glue:DeletePartition")
TABLE_UPDATES = ("glue:UpdateTable",)
TABLE_CREATION = ("glue:CreateTable",)
DATABASE_UPDATES = ("glue:UpdateDatabase",)
CATALOG_WRITES = (*PARTITION_WRITES, *PARTITION_DELETES, *TABLE_UPDATES, *TABLE_CREATION, *DATABASE_UPDATES)

DATA_ACCESS = ("lakeformation:GetDataAccess",)
"""Asks Lake Formation for data; takes no resource but `*` (B2-1)."""

LAKE_VIEWS = (
    "lakeformation:DescribeResource",
    "lakeformation:GetDataCellsFilter",
    "lakeformation:GetDataLakeSettings",
    "lakeformation:GetEffectivePermissionsForPath",
    "lakeformation:GetLFTag",
    "lakeformation:GetLFTagExpression",
    "lakeformation:GetResourceLFTags",
    "lakeformation:ListDataCellsFilter",
    "lakeformation:ListLFTagExpressions",
    "lakeformation:ListLFTags",
    "lakeformation:ListLakeFormationOptIns",
    "lakeformation:ListPermissions",
    "lakeformation:ListResources",
    "lakeformation:SearchDatabasesByLFTags",
    "lakeformation:SearchTablesByLFTags",
)
"""Who may do what in the lake; none of them returns data."""

GRANTING = (
    "lakeformation:BatchGrantPermissions",
    "lakeformation:BatchRevokePermissions",
    "lakeformation:GrantPermissions",
    "lakeformation:RevokePermissions",
)

LAKE_CHANGES = (
    "lakeformation:AddLFTagsToResource",
    "lakeformation:AttachRLSPolicy",
    "lakeformation:Create*",
    "lakeformation:Delete*",
    "lakeformation:DeregisterResource",
    "lakeformation:DetachRLSPolicy",
    "lakeformation:PutDataLakeSettings",
    "lakeformation:Register*",
    "lakeformation:RemoveLFTagsFromResource",
    "lakeformation:Update*",
)
"""Everything one step away from reading all of the lake (B5-1), granting aside; for the Deny side only."""

QUERY_ACTIONS = (
    "athena:BatchGetQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
"""What a query needs of its workgroup; the stream is what JDBC and ODBC drivers fetch results by (C3)."""
DATA_CATALOG_READS = ("athena:GetDataCatalog",)

RESULT_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:GetObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
"""What Athena does with result files, as the caller."""
BUCKET_LISTING = ("s3:ListBucket",)
PREFIX_LISTING = ("s3:ListBucket", "s3:ListBucketVersions")
"""All listings that say which keys there are and can be narrowed to a prefix."""
FILE_READING = ("s3:GetObject",)
FILE_WRITING = ("s3:AbortMultipartUpload", "s3:PutObject")
RESULTS_BUCKET = ("s3:GetBucketLocation", "s3:ListBucketMultipartUploads")
"""What Athena asks of the bucket itself; neither can be narrowed to a prefix."""

BUCKET_DATA = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject*",
    "s3:GetObject*",
    "s3:ListBucket*",
    "s3:ListMultipartUploadParts",
    "s3:PutObject*",
    "s3:RestoreObject",
)
"""Reading, writing, deleting and listing objects, and nothing of how a bucket is set up; for the Deny side only."""
ARTIFACT_READS = ("s3:GetObject", "s3:GetObjectVersion")
"""What a reader of a shared bucket does with objects: closed, so nothing about who else reads is shown (K6)."""
ARTIFACT_WRITES = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")
"""What a writer does; nobody deletes versions."""
OBJECT_CHANGES = ("s3:AbortMultipartUpload", "s3:DeleteObject*", "s3:PutObject*", "s3:RestoreObject")
BUCKET_CONFIGURATION = ("s3:DeleteBucket*", "s3:GetBucket*", "s3:PutBucket*")
"""A bucket's settings and policy; for the Deny side only."""

DATA_KEY_USE = ("kms:Decrypt", "kms:GenerateDataKey")
DATA_KEY_READ = ("kms:Decrypt",)
KEY_DESCRIPTION = ("kms:DescribeKey",)
DATA_KEY_WRITE = ("kms:Decrypt", "kms:GenerateDataKey")
"""What a put takes; S3 decrypts too, where an object is uploaded in parts."""
COLUMN_KEY_USE = ("kms:Encrypt", "kms:GenerateDataKey")
"""Encrypting, directly or by a data key; what either gives back isn't decrypted with these."""
DECRYPTION = ("kms:CreateGrant", "kms:Decrypt", "kms:ReEncrypt*")
"""
All ways to plaintext: decrypting, re-encrypting under a key that one may decrypt with, and a grant, which key
policies don't show (A15-3).
"""

KEY_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)
"""Everything about a key but using it, and but `CreateGrant`, which would hand out use (A15-3)."""

KEY_LENDING = ("kms:CreateGrant",)

DATABASE_LOGIN = ("rds-db:connect",)

JOB_LOGGING = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")

EVERY_WAY_TO_DATA = (
    "athena:*",
    "glue:*",
    "lakeformation:*",
    "rds-data:*",
    "rds-db:*",
    "redshift-data:*",
    "s3:*",
)
"""Everything of the services that hold or open data of the lake, keys aside; for the Deny side only."""

BUCKET_CONFIGURATION_VIEWS = (
    "s3:GetBucketLocation",
    "s3:GetBucketLogging",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
)
TRAIL_VIEWS = ("cloudtrail:GetEventSelectors", "cloudtrail:GetTrail", "cloudtrail:GetTrailStatus")
"""How the audit is set up; not what it recorded."""

FUNCTION_LOGGING = ("logs:CreateLogStream", "logs:PutLogEvents")
"""What a function does with its own log group, which exists before it."""

ROLE_TAKING = ("sts:AssumeRole",)
TENANT_ROLE_TAKING = ("sts:AssumeRole", "sts:SetSourceIdentity")
"""The source identity is the hashed subject of the tenant's token, for the audit trail."""
LAKE_FORMATION_ROLE_TAKING = ("sts:AssumeRole", "sts:SetContext")
"""`SetContext` carries an Identity Center user into the audit trail (B15-2)."""
