"""
Row-level security policies (`semantics.md` B22): where one touches a table, its rows can't be known.

How policies, defaults and grants combine isn't documented, so rows are never narrowed by one, and an attachment may
open a table by itself (B22-5, B22-U).
"""

from __future__ import annotations

from dataclasses import dataclass

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, TableName
from lakeward.access.lake_formation.grantees import Grantee, is_for
from lakeward.access.lake_formation.grants import Grant, tables_of
from lakeward.access.truth import NO, UNKNOWN, Truth
from lakeward.estate.entries import Permission, RlsPolicyAttachment
from lakeward.estate.unknown import Unknown


@dataclass(frozen=True)
class Attachment:
    """One attachment, with where it stands."""

    entry: RlsPolicyAttachment
    label: str

    def opens_for(self, grantee: Grantee) -> Truth:
        """Return whether it may let a principal read: by name, or as one of all where it names nobody (B22-4)."""
        named = UNKNOWN if self.entry.principal is None else is_for(self.entry.principal, grantee)
        return named & grantee.meets(self.entry.condition) & UNKNOWN if named != NO else NO


class RowSecurity:
    """The row-level security of one catalog, found by table."""

    def __init__(self, catalog: Catalog) -> None:
        self._attachments: dict[TableName, list[Attachment]] = {}
        place = f"accounts.{catalog.account}.regions.{catalog.region_name}.lakeformation.RLSPolicyAttachments"
        attachments = catalog.lake_formation.rls_policy_attachments
        self._unknown = attachments.unknown
        for index, entry in enumerate(attachments):
            # An attachment is on tables as a grant of reading is: by name, or by LF-Tags (B22-2).
            probe = Grant(Permission(resource=entry.resource), index, place, catalog.account)
            for name in tables_of(probe, catalog):
                self._attachments.setdefault(name, []).append(Attachment(entry, f"{place}[{index}]"))

    def rows_unknown(self, table: CatalogTable) -> Unknown | None:
        """Return why the rows of every read of a table can't be known; `None` where nothing touches it (B22-U)."""
        if table.default_rls_policy != NO:
            return Unknown("a default row-level security policy applies to the table (B22-U)")
        found = self._attachments.get(table.name)
        if found is not None:
            return Unknown(f"row-level security policy {found[0].entry.policy} is attached to the table (B22-U)")
        if self._unknown is not None:
            return Unknown("whether row-level security policies are attached isn't known (B22-U)")
        return None

    def opening(self, table: CatalogTable, grantee: Grantee) -> list[tuple[Attachment, Truth]]:
        """Return the attachments that may let a principal read a table without a grant (B22-5)."""
        found = [(one, one.opens_for(grantee)) for one in self._attachments.get(table.name, ())]
        return [(one, truth) for one, truth in found if truth != NO]

    def tables_opened_to(self, grantee: Grantee) -> list[TableName]:
        """Return the tables that an attachment may open to a principal, sorted."""
        return sorted(
            name
            for name, attachments in self._attachments.items()
            if any(one.opens_for(grantee) != NO for one in attachments)
        )
