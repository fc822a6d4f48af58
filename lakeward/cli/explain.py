"""`lakeward explain`: why a principal can or can't."""

from __future__ import annotations

import click
import msgspec

from lakeward.access.cases import read_caller
from lakeward.access.context import Context, read_context
from lakeward.access.engines import Engine
from lakeward.access.prepared import PreparedEstate
from lakeward.errors import EstateError, Problem, UsageError, quote
from lakeward.estate import read_estate
from lakeward.estate.sources import open_sources
from lakeward.reports.explanation import Explanation, explain_read, explain_request
from lakeward.reports.untrusted import on_terminal


@click.command("explain")
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@click.option("--principal", required=True, metavar="ARN", help="Who: the ARN of a role, user or session.")
@click.option("--read", metavar="DB.TABLE", help="Which table it would read.")
@click.option("--through", type=click.Choice([engine.value for engine in Engine]), default=Engine.ATHENA.value)
@click.option("--account", metavar="ID", help="The table's account, where the estate has several.")
@click.option("--region", metavar="NAME", help="The table's Region, where the estate has several.")
@click.option("--action", metavar="A", help="Which action it would do, such as s3:GetObject.")
@click.option("--resource", metavar="ARN", help="On which resource.")
@click.option("--context", "given", multiple=True, metavar="KEY=VALUE", help="What only the request knows.")
@click.option("--format", "form", type=click.Choice(["json", "text"]), default="text", show_default=True)
def command(  # noqa: PLR0913, PLR0917  # one parameter per option
    sources: tuple[str, ...],
    principal: str,
    read: str | None,
    through: str,
    account: str | None,
    region: str | None,
    action: str | None,
    resource: str | None,
    given: tuple[str, ...],
    form: str,
) -> None:
    """
    Say why a principal can or can't, door by door, and the smallest change that would turn the answer.

    Ask with --read DB.TABLE, or with --action and --resource. SOURCE as in `lakeward estate`.
    """
    if not sources:
        raise UsageError("lakeward explain", "no source is named", "name one, as in `lakeward explain stack:dev`")
    if (read is None) == (action is None) or (action is None) != (resource is None):
        raise UsageError("lakeward explain", "it needs one question", "give --read, or --action with --resource")
    prepared = PreparedEstate(read_estate(open_sources(sources), " ".join(sources)))
    problems: list[Problem] = []
    caller = read_caller(principal, prepared, "--principal", problems)
    context = _context(given)
    if problems or caller is None:
        raise EstateError(problems)
    if read is not None:
        place, name = _place(prepared, account, region), _table(read)
        explanation = explain_read(prepared, caller, place, name, engine=Engine(through), context=context)
    else:
        explanation = explain_request(prepared, caller, action or "", resource or "", context)
    click.echo(_rendered(explanation, form))


def _rendered(explanation: Explanation, form: str) -> str:
    if form == "text":
        return "\n".join(on_terminal(explanation.lines()))
    return msgspec.json.format(msgspec.json.encode(explanation.to_json(), order="sorted"), indent=2).decode()


def _context(given: tuple[str, ...]) -> Context:
    pairs: dict[str, str] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not key:
            raise UsageError("--context", f"{quote(text)} is no condition key with a value", "write KEY=VALUE")
        pairs[key] = value
    return read_context(pairs, "--context", [])


def _table(text: str) -> tuple[str, str]:
    database, dot, table = text.partition(".")
    if not (database and dot and table):
        raise UsageError("--read", f"{quote(text)} names no table", "write DATABASE.TABLE")
    return database, table


def _place(prepared: PreparedEstate, account: str | None, region: str | None) -> tuple[str, str]:
    found = [
        place
        for place in prepared.catalogs
        if (account is None or place[0] == account) and (region is None or place[1] == region)
    ]
    if len(found) == 1:
        return found[0]
    if account is not None and region is not None:
        return account, region
    known = ", ".join("/".join(place) for place in sorted(prepared.catalogs)) or "none"
    raise UsageError("--account", f"the table could stand in several places: {known}", "give --account and --region")
