"""
Granting: whether Lake Formation lets a principal give others what is on a table (`semantics.md` B5-1, B10, B12-3).

Lake Formation's door alone: that a principal may call `lakeformation:GrantPermissions` at all is asked as an action.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from lakeward.access.decision import Decision, Layer, Reason, verdicts
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable
from lakeward.access.lake_formation.grantees import Grantee
from lakeward.access.lake_formation.grants import Cells, Grant
from lakeward.access.lake_formation.settings import may_grant
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.truth import NO, UNKNOWN, YES, Truth, surely

GRANT = "GRANT"
"""The verb of form (d) that asks it: without a table, whether the principal administers the catalog's grants."""


@dataclass(frozen=True)
class Granting:
    """What a principal would give others."""

    account: str
    region: str
    database: str | None = None
    table: str | None = None
    columns: tuple[str, ...] = ()
    """None listed: any."""


def decide_granting(prepared: PreparedEstate, caller: Caller, granting: Granting) -> Decision:
    """Decide whether a principal may grant: as an administrator, or what it holds with the grant option."""
    catalog = prepared.catalogs.get((granting.account, granting.region))
    grantee = caller.grantee
    if caller.exists == NO or grantee is None:
        return _decision(NO, "only roles and users that exist grant")
    if catalog is None:
        return _decision(NO if prepared.described(granting.account) == YES else UNKNOWN, "the catalog isn't described")
    truth = may_grant(catalog, grantee)
    if surely(truth):
        return _decision(truth, "a data lake administrator grants anything")
    if granting.database is None or granting.table is None:
        return _decision(truth, "only data lake administrators grant on everything")
    table = catalog.table_named(granting.database, granting.table)
    if table is None:
        return _decision(NO if prepared.described(granting.account) == YES else UNKNOWN, "the table isn't described")
    found = list(grantable_on(prepared, catalog, table, grantee))
    label = next((cells.grant.label for cells in found), "")
    if granting.columns:
        each = (
            reduce(or_, (cells.truth for cells in found if column.lower() in cells.columns), NO)
            for column in granting.columns
        )
        held = reduce(lambda one, other: one & other, each, YES)
    else:
        held = reduce(or_, (cells.truth for cells in found), NO)
    why = "it holds it with the grant option" if held != NO else "it holds nothing there with the grant option"
    return _decision(truth | held, why, label)


def grantable_on(prepared: PreparedEstate, catalog: Catalog, table: CatalogTable, grantee: Grantee) -> Iterator[Cells]:
    """Yield what a principal holds on a table with the grant option; by a share where it administers its account."""
    book = prepared.grant_books[catalog.account, catalog.region_name]
    yield from cells_with_option(book.grants_for(grantee), catalog, table)
    home = prepared.catalogs.get((grantee.account, catalog.region_name))
    administers = UNKNOWN if home is None else may_grant(home, grantee)
    if grantee.account != catalog.account and administers != NO:
        shares = ((grant, applies & administers) for grant, applies in book.shares_for(grantee))
        yield from cells_with_option(shares, catalog, table)


def cells_with_option(grants: Iterable[tuple[Grant, Truth]], catalog: Catalog, table: CatalogTable) -> Iterator[Cells]:
    """Yield the parts of a table that grants let their holder pass on, each with how certain that is."""
    for grant, applies in grants:
        if grant.grantable:
            for cells in grant.cells_on(table, catalog, grant.grantable):
                truth = cells.truth & applies
                if truth != NO:
                    yield Cells(cells.columns, cells.rows, truth, grant, cells.rule)


def _decision(truth: Truth, why: str, policy: str = "") -> Decision:
    strict, permissive = verdicts(truth, NO)
    blocked = () if surely(truth) else (Layer.LAKE_FORMATION,)
    return Decision(strict, permissive, blocked, (Reason(Layer.LAKE_FORMATION, policy, "", why),))
