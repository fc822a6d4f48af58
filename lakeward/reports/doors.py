"""Doors: where each door to a table stands for a principal, a line for each of the two."""

from __future__ import annotations

import io
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from lakeward.access.context import Context
from lakeward.access.engines import Engine
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.querying import can_run
from lakeward.access.reader import Reader
from lakeward.access.reading import Reading
from lakeward.access.truth import Truth, possibly, surely

_WIDTH = 120
_DOORS = {
    "catalog": "Glue GetTable",
    "grant": "Lake Formation data permission",
    "vending": "Lake Formation GetDataAccess",
}
"""The doors that are the principal's own, by the heads of their columns; behind them is the registration role."""


@dataclass(frozen=True)
class DoorRow:
    """
    The doors between one principal and one table: each `open`, `possible` or `shut`.

    `catalog`: it may ask Glue for the table. `grant`: Lake Formation grants it something there. `vending`: it may ask
    for credentials. `query`: it can run queries at all. `objects`: it reads the files past Lake Formation.
    """

    principal: str
    account: str
    """The account that the table is of."""
    table: str
    """`database.table`."""
    states: tuple[tuple[str, str], ...]
    """(door, state), in the order in which a query passes them; `objects` stands beside that way."""
    reads: str
    """What comes out: a count of columns, with the rows where they are filtered; empty where nothing does."""


def doors(
    prepared: PreparedEstate, principals: Iterable[str], tables: Container[str] | None = None
) -> tuple[DoorRow, ...]:
    """
    Return where the doors of tables stand for principals, sorted.

    Args:
        prepared: The estate.
        principals: ARNs.
        tables: `account/region/database.table`, as an access row names it; default: every table.

    """
    rows: list[DoorRow] = []
    for principal in sorted(principals):
        caller = prepared.caller(principal)
        if caller is not None:
            rows += _rows(prepared, caller, principal, tables)
    return tuple(rows)


def _rows(prepared: PreparedEstate, caller: Caller, principal: str, tables: Container[str] | None) -> Iterator[DoorRow]:
    through_athena = Reader(prepared, caller, Engine.ATHENA, Context())
    by_objects = Reader(prepared, caller, Engine.OBJECTS, Context())
    for place, catalog in sorted(prepared.catalogs.items()):
        # Queries run where the principal is at home, also those on another account's tables.
        home = (caller.principal.account or place[0], place[1])
        query = _state(can_run(prepared, caller, home).truth)
        for name, table in sorted(catalog.tables.items()):
            if table.link is not None:
                continue
            if tables is not None and "/".join((*place, table.shown_name)) not in tables:
                continue
            reading = through_athena.read(place, name)
            found = {door.name: door.truth for door in reading.doors}
            yield DoorRow(
                principal=principal,
                account=place[0],
                table=table.shown_name,
                states=(
                    *((head, _state(found[door])) for head, door in _DOORS.items() if door in found),
                    ("query", query),
                    ("objects", _state(by_objects.read(place, name).truth)),
                ),
                reads=_reads(reading),
            )


def _state(truth: Truth) -> str:
    return "open" if surely(truth) else "possible" if possibly(truth) else "shut"


def _reads(reading: Reading) -> str:
    permissive = not surely(reading.truth)
    columns = reading.columns(permissive=permissive)
    if not columns:
        return ""
    rows = reading.rows(permissive=permissive)
    where = "" if rows is None else f" where {rows if isinstance(rows, str) else 'rows unknown'}"
    maybe = "possibly " if permissive else ""
    return f"{maybe}{len(columns)} column{'' if len(columns) == 1 else 's'}{where}"


def render_doors(rows: Iterable[DoorRow]) -> str:
    """
    Return the doors as a table per database, for a terminal of 120 columns; ends with a line break.

    Principals before whom the same doors stand alike share a line; so do the tables behind them.
    """
    out = io.StringIO()
    console = Console(file=out, width=_WIDTH, color_system=None, highlight=False, markup=False)
    heads = (*_DOORS, "query", "objects")
    listed = list(rows)
    several = len({row.account for row in listed}) > 1
    for (account, database), lines in sorted(_alike(listed).items()):
        title = f"Where each door stands: {database}{f' of {account}' if several else ''}"
        table = Table(title=title, title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False)
        for head in ("principals", "tables", *heads):
            table.add_column(head, no_wrap=True)
        table.add_column("reads", overflow="fold")
        for (tables, states, reads), principals in lines.items():
            shown = dict(states)
            names = (_name(principal, account) for principal in principals)
            table.add_row(
                "\n".join(names), "\n".join(tables), *(shown.get(head, "-") for head in heads), reads or "nothing"
            )
            table.add_section()
        console.print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _name(principal: str, account: str) -> str:
    """Return what to call a principal beside an account's tables: one of another account with that account's id."""
    name, home = principal.rpartition("/")[2], principal.split(":")[4]
    return name if home == account else f"{name} of {home}"


_States = tuple[tuple[str, str], ...]
_Line = tuple[tuple[str, ...], _States, str]
"""Tables of one database, where their doors stand, and what is read of each."""


def _alike(rows: Iterable[DoorRow]) -> dict[tuple[str, str], dict[_Line, list[str]]]:
    """Return for each database its lines, in the order of their first principals, with the principals of each."""
    tables: dict[tuple[tuple[str, str], str, _States, str], list[str]] = {}
    for row in rows:
        database, _, table = row.table.rpartition(".")
        tables.setdefault(((row.account, database), row.principal, row.states, row.reads), []).append(table)
    found: dict[tuple[str, str], dict[_Line, list[str]]] = {}
    for (place, principal, states, reads), names in tables.items():
        found.setdefault(place, {}).setdefault((tuple(names), states, reads), []).append(principal)
    return found
