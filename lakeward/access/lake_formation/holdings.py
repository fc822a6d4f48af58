"""Holdings: what a principal holds on a catalog's tables, by grants to itself and by shares to its account."""

from __future__ import annotations

from dataclasses import replace

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable
from lakeward.access.lake_formation.grantees import Grantee
from lakeward.access.lake_formation.grants import NO_RIGHTS, Cells, Grant, TableRights, rights_on
from lakeward.access.lake_formation.rows import intersection
from lakeward.access.lake_formation.settings import cross_account_version, is_administrator
from lakeward.access.prepared import PreparedEstate
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, Truth

_DIRECT_GRANTS_FROM = 3  # direct grants to foreign principals came with version 3 of sharing (B12-1)


class Holdings:
    """What one principal holds; the grants for it are found once per catalog."""

    def __init__(self, prepared: PreparedEstate, grantee: Grantee | None) -> None:
        self._prepared = prepared
        self._grantee = grantee
        self._grants: dict[tuple[str, str], tuple[tuple[Grant, Truth], ...]] = {}

    def grants_in(self, place: tuple[str, str]) -> tuple[tuple[Grant, Truth], ...]:
        """Return the grants for the principal in an account and Region, each with how certain they apply."""
        found = self._grants.get(place)
        if found is None:
            book = self._prepared.grant_books.get(place)
            grantee = self._grantee
            found = () if book is None or grantee is None else tuple(book.grants_for(grantee))
            self._grants[place] = found
        return found

    def rights(self, catalog: Catalog, table: CatalogTable) -> TableRights:
        """Return what the principal holds on a table."""
        grantee = self._grantee
        if grantee is None:
            return NO_RIGHTS
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        own = rights_on(table, catalog, self.grants_in(place), book.unknown)
        if grantee.account == catalog.account:
            return own
        version = cross_account_version(catalog)
        if version is not None and version < _DIRECT_GRANTS_FROM:
            own = TableRights(
                tuple(Cells(cell.columns, cell.rows, cell.truth & AMBIGUOUS, cell.grant) for cell in own.cells),
                own.describe & AMBIGUOUS,
                describe_of_conditional_only=own.describe_of_conditional_only,
            )
        own = _across(own)
        return _united(own, self._shared_rights(catalog, table, grantee))

    def _shared_rights(self, catalog: Catalog, table: CatalogTable, grantee: Grantee) -> TableRights:
        """
        Return what a share to the principal's account leaves of what its own administrator granted on.

        Both predicates and both column lists hold (B9-9, B12-3).
        """
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        to_account = _across(rights_on(table, catalog, book.shares_for(grantee), book.unknown))
        if to_account.describe == NO and not to_account.cells:
            return NO_RIGHTS
        here = (grantee.account, catalog.region_name)
        local = self._prepared.grant_books.get(here)
        if local is None or self._prepared.described(grantee.account) == UNKNOWN:
            cells = tuple(Cells(c.columns, c.rows, c.truth & UNKNOWN, c.grant) for c in to_account.cells)
            if local is None:
                return TableRights(cells, to_account.describe & UNKNOWN, describe_of_conditional_only=False)
        granted_on = rights_on(table, catalog, self.grants_in(here), local.unknown if local is not None else None)
        cells = tuple(
            Cells(
                inner.columns & outer.columns,
                intersection((inner.rows, outer.rows)),
                inner.truth & outer.truth,
                inner.grant,
                inner.rule or outer.rule,
            )
            for inner in granted_on.cells
            for outer in to_account.cells
            if inner.columns & outer.columns
        )
        return TableRights(
            cells,
            to_account.describe & granted_on.describe,
            describe_of_conditional_only=granted_on.describe_of_conditional_only,
        )

    def shared(self, catalog: Catalog, table: CatalogTable) -> Truth:
        """Return whether the owner's grants are the resource side for Glue: to the principal, or to its account."""
        grantee = self._grantee
        if grantee is None:
            return NO
        book = self._prepared.grant_books[catalog.account, catalog.region_name]
        to_account = rights_on(table, catalog, book.shares_for(grantee), book.unknown)
        return to_account.describe | self.rights(catalog, table).describe

    def database_shown(self, catalog: Catalog, table: CatalogTable) -> Truth:
        """Return whether the principal may describe the database: attribute-based grants don't imply it (B11-4)."""
        truth = NO
        for grant, applies in self.grants_in((catalog.account, catalog.region_name)):
            truth |= applies & grant.on_database(table.name[0], tags_satisfy=False)
            if not grant.is_conditional and grant.cells_on(table, catalog, grant.permissions) is not None:
                truth |= applies
        return truth

    def describes_all(self, catalog: Catalog, table: CatalogTable) -> Truth:
        """Return whether the principal sees all columns: by DESCRIBE or another whole-table right, or as admin."""
        grantee = self._grantee
        if grantee is None:
            return NO
        truth = is_administrator(catalog, grantee)
        for grant, applies in self.grants_in((catalog.account, catalog.region_name)):
            if grant.permissions - {"SELECT"}:
                cells = grant.cells_on(table, catalog, grant.permissions)
                if cells is not None:
                    # By tags on part of the columns (B8-6): whether the others show is left open.
                    partial = grant.tag_policy is not None and cells.columns != table.all_columns
                    truth |= applies & AMBIGUOUS if partial else applies
        return truth


def _across(rights: TableRights) -> TableRights:
    """Return what rights are across accounts: only lists of columns that are in may be shared, or others too (B7-5)."""
    cells = tuple(
        replace(cell, truth=cell.truth & AMBIGUOUS, rule="B7-5") if cell.grant.excludes_columns else cell
        for cell in rights.cells
    )
    return replace(rights, cells=cells)


def _united(left: TableRights, right: TableRights) -> TableRights:
    return TableRights(
        (*left.cells, *right.cells),
        left.describe | right.describe,
        describe_of_conditional_only=left.describe_of_conditional_only and right.describe_of_conditional_only,
    )
