"""`lakeward matrix`: who can do what."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator

import click
from rich.console import Console
from rich.progress import Progress

from lakeward.access.matrix import matrix
from lakeward.access.prepared import PreparedEstate
from lakeward.errors import UsageError
from lakeward.estate import read_estate
from lakeward.estate.sources import open_sources
from lakeward.reports.matrix import RENDERERS, render_matrix

_LARGE = 50
"""Principals from which on progress is worth showing."""


@click.command("matrix")
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="text", show_default=True)
def command(sources: tuple[str, ...], form: str) -> None:
    """
    Say who can do what: principals, tables, columns and rows, and the paths past Lake Formation.

    SOURCE as in `lakeward estate`; several are merged.
    """
    if not sources:
        raise UsageError("lakeward matrix", "no source is named", "name one, as in `lakeward matrix stack:dev`")
    gc.disable()  # what is made is kept to the end, a million values on a large lake: looking for garbage is in vain
    try:
        prepared = PreparedEstate(read_estate(open_sources(sources), " ".join(sources)))
        click.echo(render_matrix(matrix(prepared, _progress), form), nl=False)
    finally:
        gc.enable()


def _progress(principals: Iterable[str]) -> Iterator[str]:
    """Show on a terminal's standard error how far it is, where it takes a while."""
    listed = list(principals)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=len(listed) < _LARGE or not console.is_terminal) as bar:
        yield from bar.track(listed, description="principals")
