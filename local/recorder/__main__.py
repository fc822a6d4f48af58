"""`python -m local.recorder NAME [--project DIR]`: a stack's recording on standard output."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import click
import pulumi

from lakeward.errors import InvalidInputError
from local.recorder import record


def _refuse(lines: Iterable[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(2)


@click.command()
@click.argument("name")
@click.option("--project", type=click.Path(path_type=Path), default=Path(), help="A folder of the project.")
def main(name: str, project: Path) -> None:
    """Write what stack NAME declares as one JSON document; runs offline, without credentials."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            recording = record(project, name)
    except InvalidInputError as error:
        _refuse(error.lines())
    except pulumi.RunError as error:
        _refuse(str(error).splitlines())
    click.echo(json.dumps(recording, indent=2, sort_keys=True, ensure_ascii=False))


if __name__ == "__main__":
    main()
