"""LF004: every table's data is vended by Lake Formation."""

from __future__ import annotations

from collections.abc import Iterator

from policies.buckets import TABLE, registered_paths
from policies.resources import Resource, Resources
from policies.rule import StackRule


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    registered = [path.rstrip("/") + "/" for path in registered_paths(resources)]
    for table in resources.of(TABLE):
        if table.mapping("targetTable"):
            continue
        location = table.mapping("storageDescriptor").get("location")
        if not isinstance(location, str):
            yield table, "it has no known location, so no registered location can cover it"
            continue
        path = location.partition("://")[2].rstrip("/") + "/"
        if not any(path.startswith(prefix) for prefix in registered):
            yield (
                table,
                f"`{location}` is below no registered location, so its readers need S3 rights of their own",
            )


RULE = StackRule(
    id="LF004",
    claim="tables-stand-under-registered-locations",
    why="outside a registered location Lake Formation vends nothing and filters nothing",
    source="semantics B2-2, B3; docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html",
    fix="register the table's location, or a prefix above it, with a role of its own",
    check=_breaches,
)
