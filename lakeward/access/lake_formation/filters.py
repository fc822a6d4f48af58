"""Data cells filters: named rows and columns of a table, found by name (`semantics.md` B9)."""

from __future__ import annotations

from dataclasses import dataclass

from lakeward.access.lake_formation.catalog import CatalogTable, database_in, owner_of
from lakeward.access.lake_formation.rows import Rows, canonical
from lakeward.access.truth import UNKNOWN, Truth
from lakeward.estate.entries import DataCellsFilter, DataCellsFilterResource
from lakeward.estate.unknown import Listing, Unknown, has_token


@dataclass(frozen=True)
class CellsFilter:
    """A data cells filter, resolved against its table."""

    columns: frozenset[str]
    rows: Rows
    certain: Truth
    """UNKNOWN where its columns aren't known."""


class CellsFilters:
    """
    The filters that one account made in one Region.

    A consumer makes its own on the tables that are shared with it (B9-9), so that a grant looks in the account that
    made it.
    """

    def __init__(self, account: str, entries: Listing[DataCellsFilter], *, partial: bool) -> None:
        """
        Find filters by name.

        Args:
            account: The account that made them.
            entries: What is listed.
            partial: Whether more may be there than is listed.

        """
        self._account = account
        self._unknown = entries.unknown or (
            Unknown("the filter isn't listed in a partial account") if partial else None
        )
        self._by_name = {
            (
                owner_of(entry.table_catalog_id, account),
                database_in(entry.table_catalog_id, entry.database_name),
                entry.table_name.lower(),
                entry.name.lower(),
            ): entry
            for entry in entries
        }
        if self._unknown is None and any(has_token(part) for name in self._by_name for part in name):
            self._unknown = Unknown("the name of a filter isn't known yet")

    def find(self, named: DataCellsFilterResource, table: CatalogTable) -> CellsFilter | None:
        """Return what a grant names on a table; `None` where there is no such filter."""
        owner = owner_of(named.table_catalog_id, self._account)
        entry = self._by_name.get((owner, *table.name, named.name.lower()))
        if entry is not None:
            return _resolve(entry, table)
        if self._unknown is not None:
            return CellsFilter(table.all_columns, self._unknown, UNKNOWN)
        return CellsFilter(table.all_columns, None, UNKNOWN) if has_token(named.name) else None


def _resolve(entry: DataCellsFilter, table: CatalogTable) -> CellsFilter:
    certain = table.columns_known
    columns = table.all_columns
    wildcard = entry.column_wildcard
    if entry.column_names is not None and entry.column_names.unknown is not None:
        certain &= UNKNOWN
    elif entry.column_names:
        columns &= frozenset(name.lower() for name in entry.column_names)
    elif isinstance(wildcard, Unknown):
        certain &= UNKNOWN
    elif wildcard is not None:
        columns -= frozenset(name.lower() for name in wildcard.excluded_column_names)
        if wildcard.excluded_column_names.unknown is not None:
            certain &= UNKNOWN
    rows: Rows = None
    if isinstance(entry.row_filter, Unknown):
        rows = entry.row_filter
    elif entry.row_filter is not None and entry.row_filter.filter_expression is not None:
        rows = canonical(entry.row_filter.filter_expression)
        if rows is None:
            rows = Unknown(f"the expression of filter {entry.name} can't be read")
    # B7-3: column filtering can't target partition keys.
    return CellsFilter(columns | table.partition_keys, rows, certain)
