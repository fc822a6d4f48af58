"""LF010: whoever works as a person reads no column in clear that names people."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import access_of, certainty
from policies.resources import Resource, Resources
from policies.rule import StackRule

CLASSIFICATION, PII = "classification", "pii"
ZONE = "zone"
PROTECTED_ZONES = frozenset({"encrypted", "masked"})
"""Where values stand masked or encrypted; without the tag a table's values stand in clear."""

_READING = ("lake-formation", "iam")
"""Ways on which an engine reads; who reads the files themselves breaks LF012 with every column."""


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    access = access_of(resources)
    excused = access.registration_roles | access.deployers
    for row in access.rows(*_READING):
        if row.principal in excused:
            continue
        # The bucket must agree: a tag on the table alone masks nothing.
        if {access.tag_of(row, ZONE), *access.zones_of(row)} <= PROTECTED_ZONES:
            continue
        if access.works_for_a_service(row.principal) or access.is_tenant(row.principal):
            continue
        if columns := access.columns_of(row, CLASSIFICATION, PII):
            named = ", ".join(f"`{column}`" for column in columns)
            what = f"read {named} of `{row.resource}` in clear: {access.path(row)}"
            yield access.cause(row), f"`{row.principal}` {certainty(row)} {what}"


RULE = StackRule(
    id="LF010",
    claim="no-persona-reads-pii-in-clear",
    why="what names people is for jobs that mask or encrypt it, and not for eyes",
    source="systems C5, A6, K24; semantics B7, B8",
    fix="leave these columns out of the grant, or grant the masked or encrypted table",
    check=_breaches,
)
