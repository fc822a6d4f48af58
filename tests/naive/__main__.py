"""`python -m tests.naive`: the access model against the second opinion on every cell of every small lake."""

from __future__ import annotations

import click

from tests.naive.comparison import differences
from tests.naive.universe import CELLS, lakes

SHOWN = 20


@click.command()
@click.pass_context
def main(context):
    """Compare, say how many cells were, and show the first differences; 1 where there is one."""
    compared = found = 0
    for estate in lakes():
        compared += CELLS
        for difference in differences(estate):
            found += 1
            if found <= SHOWN:
                click.echo(repr(difference))
    click.echo(f"{compared:,} cells, {found:,} differ")
    context.exit(1 if found else 0)


if __name__ == "__main__":
    main()
