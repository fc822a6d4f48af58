"""Doors: where each door to a table stands for a principal, a line for each of the two."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
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


def doors(prepared: PreparedEstate, principals: Iterable[str]) -> tuple[DoorRow, ...]:
    """Return where the doors of every table stand for these principals (ARNs), sorted."""
    rows: list[DoorRow] = []
    for principal in sorted(principals):
        caller = prepared.caller(principal)
        if caller is not None:
            rows += _rows(prepared, caller, principal)
    return tuple(rows)


def _rows(prepared: PreparedEstate, caller: Caller, principal: str) -> Iterator[DoorRow]:
    through_athena = Reader(prepared, caller, Engine.ATHENA, Context())
    by_objects = Reader(prepared, caller, Engine.OBJECTS, Context())
    for place, catalog in sorted(prepared.catalogs.items()):
        # Queries run where the principal is at home, also those on another account's tables.
        home = (caller.principal.account or place[0], place[1])
        query = _state(can_run(prepared, caller, home).truth)
        for name, table in sorted(catalog.tables.items()):
            if table.link is not None:
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
    Return the doors as a table for a terminal of 120 columns; ends with a line break.

    Tables before which the same doors of a principal stand alike share a line.
    """
    out = io.StringIO()
    table = Table(title="Where each door stands", title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False)
    heads = (*_DOORS, "query", "objects")
    for head in ("principal", "tables", *heads):
        table.add_column(head, no_wrap=True)
    table.add_column("reads", overflow="fold")
    before = ""
    listed = list(rows)
    several = len({row.account for row in listed}) > 1
    for (principal, states, reads), tables in _alike(listed).items():
        name = "" if principal == before else _name(principal, several=several)
        before = principal
        shown = dict(states)
        table.add_row(name, "\n".join(tables), *(shown.get(head, "-") for head in heads), reads or "nothing")
    Console(file=out, width=_WIDTH, color_system=None, highlight=False, markup=False).print(table)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _name(principal: str, *, several: bool) -> str:
    name = principal.rpartition("/")[2]
    return f"{name}\n  of {principal.split(':')[4]}" if several else name


def _alike(rows: Iterable[DoorRow]) -> dict[tuple[str, tuple[tuple[str, str], ...], str], list[str]]:
    """Return the tables before which a principal's doors stand alike; another account's are counted."""
    found: dict[tuple[str, tuple[tuple[str, str], ...], str], dict[str, list[str]]] = {}
    for row in rows:
        by_account = found.setdefault((row.principal, row.states, row.reads), {})
        by_account.setdefault(row.account, []).append(row.table.partition(".")[2])
    return {
        alike: [label for account, tables in by_account.items() for label in _labels(alike[0], account, tables)]
        for alike, by_account in found.items()
    }


def _labels(principal: str, account: str, tables: list[str]) -> list[str]:
    if account == principal.split(":")[4]:
        return tables
    return [f"{account}: {tables[0] if len(tables) == 1 else f'{len(tables)} tables'}"]
