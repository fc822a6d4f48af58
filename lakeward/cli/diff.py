"""`lakeward diff`: who gains and who loses access."""

from __future__ import annotations

import gc

import click

from lakeward.access.difference import difference
from lakeward.estate.sources import open_sources
from lakeward.reports.review import FORMATS, render_review, review
from lakeward.reports.review.redaction import redacted

_FAILING = 1
"""The answer is a finding (`contracts.md` section 1)."""


@click.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(["gained"]), help="End with code 1 where access is gained, or may be.")
@click.option("--redact", is_flag=True, help="Replace accounts, names and literals by pseudonyms.")
def command(before: str, after: str, form: str, fail_on: str | None, redact: bool) -> int:  # noqa: FBT001  # click passes options so
    """
    Say who gains and who loses access from BEFORE to AFTER, by which change, each gain with a case that proves it.

    Both are sources as in `lakeward estate`: such as `lakeward diff git:main:dev stack:dev`. What is spelled otherwise
    and changes nobody's access is no difference.
    """
    gc.disable()  # what is made is kept to the end: looking for garbage is in vain
    try:
        was, is_now = open_sources([before]), open_sources([after])
        found = difference(was, is_now)
        shown = redacted(found, (was, is_now)) if redact else found
        names = ("before", "after") if redact else (before, after)
        click.echo(render_review(review(shown, *names, is_now), form), nl=False)
    finally:
        gc.enable()
    return _FAILING if fail_on and found.has_gains else 0
