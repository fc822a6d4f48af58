"""The roles of personas, and the boundary that holds all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.documents import actions, identities, trust
from lakeward.documents.boundary import Ceiling, persona_boundary
from lakeward.documents.document import Document, DocumentKind, check_size
from lakeward.documents.identities import Catalog, CatalogWrite, KeyByAlias, ResultsPrefix
from lakeward.identifiers import Arn
from lakeward.model import (
    Administration,
    DatabaseGrant,
    OidcTrust,
    Persona,
    PersonaKind,
    RoleTrust,
    SamlTrust,
    ServiceTrust,
    TableGrant,
    ZoneName,
)
from lakeward.names import tenant_database
from lakeward.plan.buckets import stack_buckets
from lakeward.plan.declarations import (
    ExternalPersonaArgs,
    InlinePolicy,
    PermissionsBoundaryArgs,
    PersonaRoleArgs,
)
from lakeward.plan.keys import encrypters
from lakeward.plan.links import links_of
from lakeward.plan.personas import (
    concerns,
    databases_granted,
    file_writers,
    results_objects,
    results_prefix,
    role_of,
    roles_created,
    with_administration,
    writes_for_tenants,
)
from lakeward.plan.places import tables_of, templates
from lakeward.plan.tagging import tagged

_DEFAULT_DATABASE = "default"


def permissions_boundary(config: StackConfig) -> Iterator[PermissionsBoundaryArgs]:
    """Declare the boundary, where there is a role to hold."""
    if not roles_created(config):
        return
    queried = config.has_zone(ZoneName.QUERY_RESULTS)
    tenants = config.has_zone(ZoneName.TENANTS)
    name = config.names.boundary()
    ceiling = Ceiling(
        keys=config.names.keys_arn(),
        results_bucket=config.names.bucket_arn(ZoneName.QUERY_RESULTS) if queried else None,
        results_key=config.names.key_alias(ZoneName.QUERY_RESULTS) if queried else None,
        column_key=config.names.column_key_alias() if config.data_keys.column else None,
        protected_buckets=tuple(
            bucket
            for bucket in _all_buckets(config)
            if bucket not in {config.names.bucket_arn(zone) for zone in (ZoneName.QUERY_RESULTS, ZoneName.TENANTS)}
        ),
        files_bucket=config.names.bucket_arn(ZoneName.TENANTS) if tenants else None,
        files_key=config.names.key_alias(ZoneName.TENANTS) if tenants else None,
        writers=file_writers(config),
        administrators=with_administration(config, Administration.DATA_LAKE),
    )
    yield PermissionsBoundaryArgs(
        logical_name=names.PERMISSIONS_BOUNDARY,
        tags=tagged(config),
        name=name,
        arn=config.names.boundary_arn(),
        description="The most that any persona of this lake can be allowed",
        policy=persona_boundary(name, ceiling).render(),
    )


def persona_roles(config: StackConfig) -> Iterator[PersonaRoleArgs]:
    """Declare the role of every persona that is created here, with trust, duties and boundary from its start."""
    for persona in roles_created(config):
        yield PersonaRoleArgs(
            logical_name=names.persona(persona.name),
            tags={**persona.attributes, **tagged(config, kind="persona", persona=persona.name)},
            name=persona.name,
            path="/",
            arn=config.names.persona_role_arn(persona.name),
            description=persona.description or f"Persona {persona.name} of the lake {config.stack}",
            trust=_trust(config, persona).render(),
            policies=_policies(config, persona),
            boundary_arn=config.names.boundary_arn(),
            persona=persona.name,
        )


def external_personas(config: StackConfig) -> Iterator[ExternalPersonaArgs]:
    """State the personas whose roles exist already, with what their own policies allow at most."""
    for persona in config.personas:
        if persona.kind is PersonaKind.EXTERNAL:
            yield ExternalPersonaArgs(
                logical_name=names.persona(persona.name),
                persona=persona.name,
                arn=role_of(config, persona),
                ceiling=tuple(
                    json.dumps(document, separators=(",", ":"), sort_keys=True) for document in persona.ceiling
                ),
            )


def _trust(config: StackConfig, persona: Persona) -> Document:
    trusted = persona.trust
    if isinstance(trusted, SamlTrust):
        return trust.people_of_saml_provider(persona.name, trusted.saml)
    if isinstance(trusted, OidcTrust):
        return trust.workloads_of_oidc_provider(
            persona.name, trusted.oidc, audience=trusted.audience, subjects=trusted.subjects
        )
    if isinstance(trusted, RoleTrust):
        return trust.one_role(persona.name, trusted.role)
    if isinstance(trusted, ServiceTrust):
        return trust.service_for_account(persona.name, trusted.service, config.account)
    raise TypeError(f"persona `{persona.name}` is created here and trusts nobody")


def _policies(config: StackConfig, persona: Persona) -> tuple[InlinePolicy, ...]:
    """Return a policy per duty; a persona without any sees how the lake is built, and nothing in it."""
    duties = dict(_duties(config, persona))
    if not duties:
        buckets = _all_buckets(config)
        trail = config.names.trail_arn() if config.audit.trail else None
        duties = {"see-infrastructure": identities.infrastructure_viewing(persona.name, buckets, trail)}
    policies = tuple(InlinePolicy(name=name, document=duties[name].render()) for name in sorted(duties))
    check_size(DocumentKind.INLINE_POLICY, persona.name, (policy.document for policy in policies))
    return policies


def _duties(config: StackConfig, persona: Persona) -> Iterator[tuple[str, Document]]:
    role = persona.name
    everything = _catalog(config, [config.names.database_arn("*")], [config.names.tables_arn("*")])
    readable = _readable(config, persona)
    if linked := _linked(config, persona):
        yield "read-shared-tables", identities.shared_table_reading(role, linked)
    if readable.databases:
        default = _catalog(config, [config.names.database_arn(_DEFAULT_DATABASE)], [])
        yield "read-tables", identities.table_reading(role, readable, default)
    if persona.queries:
        yield "query", identities.querying(role, _results(config, persona))
    if writes := tuple(_writes(config, persona)):
        yield "write-catalog", identities.catalog_writing(role, writes)
    if role_of(config, persona) in file_writers(config):
        yield (
            "write-files",
            identities.file_writing(
                role,
                config.names.bucket_arn(ZoneName.TENANTS),
                KeyByAlias(keys=config.names.keys_arn(), alias=config.names.key_alias(ZoneName.TENANTS)),
                config.names.service_host("s3"),
            ),
        )
    if persona.kind is PersonaKind.PIPELINE:
        encrypts = persona in encrypters(config)
        key = KeyByAlias(keys=config.names.keys_arn(), alias=config.names.column_key_alias())
        yield "run-jobs", identities.job_running(role, config.names.job_logs_arn(), key if encrypts else None)
    if persona.administration is Administration.READ_ONLY:
        yield "see-grants", identities.lake_viewing(role, everything)
    if persona.administration is Administration.DATA_LAKE:
        yield "grant", identities.lake_granting(role, everything)


def _results(config: StackConfig, persona: Persona) -> ResultsPrefix:
    return ResultsPrefix(
        workgroup=config.names.workgroup_arn(persona.name),
        data_catalog=config.names.data_catalog_arn(),
        bucket=config.names.bucket_arn(ZoneName.QUERY_RESULTS),
        prefix=results_prefix(persona),
        objects=results_objects(config, persona),
        key=KeyByAlias(keys=config.names.keys_arn(), alias=config.names.key_alias(ZoneName.QUERY_RESULTS)),
        via=config.names.service_host("s3"),
    )


def _readable(config: StackConfig, persona: Persona) -> Catalog:
    """Return what the persona has grants on; with all tables of a database in which it may create some."""
    concerned = [(d.name, t.name) for d, t in tables_of(config) if concerns(config, persona, d, t)]
    links = links_of(config, persona)
    databases = {
        *databases_granted(config, persona),
        *(database for database, _ in concerned),
        *(link.within or link.name for link in links),
    }
    filled = _filled(config, persona)
    return _catalog(
        config,
        [config.names.database_arn(database) for database in (*databases, *filled)],
        [
            *(config.names.table_arn(link.within or link.name, link.name if link.within else "*") for link in links),
            *(config.names.tables_arn(database) for database in filled),
            *(config.names.table_arn(database, table) for database, table in concerned),
            *(config.names.tables_arn(database) for database in _granted_on_databases(persona, "CREATE_TABLE")),
        ],
    )


def _linked(config: StackConfig, persona: Persona) -> tuple[Catalog, ...]:
    """Return what the persona's links point to, in the owners' catalogs."""
    return tuple(
        Catalog(
            catalog=config.names.foreign_catalog_arn(link.account),
            databases=(config.names.foreign_database_arn(link.account, link.database),),
            tables=(config.names.foreign_tables_arn(link.account, link.database, link.table or "*"),),
        )
        for link in links_of(config, persona)
    )


def _filled(config: StackConfig, persona: Persona) -> tuple[str, ...]:
    """Return the databases of tenants, present and to come, whose tables the persona fills, as patterns."""
    if not writes_for_tenants(config, persona):
        return ()
    return tuple(tenant_database("*", template.name) for template in templates(config))


def _writes(config: StackConfig, persona: Persona) -> Iterator[CatalogWrite]:
    """Yield the catalog writes that go with the persona's permissions on tables and databases."""
    on_tables = (
        ("WritingPartitions", "INSERT", actions.PARTITION_WRITES),
        ("DeletingPartitions", "DELETE", actions.PARTITION_DELETES),
        ("ChangingTables", "ALTER", actions.TABLE_UPDATES),
    )
    for what, permission, names_of_actions in on_tables:
        granted = [
            grant for grant in persona.grants if isinstance(grant, TableGrant) and permission in grant.permissions
        ]
        if granted:
            where = _catalog(
                config,
                [config.names.database_arn(grant.database) for grant in granted],
                [config.names.table_arn(grant.database, grant.table) for grant in granted],
            )
            yield CatalogWrite(what=what, actions=names_of_actions, where=where)
    if filled := _filled(config, persona):
        where = _catalog(
            config,
            [config.names.database_arn(database) for database in filled],
            [config.names.tables_arn(database) for database in filled],
        )
        yield CatalogWrite(what="WritingPartitionsOfTenants", actions=actions.PARTITION_WRITES, where=where)
    if creating := _granted_on_databases(persona, "CREATE_TABLE"):
        where = _catalog(
            config,
            [config.names.database_arn(database) for database in creating],
            [config.names.tables_arn(database) for database in creating],
        )
        yield CatalogWrite(what="CreatingTables", actions=actions.TABLE_CREATION, where=where)
    if changing := _granted_on_databases(persona, "ALTER"):
        where = _catalog(config, [config.names.database_arn(database) for database in changing], [])
        yield CatalogWrite(what="ChangingDatabases", actions=actions.DATABASE_UPDATES, where=where)


def _all_buckets(config: StackConfig) -> tuple[Arn, ...]:
    return (*stack_buckets(config), config.names.bucket_arn(ZoneName.LOGS))


def _granted_on_databases(persona: Persona, permission: str) -> list[str]:
    return sorted({g.database for g in persona.grants if isinstance(g, DatabaseGrant) and permission in g.permissions})


def _catalog(config: StackConfig, databases: Iterable[Arn], tables: Iterable[Arn]) -> Catalog:
    return Catalog(
        catalog=config.names.catalog_arn(),
        databases=tuple(sorted(set(databases))),
        tables=tuple(sorted(set(tables))),
    )
