"""
Tenants: the role of each, the boundary of all, their grants and where they query.

Everything here that is one tenant's names that tenant alone; what tenants share speaks of the caller's tenant. So a
tenant that is added changes nothing that another one has, but for the values of the LF-Tag `tenant_id`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import identities, trust
from lakeward.documents.boundary import TenantCeiling, tenant_boundary
from lakeward.documents.buckets import QUERY_RESULTS
from lakeward.documents.document import Document, DocumentKind, check_size
from lakeward.documents.identities import Catalog, KeyByAlias, ResultsPrefix, TenantFiles
from lakeward.documents.statement import TENANT
from lakeward.identifiers import Arn, KeyAlias, ObjectPrefix, TenantId
from lakeward.model import ZoneName
from lakeward.plan.declarations import (
    GrantArgs,
    GrantedDatabase,
    GrantedFilter,
    GrantedTagExpression,
    InlinePolicy,
    PermissionsBoundaryArgs,
    QueryWorkgroupArgs,
    TenantRoleArgs,
)
from lakeward.plan.lf_tags import TENANT as TENANT_TAG
from lakeward.plan.personas import role_of, writes_for_tenants
from lakeward.plan.places import (
    files_place,
    has_own_places,
    own_database,
    pool_tables,
    rows_of_tenant,
    templates,
    tenants,
)
from lakeward.plan.tagging import tagged

_ANY_VALUE = "*"
_DEFAULT_DATABASE = "default"


def tenants_boundary(config: StackConfig) -> Iterator[PermissionsBoundaryArgs]:
    """Declare the boundary of tenant roles, where there are any."""
    if config.tenancy is None:
        return
    name = config.names.tenant_boundary()
    pooled = not config.tenancy.files.apart
    files = [config.names.bucket_arn(ZoneName.TENANTS)] if pooled else []
    aliases = [str(config.names.key_alias(ZoneName.TENANTS))] if pooled else []
    if has_own_places(config):
        files.append(config.names.own_bucket_arn(TENANT))
        aliases.append(config.names.own_key_alias(TENANT))
    ceiling = TenantCeiling(
        files=tuple(files),
        keys=config.names.keys_arn(),
        aliases=tuple(aliases),
        via=config.names.service_host("s3"),
        login=config.names.login_arn("*", names.database_user(TENANT)),
    )
    yield PermissionsBoundaryArgs(
        logical_name=names.TENANT_BOUNDARY,
        tags=tagged(config),
        name=name,
        arn=config.names.tenant_boundary_arn(),
        description="The most that any tenant of this lake can be allowed",
        policy=tenant_boundary(name, ceiling).render(),
    )


def tenant_roles(config: StackConfig) -> Iterator[TenantRoleArgs]:
    """Declare each tenant's role: taken by the broker alone, tagged with its tenant, under the tenants' path."""
    for tenant in tenants(config):
        role = config.names.tenant_role(tenant)
        yield TenantRoleArgs(
            logical_name=names.tenant(tenant),
            tags=tagged(config, kind="tenant", tenant=tenant),
            name=role,
            path=config.names.tenant_path(),
            arn=config.names.tenant_role_arn(tenant),
            description=f"Tenant {tenant} of the lake {config.stack}",
            trust=trust.broker(role, config.names.broker_role_arn()).render(),
            policies=_policies(config, tenant),
            boundary_arn=config.names.tenant_boundary_arn(),
            tenant=tenant,
        )


def _policies(config: StackConfig, tenant: TenantId) -> tuple[InlinePolicy, ...]:
    duties = dict(_duties(config, tenant))
    policies = tuple(InlinePolicy(name=name, document=duties[name].render()) for name in sorted(duties))
    check_size(DocumentKind.INLINE_POLICY, config.names.tenant_role(tenant), (policy.document for policy in policies))
    return policies


def _duties(config: StackConfig, tenant: TenantId) -> Iterator[tuple[str, Document]]:
    role = config.names.tenant_role(tenant)
    place = files_place(config, tenant)
    bucket, via = config.names.bucket_arn(place.name), config.names.service_host("s3")
    key = KeyByAlias(keys=config.names.keys_arn(), alias=KeyAlias(config.names.key_alias(place.name)))
    files = TenantFiles(
        bucket=bucket,
        prefix=ObjectPrefix(tenant),
        objects=config.names.objects_arn(place.name, tenant),
        key=key,
        via=via,
    )
    yield "read-files", identities.file_reading(role, files)
    if not _reads_tables(config):
        return
    default = Catalog(
        catalog=config.names.catalog_arn(),
        databases=(config.names.database_arn(_DEFAULT_DATABASE),),
        tables=(),
    )
    results = ResultsPrefix(
        workgroup=config.names.workgroup_arn(names.tenant_place(tenant)),
        data_catalog=config.names.data_catalog_arn(),
        bucket=bucket,
        prefix=_results_prefix(tenant),
        objects=config.names.objects_arn(place.name, _results_prefix(tenant)),
        key=key,
        via=via,
    )
    yield "read-tables", identities.table_reading(role, _readable(config, tenant), default)
    yield "query", identities.querying(role, results)


def _results_prefix(tenant: TenantId) -> ObjectPrefix:
    return ObjectPrefix(f"{tenant}/{QUERY_RESULTS}")


def _reads_tables(config: StackConfig) -> bool:
    return bool(templates(config)) or any(True for _ in pool_tables(config))


def _readable(config: StackConfig, tenant: TenantId) -> Catalog:
    databases: set[Arn] = set()
    tables: set[Arn] = set()
    for template in templates(config):
        # The number of its tables is nobody's business: they are all its own.
        own = own_database(template, tenant)
        databases.add(config.names.database_arn(own.name))
        tables.add(config.names.tables_arn(own.name))
    for database, table in pool_tables(config):
        databases.add(config.names.database_arn(database.name))
        tables.add(config.names.table_arn(database.name, table.name))
    return Catalog(catalog=config.names.catalog_arn(), databases=tuple(sorted(databases)), tables=tuple(sorted(tables)))


def tenant_workgroups(config: StackConfig) -> Iterator[QueryWorkgroupArgs]:
    """Declare the workgroup of every tenant, with results below its own prefix (`semantics.md` B20)."""
    if not _reads_tables(config):
        return
    for tenant in tenants(config):
        place = files_place(config, tenant)
        yield QueryWorkgroupArgs(
            logical_name=names.query_workgroup(names.tenant_place(tenant)),
            tags=tagged(config, tenant=tenant),
            name=config.names.workgroup(names.tenant_place(tenant)),
            result_location=config.names.location_uri(place.name, _results_prefix(tenant)),
            key=names.data_key(place.name),
        )


def tenant_grants(config: StackConfig) -> Iterator[GrantArgs]:
    """
    Declare what Lake Formation lets tenants read.

    By LF-Tag their own databases and all tables in them, in two grants whatever their number; of each pool table
    their own rows, in a grant of the tenant's filter. And what lets the writers fill the tenants' tables.
    """
    for tenant in tenants(config):
        who, role = names.tenant_place(tenant), config.names.tenant_role_arn(tenant)
        if templates(config):
            yield _by_tag(who, role, tenant, "DATABASE", "DESCRIBE")
            yield _by_tag(who, role, tenant, "TABLE", "DESCRIBE", "SELECT")
        for database in sorted({database.name for database, _ in pool_tables(config)}):
            yield GrantArgs(
                logical_name=names.database_grant(who, database),
                principal=role,
                permissions=("DESCRIBE",),
                resource=GrantedDatabase(name=database),
            )
        for database_of_all, table in pool_tables(config):
            row_filter = rows_of_tenant(table, tenant)
            yield GrantArgs(
                logical_name=names.filter_grant(who, database_of_all.name, table.name, row_filter.name),
                principal=role,
                permissions=("SELECT",),
                resource=GrantedFilter(database=database_of_all.name, table=table.name, name=row_filter.name),
            )
    if templates(config):
        for persona in config.personas:
            if writes_for_tenants(config, persona):
                yield _by_tag(persona.name, role_of(config, persona), _ANY_VALUE, "DATABASE", "DESCRIBE")
                yield _by_tag(persona.name, role_of(config, persona), _ANY_VALUE, "TABLE", "DESCRIBE", "INSERT")


def _by_tag(who: str, role: str, value: str, resource_type: str, *permissions: str) -> GrantArgs:
    return GrantArgs(
        logical_name=names.tag_grant(who, {TENANT_TAG: [value]}, resource_type.lower()),
        principal=role,
        permissions=permissions,
        resource=GrantedTagExpression(resource_type=resource_type, expression=((TENANT_TAG, (value,)),)),
    )
