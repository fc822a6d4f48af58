"""
The review of a change: who gains and who loses access, in lines as a reviewer thinks.

By principal, then by dataset; what one cause gives on many tables is one line with a count, and so are principals
who gain the same by it. What may hurt most stands first. Renderers only show this value: a format is one file more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from lakeward.access.access_row import AccessRow, Path
from lakeward.access.difference import AccessChange, AccessDifference, Cells
from lakeward.access.reading import rows_to_json
from lakeward.estate.digest import digest_of
from lakeward.estate.sources.changes import EntryChange
from lakeward.reports.findings import Findings
from lakeward.reports.review.entries import alike, short, told_together
from lakeward.reports.review.picture import Picture

_MOST_CAUSES = 6
_MOST_COLUMNS = 6
_MOST_TABLES = 4
_MOST_NAMES = 5


class Standing(str, Enum):
    """What becomes of access, as a section of the review; in the order in which they are shown."""

    GAINED = "gained"
    SURER = "now certain"
    POSSIBLE = "possibly gained"
    UNKNOWN = "unknown"
    LOST = "lost"
    LESS_SURE = "possibly lost"


@dataclass(frozen=True)
class Line:
    """What one cause does to the same access of one principal, or of several alike."""

    standing: Standing
    principals: tuple[str, ...]
    """Sorted; ARNs, or what outsiders are called."""
    what: str
    """What they can do, from a verb on."""
    causes: tuple[str, ...]
    """Which changed resources it comes from."""
    missing: tuple[str, ...]
    """What would have to be known to be certain."""
    changes: tuple[AccessChange, ...]
    """Everything the line stands for."""
    family: str
    """The kind of access, of `FAMILIES`."""

    @property
    def severity(self) -> int:
        """Its place among the kinds of access, the most severe first."""
        return FAMILIES.index(self.family)

    @property
    def witness(self) -> Mapping[str, Any] | None:
        """A case that proves a gain, of its first row that has one."""
        if self.standing not in GAINS:
            return None
        return next((change.witness for change in self.changes if change.witness is not None), None)

    @property
    def who(self) -> str:
        """The principals, by name; a few of many."""
        names = [short(principal) for principal in self.principals]
        more = len(names) - _MOST_NAMES
        return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")

    def __str__(self) -> str:
        """Return the line without its cause."""
        return f"{self.who} {self.what}"


@dataclass(frozen=True)
class Review:
    """A whole review."""

    before: str
    """What the earlier estate was read from."""
    after: str
    difference: AccessDifference
    lines: tuple[Line, ...]
    """In the order of `Standing`, most severe first."""
    digest: str
    """SHA-256 of the later estate: what this review is of."""
    findings: tuple[Findings, ...] = ()
    """What the policy pack has against the stacks, one for each that was judged."""
    picture: Picture | None = None
    """All access after the change; only formats that show it need it."""
    notices: tuple[str, ...] = ()
    """What a reviewer reads before the verdict: on what it rests."""

    def of(self, *standings: Standing) -> tuple[Line, ...]:
        """Return the lines of some sections."""
        return tuple(line for line in self.lines if line.standing in standings)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken for granted, and what couldn't be told."""
        unproven = self.difference.unproven
        told = [f"Assumed: {assumption}" for assumption in self.difference.assumptions]
        if unproven:
            rows = _counted(unproven, "gained row is", "gained rows are")
            told.append(f"{rows} of what {self.before} doesn't describe: whether it was there before isn't known")
        return tuple(told)

    @property
    def verdict(self) -> str:
        """The answer in one line."""
        found = self.difference
        count = len(found.entries)
        differ = f"{count} resource{' differs' if count == 1 else 's differ'}"
        if found.is_empty:
            return f"No change in access: {differ}, {_counted(found.unchanged, 'access is', 'accesses are')} as before."
        parts = [
            f"{standing.value} {sum(len(line.changes) for line in self.of(standing))}"
            for standing in Standing
            if self.of(standing)
        ]
        who = {principal for line in self.of(*GAINS) for principal in line.principals}
        head = f"Access gained by {_counted(len(who), 'principal', 'principals')}" if who else "No access gained"
        return f"{head}: {', '.join(parts)}; unchanged {found.unchanged:,}. {differ[:1].upper()}{differ[1:]}."

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4, and beside it what the review is of."""
        found = [findings.to_json() for findings in self.findings]
        return {
            **self.difference.to_json(),
            "before": self.before,
            "after": self.after,
            "digest": self.digest,
            "entries": [
                {"entry": str(change.place), "change": change.kind.value} for change in self.difference.entries
            ],
            "verdict": self.verdict,
            **({"findings": found} if found else {}),
            **({"notices": list(self.notices)} if self.notices else {}),
        }


GAINS = (Standing.GAINED, Standing.SURER, Standing.POSSIBLE)
"""The sections in which somebody can do more, or may."""


def review(  # noqa: PLR0913 - a review has this many sides
    found: AccessDifference,
    before: str,
    after: str,
    document: Mapping[str, Any],
    *,
    findings: Iterable[Findings] = (),
    picture: Picture | None = None,
    notices: Iterable[str] = (),
) -> Review:
    """
    Return the review of a difference.

    Args:
        found: The difference.
        before: What the earlier estate was read from.
        after: What the later one was.
        document: The later estate.
        findings: What the policy pack has against the stacks that the later one was read from.
        picture: All access after the change, for formats in `PICTURED`.
        notices: What stands before the verdict, in sentences.

    """
    lines = tuple(sorted(_lines(found), key=_order))
    judged = tuple(sorted(findings, key=lambda one: one.stack))
    return Review(before, after, found, lines, digest_of(document), judged, picture, tuple(notices))


@dataclass(frozen=True)
class _Part:
    """One row's change as one thing that may be told: a row may gain some columns and lose others."""

    standing: Standing
    change: AccessChange
    cells: Cells


def _parts(found: AccessDifference) -> Iterator[_Part]:
    for change in (*found.gained, *found.lost, *found.changed):
        row = change.row
        whole = Cells(row.columns, row.rows)
        if change.gained is not None:
            yield _Part(Standing.GAINED if change.is_certain else Standing.POSSIBLE, change, change.gained)
        if change.lost is not None:
            yield _Part(Standing.LOST, change, change.lost)
        if change.certainty is not None:
            yield _Part(Standing.SURER if change.is_gain else Standing.LESS_SURE, change, whole)
    for change in found.unknown:
        yield _Part(Standing.UNKNOWN, change, Cells(change.row.columns, change.row.rows))


@dataclass(frozen=True)
class _Group:
    """What one cause does to one kind of access."""

    standing: Standing
    family: str
    causes: tuple[str, ...]


def _lines(found: AccessDifference) -> Iterator[Line]:
    by_principal: dict[tuple[str, _Group], list[_Part]] = {}
    for part in _parts(found):
        row = part.change.row
        causes = tuple(dict.fromkeys(alike(change) for change in part.change.causes))
        group = _Group(part.standing, _family(row, found.registration_roles), causes)
        by_principal.setdefault((row.principal, group), []).append(part)
    # Principals to whom the same happens by the same cause share a line.
    together: dict[tuple[_Group, str], list[AccessChange]] = {}
    for (_, group), parts in by_principal.items():
        changes = together.setdefault((group, _what(group.family, parts)), [])
        changes += [part.change for part in parts]
    for (group, what), alike_changes in together.items():
        yield Line(
            standing=group.standing,
            principals=tuple(sorted({change.row.principal for change in alike_changes})),
            what=what,
            causes=_told_causes(_distinct(change.causes for change in alike_changes)),
            missing=tuple(dict.fromkeys(why for change in alike_changes for why in change.missing)),
            changes=tuple(alike_changes),
            family=group.family,
        )


def _told_causes(changes: list[EntryChange]) -> tuple[str, ...]:
    told = told_together(changes)
    more = len(told) - _MOST_CAUSES
    return (*told[:_MOST_CAUSES], *([f"and {_counted(more, 'more change', 'more changes')}"] if more > 0 else ()))


def _distinct(lists: Iterable[Iterable[EntryChange]]) -> list[EntryChange]:
    return list(dict.fromkeys(change for changes in lists for change in changes))


# The families of access, the most severe first: what passes by every later control, then who may hand it out.
FAMILIES = (
    *("objects", "outside", "administration", "assume", "delegable", "key", "database", "reads", "metadata"),
    "vending",
)
"""The kinds of access."""


def _family(row: AccessRow, registration_roles: frozenset[str]) -> str:
    if row.path is Path.OBJECTS and row.principal in registration_roles:
        return "vending"
    if row.path in (Path.LAKE_FORMATION, Path.IAM):
        return "reads"
    if row.path is Path.OBJECTS:
        return "objects" if not row.resource.startswith("arn:") else "outside"
    return str(row.path.value)


def _order(line: Line) -> tuple[object, ...]:
    return (list(Standing).index(line.standing), line.severity, -len(line.changes), line.principals, line.what)


_VERBS = {
    "reads": "read",
    "metadata": "see the columns of, without reading them,",
    "delegable": "grant to others",
    "objects": "read past Lake Formation the objects of",
    "vending": "read for Lake Formation the objects of",
}


def _what(family: str, parts: list[_Part]) -> str:
    """Return what some rows of one principal are about, from a verb on."""
    may = _MAY[parts[0].standing]
    verb = _VERBS.get(family)
    if verb is not None:
        return f"{may} {verb} {_tables(parts)}"
    if family == "assume":
        roles = sorted({short(part.change.row.resource) for part in parts})
        return f"{may} work as {_some(roles, 'role')}"
    if family == "database":
        logins = sorted({part.change.row.resource.partition(":dbuser:")[2] for part in parts})
        return f"{may} log in to the database as {_some(logins, 'login')}"
    if family == "key":
        keys = sorted({part.change.row.resource.rpartition(":")[2] for part in parts})
        return f"{may} decrypt with {_some(keys, 'key')}"
    by_resource: dict[str, set[str]] = {}
    for part in parts:
        by_resource.setdefault(part.change.row.resource, set()).add(part.change.row.verb)
    told = [f"{', '.join(sorted(verbs))} on {resource}" for resource, verbs in sorted(by_resource.items())]
    return f"{may} do {_some(told, 'thing')}"


_MAY = {
    Standing.GAINED: "can newly",
    Standing.POSSIBLE: "may newly be able to",
    Standing.SURER: "can now for certain",
    Standing.LOST: "can no longer",
    Standing.LESS_SURE: "can no longer for certain",
    Standing.UNKNOWN: "may still, or in another way,",
}


def _tables(parts: list[_Part]) -> str:
    by_table: dict[str, list[_Part]] = {}
    for part in parts:
        by_table.setdefault(part.change.row.resource, []).append(part)
    if len(by_table) <= _MOST_TABLES:
        return "; ".join(_table(name, found) for name, found in sorted(by_table.items()))
    databases: dict[str, int] = {}
    for name in by_table:
        database = name.rpartition("/")[2].partition(".")[0]
        databases[database] = databases.get(database, 0) + 1
    told = [f"{database} ({count})" for database, count in sorted(databases.items(), key=lambda one: (-one[1], one[0]))]
    return f"{len(by_table):,} tables: {_some(told, 'database')}"


def _table(name: str, parts: list[_Part]) -> str:
    cells = " and ".join(_told_cells(part) for part in parts)
    return f"{name.rpartition('/')[2]} {cells}".rstrip()


def _told_cells(part: _Part) -> str:
    columns, rows = part.cells.columns, rows_to_json(part.cells.rows)
    more = len(columns) - _MOST_COLUMNS
    shown = (
        f"({', '.join(columns[:_MOST_COLUMNS])}{f' and {more} more columns' if more > 0 else ''})" if columns else ""
    )
    if rows is None:
        where = ""
    else:
        where = f"where {rows}" if isinstance(rows, str) else f"in rows that aren't known: {rows['unknown']}"
    before = part.change.before
    was = ""
    if before is not None and part.standing in GAINS and before.rows != part.cells.rows and before.rows is not None:
        earlier = rows_to_json(before.rows)
        was = f"(was: where {earlier})" if isinstance(earlier, str) else ""
        where = where or "in all rows"
    return " ".join(word for word in (shown, where, was) if word)


def _some(names: list[str], noun: str) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (
        f" and {_counted(more, f'more {noun}', f'more {noun}s')}" if more > 0 else ""
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
