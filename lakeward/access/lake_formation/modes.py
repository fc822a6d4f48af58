"""Modes: whether Lake Formation decides about a principal and a table, or IAM alone (`semantics.md` B3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, Location, database_in, owner_of
from lakeward.access.lake_formation.grantees import Grantee, is_for
from lakeward.access.lake_formation.grants import Grant, GrantBook, covers_table, same_name
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
    catalogs: Iterable[Catalog],
    book: GrantBook,
    table: CatalogTable,
    grantee: Grantee | None,
    location: Location | None,
) -> Mode:
    """
    Return the mode for a principal and a table.

    `catalogs` are the table's and the principal's own: opt-ins stand in either.

    Enforced, unless `IAM_ALLOWED_PRINCIPALS` holds Super on the table and no opt-in covers the principal there; a
    table without that grant is enforced even below a hybrid location (B3-1).
    """
    hybrid = NO if location is None else flag_truth(location.entry.hybrid_access_enabled)
    iam_allowed = iam_allowed_covers(book, table)
    if iam_allowed == NO:
        return Mode(YES, hybrid)
    opted = NO if grantee is None else opted_in(catalogs, table, grantee)
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
    covered = covers_table(resource.table, table, grant.account)
    return covered & grant.gives("ALL")


def opted_in(catalogs: Iterable[Catalog], table: CatalogTable, grantee: Grantee) -> Truth:
    """
    Return whether an opt-in covers a principal on a table: by table, by all tables or by database (B3).

    Opt-ins stand in the table's account or in the principal's own. The database covers its tables by itself, so
    that across accounts, where all tables count only beside it (B3-3), all tables add nothing.
    """
    own_account = grantee.account == table.account
    found = grantee.is_datazone_project
    for catalog in catalogs:
        for opt_in in catalog.lake_formation.opt_ins:
            covered = _covered_by(opt_in, catalog, table, all_tables=own_account)
            if covered != NO:
                found |= covered & is_for(opt_in.principal, grantee) & grantee.meets(opt_in.condition)
        if catalog.lake_formation.opt_ins.unknown is not None:
            found |= UNKNOWN
    return found


def opted_in_database(catalogs: Iterable[Catalog], account: str, name: str, grantee: Grantee) -> Truth:
    """Return whether an opt-in covers a principal on a database itself; its name in lower case."""
    found = grantee.is_datazone_project
    for catalog in catalogs:
        for opt_in in catalog.lake_formation.opt_ins:
            resource = opt_in.resource
            if isinstance(resource, Unknown):
                covered = UNKNOWN
            elif resource is not None and isinstance(resource.database, DatabaseResource):
                covered = _database_covered(resource.database, catalog, account, name)
            else:
                continue
            if covered != NO:
                found |= covered & is_for(opt_in.principal, grantee) & grantee.meets(opt_in.condition)
        if catalog.lake_formation.opt_ins.unknown is not None:
            found |= UNKNOWN
    return found


def _database_covered(named: DatabaseResource, catalog: Catalog, account: str, name: str) -> Truth:
    own = owner_of(named.catalog_id, catalog.account) == account
    return same_name(database_in(named.catalog_id, named.name), name) if own else NO


def _covered_by(opt_in: OptIn, catalog: Catalog, table: CatalogTable, *, all_tables: bool) -> Truth:
    resource = opt_in.resource
    if not isinstance(resource, Resource):
        return NO if resource is None else UNKNOWN
    if isinstance(resource.table, TableResource):
        counts = all_tables or resource.table.table_wildcard is None
        return covers_table(resource.table, table, catalog.account) if counts else NO
    if isinstance(resource.database, DatabaseResource):
        return _database_covered(resource.database, catalog, table.account, table.name[0])
    return UNKNOWN if any(isinstance(part, Unknown) for part in vars(resource).values()) else NO
