"""IAM006: nobody but the listed administrators changes roles, keys and buckets that hold access."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access import access_of, certainty, hangs_on_the_unknown
from policies.resources import Resource, Resources
from policies.rule import StackRule

_CHANGING = ("iam:", "kms:", "lambda:", "glue:UpdateJob", "rds:", "s3:")


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    access = access_of(resources)
    for row in access.rows("administration"):
        if (
            row.verb.startswith(_CHANGING)
            and row.principal not in access.administrators
            and not hangs_on_the_unknown(row)
        ):
            yield (
                access.cause(row),
                f"`{row.principal}` {certainty(row)} {row.verb} on `{row.resource}`: {access.path(row)}",
            )


RULE = StackRule(
    id="IAM006",
    claim="only-listed-administrators-change-who-holds-rights",
    why="whoever may change a role, its code, a key's or a bucket's policy has what these give",
    source="semantics A14-6, A15-1, B5-1",
    fix="take the action away, or narrow it to resources that give nobody access",
    check=_breaches,
)
