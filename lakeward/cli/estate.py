"""`lakeward estate`: one or more sources as one estate."""

from __future__ import annotations

import click
import msgspec

from lakeward.errors import UsageError
from lakeward.estate.sources import open_sources


@click.command("estate")
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@click.option("--policy", is_flag=True, help="Print the least IAM policy that `live:ACCOUNT/REGION` needs, and stop.")
def command(sources: tuple[str, ...], policy: bool) -> None:  # noqa: FBT001  # click passes options so
    """
    Turn sources into one estate: what exists, or would exist, in AWS.

    A SOURCE is a file with an estate, a `pulumi preview --json --show-sames` or a `pulumi stack export`; `-` for
    standard input; `stack:NAME`, the stack as its program declares it; `git:REV:NAME`, the same at another
    revision; or `live:ACCOUNT/REGION`, read with your AWS credentials. Several are merged.
    """
    if policy:
        from lakeward.live import reading_policy  # noqa: PLC0415  # boto3 takes longer to import than most need

        _print(reading_policy())
    elif sources:
        _print(open_sources(sources))
    else:
        raise UsageError("lakeward estate", "no source is named", "name one, as in `lakeward estate stack:dev`")


def _print(document: object) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(document, order="sorted"), indent=2))
