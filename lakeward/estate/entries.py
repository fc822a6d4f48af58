"""
The entries of an estate, in AWS's own shapes (`contracts.md` section 2).

One frozen class per object of AWS's API; a member that AWS leaves out is `None`, an empty `Listing` or the value
AWS takes for it. Members that say nothing about access are accepted and not kept (`ALSO`).
"""

# `member` is dataclasses' `field` with a name, `Listing` an immutable value
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from lakeward.estate.policies import Policy, read_boundary
from lakeward.estate.shapes import member
from lakeward.estate.unknown import Listing, Unknown

# --- Organizations ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrganizationAccount:
    """An account of the organization; `path` is its value of `aws:PrincipalOrgPaths`."""

    path: str = member("path")


@dataclass(frozen=True)
class AttachedPolicy:
    """A service or resource control policy at its target: root, organizational unit or account."""

    target: str = member("target")
    policy: Policy | None = member("policy", default=None)
    name: str = member("name", default="")


@dataclass(frozen=True)
class Organization:
    """The organization. Policies that are `None` aren't in use."""

    id: str = member("id")
    management_account: str | None = member("managementAccount", default=None)
    accounts: Mapping[str, OrganizationAccount] | Unknown = member("accounts", default_factory=dict)
    service_control_policies: Listing[AttachedPolicy] | None = member("serviceControlPolicies", default=None)
    resource_control_policies: Listing[AttachedPolicy] | None = member("resourceControlPolicies", default=None)


# --- IAM ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tag:
    """A tag of a resource."""

    key: str
    value: str = ""


@dataclass(frozen=True)
class NamedPolicy:
    """An identity policy: inline, managed or a group's."""

    policy_document: Policy | None = None
    policy_name: str = ""
    policy_arn: str | None = None

    @property
    def is_stated_ceiling(self) -> bool:
        """Whether it is no policy that was read, but what somebody says the principal's own allow at most."""
        return self.policy_name.startswith("stated ceiling ")


@dataclass(frozen=True)
class User:
    """An IAM user with everything that limits or allows it."""

    ALSO: ClassVar = (
        *("UserName", "UserId", "Path", "CreateDate", "PasswordLastUsed", "Description", "GroupList"),
        "AttachedManagedPolicies",
    )

    arn: str
    tags: Listing[Tag] = Listing()
    permissions_boundary: Policy | None = member("PermissionsBoundary", reader=read_boundary, default=None)
    policies: Listing[NamedPolicy] = Listing()


@dataclass(frozen=True)
class Role:
    """An IAM role with everything that limits or allows it, and its trust policy."""

    ALSO: ClassVar = (
        *("RoleName", "RoleId", "Path", "CreateDate", "Description", "MaxSessionDuration", "RoleLastUsed"),
        *("InstanceProfileList", "AttachedManagedPolicies"),
    )

    arn: str
    assume_role_policy_document: Policy | None = None
    tags: Listing[Tag] = Listing()
    permissions_boundary: Policy | None = member("PermissionsBoundary", reader=read_boundary, default=None)
    policies: Listing[NamedPolicy] = Listing()


@dataclass(frozen=True)
class Iam:
    """The identities of an account."""

    SECTION: ClassVar = True

    roles: Listing[Role] = Listing()
    users: Listing[User] = Listing()


# --- Lake Formation ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DataLakePrincipal:
    """Who a grant is for, as Lake Formation names principals."""

    data_lake_principal_identifier: str


@dataclass(frozen=True)
class PrincipalPermissions:
    """A default grant."""

    principal: DataLakePrincipal | Unknown | None = None
    permissions: Listing[str] = Listing()


@dataclass(frozen=True)
class DataLakeSettings:
    """The one settings object of an account and Region."""

    ALSO: ClassVar = ("CatalogId", "TrustedResourceOwners")

    data_lake_admins: Listing[DataLakePrincipal] = Listing()
    read_only_admins: Listing[DataLakePrincipal] = Listing()
    create_database_default_permissions: Listing[PrincipalPermissions] | None = None
    create_table_default_permissions: Listing[PrincipalPermissions] | None = None
    parameters: Mapping[str, str] | Unknown | None = None
    allow_external_data_filtering: bool | Unknown = False
    allow_full_table_external_data_access: bool | Unknown = False
    external_data_filtering_allow_list: Listing[DataLakePrincipal] = Listing()
    authorized_session_tag_value_list: Listing[str] = Listing()


@dataclass(frozen=True)
class RegisteredResource:
    """A registered data lake location. `role_arn` is `None` for the service-linked role."""

    ALSO: ClassVar = ("LastModified", "WithFederation", "VerificationStatus", "ExpectedResourceOwnerAccount")

    resource_arn: str
    role_arn: str | None = None
    use_service_linked_role: bool | Unknown = False
    hybrid_access_enabled: bool | Unknown = False
    with_privileged_access: bool | Unknown = False


@dataclass(frozen=True)
class LfTag:
    """An LF-Tag key with values: a tag that exists, one that is assigned, or one test of an expression."""

    tag_key: str
    tag_values: Listing[str] = Listing()
    catalog_id: str | None = None


@dataclass(frozen=True)
class LfTagExpression:
    """A named LF-Tag expression."""

    ALSO: ClassVar = ("Description",)

    name: str
    expression: Listing[LfTag] = Listing()
    catalog_id: str | None = None


@dataclass(frozen=True)
class AnyResource:
    """Every resource of a type in a catalog, for user-defined functions as principals (`semantics.md` B23)."""

    catalog_id: str | None = None
    resource_type: str | None = None


@dataclass(frozen=True)
class CatalogResource:
    """The catalog."""

    id: str | None = None


@dataclass(frozen=True)
class DatabaseResource:
    """A database."""

    name: str
    catalog_id: str | None = None


@dataclass(frozen=True)
class Wildcard:
    """An object whose presence means all."""


@dataclass(frozen=True)
class TableResource:
    """A table, or with `table_wildcard` all tables of a database."""

    database_name: str
    name: str | None = None
    table_wildcard: Wildcard | Unknown | None = None
    catalog_id: str | None = None


@dataclass(frozen=True)
class ColumnWildcard:
    """All columns but some."""

    excluded_column_names: Listing[str] = Listing()


@dataclass(frozen=True)
class TableWithColumnsResource:
    """Columns of a table."""

    database_name: str
    name: str
    column_names: Listing[str] | None = None
    column_wildcard: ColumnWildcard | Unknown | None = None
    catalog_id: str | None = None


@dataclass(frozen=True)
class DataLocationResource:
    """A data lake location."""

    resource_arn: str
    catalog_id: str | None = None


@dataclass(frozen=True)
class DataCellsFilterResource:
    """A data cells filter as what a grant is on."""

    database_name: str
    table_name: str
    name: str
    table_catalog_id: str | None = None


@dataclass(frozen=True)
class LfTagPolicyResource:
    """Whatever satisfies an LF-Tag expression, given in place or by name."""

    resource_type: str
    expression: Listing[LfTag] | None = None
    expression_name: str | None = None
    catalog_id: str | None = None


@dataclass(frozen=True)
class NamedResource:
    """A named LF-Tag expression or row-level security policy as what a grant is on."""

    name: str
    catalog_id: str | None = None


@dataclass(frozen=True)
class UserDefinedFunctionResource:
    """A function, or with the wildcard all of a database."""

    database_name: str
    name: str | None = None
    user_defined_function_wildcard: Wildcard | Unknown | None = None
    catalog_id: str | None = None


@dataclass(frozen=True)
class Resource:
    """What a grant, an assignment or an opt-in is on: exactly one member is given."""

    any_resource: AnyResource | Unknown | None = None
    catalog: CatalogResource | Unknown | None = None
    database: DatabaseResource | Unknown | None = None
    table: TableResource | Unknown | None = None
    table_with_columns: TableWithColumnsResource | Unknown | None = None
    data_location: DataLocationResource | Unknown | None = None
    data_cells_filter: DataCellsFilterResource | Unknown | None = None
    lf_tag: LfTag | Unknown | None = member("LFTag", default=None)
    lf_tag_policy: LfTagPolicyResource | Unknown | None = member("LFTagPolicy", default=None)
    lf_tag_expression: NamedResource | Unknown | None = member("LFTagExpression", default=None)
    rls_policy: NamedResource | Unknown | None = member("RLSPolicy", default=None)
    user_defined_function: UserDefinedFunctionResource | Unknown | None = None


@dataclass(frozen=True)
class ResourceLfTags:
    """LF-Tags assigned to one resource."""

    resource: Resource | Unknown | None = None
    lf_tags: Listing[LfTag] = member("LFTags", default=Listing())


@dataclass(frozen=True)
class RowFilter:
    """The rows of a data cells filter."""

    filter_expression: str | None = None
    all_rows_wildcard: Wildcard | Unknown | None = None


@dataclass(frozen=True)
class DataCellsFilter:
    """A data cells filter."""

    ALSO: ClassVar = ("VersionId",)

    database_name: str
    table_name: str
    name: str
    row_filter: RowFilter | Unknown | None = None
    column_names: Listing[str] | None = None
    column_wildcard: ColumnWildcard | Unknown | None = None
    table_catalog_id: str | None = None


@dataclass(frozen=True)
class Condition:
    """A Cedar condition over the principal's attributes."""

    expression: str


@dataclass(frozen=True)
class Permission:
    """One grant."""

    ALSO: ClassVar = ("LastUpdated", "LastUpdatedBy", "AdditionalDetails")

    principal: DataLakePrincipal | Unknown | None = None
    resource: Resource | Unknown | None = None
    permissions: Listing[str] = Listing()
    permissions_with_grant_option: Listing[str] = Listing()
    condition: Condition | Unknown | None = None


@dataclass(frozen=True)
class OptIn:
    """A principal's opt-in to Lake Formation on a resource of a location in hybrid access mode."""

    ALSO: ClassVar = ("LastModified", "LastUpdatedBy")

    principal: DataLakePrincipal | Unknown | None = None
    resource: Resource | Unknown | None = None
    condition: Condition | Unknown | None = None


@dataclass(frozen=True)
class AttachmentColumn:
    """A column that a row-level security policy uses."""

    name: str
    type: str | None = None


@dataclass(frozen=True)
class RlsPolicy:
    """A row-level security policy (`semantics.md` B22)."""

    ALSO: ClassVar = ("Description", "CreateTime", "UpdateTime", "VersionId")

    name: str
    catalog_id: str | None = None
    attachment_columns: Listing[AttachmentColumn] = Listing()
    filter_expression: str | None = None


@dataclass(frozen=True)
class RlsPolicyAttachment:
    """
    Where a row-level security policy is attached, and for whom.

    `ListRLSPolicyAttachments` says `PolicyName` and `DefaultRLSPolicy` for what `AttachRLSPolicy` calls `Name` and
    `SetDefault`: both spellings are read.
    """

    ALSO: ClassVar = ("CatalogId", "CreateTime", "UpdateTime")

    policy_name: str | None = None
    name: str | None = None
    resource: Resource | Unknown | None = None
    principal: DataLakePrincipal | Unknown | None = None
    condition: Condition | Unknown | None = None
    default_rls_policy: bool | Unknown = member("DefaultRLSPolicy", default=False)
    set_default: bool | Unknown = False

    @property
    def policy(self) -> str:
        """The attached policy's name, as it is written."""
        return self.policy_name or self.name or "without a name"


@dataclass(frozen=True)
class LakeFormation:
    """Lake Formation in one account and Region."""

    SECTION: ClassVar = True

    data_lake_settings: DataLakeSettings | Unknown | None = None
    resources: Listing[RegisteredResource] = Listing()
    lf_tags: Listing[LfTag] = member("LFTags", default=Listing())
    lf_tag_expressions: Listing[LfTagExpression] = member("LFTagExpressions", default=Listing())
    resource_lf_tags: Listing[ResourceLfTags] = member("ResourceLFTags", default=Listing())
    data_cells_filters: Listing[DataCellsFilter] = Listing()
    permissions: Listing[Permission] = Listing()
    opt_ins: Listing[OptIn] = Listing()
    rls_policies: Listing[RlsPolicy] = member("RLSPolicies", default=Listing())
    rls_policy_attachments: Listing[RlsPolicyAttachment] = member("RLSPolicyAttachments", default=Listing())


# --- Glue ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TargetDatabase:
    """The database that a resource link stands for."""

    database_name: str
    catalog_id: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class Database:
    """A catalog database, or with a target a resource link."""

    ALSO: ClassVar = ("Description", "Parameters", "CreateTime", "FederatedDatabase", "Tags")

    name: str
    location_uri: str | None = None
    target_database: TargetDatabase | Unknown | None = None
    create_table_default_permissions: Listing[PrincipalPermissions] | None = None
    catalog_id: str | None = None


@dataclass(frozen=True)
class Column:
    """A column as the catalog stores it."""

    ALSO: ClassVar = ("Comment", "Parameters")

    name: str
    type: str | None = None


@dataclass(frozen=True)
class StorageDescriptor:
    """Where and how a table is stored."""

    ALSO: ClassVar = (
        *("InputFormat", "OutputFormat", "Compressed", "NumberOfBuckets", "SerdeInfo", "BucketColumns"),
        *("SortColumns", "Parameters", "SkewedInfo", "StoredAsSubDirectories", "SchemaReference"),
    )

    columns: Listing[Column] = Listing()
    location: str | None = None
    additional_locations: Listing[str] = Listing()


@dataclass(frozen=True)
class TargetTable:
    """The table that a resource link stands for."""

    database_name: str
    name: str
    catalog_id: str | None = None
    region: str | None = None


@dataclass(frozen=True)
class RlsProperties:
    """A table's row-level security."""

    default_rls_policy: str | None = member("DefaultRLSPolicy", default=None)


@dataclass(frozen=True)
class Table:
    """A catalog table, a view, or with a target a resource link."""

    ALSO: ClassVar = (
        *("Description", "Owner", "CreateTime", "UpdateTime", "LastAccessTime", "LastAnalyzedTime", "Retention"),
        *("ViewOriginalText", "ViewExpandedText", "ViewDefinition", "IsMultiDialectView", "IsMaterializedView"),
        *("IcebergTableMetadata", "FederatedTable", "Status", "VersionId", "IsRegisteredWithLakeFormation"),
        *("CreatedBy", "Parameters"),
    )

    database_name: str
    name: str
    storage_descriptor: StorageDescriptor | Unknown | None = None
    partition_keys: Listing[Column] = Listing()
    target_table: TargetTable | Unknown | None = None
    table_type: str | None = None
    catalog_id: str | None = None
    rls_properties: RlsProperties | Unknown | None = member("RLSProperties", default=None)


@dataclass(frozen=True)
class EncryptionAtRest:
    """How catalog metadata is encrypted."""

    catalog_encryption_mode: str | None = None
    sse_aws_kms_key_id: str | None = None
    catalog_encryption_service_role: str | None = None


@dataclass(frozen=True)
class DataCatalogEncryptionSettings:
    """The catalog's encryption."""

    ALSO: ClassVar = ("ConnectionPasswordEncryption",)

    encryption_at_rest: EncryptionAtRest | Unknown | None = None


@dataclass(frozen=True)
class Glue:
    """The Data Catalog of one account and Region."""

    SECTION: ClassVar = True

    databases: Listing[Database] = Listing()
    tables: Listing[Table] = Listing()
    resource_policy: Policy | None = None
    data_catalog_encryption_settings: DataCatalogEncryptionSettings | Unknown | None = None


# --- S3 and KMS ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublicAccessBlock:
    """Block Public Access of a bucket."""

    block_public_acls: bool | Unknown = False
    ignore_public_acls: bool | Unknown = False
    block_public_policy: bool | Unknown = False
    restrict_public_buckets: bool | Unknown = False


@dataclass(frozen=True)
class BucketEncryption:
    """A bucket's default encryption."""

    sse_algorithm: str | None = member("SSEAlgorithm", default=None)
    kms_master_key_id: str | None = member("KMSMasterKeyID", default=None)
    bucket_key_enabled: bool | Unknown = False


@dataclass(frozen=True)
class Bucket:
    """A general purpose bucket."""

    ALSO: ClassVar = (
        *("Arn", "BucketArn", "CreationDate", "BucketRegion", "Versioning", "Logging", "Lifecycle"),
        "ObjectOwnership",
    )

    name: str
    policy: Policy | None = None
    public_access_block: PublicAccessBlock | Unknown | None = None
    encryption: BucketEncryption | Unknown | None = None
    tags: Listing[Tag] = Listing()
    abac_enabled: bool | Unknown = False


@dataclass(frozen=True)
class S3:
    """The buckets of one account and Region."""

    SECTION: ClassVar = True

    buckets: Listing[Bucket] = Listing()
    account_public_access_block: PublicAccessBlock | Unknown | None = member("PublicAccessBlock", default=None)


@dataclass(frozen=True)
class GrantConstraints:
    """What the encryption context must hold for a key grant to count."""

    encryption_context_subset: Mapping[str, str] | Unknown | None = None
    encryption_context_equals: Mapping[str, str] | Unknown | None = None
    source_arn: str | None = None


@dataclass(frozen=True)
class KeyGrant:
    """A grant on a key: an allow path that no policy shows (`semantics.md` A15-3)."""

    ALSO: ClassVar = ("GrantId", "KeyId", "Name", "CreationDate", "RetiringPrincipal", "IssuingAccount")

    grantee_principal: str
    operations: Listing[str] = Listing()
    constraints: GrantConstraints | Unknown | None = None


@dataclass(frozen=True)
class Key:
    """A KMS key. `key_manager` is `AWS` for a managed one."""

    ALSO: ClassVar = (
        *("KeyId", "AWSAccountId", "CreationDate", "Enabled", "Description", "KeyUsage", "KeyState", "Origin"),
        *("KeySpec", "MultiRegion", "DeletionDate", "EnableKeyRotation", "KeyRotationEnabled"),
    )

    arn: str
    aliases: Listing[str] = Listing()
    policy: Policy | None = None
    grants: Listing[KeyGrant] = Listing()
    tags: Listing[Tag] = Listing()
    key_manager: str | None = None


@dataclass(frozen=True)
class Kms:
    """The keys of one account and Region."""

    SECTION: ClassVar = True

    keys: Listing[Key] = Listing()


# --- Lambda ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Function:
    """A Lambda function: the role its code works as, and who else may invoke it. `role` is `None` where unknown."""

    ALSO: ClassVar = (
        *("FunctionArn", "Runtime", "Handler", "CodeSize", "Description", "Timeout", "MemorySize", "LastModified"),
        *("CodeSha256", "Version", "VpcConfig", "Environment", "KMSKeyArn", "TracingConfig", "RevisionId", "Layers"),
        *("State", "PackageType", "Architectures", "EphemeralStorage", "SnapStart", "LoggingConfig"),
    )

    function_name: str
    role: str | None = None
    policy: Policy | None = None
    tags: Listing[Tag] = Listing()


@dataclass(frozen=True)
class Lambda:
    """The functions of one account and Region."""

    SECTION: ClassVar = True

    functions: Listing[Function] = Listing()


# --- EC2, Athena and RDS ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VpcEndpoint:
    """A VPC endpoint; `vpc_endpoint_type` is `Gateway` or `Interface`."""

    ALSO: ClassVar = (
        *("State", "RouteTableIds", "SubnetIds", "PrivateDnsEnabled", "NetworkInterfaceIds", "DnsEntries"),
        *("CreationTimestamp", "OwnerId", "RequesterManaged", "IpAddressType", "DnsOptions", "Tags"),
    )

    vpc_endpoint_id: str
    vpc_id: str | None = None
    vpc_endpoint_type: str | None = None
    service_name: str | None = None
    policy_document: Policy | None = None
    groups: Listing[EndpointGroup] = Listing()


@dataclass(frozen=True)
class EndpointGroup:
    """A security group of an interface endpoint."""

    ALSO: ClassVar = ("GroupName",)

    group_id: str


@dataclass(frozen=True)
class IpRange:
    """A network of IPv4 addresses."""

    ALSO: ClassVar = ("Description",)

    cidr_ip: str


@dataclass(frozen=True)
class Ipv6Range:
    """A network of IPv6 addresses."""

    ALSO: ClassVar = ("Description",)

    cidr_ipv6: str


@dataclass(frozen=True)
class IpPermission:
    """What a rule of a security group lets through; without ports all of them."""

    ip_protocol: str | None = None
    from_port: int | Unknown | None = None
    to_port: int | Unknown | None = None
    ip_ranges: Listing[IpRange] = Listing()
    ipv6_ranges: Listing[Ipv6Range] = Listing()
    prefix_list_ids: Listing[object] = Listing()
    user_id_group_pairs: Listing[object] = Listing()


@dataclass(frozen=True)
class SecurityGroup:
    """A security group with its rules."""

    ALSO: ClassVar = ("GroupName", "Description", "OwnerId", "Tags", "SecurityGroupArn")

    group_id: str
    vpc_id: str | None = None
    ip_permissions: Listing[IpPermission] = Listing()
    ip_permissions_egress: Listing[IpPermission] = Listing()


@dataclass(frozen=True)
class Ec2:
    """The network of one account and Region."""

    SECTION: ClassVar = True

    vpc_endpoints: Listing[VpcEndpoint] = Listing()
    security_groups: Listing[SecurityGroup] = Listing()


@dataclass(frozen=True)
class ResultEncryption:
    """How query results are encrypted."""

    encryption_option: str | None = None
    kms_key: str | None = None


@dataclass(frozen=True)
class ResultConfiguration:
    """Where query results go."""

    ALSO: ClassVar = ("ExpectedBucketOwner", "AclConfiguration")

    output_location: str | None = None
    encryption_configuration: ResultEncryption | Unknown | None = None


@dataclass(frozen=True)
class WorkGroupConfiguration:
    """A workgroup's settings."""

    ALSO: ClassVar = (
        *("PublishCloudWatchMetricsEnabled", "BytesScannedCutoffPerQuery", "RequesterPaysEnabled"),
        *("EngineVersion", "AdditionalConfiguration", "ExecutionRole", "CustomerContentEncryptionConfiguration"),
        *("EnableMinimumEncryptionConfiguration", "IdentityCenterConfiguration", "MonitoringConfiguration"),
        *("ManagedQueryResultsConfiguration", "QueryResultsS3AccessGrantsConfiguration", "EngineConfiguration"),
    )

    result_configuration: ResultConfiguration | Unknown | None = None
    enforce_work_group_configuration: bool | Unknown = True


@dataclass(frozen=True)
class WorkGroup:
    """An Athena workgroup."""

    ALSO: ClassVar = ("Description", "CreationTime", "IdentityCenterApplicationArn")

    name: str
    state: str | None = None
    configuration: WorkGroupConfiguration | Unknown | None = None
    tags: Listing[Tag] = Listing()


@dataclass(frozen=True)
class Athena:
    """Athena in one account and Region."""

    SECTION: ClassVar = True

    work_groups: Listing[WorkGroup] = Listing()


@dataclass(frozen=True)
class DbCluster:
    """An Aurora cluster."""

    ALSO: ClassVar = (
        *("DBClusterArn", "Engine", "EngineVersion", "Endpoint", "ReaderEndpoint", "Port", "DatabaseName"),
        *("MasterUsername", "VpcSecurityGroups", "StorageEncrypted", "KmsKeyId", "DBSubnetGroup", "TagList"),
        *("Status", "DeletionProtection", "DBClusterParameterGroup"),
    )

    db_cluster_identifier: str = member("DBClusterIdentifier")
    db_cluster_resource_id: str | None = None
    iam_database_authentication_enabled: bool | Unknown = member("IAMDatabaseAuthenticationEnabled", default=False)


@dataclass(frozen=True)
class Rds:
    """The databases of one account and Region."""

    SECTION: ClassVar = True

    db_clusters: Listing[DbCluster] = member("DBClusters", default=Listing())
