"""LF012: nobody reads a registered location past Lake Formation."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import access_of, certainty, hangs_on_the_unknown
from policies.resources import Resource, Resources
from policies.rule import StackRule


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    access = access_of(resources)
    excused = access.registration_roles | access.deployers | access.break_glass
    for row in access.rows("objects"):
        if row.principal not in excused and not hangs_on_the_unknown(row):
            yield (
                access.cause(row),
                f"`{row.principal}` {certainty(row)} read the files of `{row.resource}`: {access.path(row)}",
            )


RULE = StackRule(
    id="LF012",
    claim="registered-locations-are-read-by-their-role-alone",
    why="Lake Formation hides no column and no row from who reads the files themselves",
    source="semantics B2-4, B3; systems C5",
    fix="allow `lakeformation:GetDataAccess` instead of S3 actions, and grant the table",
    check=_breaches,
)
