"""AUD001: reading classified data leaves a trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.buckets import bucket_name, classified_buckets, s3_path
from policies.resources import Resource, Resources, as_items, as_mappings
from policies.rule import StackRule

ALL_BUCKETS = ""
"""The path of S3 itself."""


def _breaches(resources: Resources) -> Iterator[tuple[Resource, str]]:
    logged = {
        path
        for trail in resources.of("aws:cloudtrail/trail:Trail")
        if trail.properties.get("enableLogging") is not False
        for prefix in _logged(trail)
        if (path := s3_path(prefix)) is not None
    }
    for bucket in classified_buckets(resources):
        if not any(f"{bucket_name(bucket)}/".startswith(prefix) for prefix in logged):
            yield bucket, "no trail records who reads or writes its objects"


def _logged(trail: Resource) -> Iterator[str]:
    for selector in as_mappings(trail.properties.get("eventSelectors")):
        if selector.get("readWriteType", "All") == "All":
            for data in as_mappings(selector.get("dataResources")):
                if data.get("type") == "AWS::S3::Object":
                    yield from (value for value in as_items(data.get("values")) if isinstance(value, str))
    for selector in as_mappings(trail.properties.get("advancedEventSelectors")):
        yield from _logged_by_fields(as_mappings(selector.get("fieldSelectors")))


def _logged_by_fields(fields: tuple[Mapping[str, object], ...]) -> Iterator[str]:
    by_name = {str(field.get("field")): field for field in fields}
    if "AWS::S3::Object" not in as_items(by_name.get("resources.type", {}).get("equals")):
        return
    if len(by_name) < len(fields) or set(by_name) - {"eventCategory", "resources.type", "resources.ARN"}:
        return  # narrowed further
    arn = by_name.get("resources.ARN")
    if arn is None:
        yield "arn:aws:s3"
    elif not {operator for operator in arn if arn[operator]} - {"field", "startsWiths"}:
        yield from (value for value in as_items(arn["startsWiths"]) if isinstance(value, str))


RULE = StackRule(
    id="AUD001",
    claim="classified-buckets-have-data-events",
    why="without data events a trail shows that a bucket was made and never who read it",
    source="docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
    fix="add the bucket's ARN with a trailing slash to the audit trail's data events, reads and writes",
    check=_breaches,
)
