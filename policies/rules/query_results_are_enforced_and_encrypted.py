"""ENC007: no query leaves its results where and how its author likes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policies.resources import Resource
from policies.rule import ResourceRule


def _breaches(resource: Resource) -> Iterator[str]:
    if resource.type != "aws:athena/workgroup:Workgroup":
        return
    configuration = resource.mapping("configuration")
    if configuration.get("enforceWorkgroupConfiguration") not in (None, True):
        yield "whoever queries chooses where the results go, and whether they are encrypted"
    results = _object(configuration, "resultConfiguration")
    if not results.get("outputLocation"):
        yield "it names no place for results, so whoever queries chooses one"
    encryption = _object(results, "encryptionConfiguration")
    if encryption.get("encryptionOption") not in ("CSE_KMS", "SSE_KMS") or not encryption.get("kmsKeyArn"):
        yield "its results are copies of what tables hold, without a key that says who reads them"


def _object(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


RULE = ResourceRule(
    id="ENC007",
    claim="query-results-are-enforced-and-encrypted",
    why="the result of a query is a copy in clear of what its author may read, and others find it",
    source="semantics B20; systems C5, K26",
    fix="set `enforceWorkgroupConfiguration`, a result location of its own, and `SSE_KMS` with the results' key",
    check=_breaches,
)
