"""The option `--on`: the day on which exemptions are judged, an input like any other."""

from __future__ import annotations

from datetime import date, datetime, timezone

import click

from lakeward.errors import InvalidIdentifierError
from lakeward.identifiers import CalendarDate


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date:
    """Return the day of an option, today (in UTC) where it is left out."""
    if value is None:
        return datetime.now(timezone.utc).date()
    try:
        return CalendarDate(value).day
    except InvalidIdentifierError as error:
        raise click.BadParameter(str(error)) from error


on_day = click.option(
    "--on", metavar="YYYY-MM-DD", callback=_day, help="The day on which exemptions are judged; default: today."
)
"""The option of commands and targets that judge by the day."""
