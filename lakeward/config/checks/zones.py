"""Zones: each once, and those there that something else counts on."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, repeated
from lakeward.errors import quote
from lakeward.model import ZoneName

NEVER_TABLES = frozenset({ZoneName.QUERY_RESULTS, ZoneName.LOGS})
"""Zones that belong to services, not to the catalog."""


def check(draft: Draft) -> Iterator[Finding]:
    config = draft.config
    yield from repeated(((("zones", i, "name"), zone.name) for i, zone in enumerate(config.zones)), "zone")
    if not config.has_zone(ZoneName.LOGS):
        yield Finding(("zones",), "`logs` isn't among them", "add `- name: logs`: access logs and the trail go there")
    for index, zone in enumerate(config.zones):
        retention = config.audit.retention_days if draft.holds(("audit", "retentionDays")) else zone.expire_days
        if zone.name is ZoneName.LOGS and zone.expire_days not in {None, retention}:
            yield Finding(
                ("zones", index, "expireDays"),
                f"{zone.expire_days} contradicts `audit.retentionDays` {retention}",
                "remove it: log files expire as `audit.retentionDays` says",
            )
    yield from _unwatched(draft)
    yield from _missing_for_tables(draft)
    yield from _missing_for_queries(draft)


def _unwatched(draft: Draft) -> Iterator[Finding]:
    """Find zones whose reads and writes nothing would record; the policy pack refuses their buckets."""
    watched = [zone.name for zone in draft.config.zones if zone.name is not ZoneName.LOGS]
    if watched and not draft.config.audit.trail:
        yield Finding(
            ("audit", "trail"),
            f"without it nothing records who reads zone {quote(watched[0])} (AUD001)",
            "remove it: there is a trail unless a lake has no zone but `logs`",
        )


def _missing_for_tables(draft: Draft) -> Iterator[Finding]:
    for d, database in enumerate(draft.config.databases):
        for t, table in enumerate(database.tables):
            loc: Loc = ("databases", d, "tables", t, "zone")
            if table.zone in NEVER_TABLES:
                yield Finding(loc, f"{quote(table.zone)} holds no tables", "choose a zone of data, such as `curated`")
            elif draft.lacks(("zones",), table.zone):
                yield Finding(loc, f"zone {quote(table.zone)} isn't declared", f"add `- name: {table.zone}` to `zones`")


def _missing_for_queries(draft: Draft) -> Iterator[Finding]:
    if not draft.lacks(("zones",), ZoneName.QUERY_RESULTS):
        return
    for index, persona in enumerate(draft.config.personas):
        if persona.queries:
            yield Finding(
                ("personas", index, "queries"),
                f"there is no zone {quote(ZoneName.QUERY_RESULTS)} for its results",
                f"add `- name: {ZoneName.QUERY_RESULTS}` to `zones`",
            )
