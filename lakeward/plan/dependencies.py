"""
What must exist before what, derived from what each declaration names.

Strings carry no dependencies of their own, so the plan reads them: every role a document names as a principal, every
role, bucket, database, table, filter, tag and location that a grant, assignment, filter, location or setting names.
AWS looks those up when it is told of them and refuses what isn't there.

ARNs in a condition, or in an identity policy's `Resource`, are patterns that AWS compares with each request and looks
up never. They make no dependency, or roles would wait for the buckets whose policies wait for the roles. Identities
therefore come first, then the resources whose policies name them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import singledispatch
from graphlib import TopologicalSorter

from lakeward.plan.declarations import (
    AttributeGrantArgs,
    AuditTrailArgs,
    CatalogDatabaseArgs,
    CatalogTableArgs,
    DatabaseClusterArgs,
    DatabaseLinkArgs,
    DataCellsFilterArgs,
    DataKeyArgs,
    DataLakeLocationArgs,
    DataLakeSettingsArgs,
    Declaration,
    EndpointGroupArgs,
    FlowLogArgs,
    GatewayEndpointArgs,
    GrantArgs,
    GrantedColumns,
    GrantedDatabase,
    GrantedFilter,
    GrantedLocation,
    GrantedResource,
    GrantedTable,
    GrantedTagExpression,
    IamAllowedPrincipalsRevocationArgs,
    InCatalog,
    InterfaceEndpointArgs,
    LakeBucketArgs,
    LfTagArgs,
    LfTagAssignmentArgs,
    LoginPolicyArgs,
    PermissionsBoundaryArgs,
    PrivateZoneArgs,
    QueryWorkgroupArgs,
    RoleArgs,
    RowSecurityPolicyArgs,
    TableLinkArgs,
    TenantBrokerArgs,
    TenantLoginArgs,
)

Reference = tuple[str, ...]
"""A kind of thing and its name: `("table", "secure-db", "temp-raw-table")`."""

_SETTINGS: Reference = ("settings",)
_MAY_BE_MISSING = {"assignments", "identity"}
"""Kinds of which some exist without this stack, or not at all: roles that configuration names, tags nobody carries."""


def in_order(declarations: Iterable[Declaration]) -> tuple[Declaration, ...]:
    """
    Return the declarations with their `depends_on`, each after all that it depends on, otherwise as given.

    Raises:
        CycleError: declarations wait for each other.
        KeyError: a declaration names something of the lake that nothing declares.
        ValueError: two declarations share a logical name.

    """
    given: dict[str, Declaration] = {}
    for declaration in declarations:
        if declaration.logical_name in given:
            raise ValueError(f"two declarations are named `{declaration.logical_name}`")
        given[declaration.logical_name] = declaration
    creators: dict[Reference, list[str]] = {}
    for declaration in given.values():
        for reference in created(declaration):
            creators.setdefault(reference, []).append(declaration.logical_name)
    needs = {name: _creators_of(named(declaration), creators) for name, declaration in given.items()}
    return tuple(replace(given[name], depends_on=tuple(sorted(needs[name]))) for name in _sorted(list(given), needs))


def _creators_of(references: Iterable[Reference], creators: Mapping[Reference, list[str]]) -> set[str]:
    found: set[str] = set()
    for reference in references:
        if reference[0] in _MAY_BE_MISSING:
            found.update(creators.get(reference, ()))
        else:
            found.update(creators[reference])
    return found


def _sorted(given: list[str], needs: Mapping[str, set[str]]) -> Iterator[str]:
    position = {name: index for index, name in enumerate(given)}
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    while sorter.is_active():
        for name in sorted(sorter.get_ready(), key=position.__getitem__):
            yield name
            sorter.done(name)


@singledispatch
def created(declaration: Declaration) -> Iterator[Reference]:
    """Yield what comes into existence with a declaration, as others name it."""
    del declaration
    yield from ()


@created.register
def _(declaration: DataKeyArgs) -> Iterator[Reference]:
    yield "key", declaration.logical_name


@created.register
def _(declaration: LakeBucketArgs) -> Iterator[Reference]:
    yield "bucket", declaration.name


@created.register
def _(declaration: DatabaseClusterArgs) -> Iterator[Reference]:
    yield "cluster", declaration.logical_name


@created.register(RoleArgs)
@created.register(PermissionsBoundaryArgs)
@created.register(LoginPolicyArgs)
def _(declaration: RoleArgs | PermissionsBoundaryArgs | LoginPolicyArgs) -> Iterator[Reference]:
    yield "identity", declaration.arn


@created.register
def _(_declaration: DataLakeSettingsArgs) -> Iterator[Reference]:
    yield _SETTINGS


@created.register
def _(declaration: DataLakeLocationArgs) -> Iterator[Reference]:
    yield "location", _bucket(declaration.resource_arn)


@created.register
def _(declaration: LfTagArgs) -> Iterator[Reference]:
    yield "lf-tag", declaration.key


@created.register(CatalogDatabaseArgs)
@created.register(DatabaseLinkArgs)
def _(declaration: CatalogDatabaseArgs | DatabaseLinkArgs) -> Iterator[Reference]:
    yield "database", declaration.name


@created.register(CatalogTableArgs)
@created.register(TableLinkArgs)
def _(declaration: CatalogTableArgs | TableLinkArgs) -> Iterator[Reference]:
    yield "table", declaration.database, declaration.name


@created.register
def _(declaration: DataCellsFilterArgs) -> Iterator[Reference]:
    yield "filter", declaration.database, declaration.table, declaration.name


@created.register
def _(declaration: LfTagAssignmentArgs) -> Iterator[Reference]:
    for key, value in declaration.lf_tags.items():
        yield "assignments", key, value


@created.register
def _(declaration: GatewayEndpointArgs) -> Iterator[Reference]:
    yield "gateway-endpoint", declaration.vpc


@created.register
def _(declaration: EndpointGroupArgs) -> Iterator[Reference]:
    yield "endpoint-group", declaration.logical_name


@created.register
def _(declaration: InterfaceEndpointArgs) -> Iterator[Reference]:
    yield "interface-endpoint", declaration.logical_name


@singledispatch
def named(declaration: Declaration) -> Iterator[Reference]:
    """Yield what a declaration names that must exist before it."""
    del declaration
    yield from ()


@named.register
def _(declaration: DataKeyArgs) -> Iterator[Reference]:
    yield from _principals(declaration.policy)


@named.register
def _(declaration: LakeBucketArgs) -> Iterator[Reference]:
    yield from _principals(declaration.policy)
    if declaration.key is not None:
        yield "key", declaration.key
    if declaration.access_log_bucket is not None:
        yield "bucket", declaration.access_log_bucket


@named.register
def _(declaration: RoleArgs) -> Iterator[Reference]:
    yield from _principals(declaration.trust)
    if declaration.boundary_arn is not None:
        yield "identity", declaration.boundary_arn


@named.register
def _(declaration: TenantBrokerArgs) -> Iterator[Reference]:
    yield "identity", declaration.role_arn
    yield "identity", declaration.caller


@named.register
def _(declaration: DataLakeSettingsArgs) -> Iterator[Reference]:
    for arn in (*declaration.administrators, *declaration.read_only_administrators):
        yield "identity", arn


@named.register
def _(declaration: DataLakeLocationArgs) -> Iterator[Reference]:
    yield _SETTINGS
    yield "bucket", _bucket(declaration.resource_arn)
    yield "identity", declaration.role_arn


@named.register
def _(declaration: DatabaseClusterArgs) -> Iterator[Reference]:
    yield "key", declaration.key


@named.register
def _(declaration: LoginPolicyArgs) -> Iterator[Reference]:
    yield "cluster", declaration.cluster


@named.register
def _(declaration: TenantLoginArgs) -> Iterator[Reference]:
    yield "identity", declaration.role_arn
    yield "identity", declaration.policy_arn


@named.register
def _(_declaration: LfTagArgs) -> Iterator[Reference]:
    yield _SETTINGS


@named.register(CatalogDatabaseArgs)
@named.register(DatabaseLinkArgs)
def _(_declaration: CatalogDatabaseArgs | DatabaseLinkArgs) -> Iterator[Reference]:
    # The settings' closed defaults apply to what is created after them (`semantics.md` B4-2).
    yield _SETTINGS


@named.register
def _(declaration: CatalogTableArgs) -> Iterator[Reference]:
    yield "database", declaration.database
    yield "location", _bucket(declaration.location)


@named.register
def _(declaration: TableLinkArgs) -> Iterator[Reference]:
    yield "database", declaration.database


@named.register
def _(declaration: LfTagAssignmentArgs) -> Iterator[Reference]:
    yield _SETTINGS
    for key in declaration.lf_tags:
        yield "lf-tag", key
    if declaration.table is None:
        yield "database", declaration.database
    else:
        yield "table", declaration.database, declaration.table


@named.register
def _(declaration: DataCellsFilterArgs) -> Iterator[Reference]:
    yield _SETTINGS
    yield "table", declaration.database, declaration.table


@named.register
def _(declaration: IamAllowedPrincipalsRevocationArgs) -> Iterator[Reference]:
    yield _SETTINGS
    yield "database", declaration.database
    for table in declaration.tables:
        yield "table", declaration.database, table


@named.register
def _(declaration: GrantArgs) -> Iterator[Reference]:
    yield _SETTINGS
    yield "identity", declaration.principal
    yield from _granted(declaration.resource)


@named.register
def _(declaration: AttributeGrantArgs) -> Iterator[Reference]:
    yield _SETTINGS
    yield from _granted(declaration.resource)


@named.register
def _(declaration: RowSecurityPolicyArgs) -> Iterator[Reference]:
    yield _SETTINGS
    yield "identity", declaration.principal
    yield from _granted(declaration.tables)


def _granted(granted: GrantedResource) -> Iterator[Reference]:
    if isinstance(granted, InCatalog) and granted.catalog is not None:
        return  # what another account shares exists without this stack
    if isinstance(granted, GrantedDatabase):
        yield "database", granted.name
    elif isinstance(granted, GrantedTable):
        yield "table", granted.database, granted.name
    elif isinstance(granted, GrantedColumns):
        yield "table", granted.database, granted.table
    elif isinstance(granted, GrantedFilter):
        yield "filter", granted.database, granted.table, granted.name
    elif isinstance(granted, GrantedLocation):
        yield "location", _bucket(granted.arn)
    elif isinstance(granted, GrantedTagExpression):
        # What isn't tagged yet shows through inherited tags (B8-8): the grant waits for what has its very values. A
        # grant on any value is about whole databases, which inherit nothing, and waits for none of them.
        for key, values in granted.expression:
            yield "lf-tag", key
            for value in values:
                yield "assignments", key, value


@named.register
def _(declaration: QueryWorkgroupArgs) -> Iterator[Reference]:
    yield "bucket", _bucket(declaration.result_location)
    yield "key", declaration.key


@named.register
def _(declaration: AuditTrailArgs) -> Iterator[Reference]:
    yield "bucket", declaration.bucket
    yield "key", declaration.key
    for prefix in declaration.data_event_prefixes:
        if prefix.endswith("/"):  # one bucket, not whatever begins so
            yield "bucket", _bucket(prefix)


@named.register
def _(declaration: InterfaceEndpointArgs) -> Iterator[Reference]:
    for group in declaration.groups:
        yield "endpoint-group", group
    if declaration.resolver_only:
        yield "gateway-endpoint", declaration.vpc


@named.register
def _(declaration: PrivateZoneArgs) -> Iterator[Reference]:
    yield "interface-endpoint", declaration.endpoint


@named.register
def _(declaration: FlowLogArgs) -> Iterator[Reference]:
    yield "bucket", _bucket(declaration.destination)


def _bucket(spelled: str) -> str:
    """Return the bucket in an `s3://` location, or in the ARN of a bucket or of objects."""
    return spelled.removeprefix("s3://").rsplit(":", 1)[-1].split("/", 1)[0]


def _principals(document: str) -> Iterator[Reference]:
    """Yield the roles that a document names as principals."""
    for statement in json.loads(document)["Statement"]:
        principal = statement["Principal"]
        arns = principal.get("AWS", []) if isinstance(principal, dict) else []
        for arn in [arns] if isinstance(arns, str) else arns:
            yield "identity", arn
