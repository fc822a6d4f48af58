"""`python -m tests.soak [PART…]`: the long forms of the tests, one line with a figure for each part."""

from __future__ import annotations

import importlib
import tempfile
import time
from pathlib import Path

import click

PARTS = ("comparison", "fuzz", "grants", "guarded", "hostile", "isolated", "killed", "permitted")
SHOWN = 20


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice(PARTS))
@click.option("--size", type=click.FloatRange(0, min_open=True), default=1.0, help="Share of the full size.")
@click.pass_context
def main(context: click.Context, parts: tuple[str, ...], size: float) -> None:
    """Run the parts, all if none is named; 1 where one fails."""
    failed = False
    for name in parts or PARTS:
        part = importlib.import_module(f"tests.soak.{name}")
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="lakeward-soak-") as folder:
            figure = part.run(size, Path(folder))
        state = "FAILED" if figure.failures else "ok"
        click.echo(f"{name}: {state}: {figure.told} ({time.monotonic() - began:.0f} s)")
        for failure in figure.failures[:SHOWN]:
            click.echo(f"  {failure}")
        failed = failed or bool(figure.failures)
    context.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
