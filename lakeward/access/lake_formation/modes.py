"""Modes: whether Lake Formation decides about a principal and a table, or IAM alone (`semantics.md` B3)."""

from __future__ import annotations

from dataclasses import dataclass

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, Location, database_in, owner_of
from lakeward.access.lake_formation.grantees import Grantee, is_for
from lakeward.access.lake_formation.grants import Grant, GrantBook
from lakeward.access.truth import NO, UNKNOWN, YES, Truth, flag_truth, negate
from lakeward.estate.entries import DatabaseResource, OptIn, Resource, TableResource
from lakeward.estate.unknown import Unknown


@dataclass(frozen=True)
class Mode:
    """How access to one table is decided for one principal."""

    enforced: Truth
    """Whether Lake Formation enforces its grants; else IAM decides alone."""
    hybrid: Truth
    """Whether the location is in hybrid access mode."""


def mode_of(
    catalog: Catalog,
    book: GrantBook,
    table: CatalogTable,
    grantee: Grantee | None,
    location: Location | None,
) -> Mode:
    """
    Return the mode for a principal and a table.

    Enforced, unless `IAM_ALLOWED_PRINCIPALS` holds Super on the table and no opt-in covers the principal there; a
    table without that grant is enforced even below a hybrid location (B3-1).
    """
    hybrid = NO if location is None else flag_truth(location.entry.hybrid_access_enabled)
    iam_allowed = iam_allowed_covers(book, table)
    if iam_allowed == NO:
        return Mode(YES, hybrid)
    opted = NO if grantee is None else opted_in(catalog, table, grantee)
    return Mode(negate(iam_allowed) | opted, hybrid)


def iam_allowed_covers(book: GrantBook, table: CatalogTable) -> Truth:
    """Return whether `IAM_ALLOWED_PRINCIPALS` holds Super on a table."""
    truth = NO
    for grant in book.iam_allowed:
        truth |= _super_on(grant, table)
    return truth


def _super_on(grant: Grant, table: CatalogTable) -> Truth:
    if grant.has_unknown_resource:
        return UNKNOWN
    resource = grant.resource
    if resource is None or not isinstance(resource.table, TableResource):
        return NO
    covered = _on_table(resource.table, table, grant.account)
    return covered & grant.gives("ALL")


def _on_table(resource: TableResource, table: CatalogTable, account: str) -> Truth:
    if owner_of(resource.catalog_id, account) != table.account:
        return NO
    if database_in(resource.catalog_id, resource.database_name) != table.name[0]:
        return NO
    if resource.table_wildcard is not None:
        return UNKNOWN if isinstance(resource.table_wildcard, Unknown) else YES
    return YES if (resource.name or "").lower() == table.name[1] else NO


def opted_in(catalog: Catalog, table: CatalogTable, grantee: Grantee) -> Truth:
    """Return whether an opt-in covers a principal on a table: by table, by all tables or by database (B3)."""
    truth = grantee.is_datazone_project
    for opt_in in catalog.lake_formation.opt_ins:
        covered = _covered_by(opt_in, catalog, table)
        if covered != NO:
            truth |= covered & is_for(opt_in.principal, grantee) & grantee.meets(opt_in.condition)
    return truth | (UNKNOWN if catalog.lake_formation.opt_ins.unknown is not None else NO)


def _covered_by(opt_in: OptIn, catalog: Catalog, table: CatalogTable) -> Truth:
    resource = opt_in.resource
    if not isinstance(resource, Resource):
        return NO if resource is None else UNKNOWN
    if isinstance(resource.table, TableResource):
        return _on_table(resource.table, table, catalog.account)
    if isinstance(resource.database, DatabaseResource):
        named = resource.database
        return YES if database_in(named.catalog_id, named.name) == table.name[0] else NO
    return UNKNOWN if any(isinstance(part, Unknown) for part in vars(resource).values()) else NO
