"""
The nouns of a lake's governance, as a stack's configuration spells them.

Every class is a frozen value parsed from configuration: unknown keys are refused, names are checked
where they enter, and a value that exists is a value that is well formed on its own. What needs two
nouns to judge (a grant on a column that isn't there) is judged in `lakeward.config`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic.alias_generators import to_camel

from lakeward.identifiers import (
    AccountId,
    AttributeValue,
    AwsBucketName,
    CalendarDate,
    CatalogName,
    Cidr,
    ClaimValue,
    ColumnType,
    Comment,
    DbInstanceClass,
    DeclaredName,
    Description,
    HttpsUrl,
    LogicalName,
    ObjectPrefix,
    OidcProviderArn,
    OrganizationId,
    OrgPath,
    OrgPathPattern,
    PolicyTarget,
    PostgresqlVersion,
    Recipient,
    RoleArn,
    RoleName,
    RoleNamePattern,
    RolePath,
    RuleId,
    SamlProviderArn,
    SecurityGroupId,
    SharedBucketName,
    SqlName,
    SqlType,
    SqlWord,
    SubnetId,
    TagText,
    TenantId,
    VpcId,
)


class Noun(BaseModel):
    """Base of every configured value: frozen, closed, camelCase outside and snake_case inside."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        validate_by_name=False,
        validate_by_alias=True,
    )


class Word(str, Enum):
    """Base of closed sets of words: a member is its own text, in f-strings of every Python version too."""

    __str__ = str.__str__


def _keys(value: object) -> Collection[str]:
    """Return the keys of a mapping from a file, or the fields of a noun that was made already."""
    if isinstance(value, BaseModel):
        return type(value).model_fields.keys()
    return value.keys() if isinstance(value, Mapping) else ()


def _alternative(value: object, keys: tuple[str, ...]) -> str | None:
    """Return the tag of the alternative that `value` means: that of the first of `keys` it has."""
    return next((f"<{key}>" for key in keys if key in _keys(value)), None)


class ZoneName(Word):
    """Where data stands on its way through the lake (`docs/glossary.md`)."""

    RAW = "raw"
    STAGE = "stage"
    CURATED = "curated"
    MASKED = "masked"
    ENCRYPTED = "encrypted"
    ARCHIVE = "archive"
    TENANTS = "tenants"
    QUERY_RESULTS = "query-results"
    LOGS = "logs"


class Classification(Word):
    """How sensitive a column's values are, and the value of the LF-Tag `classification`."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    QUASI_IDENTIFIER = "quasi-identifier"
    PII = "pii"


class Protection(Word):
    """In what form a column's values stand: as they are, irreversibly masked, or encrypted by the column key."""

    CLEAR = "clear"
    MASKED = "masked"
    ENCRYPTED = "encrypted"


TENANT_COLUMN = "tenant_id"
"""The column of a pool table that says whose row it is."""

TENANT_TABLES = "_tables"
"""Prefix of tables in a bucket that holds tenants' files too: no tenant's id, so that no tenant's prefix holds one."""


class Isolation(Word):
    """
    How tenants are kept apart in a dataset.

    `pool`: one place for all, told apart row by row or prefix by prefix. `bridge`: a place of its own for each tenant,
    in one account. `silo`: the same in an account that has one tenant only.
    """

    POOL = "pool"
    BRIDGE = "bridge"
    SILO = "silo"

    @property
    def apart(self) -> bool:
        """Whether each tenant has a bucket and a key of its own."""
        return self is not Isolation.POOL


class Zone(Noun):
    """A zone of the lake: one bucket, one data key and, where it holds tables, one data lake location."""

    name: Annotated[ZoneName, Field(strict=False)]
    expire_days: Annotated[int | None, Field(ge=1, le=36500)] = None
    """Days until current objects expire; `None` keeps them."""


class Column(Noun):
    """A column of a table; `type` is a Hive type such as `bigint` or `array<string>`."""

    name: CatalogName
    type: ColumnType
    classification: Annotated[Classification, Field(strict=False)]
    protection: Annotated[Protection, Field(strict=False)] = Protection.CLEAR
    comment: Comment | None = None


class RowFilter(Noun):
    """A data cells filter: the rows where `rows` is TRUE, cut to `columns` (`semantics.md` B9)."""

    name: CatalogName
    columns: Annotated[tuple[CatalogName, ...], Field(min_length=1)]
    rows: str | None = None
    """A filter expression over the table's columns; `None` keeps all rows."""


class Table(Noun):
    """A catalogued table. It stands at `s3://<zone bucket>/<path>`, below a registered location."""

    name: CatalogName
    zone: Annotated[ZoneName, Field(strict=False)]
    path: ObjectPrefix
    """Prefix in the zone's bucket, without leading or trailing slash."""
    format: Literal["parquet", "json", "csv"] = "parquet"
    description: Description | None = None
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    partition_keys: tuple[Column, ...] = ()
    filters: tuple[RowFilter, ...] = ()
    tenant_columns: Annotated[tuple[CatalogName, ...] | None, Field(min_length=1)] = None
    """What each tenant reads of its own rows in a `pool` database: a list, so that a new column is new to nobody."""


class Database(Noun):
    """
    A Glue database with its tables.

    With `isolation`, its data are tenants': `pool` tables have a column `tenant_id`; a `bridge` or `silo` database is
    a template, of which each tenant has its own, `<tenant_id>_<name>`, in a bucket of its own.
    """

    name: CatalogName
    isolation: Annotated[Isolation | None, Field(strict=False)] = None
    description: Description | None = None
    tables: tuple[Table, ...] = ()


class SamlTrust(Noun):
    """People reach the role through a SAML provider that exists in the account."""

    saml: SamlProviderArn
    """ARN of the SAML provider."""


class OidcTrust(Noun):
    """Workloads reach the role through an OpenID Connect provider that exists in the account."""

    oidc: OidcProviderArn
    """ARN of the provider."""
    audience: ClaimValue
    subjects: Annotated[tuple[ClaimValue, ...], Field(min_length=1)]
    """Accepted `sub` claims, at least one; literal, no wildcards."""


class RoleTrust(Noun):
    """One named role may assume this one."""

    role: RoleArn
    """ARN of the role."""


class ServiceTrust(Noun):
    """An AWS service assumes the role for jobs of this account; for `pipeline` personas only."""

    service: Literal["glue.amazonaws.com"]


def _trust(value: object) -> str | None:
    return _alternative(value, ("saml", "oidc", "role", "service"))


Trust = Annotated[
    Annotated[SamlTrust, Tag("<saml>")]
    | Annotated[OidcTrust, Tag("<oidc>")]
    | Annotated[RoleTrust, Tag("<role>")]
    | Annotated[ServiceTrust, Tag("<service>")],
    Discriminator(_trust),
]
"""Who may assume a persona's role; the alternative is the one whose key is there."""


class TableGrant(Noun):
    """
    A named-resource grant on one table.

    With `columns`: SELECT on exactly these. With `filter`: SELECT through that data cells filter of the
    table. With neither: the listed permissions on the whole table.
    """

    database: CatalogName
    table: CatalogName
    columns: Annotated[tuple[CatalogName, ...] | None, Field(min_length=1)] = None
    filter: CatalogName | None = None
    permissions: Annotated[
        tuple[Literal["SELECT", "DESCRIBE", "INSERT", "DELETE", "ALTER"], ...], Field(min_length=1)
    ] = ("SELECT",)


class AttributeGrant(TableGrant):
    """
    A named-resource grant to every principal of the account whose tags meet a condition (`semantics.md` B11).

    All of `attributes` must be there, each with one of its values. They choose principals, never rows (B11-7).
    """

    attributes: Annotated[
        dict[str, Annotated[tuple[AttributeValue, ...], Field(min_length=1)]], Field(min_length=1, max_length=10)
    ]
    permissions: Annotated[tuple[Literal["SELECT", "DESCRIBE"], ...], Field(min_length=1)] = ("SELECT",)


class DatabaseGrant(Noun):
    """A named-resource grant on a database itself; rights on its tables don't follow (`semantics.md` B6-5)."""

    database: CatalogName
    permissions: Annotated[tuple[Literal["DESCRIBE", "CREATE_TABLE", "ALTER"], ...], Field(min_length=1)] = (
        "DESCRIBE",
    )


class TagGrant(Noun):
    """A grant on tables and columns by their LF-Tags: AND over keys, OR over a key's values (`semantics.md` B8-3)."""

    tags: Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]
    permissions: Annotated[tuple[Literal["SELECT", "DESCRIBE"], ...], Field(min_length=1)] = (
        "SELECT",
        "DESCRIBE",
    )


class LocationGrant(Noun):
    """DATA_LOCATION_ACCESS on a zone's data lake location: the right to create tables there, never to read."""

    location: Annotated[ZoneName, Field(strict=False)]


def _grant(value: object) -> str | None:
    return _alternative(value, ("tags", "location", "table", "database"))


Grant = Annotated[
    Annotated[TableGrant, Tag("<table>")]
    | Annotated[DatabaseGrant, Tag("<database>")]
    | Annotated[TagGrant, Tag("<tags>")]
    | Annotated[LocationGrant, Tag("<location>")],
    Discriminator(_grant),
]
"""What a persona may do with one thing; the alternative is the one whose key is there."""


class PersonaKind(Word):
    """
    Where a persona's role comes from.

    `managed`: created by this stack, for people. `pipeline`: created by this stack, for jobs that fill tables.
    `external`: exists already; its own IAM policies are a stated ceiling.
    """

    MANAGED = "managed"
    PIPELINE = "pipeline"
    EXTERNAL = "external"


class Administration(Word):
    """Whether a persona is a data lake administrator, and of which kind (`semantics.md` B5)."""

    NONE = "none"
    READ_ONLY = "read-only"
    DATA_LAKE = "data-lake"


class Persona(Noun):
    """Someone with a job in the lake: a role, what it may read, and where its query results go."""

    name: RoleName
    """Name of the role too, where it is created here."""
    description: Description | None = None
    kind: Annotated[PersonaKind, Field(strict=False)] = PersonaKind.MANAGED
    trust: Trust | None = None
    """Required for `managed` and `pipeline`, refused for `external`."""
    role: RoleArn | None = None
    """ARN of an existing role; required for `external`, refused otherwise."""
    ceiling: tuple[dict[str, object], ...] = ()
    """Identity policies an `external` role is stated to have at most; without them its IAM side is unknown."""
    administration: Annotated[Administration, Field(strict=False)] = Administration.NONE
    queries: bool = False
    """Whether the persona gets an Athena workgroup and a query-results prefix of its own."""
    results_prefix: ObjectPrefix | None = None
    """Prefix in the query-results bucket, without slashes at the ends; default: the persona's name."""
    attributes: Annotated[dict[str, AttributeValue], Field(max_length=40)] = {}
    """Tags of the role by which attribute grants choose it; only this stack sets them."""
    grants: tuple[Grant, ...] = ()


class Tenant(Noun):
    """A tenant. Its prefix, login, LF-Tag value, role, key and workgroup follow from its id alone."""

    id: TenantId


SigningAlgorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Asymmetric ones only: whoever verifies a token can't make one."""


class TenantBroker(Noun):
    """Who hands out tenant sessions: a function that trusts one issuer's tokens and serves one caller."""

    issuer: HttpsUrl
    """The only accepted `iss`, compared exactly."""
    audience: ClaimValue
    """The only accepted `aud`."""
    algorithms: Annotated[tuple[SigningAlgorithm, ...], Field(min_length=1)]
    key_set: HttpsUrl
    """Where the issuer's JSON Web Key Set is; what a token says of its own keys is refused."""
    claim: ClaimValue
    """The claim that holds the tenant's id."""
    caller: RoleArn
    """The one role that may invoke the broker."""


class AuroraColumn(Noun):
    """A column of a table that tenants share."""

    name: SqlName
    type: SqlType
    nullable: bool = False
    generated: bool = False
    """Whether a row that leaves it out gets a random UUID."""
    values: tuple[SqlWord, ...] = ()
    """The only words it may hold; empty: any."""


class AuroraReference(Noun):
    """A foreign key onto the primary key of a table; both sides are led by `tenant_id`, which isn't written."""

    columns: Annotated[tuple[SqlName, ...], Field(min_length=1)]
    table: SqlName


class AuroraTable(Noun):
    """
    A table that tenants share, each seeing its own rows only.

    The column `tenant_id` comes by itself and leads every key; it is never written.
    """

    name: SqlName
    key: tuple[SqlName, ...] = ()
    """The primary key; empty: one row a tenant."""
    columns: tuple[AuroraColumn, ...] = ()
    unique: tuple[Annotated[tuple[SqlName, ...], Field(min_length=1)], ...] = ()
    references: tuple[AuroraReference, ...] = ()


class Aurora(Noun):
    """A PostgreSQL database that tenants share, in a network of the account's own."""

    vpc: VpcId
    subnets: Annotated[tuple[SubnetId, ...], Field(min_length=2)]
    """In at least two Availability Zones."""
    clients: Annotated[tuple[SecurityGroupId, ...], Field(min_length=1)]
    """The security groups that reach the database; nothing else does."""
    database: SqlName
    engine_version: PostgresqlVersion
    instance_class: DbInstanceClass
    backup_retention_days: Annotated[int, Field(ge=7, le=35)] = 35
    tables: tuple[AuroraTable, ...] = ()


class Tenancy(Noun):
    """The tenants of a stack and what they share."""

    tenants: Annotated[tuple[Tenant, ...], Field(min_length=1)]
    retired: tuple[TenantId, ...] = ()
    """
    Ids of tenants that go with this deployment. Their values of the LF-Tag `tenant_id` stay until all that had them is
    gone: AWS removes no value that is assigned, and the engine deletes last.
    """
    files: Annotated[Isolation, Field(strict=False)] = Isolation.POOL
    """
    Where tenants' files and query results are: `pool`, below `<tenant_id>/` in the bucket of zone `tenants` and under
    its key; `bridge` or `silo`, in a bucket and under a key of each tenant's own.
    """
    writers: tuple[RoleName, ...] = ()
    """Names of `pipeline` personas that write tenants' files and tables."""
    row_level_security: bool = False
    """
    Whether each tenant also gets a row-level security policy, on all pool tables at once. Its filters stay; what both
    do together isn't documented (`semantics.md` B22-12), so that rows of pool tables are unknown then.
    """
    broker: TenantBroker
    aurora: Aurora | None = None


class ColumnKey(Noun):
    """The key that encrypts column values: personas named here encrypt with it, no persona ever decrypts."""

    encrypters: Annotated[tuple[RoleName, ...], Field(min_length=1)]
    """Names of `pipeline` personas."""


class DataKeys(Noun):
    """Who administers the data keys, and the column key where one is wanted."""

    administrators: tuple[RoleArn, ...]
    """ARNs of existing roles that administer keys; the deployer is always one. Administrators don't use keys."""
    column: ColumnKey | None = None


class Account(Noun):
    """An account of the organization."""

    id: AccountId
    path: OrgPath
    """The value of `aws:PrincipalOrgPaths` for it: `o-…/r-…/ou-…/`."""


class Guardrails(Noun):
    """The data perimeter as policies of the organization, for who deploys from its management or delegated account."""

    targets: Annotated[tuple[PolicyTarget, ...], Field(min_length=1)]
    """Root, OUs or accounts that the policies are attached to."""
    public_networks: tuple[Cidr, ...] = ()
    """Public addresses from which people reach the lake without an endpoint."""
    aws_buckets: tuple[AwsBucketName, ...] = ()
    """Buckets of AWS's own that principals read."""


class Organization(Noun):
    """The AWS organization the account belongs to."""

    id: OrganizationId
    management_account: AccountId
    accounts: tuple[Account, ...] = ()
    guardrails: Guardrails | None = None


class Reach(Word):
    """How far an organization path reaches: the accounts directly in the OU, or those of all OUs below it too."""

    CHILDREN = "children"
    SUBTREE = "subtree"


class BucketReaders(Noun):
    """
    Who reads a shared bucket: roles of accounts in an OU, by their path and name.

    Accounts aren't listed: whoever joins the OU reads, whoever leaves it doesn't. A name alone proves nothing, since
    any administrator of any of these accounts can choose one; the path is for the organization to protect (K3).
    """

    path: OrgPath
    reach: Annotated[Reach, Field(strict=False)] = Reach.SUBTREE
    role_path: RolePath
    role_name: RoleNamePattern

    @property
    def paths(self) -> OrgPathPattern:
        """The pattern of `aws:PrincipalOrgPaths`."""
        return self.path.subtree() if self.reach is Reach.SUBTREE else self.path.children()


class SharedBucket(Noun):
    """A bucket of artifacts that an organization's accounts read and few roles write; it holds no table."""

    name: SharedBucketName
    """Stands in the zone's place in its names."""
    readers: Annotated[tuple[BucketReaders, ...], Field(min_length=1)]
    writers: tuple[RoleArn, ...] = ()
    """ARNs of existing roles."""
    expire_days: Annotated[int | None, Field(ge=1, le=36500)] = None
    """Days until current objects expire; `None` keeps them."""


class Share(Noun):
    """
    What this account's lake gives another account, or a role of one, to read.

    A role gets it itself and can't pass it on. An account or an OU gets it with the grant option, since its
    administrators grant on (`semantics.md` B12-3): its stack does so as a link's `grants`.
    """

    principal: Recipient
    grants: Annotated[tuple[Grant, ...], Field(min_length=1)]
    """As a persona's; only reading."""


class SharedTable(Noun):
    """What a link's readers read of one table of another account's database."""

    table: CatalogName
    columns: Annotated[tuple[CatalogName, ...] | None, Field(min_length=1)] = None


class SharedTags(Noun):
    """What a link's readers read of another account's tables, by that account's LF-Tags."""

    tags: Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]


def _shared(value: object) -> str | None:
    return _alternative(value, ("tags", "table"))


class ResourceLink(Noun):
    """
    A name in this account's catalog for a database of another account's, or with `table` for a table of it.

    A link opens nothing: its readers may describe it, and read what the owner shares with them.
    """

    name: CatalogName
    account: AccountId
    """The owner."""
    database: CatalogName
    """The owner's database."""
    table: CatalogName | None = None
    """The owner's table, for a table link."""
    within: CatalogName | None = None
    """The database of this stack that a table link stands in."""
    readers: Annotated[tuple[RoleName, ...], Field(min_length=1)]
    """Names of personas of this stack."""
    grants: tuple[
        Annotated[
            Annotated[SharedTable, Tag("<table>")] | Annotated[SharedTags, Tag("<tags>")],
            Discriminator(_shared),
        ],
        ...,
    ] = ()
    """
    What the owner shares with this account or its OU, granted on to the readers without the grant option; nothing
    where the owner grants to the readers' roles themselves.
    """


class Sharing(Noun):
    """
    Sharing between lakes of an organization.

    Prerequisite: sharing with AWS Organizations is enabled in Resource Access Manager. Lake Formation makes the
    resource share itself, so no stack declares one.
    """

    shares: tuple[Share, ...] = ()
    """As the owner: who of other accounts reads what."""
    links: tuple[ResourceLink, ...] = ()
    """As the consumer: other accounts' databases and tables, by names of this account."""


class Audit(Noun):
    """The audit trail: management events, and data events of every zone but the logs."""

    trail: bool = True
    retention_days: Annotated[int, Field(ge=1, le=36500)] = 400


class ExpectedChanges(Noun):
    """What the next deployment may do although it is refused otherwise: each entry names that very change."""

    grants_removed: Annotated[int | None, Field(ge=1)] = None
    """How many grants go, exactly, where that is more than 10 or a tenth of them."""
    deleted: tuple[LogicalName, ...] = ()
    """Settings, buckets, keys, clusters, databases, tables and LF-Tags that go, by their names in the stack."""
    replaced: tuple[LogicalName, ...] = ()
    """Such that are made anew."""


class Quotas(Noun):
    """What AWS takes of a kind in the account, where that can be raised on request: AWS's defaults, or what it gave."""

    roles: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    """IAM roles in the account."""
    workgroups: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    """Athena workgroups in the account and Region."""


class Exemption(Noun):
    """One rule that one resource may break until a day, and who answers for it; shown in every report."""

    rule: RuleId
    resource: DeclaredName
    owner: TagText
    reason: Description
    expires: CalendarDate
    """The last day on which it holds."""


class BreakGlass(Noun):
    """One role that keeps access to objects when everything else fails; shown in every report."""

    role: RoleArn
