"""Grants: on things that exist, in forms Lake Formation takes, and no wider than the persona's kind may go."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.checks.catalog import columns_of
from lakeward.config.checks.holders import Holder, holders
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, twice
from lakeward.errors import quote
from lakeward.model import (
    Classification,
    DatabaseGrant,
    LocationGrant,
    Table,
    TableGrant,
    TagGrant,
    ZoneName,
)

HARMLESS = frozenset({Classification.PUBLIC, Classification.INTERNAL})
"""Classifications of a table that may be granted whole, so with every column that is added later."""

UNREAD_ZONES = frozenset({ZoneName.RAW, ZoneName.STAGE})
"""Zones that no managed persona reads."""

MASKING_ZONES = frozenset({ZoneName.ENCRYPTED, ZoneName.MASKED})
"""Zones in which what names people stands masked or encrypted."""

IN_CLEAR = "LF010"
"""The pack's rule against people who read what names people in clear; where one is exempt, the pack alone judges."""


def check(draft: Draft) -> Iterator[Finding]:
    for holder in holders(draft):
        for g, grant in enumerate(holder.grants):
            loc: Loc = (*holder.loc, g)
            yield from twice((*loc, "permissions"), getattr(grant, "permissions", ()))
            match grant:
                case TableGrant():
                    yield from _on_table(draft, loc, holder, grant)
                case DatabaseGrant():
                    yield from _on_database(draft, loc, holder, grant)
                case TagGrant():
                    yield from _on_tags(draft, loc, holder, grant)
                case LocationGrant():
                    yield from _on_location(draft, loc, holder, grant)


def _reference(draft: Draft, loc: Loc, above: tuple[str, ...], name: str, noun: str) -> Iterator[Finding]:
    """Find a reference to nothing; things that are written but invalid have their own findings."""
    if draft.lacks(above, name):
        where = f" in {quote('.'.join(above[1::2]))}" if len(above) > 1 else ""
        yield Finding(loc, f"there is no {noun} {quote(name)}{where}", choose(name, draft.written_in(above)))


def table_of(draft: Draft, database: str, table: str) -> Table | None:
    """Return a table that is declared."""
    return next(
        (
            found
            for owner in draft.config.databases
            if owner.name == database
            for found in owner.tables
            if found.name == table
        ),
        None,
    )


def _on_database(draft: Draft, loc: Loc, holder: Holder, grant: DatabaseGrant) -> Iterator[Finding]:
    yield from _reference(draft, (*loc, "database"), ("databases",), grant.database, "database")
    yield from _only_pipelines(loc, holder, grant.permissions, {"CREATE_TABLE", "ALTER"}, "changes the catalog")


def _only_pipelines(
    loc: Loc, holder: Holder, permissions: tuple[str, ...], reserved: set[str], why: str
) -> Iterator[Finding]:
    if not holder.reads_only:
        return
    for index, permission in enumerate(permissions):
        if permission in reserved:
            yield Finding(
                (*loc, "permissions", index),
                f"{quote(permission)} {why}, and {holder.why}",
                "leave it to a `pipeline` persona",
            )


def _on_table(draft: Draft, loc: Loc, holder: Holder, grant: TableGrant) -> Iterator[Finding]:
    yield from on_table(draft, loc, grant, for_people=holder.reads_only)
    if holder.reads_only and holder.reads_itself:
        yield from in_clear(draft, loc, grant)
    if not draft.lacks(("databases",), grant.database):
        # Who may insert or delete may read as well, all columns and rows (`semantics.md` B6-4).
        yield from _only_pipelines(
            loc, holder, grant.permissions, {"INSERT", "DELETE"}, "lets its holder read everything"
        )
        yield from _only_pipelines(loc, holder, grant.permissions, {"ALTER"}, "can point the table elsewhere")


def on_table(draft: Draft, loc: Loc, grant: TableGrant, *, for_people: bool) -> Iterator[Finding]:
    """Judge a grant on a table, whoever it is for: by name, in one form, and for people no wider than they may read."""
    above = ("databases", grant.database, "tables")
    if unknown := list(_reference(draft, (*loc, "database"), ("databases",), grant.database, "database")):
        yield from unknown
        return
    yield from _reference(draft, (*loc, "table"), above, grant.table, "table")
    yield from _form(loc, grant)
    if (table := table_of(draft, grant.database, grant.table)) is None:
        return
    if grant.filter is not None:
        yield from _reference(draft, (*loc, "filter"), (*above, table.name, "filters"), grant.filter, "filter")
    yield from _columns(draft, loc, grant, table)
    if for_people:
        yield from _reach(loc, grant, table)


def in_clear(draft: Draft, loc: Loc, grant: TableGrant) -> Iterator[Finding]:
    """Judge whether people would read columns that name people where they stand in clear (`systems.md` K24)."""
    table = table_of(draft, grant.database, grant.table)
    if table is None or table.zone in MASKING_ZONES | UNREAD_ZONES or _is_exempt(draft):
        return
    naming = {column.name for _, column in columns_of(table) if column.classification is Classification.PII}
    filtered = next((one for one in table.filters if one.name == grant.filter), None)
    granted = [((*loc, "columns", index), name) for index, name in enumerate(grant.columns or ())]
    granted += [((*loc, "filter"), name) for name in (filtered.columns if filtered else ())]
    for where, name in granted:
        if name in naming:
            yield Finding(
                where,
                f"{quote(name)} names people (`pii`), and zone {quote(table.zone)} is for values in clear ({IN_CLEAR})",
                "leave it out, or grant a masked or encrypted table",
            )


def _is_exempt(draft: Draft) -> bool:
    return any(exemption.rule == IN_CLEAR for exemption in draft.config.exemptions)


def _form(loc: Loc, grant: TableGrant) -> Iterator[Finding]:
    narrow = "columns" if grant.columns is not None else "filter"
    if grant.columns is not None and grant.filter is not None:
        yield Finding(
            (*loc, "filter"), "a grant has either `columns` or a `filter`", "keep one: a filter lists its own columns"
        )
    elif getattr(grant, narrow) is not None and grant.permissions != ("SELECT",):
        yield Finding(
            (*loc, "permissions"),
            f"with `{narrow}` only SELECT can be granted (`DESCRIBE` comes with it)",
            f"remove `permissions`, or `{narrow}`",
        )


def _columns(draft: Draft, loc: Loc, grant: TableGrant, table: Table) -> Iterator[Finding]:
    if grant.columns is None:
        return
    yield from twice((*loc, "columns"), grant.columns)
    above = ("databases", grant.database, "tables", table.name)
    keys = {key.name for key in table.partition_keys}
    for index, column in enumerate(grant.columns):
        if column in keys:
            yield Finding(
                (*loc, "columns", index),
                f"{quote(column)} is a partition key, which whoever reads any column can read",
                "leave it out",
            )
        else:
            yield from _reference(draft, (*loc, "columns", index), (*above, "columns"), column, "column")


def _reach(loc: Loc, grant: TableGrant, table: Table) -> Iterator[Finding]:
    if table.zone in UNREAD_ZONES:
        yield Finding(
            (*loc, "table"),
            f"{quote(table.name)} stands in zone {quote(table.zone)}, which no managed persona reads",
            "grant a table of a later zone",
        )
    elif grant.columns is None and grant.filter is None and "SELECT" in grant.permissions:
        sensitive = [c for _, c in columns_of(table) if c.classification not in HARMLESS]
        if sensitive:
            yield Finding(
                (*loc, "columns"),
                f"SELECT on the whole of {quote(table.name)} reaches {quote(sensitive[0].name)}"
                f" (`{sensitive[0].classification}`) and every column added later (K24)",
                "list the columns, or grant by LF-Tags",
            )


def _on_tags(draft: Draft, loc: Loc, holder: Holder, grant: TagGrant) -> Iterator[Finding]:
    here: Loc = (*loc, "tags")
    values = {"zone": draft.zones_with_tables, "classification": frozenset(Classification)}
    for key, words in grant.tags.items():
        yield from twice((*here, key), words)
        if key not in values:
            yield Finding((*here, key), f"there is no LF-Tag {quote(key)}", choose(key, values))
            continue
        for index, word in enumerate(words):
            if word not in values[key]:
                problem = f"LF-Tag {quote(key)} has no value {quote(word)}"
                yield Finding((*here, key, index), problem, choose(word, values[key]))
    if holder.reads_only and "SELECT" in grant.permissions:
        yield from _tag_reach(here, grant)
        if holder.reads_itself and not _is_exempt(draft):
            yield from _tags_in_clear(here, grant)


def _tag_reach(loc: Loc, grant: TagGrant) -> Iterator[Finding]:
    """Judge how far a managed persona's tags reach: both keys, or what is added later flows in (K24)."""
    for key in ("zone", "classification"):
        if key not in grant.tags:
            problem = f"without {quote(key)} it reaches every {key}, also one added later (K24)"
            yield Finding(loc, problem, f"add {quote(key)}")
    for index, word in enumerate(grant.tags.get("zone", ())):
        if word in UNREAD_ZONES:
            yield Finding(
                (*loc, "zone", index), f"no managed persona reads zone {quote(word)}", "name later zones only"
            )


def _tags_in_clear(loc: Loc, grant: TagGrant) -> Iterator[Finding]:
    clear = sorted(set(grant.tags.get("zone", ())) - MASKING_ZONES - UNREAD_ZONES)
    for index, word in enumerate(grant.tags.get("classification", ())):
        if word == Classification.PII and clear:
            yield Finding(
                (*loc, "classification", index),
                f"{quote(word)} names people, and zone {quote(clear[0])} is for values in clear ({IN_CLEAR})",
                "leave it out, or name masked and encrypted zones only",
            )


def _on_location(draft: Draft, loc: Loc, holder: Holder, grant: LocationGrant) -> Iterator[Finding]:
    zones = draft.zones_with_tables
    if grant.location not in zones:
        problem = f"zone {quote(grant.location)} is no data lake location: it holds no tables"
        yield Finding((*loc, "location"), problem, choose(None, zones))
    if holder.reads_only:
        yield Finding(
            (*loc, "location"),
            f"a location is for who creates tables, and {holder.why}",
            "leave it to a `pipeline` persona",
        )
