"""
Names: the only place that spells a physical name, an ARN of this stack, or a logical name.

Physical names and ARNs are methods of `Names`, one per thing, all final once prefix, stack, account and Region are
known. A name that its service would refuse raises `InvalidIdentifierError`; `lakeward.config` makes every name of a
stack once, so that this is a line of `lakeward check` and never a surprise in `up`.

Logical names are module functions `<noun>_…` that return `<noun>-<subject>`. They hold neither stack name nor
position, so that moving a line of configuration replaces nothing. Parts of a subject are divided by `/`, which none
of the parts can contain: no two subjects share a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from lakeward.identifiers import (
    AccountId,
    Arn,
    BucketName,
    CatalogName,
    DbClusterName,
    FunctionName,
    KeyAlias,
    NamePrefix,
    PolicyName,
    RegionName,
    RoleArn,
    RoleName,
    RoleNamePattern,
    RolePath,
    SecurityGroupName,
    StackName,
    TrailName,
    WorkgroupName,
)

DATABASE = "database"
"""Stands in the zone's place in the names of the key that encrypts the tenants' database."""
COLUMN_KEY = "column"
"""Stands in the zone's place in the names of the column key."""


LOGS = "logs"
"""The zone that services write their logs to."""
FLOW_LOGS = "flow-logs"
"""Prefix in the log bucket."""


def tenant_place(tenant: str) -> str:
    """Return what stands in the zone's or persona's place in the names of what is one tenant's own."""
    return f"tenant-{tenant}"


def tenant_database(tenant: str, template: str) -> str:
    """Return a tenant's database of a template, or with `*` all of them; no id holds `_`, which divides the two."""
    return f"{tenant}_{template}"


def database_user(tenant: str) -> str:
    """Return a tenant's login in PostgreSQL, which is at most 37 of the 63 characters that PostgreSQL keeps."""
    return f"{tenant}_dbuser"


@dataclass(frozen=True)
class Names:
    """
    Every physical name and ARN of one stack.

    ================================  =====================================================================
    `partition`, `dns_suffix`         `aws`, `amazonaws.com`, as the Region says
    `bucket(zone)`                    `<prefix>-<stack>-<zone>-<account>`
    `bucket_arn(zone)`                the bucket
    `location_arn(zone, prefix)`      the bucket, or what is below a prefix in it: `<bucket arn>/<prefix>`
    `objects_arn(zone, prefix="")`    all objects below a prefix: `<bucket arn>/<prefix>/*`
    `location_uri(zone, prefix)`      `s3://<bucket>/<prefix>/`: a table's location, a results location
    `key_alias(zone)`                 `alias/<prefix>-<stack>-<zone>-<account>`
    `column_key_alias()`              the same with `column` for the zone
    `keys_arn()`                      every key of the account and Region; conditions narrow it to aliases
    `persona_role_arn(persona)`       the role named as the persona, path `/`
    `registration_role(zone)`         its name; `registration_role_arn(zone)` its ARN
    `member_roles_arn(path, name)`    roles of any account, by path and name: a pattern for conditions, beside others
    `boundary()`, `boundary_arn()`    the permissions boundary of the persona roles
    `tenant_path()`                   `/tenants/<stack>/`: the path of the roles of tenants and of nobody else
    `tenant_role(tenant)`             its name, `<prefix>-<stack>-tenant-<tenant>`; `tenant_role_arn(tenant)` its ARN
    `tenant_roles_arn()`              every tenant's role, those of tenants to come included
    `tenant_boundary()`               the permissions boundary of tenant roles; `tenant_boundary_arn()` its ARN
    `own_bucket_arn(tenant)`          the bucket that is a tenant's own; the tenant may be a policy variable or `*`
    `own_key_alias(tenant)`           the alias of its key, likewise
    `login_arn(cluster, user)`        a database login of a cluster's resource id, as IAM names it
    `tenant_roles_stem()`             the ARN of every tenant's role, up to the tenant's id
    `database_cluster()`              `<prefix>-<stack>-tenants`: the cluster, and what belongs to it alone
    `login_policy()`                  what lets each tenant log in as itself; `login_policy_arn()` its ARN
    `broker_role()`                   the role that takes tenants' roles; `broker_role_arn()` its ARN
    `broker_boundary()`               the permissions boundary of that role; `broker_boundary_arn()` its ARN
    `broker()`, `broker_arn()`        the function that hands out tenants' sessions
    `broker_logs()`                   its log group; `broker_logs_arn()`: that group's streams
    `row_security_policy(tenant)`     the row-level security policy of a tenant
    `workgroup(persona)`              `<prefix>-<stack>-<persona>-<account>`; `workgroup_arn(persona)`
    `trail()`, `trail_arn()`          the audit trail
    `catalog_arn()`                   the Glue catalog; `database_arn(db)`, `table_arn(db, table)` in it;
                                      `tables_arn(db)`: all tables of the database
    `foreign_catalog_arn(account)`    the catalog of another account in this Region, and in it
                                      `foreign_database_arn(account, db)`, `foreign_tables_arn(account, db, table="*")`
    `root_arn()`                      the account's root, as key policies name it
    `every_principal()`               `<account>:IAMPrincipals`: whom grants by attributes are for
    `data_catalog_arn()`              Athena's view of the Glue catalog
    `lake_formation_arn()`            the lake as Lake Formation names it when it acts for an account (source ARN)
    `job_logs_arn()`                  the log groups of Glue jobs
    `log_deliveries_arn()`            what the account's log deliveries name as their source
    `flow_logs_arn()`                 where flow logs go: a prefix of the log bucket, with a slash at the end
    `endpoint_service(service)`       `com.amazonaws.<region>.<service>`, as endpoints spell a service
    `endpoint_group(kind)`            security groups of interface endpoints: `<prefix>-<stack>-<kind>-<account>`
    `guardrail(kind)`                 policies of the organization: `<prefix>-<stack>-<kind>`
    `registration_roles_pattern()`    the registration roles of every stack with this prefix, in any account
    `service_host(service)`           `<service>.<region>.<dns suffix>`, as `kms:ViaService` spells it
    ================================  =====================================================================
    """

    prefix: NamePrefix
    stack: StackName
    account: AccountId
    region: RegionName

    @property
    def partition(self) -> str:
        return self.region.aws_partition

    @property
    def dns_suffix(self) -> str:
        return self.region.dns_suffix

    def _patterned(self, subject: str) -> str:
        return f"{self.prefix}-{self.stack}-{subject}-{self.account}"

    def _arn(self, service: str, resource: str, *, region: bool = True) -> Arn:
        return Arn(f"arn:{self.partition}:{service}:{self.region if region else ''}:{self.account}:{resource}")

    def _role_arn(self, name: str) -> RoleArn:
        return RoleArn(f"arn:{self.partition}:iam::{self.account}:role/{name}")

    def bucket(self, zone: str) -> BucketName:
        return BucketName(self._patterned(zone))

    def bucket_arn(self, zone: str) -> Arn:
        return Arn(f"arn:{self.partition}:s3:::{self.bucket(zone)}")

    def location_arn(self, zone: str, prefix: str) -> Arn:
        return Arn("/".join(part for part in (self.bucket_arn(zone), prefix) if part))

    def objects_arn(self, zone: str, prefix: str = "") -> Arn:
        return Arn("/".join(part for part in (self.bucket_arn(zone), prefix, "*") if part))

    def location_uri(self, zone: str, prefix: str) -> str:
        return f"s3://{self.bucket(zone)}/{prefix}/"

    def key_alias(self, zone: str) -> KeyAlias:
        return KeyAlias(f"alias/{self._patterned(zone)}")

    def column_key_alias(self) -> KeyAlias:
        return self.key_alias(COLUMN_KEY)

    def keys_arn(self) -> Arn:
        return self._arn("kms", "key/*")

    def persona_role_arn(self, persona: str) -> RoleArn:
        return self._role_arn(RoleName(persona))

    def registration_role(self, zone: str) -> RoleName:
        return RoleName(f"{self.prefix}-{self.stack}-registration-{zone}")

    def registration_role_arn(self, zone: str) -> RoleArn:
        return self._role_arn(self.registration_role(zone))

    def member_roles_arn(self, path: RolePath, name: RoleNamePattern) -> str:
        return f"arn:{self.partition}:iam::*:role{path}{name}"

    def boundary(self) -> PolicyName:
        return PolicyName(f"{self.prefix}-{self.stack}-boundary")

    def boundary_arn(self) -> Arn:
        return self._arn("iam", f"policy/{self.boundary()}", region=False)

    def tenant_path(self) -> str:
        return f"/tenants/{self.stack}/"

    def tenant_role(self, tenant: str) -> RoleName:
        return RoleName(f"{self.prefix}-{self.stack}-{tenant_place(tenant)}")

    def tenant_role_arn(self, tenant: str) -> RoleArn:
        return self._role_arn(f"{self.tenant_path()[1:]}{self.tenant_role(tenant)}")

    def tenant_roles_arn(self) -> Arn:
        return self._arn("iam", f"role{self.tenant_path()}{self.prefix}-{self.stack}-{tenant_place('*')}", region=False)

    def tenant_roles_stem(self) -> str:
        return self.tenant_roles_arn().removesuffix("*")

    def tenant_boundary(self) -> PolicyName:
        return PolicyName(f"{self.prefix}-{self.stack}-tenant-boundary")

    def tenant_boundary_arn(self) -> Arn:
        return self._arn("iam", f"policy/{self.tenant_boundary()}", region=False)

    def own_bucket_arn(self, tenant: str) -> Arn:
        return Arn(f"arn:{self.partition}:s3:::{self._patterned(tenant_place(tenant))}")

    def own_key_alias(self, tenant: str) -> str:
        return f"alias/{self._patterned(tenant_place(tenant))}"

    def login_arn(self, cluster: str, user: str) -> Arn:
        return self._arn("rds-db", f"dbuser:{cluster}/{user}")

    def database_cluster(self) -> DbClusterName:
        return DbClusterName(f"{self.prefix}-{self.stack}-tenants")

    def login_policy(self) -> PolicyName:
        return PolicyName(f"{self.prefix}-{self.stack}-tenant-login")

    def login_policy_arn(self) -> Arn:
        return self._arn("iam", f"policy/{self.login_policy()}", region=False)

    def broker_role(self) -> RoleName:
        return RoleName(f"{self.prefix}-{self.stack}-broker")

    def broker_role_arn(self) -> RoleArn:
        return self._role_arn(self.broker_role())

    def broker_boundary(self) -> PolicyName:
        return PolicyName(f"{self.broker_role()}-boundary")

    def broker_boundary_arn(self) -> Arn:
        return self._arn("iam", f"policy/{self.broker_boundary()}", region=False)

    def broker(self) -> FunctionName:
        return FunctionName(f"{self.prefix}-{self.stack}-broker")

    def broker_arn(self) -> Arn:
        return self._arn("lambda", f"function:{self.broker()}")

    def broker_logs(self) -> str:
        return f"/aws/lambda/{self.broker()}"

    def broker_logs_arn(self) -> Arn:
        return self._arn("logs", f"log-group:{self.broker_logs()}:*")

    def row_security_policy(self, tenant: str) -> CatalogName:
        return CatalogName(f"{self.prefix}-{self.stack}-{tenant_place(tenant)}")

    def workgroup(self, persona: str) -> WorkgroupName:
        return WorkgroupName(self._patterned(persona))

    def workgroup_arn(self, persona: str) -> Arn:
        return self._arn("athena", f"workgroup/{self.workgroup(persona)}")

    def data_catalog_arn(self) -> Arn:
        return self._arn("athena", "datacatalog/AwsDataCatalog")

    def trail(self) -> TrailName:
        return TrailName(f"{self.prefix}-{self.stack}-audit")

    def trail_arn(self) -> Arn:
        return self._arn("cloudtrail", f"trail/{self.trail()}")

    def catalog_arn(self) -> Arn:
        return self._arn("glue", "catalog")

    def database_arn(self, database: str) -> Arn:
        return self._arn("glue", f"database/{database}")

    def table_arn(self, database: str, table: str) -> Arn:
        return self._arn("glue", f"table/{database}/{table}")

    def tables_arn(self, database: str) -> Arn:
        return self._arn("glue", f"table/{database}/*")

    def foreign_catalog_arn(self, account: AccountId) -> Arn:
        return replace(self, account=account).catalog_arn()

    def foreign_database_arn(self, account: AccountId, database: str) -> Arn:
        return replace(self, account=account).database_arn(database)

    def foreign_tables_arn(self, account: AccountId, database: str, table: str = "*") -> Arn:
        return replace(self, account=account).table_arn(database, table)

    def lake_formation_arn(self) -> Arn:
        return self._arn("lakeformation", "*")

    def job_logs_arn(self) -> Arn:
        return self._arn("logs", "log-group:/aws-glue/*")

    def log_deliveries_arn(self) -> Arn:
        return self._arn("logs", "*")

    def flow_logs_arn(self) -> Arn:
        return Arn(f"{self.bucket_arn(LOGS)}/{FLOW_LOGS}/")

    def endpoint_service(self, service: str) -> str:
        return f"com.amazonaws.{self.region}.{service}"

    def endpoint_group(self, kind: str) -> SecurityGroupName:
        return SecurityGroupName(self._patterned(kind))

    def guardrail(self, kind: str) -> PolicyName:
        return PolicyName(f"{self.prefix}-{self.stack}-{kind}")

    def registration_roles_pattern(self) -> str:
        return f"arn:{self.partition}:iam::*:role/{self.prefix}-*-registration-*"

    def root_arn(self) -> Arn:
        return self._arn("iam", "root", region=False)

    def every_principal(self) -> str:
        return f"{self.account}:IAMPrincipals"

    def service_host(self, service: str) -> str:
        return f"{service}.{self.region}.{self.dns_suffix}"


def _logical(noun: str, *subject: str) -> str:
    return f"{noun}-{'/'.join(subject)}"


LAKE = "lake"
"""The root component."""

DATA_LAKE_SETTINGS = "settings-data-lake"
PERMISSIONS_BOUNDARY = "boundary-personas"
TENANT_BOUNDARY = "boundary-tenants"
BROKER_ROLE = "broker-role"
BROKER_BOUNDARY = "boundary-broker"
TENANT_BROKER = "broker-tenants"
AUDIT_TRAIL = "trail-audit"
DATABASE_CLUSTER = "cluster-tenants"
LOGIN_POLICY = "policy-tenant-login"
GATEWAY_ENDPOINT = "gateway-endpoint-s3"
FLOW_LOG = "flow-log-vpc"
HUB_ASSOCIATION = "hub-association-vpc"


def lake_bucket(zone: str) -> str:
    return _logical("bucket", zone)


def data_key(zone: str) -> str:
    """Name a zone's key, or with `COLUMN_KEY` the column key."""
    return _logical("key", zone)


def registration_role(zone: str) -> str:
    return _logical("registration-role", zone)


def data_lake_location(zone: str) -> str:
    return _logical("location", zone)


def persona(name: str) -> str:
    """Name a persona's role, created here or existing."""
    return _logical("persona", name)


def tenant(tenant_id: str) -> str:
    """Name a tenant's role. What else is its own is named as a zone's or persona's, with `tenant_place` for those."""
    return _logical("tenant", tenant_id)


def tenant_login(tenant_id: str) -> str:
    """Name what lets a tenant's role log in to the database."""
    return _logical("login", tenant_id)


def query_workgroup(persona_name: str) -> str:
    return _logical("workgroup", persona_name)


def lf_tag(key: str) -> str:
    return _logical("lf-tag", key)


def catalog_database(database: str) -> str:
    return _logical("database", database)


def catalog_table(database: str, table: str) -> str:
    return _logical("table", database, table)


def data_cells_filter(database: str, table: str, name: str) -> str:
    return _logical("filter", database, table, name)


def iam_allowed_principals_revocation(database: str) -> str:
    return _logical("revocation", database)


def lf_tag_assignment(database: str, table: str, subject: str) -> str:
    """Name what is tagged: `zone` for the table itself, a classification for the columns that have it."""
    return _logical("lf-tags", database, table, subject)


def database_lf_tag_assignment(database: str) -> str:
    return _logical("lf-tags", database)


def database_grant(persona_name: str, database: str) -> str:
    return _logical("grant", persona_name, "database", database)


def table_grant(persona_name: str, database: str, table: str) -> str:
    """
    Name the grant of a whole table and of columns of it alike.

    One name, so that going from one to the other replaces the grant: revoked first, then granted. Two names would
    grant first and then revoke what was just granted (`platform.md` section 4).
    """
    return _logical("grant", persona_name, "table", database, table)


def filter_grant(persona_name: str, database: str, table: str, filter_name: str) -> str:
    return _logical("grant", persona_name, "filter", database, table, filter_name)


def tag_grant(persona_name: str, expression: Mapping[str, Iterable[str]], kind: str = "table") -> str:
    """Name a tag grant by its expression in canonical form: another expression is another grant."""
    return _logical("grant", persona_name, "tags", kind, _spelled(expression))


def row_security_policy(tenant_id: str) -> str:
    return _logical("row-security", tenant_id)


def attribute_grant(attributes: Mapping[str, Iterable[str]], *subject: str) -> str:
    """
    Name a grant by attributes: who in canonical form, then what, as in `"table", database, table`.

    The whole of a table and columns of it share a name, for the reason that `table_grant` gives.
    """
    return _logical("attribute-grant", _spelled(attributes), *subject)


def _spelled(expression: Mapping[str, Iterable[str]]) -> str:
    return ";".join(f"{key}={','.join(sorted(set(expression[key])))}" for key in sorted(expression))


def database_link(name: str) -> str:
    return _logical("link", "database", name)


def table_link(database: str, name: str) -> str:
    return _logical("link", "table", database, name)


def recipient(principal: str) -> str:
    """
    Name whom something is shared with in the names of grants; its slashes would divide it.

    >>> recipient("arn:aws:iam::111111111111:role/team/reader")
    '111111111111:role~team~reader'
    """
    return principal.split("::", 1)[-1].replace("/", "~")


def granted_on(persona_name: str, account: str) -> str:
    """Name a persona in the grants of what another account shares: its own grants have the plain name."""
    return f"{persona_name}@{account}"


def location_grant(persona_name: str, zone: str) -> str:
    return _logical("grant", persona_name, "location", zone)


def interface_endpoint(service: str) -> str:
    return _logical("interface-endpoint", service)


def endpoint_group(kind: str) -> str:
    return _logical("endpoint-group", kind)


def private_zone(service: str) -> str:
    return _logical("private-zone", service)


def guardrail(kind: str) -> str:
    return _logical("guardrail", kind)
