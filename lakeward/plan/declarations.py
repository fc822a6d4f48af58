"""
What a stack will declare, as frozen values: one `…Args` per component.

INVARIANT: every string here that AWS reads (a document, an ARN, a name, an expression) is final. Nothing is
filled in later, so a preview holds no unknown in a governed field. A reference to what only AWS knows (a key's
id) is the *logical name* of another declaration, in a field that says so.

`depends_on` holds logical names of declarations that must exist first because a string here names their ARN:
strings carry no dependencies of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """Base: the logical name `<noun>-<subject>` is free of stack name and position."""

    logical_name: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaggedDeclaration(Declaration):
    """A declaration whose resources carry tags."""

    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DataKeyArgs(TaggedDeclaration):
    """A customer managed key with yearly rotation and one alias."""

    alias: str
    """With the `alias/` prefix."""
    description: str
    policy: str
    protected: bool = False
    """Whether the engine refuses to delete or replace it."""


@dataclass(frozen=True, kw_only=True)
class LakeBucketArgs(TaggedDeclaration):
    """A private, versioned bucket of one zone, with everything a baseline asks for."""

    name: str
    policy: str
    key: str | None
    """Logical name of the `DataKeyArgs` for default encryption; `None`: S3-managed keys (the log bucket)."""
    bucket_key_enabled: bool
    access_log_bucket: str | None
    """Name of the bucket that takes server access logs; `None` for the log bucket itself."""
    access_log_prefix: str
    expire_days: int | None
    """Days until current objects expire; noncurrent versions follow after 30 more."""
    retained: bool = False
    """Whether the bucket and its settings stay as they are when the stack is destroyed."""
    protected: bool = False
    """Whether the engine refuses to delete or replace the bucket."""


@dataclass(frozen=True, kw_only=True)
class InlinePolicy:
    """An identity policy that lives and dies with its role."""

    name: str
    document: str


@dataclass(frozen=True, kw_only=True)
class PermissionsBoundaryArgs(TaggedDeclaration):
    """A managed policy that bounds roles of one kind."""

    name: str
    arn: str
    description: str
    policy: str


@dataclass(frozen=True, kw_only=True)
class RoleArgs(TaggedDeclaration):
    """A role in its final form: trust, policies and boundary at creation."""

    name: str
    path: str
    arn: str
    description: str
    trust: str
    policies: tuple[InlinePolicy, ...]
    boundary_arn: str | None
    max_session_seconds: int = 3600


@dataclass(frozen=True, kw_only=True)
class PersonaRoleArgs(RoleArgs):
    """The role of a `managed` or `pipeline` persona."""

    persona: str


@dataclass(frozen=True, kw_only=True)
class RegistrationRoleArgs(RoleArgs):
    """The role Lake Formation reads one location as."""


@dataclass(frozen=True, kw_only=True)
class TenantRoleArgs(RoleArgs):
    """The role of one tenant, taken by the broker alone."""

    tenant: str


@dataclass(frozen=True, kw_only=True)
class BrokerRoleArgs(RoleArgs):
    """The role the tenant broker works as."""


@dataclass(frozen=True, kw_only=True)
class TenantBrokerArgs(TaggedDeclaration):
    """The function that hands out tenants' sessions, its log group, and the one right to invoke it."""

    name: str
    role_arn: str
    archive: str
    """Path of the archive with the code, relative to the project (ADR 0006)."""
    handler: str
    environment: Mapping[str, str]
    """Nothing of it changes with the tenants, and nothing is secret."""
    log_group: str
    log_retention_days: int
    caller: str
    """ARN of the one role that may invoke it."""


@dataclass(frozen=True, kw_only=True)
class ExternalPersonaArgs(Declaration):
    """A persona whose role exists already: declares nothing in AWS, states its ceiling for every reader."""

    persona: str
    arn: str
    ceiling: tuple[str, ...]
    """Identity policy documents the role has at most; empty: unknown."""


@dataclass(frozen=True, kw_only=True)
class DataLakeSettingsArgs(Declaration):
    """The one settings object of the account and Region: administrators, closed defaults."""

    administrators: tuple[str, ...]
    """ARNs, sorted; the deployer is one of them."""
    read_only_administrators: tuple[str, ...]
    cross_account_version: str
    set_source_identity: bool


@dataclass(frozen=True, kw_only=True)
class DataLakeLocationArgs(Declaration):
    """A registered location."""

    resource_arn: str
    role_arn: str
    hybrid_access_enabled: bool = False


@dataclass(frozen=True, kw_only=True)
class LfTagArgs(Declaration):
    """An LF-Tag key with its values, sorted."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CatalogDatabaseArgs(TaggedDeclaration):
    """A Glue database."""

    name: str
    description: str | None


@dataclass(frozen=True, kw_only=True)
class DatabaseLinkArgs(TaggedDeclaration):
    """A database of this catalog that stands for one of another account's."""

    name: str
    target_account: str
    target_database: str


@dataclass(frozen=True, kw_only=True)
class TableLinkArgs(Declaration):
    """A table of this catalog that stands for one of another account's."""

    database: str
    name: str
    target_account: str
    target_database: str
    target_table: str


@dataclass(frozen=True, kw_only=True)
class CatalogColumn:
    """A column as the catalog stores it."""

    name: str
    type: str
    comment: str | None


@dataclass(frozen=True, kw_only=True)
class CatalogTableArgs(Declaration):
    """A Glue table (Glue tables carry no tags in the provider)."""

    database: str
    name: str
    description: str | None
    location: str
    """`s3://bucket/prefix/`."""
    format: str
    """`parquet`, `json` or `csv`."""
    columns: tuple[CatalogColumn, ...]
    partition_keys: tuple[CatalogColumn, ...]


@dataclass(frozen=True, kw_only=True)
class LfTagAssignmentArgs(Declaration):
    """LF-Tags on a database, a table or columns of one."""

    database: str
    table: str | None
    """`None`: the database itself."""
    columns: tuple[str, ...] | None
    """`None`: the table or database itself."""
    lf_tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class DataCellsFilterArgs(Declaration):
    """A data cells filter."""

    database: str
    table: str
    name: str
    columns: tuple[str, ...]
    row_expression: str | None
    """`None`: all rows."""


@dataclass(frozen=True, kw_only=True)
class IamAllowedPrincipalsRevocationArgs(Declaration):
    """
    Takes `IAM_ALLOWED_PRINCIPALS` away from a database and its tables where it was left from before.

    New objects never get it (the settings' defaults are closed); this sweeps what existed.
    """

    database: str
    tables: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class InCatalog:
    """Something of a catalog."""

    catalog: str | None = None
    """The account whose catalog it is; `None`: the stack's own."""


@dataclass(frozen=True, kw_only=True)
class GrantedDatabase(InCatalog):
    """A database itself, or a link to one."""

    name: str


@dataclass(frozen=True, kw_only=True)
class GrantedTable(InCatalog):
    """A whole table, or a link to one; SELECT on it is spelled as all columns, as AWS lists it back."""

    database: str
    name: str


@dataclass(frozen=True, kw_only=True)
class GrantedColumns(InCatalog):
    """Exactly these columns of a table, sorted."""

    database: str
    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GrantedFilter:
    """A table through a data cells filter."""

    database: str
    table: str
    name: str


@dataclass(frozen=True, kw_only=True)
class GrantedTagExpression(InCatalog):
    """Tables and columns, or databases, by their LF-Tags: AND over keys, OR over values."""

    resource_type: str = "TABLE"
    """`TABLE` or `DATABASE`."""
    expression: tuple[tuple[str, tuple[str, ...]], ...]
    """(key, values), both sorted."""


@dataclass(frozen=True, kw_only=True)
class GrantedLocation:
    """A data lake location."""

    arn: str


GrantedResource = (
    GrantedDatabase | GrantedTable | GrantedColumns | GrantedFilter | GrantedTagExpression | GrantedLocation
)


@dataclass(frozen=True, kw_only=True)
class GrantArgs(Declaration):
    """
    One grant: one principal, one resource, all its permissions.

    INVARIANT: no two grants of a plan name the same principal and overlapping resources of one kind, and only an
    account or an OU has the grant option.
    """

    principal: str
    """ARN of a role or an OU, or an account's 12 digits."""
    permissions: tuple[str, ...]
    """Sorted."""
    grantable: tuple[str, ...] = ()
    """Those of them that the principal may grant on, sorted."""
    resource: GrantedResource


@dataclass(frozen=True, kw_only=True)
class AttributeGrantArgs(Declaration):
    """
    One grant to every principal of the account whose tags meet a condition, on one resource.

    INVARIANT: no two of a plan have the same condition and overlapping resources; none carries the grant option.
    """

    principal: str
    """`<account>:IAMPrincipals`."""
    condition: str
    """A Cedar expression."""
    permissions: tuple[str, ...]
    """Sorted."""
    resource: GrantedDatabase | GrantedTable | GrantedColumns | GrantedFilter


@dataclass(frozen=True, kw_only=True)
class RowSecurityPolicyArgs(Declaration):
    """A row-level security policy, attached for one principal to all tables that carry certain LF-Tags."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """(name, type) of every column that the expression mentions, sorted."""
    row_expression: str
    """Static SQL over the columns."""
    principal: str
    """ARN."""
    tables: GrantedTagExpression


@dataclass(frozen=True, kw_only=True)
class QueryWorkgroupArgs(TaggedDeclaration):
    """An Athena workgroup that enforces its result prefix and key."""

    name: str
    result_location: str
    """`s3://bucket/prefix/`."""
    key: str
    """Logical name of the `DataKeyArgs` that encrypts results."""


@dataclass(frozen=True, kw_only=True)
class GatewayEndpointArgs(TaggedDeclaration):
    """The gateway endpoint of S3, for one VPC and nobody else (`semantics.md` C3)."""

    vpc: str
    service_name: str
    route_tables: tuple[str, ...]
    """Ids, sorted."""
    policy: str


@dataclass(frozen=True, kw_only=True)
class EndpointGroupArgs(TaggedDeclaration):
    """A security group of interface endpoints: one TCP port, from named networks only."""

    name: str
    description: str
    vpc: str
    port: int
    networks: tuple[str, ...]
    """CIDRs, sorted."""


@dataclass(frozen=True, kw_only=True)
class InterfaceEndpointArgs(TaggedDeclaration):
    """An interface endpoint of one service, with an address in each subnet."""

    service: str
    service_name: str
    vpc: str
    subnets: tuple[str, ...]
    """Ids, sorted, each of another zone."""
    groups: tuple[str, ...]
    """Logical names of `EndpointGroupArgs`."""
    policy: str
    private_dns: bool
    """Whether the service's own name leads here; off in a hub, whose private zones say so for every VPC."""
    resolver_only: bool
    """Whether that holds for who asks through the inbound resolver only; needs the VPC's gateway endpoint (K38)."""


@dataclass(frozen=True, kw_only=True)
class PrivateZoneArgs(TaggedDeclaration):
    """A private hosted zone of a service's name, which leads to the hub's interface endpoint."""

    service: str
    zone_name: str
    vpc: str
    endpoint: str
    """Logical name of an `InterfaceEndpointArgs`."""
    subdomains: bool
    """Whether names below it lead there too, as a bucket's do."""
    spokes: tuple[str, ...]
    """Ids of VPCs of other accounts that may be associated with it, sorted."""


@dataclass(frozen=True, kw_only=True)
class HubAssociationArgs(Declaration):
    """What makes a spoke's VPC find the hub's endpoints: its association with the hub's private zones."""

    stack: str
    """The hub's stack, which exports the zones' ids."""
    vpc: str
    services: tuple[str, ...]
    """Sorted."""


@dataclass(frozen=True, kw_only=True)
class FlowLogArgs(TaggedDeclaration):
    """The flow log of the VPC, and so of every network interface of an endpoint."""

    vpc: str
    destination: str
    """ARN of a prefix of the log bucket."""


@dataclass(frozen=True, kw_only=True)
class GuardrailArgs(TaggedDeclaration):
    """A policy of the organization and what it is attached to."""

    name: str
    policy_type: str
    """`SERVICE_CONTROL_POLICY` or `RESOURCE_CONTROL_POLICY`."""
    description: str
    content: str
    targets: tuple[str, ...]
    """Ids of root, OUs or accounts, sorted."""


@dataclass(frozen=True, kw_only=True)
class AuditTrailArgs(TaggedDeclaration):
    """A multi-Region trail with log file validation and data events on the named buckets."""

    name: str
    bucket: str
    prefix: str
    key: str
    """Logical name of the `DataKeyArgs` that encrypts log files."""
    data_event_prefixes: tuple[str, ...]
    """What the ARNs of recorded objects begin with, sorted: of a bucket its own and a slash, of several less."""


@dataclass(frozen=True, kw_only=True)
class DatabaseClusterArgs(TaggedDeclaration):
    """
    An Aurora PostgreSQL cluster with one instance, reached by some security groups and by nothing else.

    Its parameter group, subnet group, security group and instance are its own, and named after it.
    """

    name: str
    vpc: str
    subnets: tuple[str, ...]
    """Ids, sorted."""
    clients: tuple[str, ...]
    """Ids of the security groups that reach it, sorted."""
    key: str
    """Logical name of the `DataKeyArgs` that encrypts its storage."""
    database: str
    engine_version: str
    instance_class: str
    backup_retention_days: int
    protected: bool = True
    """Whether the engine and the service itself refuse to delete or replace it."""


CLUSTER_RESOURCE_ID = "cluster-RESOURCEID"
"""Stands in a document for the resource id of a cluster, which only AWS knows (`lakeward.plan.unknowns`)."""


@dataclass(frozen=True, kw_only=True)
class LoginPolicyArgs(TaggedDeclaration):
    """The managed policy by which every tenant logs in to a cluster as itself."""

    name: str
    arn: str
    cluster: str
    """Logical name of the `DatabaseClusterArgs`."""
    policy: str
    """Final but for `CLUSTER_RESOURCE_ID`."""


@dataclass(frozen=True, kw_only=True)
class TenantLoginArgs(Declaration):
    """That one tenant's role has the login policy."""

    role_arn: str
    policy_arn: str


@dataclass(frozen=True, kw_only=True)
class IntendedRead:
    """That a principal is meant to read these columns and rows of a table."""

    principal: str
    account: str
    """The account that the table is of."""
    database: str
    table: str
    columns: tuple[str, ...]
    """Sorted, partition keys included."""
    rows: str | None
    """`None`: all rows; else the filter expression as configured, or several of them joined by OR."""
    certain: bool
    """
    False where only the permissive reading reads: INSERT and DELETE let the holder read (`semantics.md` B6-4), and
    several filters combine as all their columns in all their rows (B9-8).
    """
    rows_open: bool = False
    """True where row-level security decides about the rows too: which ones are read isn't documented (B22-U)."""
    at_most: bool = False
    """True where an external role's own policies aren't stated: whether they let it read isn't this stack's to say."""


@dataclass(frozen=True, kw_only=True)
class LakeArgs:
    """The stack itself: what every reader of a declaration must know of it."""

    stack: str
    account: str
    region: str
    deployer: str
    assume_roles: tuple[str, ...] = ()
    organization: Mapping[str, object] | None = None
    """In the estate's form (`contracts.md` section 2), or `None`."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    Everything a stack declares, in an order in which each declaration follows what it depends on.

    INVARIANT: `depends_on` names only declarations that stand earlier.
    """

    lake: LakeArgs
    declarations: tuple[Declaration, ...]
    intended_access: tuple[IntendedRead, ...]
