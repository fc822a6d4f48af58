"""`python -m local.aws`: serve in the foreground, until SIGTERM or SIGINT."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lakeward.errors import LakewardError
from local.aws.serving import serve


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where the instance's credentials and port are written; nobody else may read it.",
)
@click.option("--detach", is_flag=True, help="Serve in the background, without a terminal.")
@click.option("--hostile", type=int, metavar="SEED", help="For tests: serve with all the troubles a real AWS can make.")
@click.option(
    "--judged", metavar="ROLE", help="For tests: hold roles of this name to their policies, and note their calls."
)
def main(folder: Path, *, detach: bool, hostile: int | None, judged: str | None) -> None:
    """Serve an embedded AWS on a free port of 127.0.0.1."""
    try:
        serve(folder, detach=detach, hostile=hostile, judged=judged)
    except LakewardError as error:
        for line in error.lines():
            click.echo(line, err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
