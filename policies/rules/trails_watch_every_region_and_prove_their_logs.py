"""AUD002: a trail sees every Region, and shows when its log was touched."""

from __future__ import annotations

from collections.abc import Iterator

from policies.resources import Resource
from policies.rule import ResourceRule


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:cloudtrail/trail:Trail":
        return
    if not resource.flag("isMultiRegionTrail"):
        yield "what is done in another Region leaves no trace"
    if not resource.flag("enableLogFileValidation"):
        yield "whoever can write its bucket can change or remove a log file without a trace"
    if resource.properties.get("enableLogging") is False:
        yield "it is switched off"
    if resource.properties.get("includeGlobalServiceEvents") is False:
        yield "it leaves out IAM and STS, where rights are changed and taken"


RULE = ResourceRule(
    id="AUD002",
    claim="trails-watch-every-region-and-prove-their-logs",
    why="an attacker goes where nobody looks, and then removes the trace",
    source="docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html; systems C7",
    fix="set `isMultiRegionTrail` and `enableLogFileValidation`, and leave logging and global events on",
    check=_breaches,
)
