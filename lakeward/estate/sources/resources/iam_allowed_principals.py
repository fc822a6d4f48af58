"""`IAM_ALLOWED_PRINCIPALS` taken away from a database and everything in it."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.values import text

REVOCATION = "pulumi-python:dynamic/components.providers.iam_allowed_principals:IamAllowedPrincipals"


def swept_databases(declarations: Declarations) -> frozenset[str]:
    """Return the names of the databases that the revocation sweeps."""
    names = (text(revocation.inputs.get("database")) for revocation in declarations.of(REVOCATION))
    return frozenset(name for name in names if name)


def _revocation(revocation: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    """Say nothing: what is swept away isn't an entry, it is missing from the grants that creation causes."""
    del revocation, declarations
    yield from ()


READERS = {REVOCATION: _revocation}
