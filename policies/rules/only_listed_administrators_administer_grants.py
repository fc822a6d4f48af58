"""LF011: nobody but the listed administrators decides who gets access."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import access_of, certainty, hangs_on_the_unknown
from policies.resources import Resource, Resources
from policies.rule import StackRule

_ADMINISTERING = ("glue:PutResourcePolicy", "lakeformation:")
"""What changes who has access to the catalog. Grant options are LF003's; roles, keys and buckets IAM006's."""


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    access = access_of(resources)
    for row in access.rows("administration"):
        administers = row.verb.startswith(_ADMINISTERING)
        if not administers or row.principal in access.administrators or hangs_on_the_unknown(row):
            continue
        path = access.path(row)
        yield (
            access.cause(row),
            f"`{row.principal}` {certainty(row)} {row.verb} on `{row.resource}`{f': {path}' if path else ''}",
        )


RULE = StackRule(
    id="LF011",
    claim="only-listed-administrators-administer-grants",
    why="whoever can give access has it, and the list of administrators is where a review looks",
    source="semantics B5-1, B10; systems C5, K23",
    fix="take the right away, or list the principal among the administrators",
    check=_breaches,
)
