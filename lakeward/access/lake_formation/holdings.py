"""Holdings: what a principal holds on a catalog's tables, by grants to itself and by shares to its account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import or_

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable
from lakeward.access.lake_formation.grantees import Grantee
from lakeward.access.lake_formation.grants import (
    NO_RIGHTS,
    Cells,
    Grant,
    GrantsByTable,
    TableRights,
    rights_on,
    shown_by,
    tables_of,
    tags_satisfy_on,
)
from lakeward.access.lake_formation.rows import intersection, union
from lakeward.access.lake_formation.settings import is_administrator, is_before_direct_grants
from lakeward.access.prepared import PreparedEstate
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth


class Holdings:
    """What one principal holds; the grants for it are found once per catalog."""

    def __init__(self, prepared: PreparedEstate, grantee: Grantee | None) -> None:
        self._prepared = prepared
        self._grantee = grantee
        self._grants: dict[tuple[str, str], GrantsByTable] = {}

    def grants_in(self, place: tuple[str, str]) -> GrantsByTable:
        """Return the grants for the principal in an account and Region, each with how certain they apply."""
        found = self._grants.get(place)
        if found is None:
            book = self._prepared.grant_books.get(place)
            grantee = self._grantee
            found = GrantsByTable(() if book is None or grantee is None else book.grants_for(grantee))
            self._grants[place] = found
        return found

    def rights(self, catalog: Catalog, table: CatalogTable) -> TableRights:
        """Return what the principal holds on a table."""
        grantee = self._grantee
        if grantee is None:
            return NO_RIGHTS
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        own = rights_on(table, catalog, self.grants_in(place).on(table), book.unknown)
        if grantee.account == catalog.account:
            return own
        early = is_before_direct_grants(catalog)
        own = _across(own, lambda _grant: early)
        if early:
            own = replace(own, describe=own.describe & AMBIGUOUS)
        return _united(own, self._shared_rights(catalog, table, grantee))

    def _shared_rights(self, catalog: Catalog, table: CatalogTable, grantee: Grantee) -> TableRights:
        """
        Return what a share to the principal's account leaves of what its own administrator granted on.

        Both predicates and both column lists hold (B9-9, B12-3).
        """
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        early = is_before_direct_grants(catalog)
        to_account = _across(
            rights_on(table, catalog, book.shares_for(grantee), book.unknown),
            # Grants on LF-Tags to organizations and their units came with version 3 (B12-1).
            lambda grant: early and grant.tag_policy is not None and grant.principal.startswith("arn:"),
        )
        if to_account.describe == NO and not to_account.cells:
            return NO_RIGHTS
        here = (grantee.account, catalog.region_name)
        local = self._prepared.grant_books.get(here)
        if local is None:
            cells = tuple(replace(cell, truth=cell.truth & UNKNOWN) for cell in to_account.cells)
            return TableRights(cells, to_account.describe & UNKNOWN, describe_of_conditional_only=False)
        granted_on = rights_on(table, catalog, self.grants_in(here).on(table), local.unknown)
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
        if len(cells) < len(granted_on.cells) * len(to_account.cells):
            # Otherwise the pairs say the same.
            cells += _widest_of_both(granted_on.cells, to_account.cells)
        return TableRights(
            cells,
            to_account.describe & granted_on.describe,
            describe_of_conditional_only=granted_on.describe_of_conditional_only,
        )

    def database_link_shown(self, catalog: Catalog, name: str) -> Truth:
        """Return whether the principal sees a resource link to a database, in its own catalog (B13)."""
        grantee = self._grantee
        if grantee is None:
            return NO
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        truth = is_administrator(catalog, grantee) | (UNKNOWN if book.unknown is not None else NO)
        for grant, applies in (*self.grants_in(place).all, *((grant, YES) for grant in book.iam_allowed)):
            tags_satisfy = tags_satisfy_on(grant, catalog, name)
            truth |= applies & grant.on_database(catalog.account, name, tags_satisfy)
        return truth

    def shared(self, catalog: Catalog, table: CatalogTable) -> Truth:
        """
        Return whether the owner's grants are the resource side for Glue: to the principal, or to its account.

        Before version 3 grants on LF-Tags weren't: they needed a policy of the catalog (B12-1).
        """
        grantee = self._grantee
        if grantee is None:
            return NO
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        grants = (*book.shares_for(grantee), *self.grants_in(place).on(table))
        found = rights_on(table, catalog, grants, book.unknown).describe
        if not is_before_direct_grants(catalog):
            return found
        named = [(grant, applies) for grant, applies in grants if grant.tag_policy is None]
        return rights_on(table, catalog, named, book.unknown).describe | found & AMBIGUOUS

    def shown(self, catalog: Catalog, table: CatalogTable) -> list[tuple[frozenset[str], Truth]]:
        """Return the columns that the catalog shows the principal, each set with how certain that is (B2-6)."""
        grantee = self._grantee
        if grantee is None:
            return []
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        found = list(shown_by(table, catalog, self.grants_in(place).on(table)))
        if grantee.account != catalog.account:
            here = (grantee.account, catalog.region_name)
            granted_on = list(shown_by(table, catalog, self.grants_in(here).on(table)))
            if here not in self._prepared.grant_books:
                granted_on.append((table.all_columns, UNKNOWN))
            found += [
                (inner & outer, applies & shares)
                for outer, shares in shown_by(table, catalog, book.shares_for(grantee))
                for inner, applies in granted_on
            ]
        if book.unknown is not None:
            found.append((table.all_columns, UNKNOWN))
        return [*found, (table.all_columns, is_administrator(catalog, grantee))]

    def database_shown(self, catalog: Catalog, table: CatalogTable) -> Truth:
        """
        Return whether the principal may describe the database: attribute-based grants don't imply it (B11-4).

        Other grants on any of its tables do (B6-3).
        """
        grantee = self._grantee
        if grantee is None:
            return NO
        name = table.name[0]
        places = {(catalog.account, catalog.region_name), (grantee.account, catalog.region_name)}
        truth = is_administrator(catalog, grantee)
        for grant, applies in (one for place in sorted(places) for one in self.grants_in(place).all):
            truth |= applies & grant.on_database(catalog.account, name, tags_satisfy_on(grant, catalog, name))
            for found in tables_of(grant, catalog) if not grant.is_conditional and truth != YES else ():
                if found[0] == name:
                    for cells in grant.cells_on(catalog.tables[found], catalog, grant.permissions):
                        truth |= applies & cells.covered
        return truth


def _across(rights: TableRights, too_early: Callable[[Grant], bool]) -> TableRights:
    """
    Return what rights are across accounts: only lists of columns that are in may be shared, or others too (B7-5).

    Args:
        rights: What the owner's grants give.
        too_early: Says of a grant whether the version of sharing that is set doesn't carry it (B12-1).

    """
    cells = []
    for cell in rights.cells:
        rule = "B12-1" if too_early(cell.grant) else "B7-5" if cell.grant.excludes_columns else ""
        cells.append(replace(cell, truth=cell.truth & AMBIGUOUS, rule=rule) if rule else cell)
    return replace(rights, cells=tuple(cells))


def _widest_of_both(inner: tuple[Cells, ...], outer: tuple[Cells, ...]) -> tuple[Cells, ...]:
    """Return what two sets of cells have in common in the wide reading: all columns in all rows of either (B9-8)."""
    columns = frozenset[str]().union(*(cell.columns for cell in inner))
    columns &= frozenset[str]().union(*(cell.columns for cell in outer))
    if not columns:
        return ()
    rows = intersection((union(cell.rows for cell in inner), union(cell.rows for cell in outer)))
    truth = reduce(or_, (cell.truth for cell in inner)) & reduce(or_, (cell.truth for cell in outer)) & AMBIGUOUS
    return (Cells(columns, rows, truth, inner[0].grant, "B9-8"),)


def _united(left: TableRights, right: TableRights) -> TableRights:
    return TableRights(
        (*left.cells, *right.cells),
        left.describe | right.describe,
        describe_of_conditional_only=left.describe_of_conditional_only and right.describe_of_conditional_only,
    )
