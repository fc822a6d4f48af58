"""All checks, by subject: a new check is a generator in the module of its subject, or a new module named here."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.checks import (
    accounts,
    attributes,
    aurora,
    catalog,
    data_keys,
    exemptions,
    grants,
    network,
    overlaps,
    personas,
    physical_names,
    row_filters,
    shared_buckets,
    sharing,
    tenancy,
    zones,
)
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding

__all__ = ["findings"]

_SUBJECTS = (
    accounts,
    aurora,
    attributes,
    catalog,
    data_keys,
    exemptions,
    grants,
    network,
    overlaps,
    personas,
    physical_names,
    row_filters,
    shared_buckets,
    sharing,
    tenancy,
    zones,
)


def findings(draft: Draft) -> Iterator[Finding]:
    """Return everything the checks find, at places in `draft.config`."""
    for subject in _SUBJECTS:
        yield from subject.check(draft)
