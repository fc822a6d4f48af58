"""Row-level security policies (`semantics.md` B22): where one touches a table, its rows can't be known."""

from __future__ import annotations

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable
from lakeward.access.lake_formation.grants import Grant
from lakeward.access.truth import NO
from lakeward.estate.entries import Permission
from lakeward.estate.unknown import Unknown

_READING = frozenset({"SELECT"})


def rows_unknown(catalog: Catalog, table: CatalogTable) -> Unknown | None:
    """Return why the rows of every read of a table can't be known; `None` where nothing touches it (B22-U)."""
    if table.default_rls_policy != NO:
        return Unknown("a default row-level security policy applies to the table (B22-U)")
    attachments = catalog.lake_formation.rls_policy_attachments
    for index, attachment in enumerate(attachments):
        resource = attachment.resource
        if resource is not None and not isinstance(resource, Unknown):
            probe = Grant(Permission(resource=resource), index, "", catalog.account)
            if probe.cells_on(table, catalog, _READING) is None:
                continue
        return Unknown(f"row-level security policy {attachment.name} is attached to the table (B22-U)")
    if attachments.unknown is not None:
        return Unknown("whether row-level security policies are attached isn't known (B22-U)")
    return None
