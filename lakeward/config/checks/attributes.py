"""
Attributes: tags that this stack alone sets, and grants that choose principals by them (`semantics.md` B11).

They never choose rows: on a table that tenants share, a grant by attributes goes through a data cells filter (B11-7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakeward.config.checks.grants import in_clear, on_table, table_of
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, twice
from lakeward.errors import InvalidIdentifierError, quote
from lakeward.identifiers import AttributeName
from lakeward.model import Administration, AttributeGrant, Isolation, Persona, PersonaKind


def check(draft: Draft) -> Iterator[Finding]:
    for p, persona in enumerate(draft.config.personas):
        yield from _of_persona(("personas", p, "attributes"), persona)
    for g, grant in enumerate(draft.config.attribute_grants):
        loc: Loc = ("attributeGrants", g)
        yield from on_table(draft, loc, grant, for_people=True)
        yield from in_clear(draft, loc, grant)
        yield from twice((*loc, "permissions"), grant.permissions)
        for name, values in grant.attributes.items():
            yield from twice((*loc, "attributes", name), values)
        yield from _on_tenants_table(draft, loc, grant)
    yield from _names(draft)


def _of_persona(loc: Loc, persona: Persona) -> Iterator[Finding]:
    if not persona.attributes:
        return
    if persona.kind is PersonaKind.EXTERNAL:
        yield Finding(loc, "the tags of an external role are set where it is made", "remove it, or set another `kind`")
    if persona.administration is not Administration.NONE:
        yield Finding(
            loc,
            f"a {quote(persona.administration)} administrator has no data grants, by attributes neither (K23)",
            "remove them, or give them to another persona",
        )


def _on_tenants_table(draft: Draft, loc: Loc, grant: AttributeGrant) -> Iterator[Finding]:
    isolation = next((found.isolation for found in draft.config.databases if found.name == grant.database), None)
    if isolation is not None and isolation.apart:
        yield Finding(
            (*loc, "database"),
            f"{quote(grant.database)} is a template: each tenant has its own, which it alone reads",
            "remove the grant",
        )
    if isolation is not Isolation.POOL or grant.permissions == ("DESCRIBE",):
        return
    table = table_of(draft, grant.database, grant.table)
    if grant.filter is None:
        yield Finding(
            (*loc, "filter"),
            f"{quote(grant.table)} holds every tenant's rows, and attributes choose who reads, never which rows",
            "name a data cells filter of the table",
        )
    elif any(found.name == grant.filter and found.rows is None for found in (table.filters if table else ())):
        yield Finding(
            (*loc, "filter"),
            f"{quote(grant.filter)} keeps all rows, and {quote(grant.table)} holds every tenant's",
            "name a filter with `rows`",
        )


def _names(draft: Draft) -> Iterator[Finding]:
    """Find names that are none, or spelled in two ways: IAM folds their letter case, Cedar compares it."""
    seen: dict[str, tuple[str, Loc]] = {}
    for loc, name in _named(draft):
        try:
            AttributeName(name)
        except InvalidIdentifierError as error:
            yield Finding((*loc, name), error.problem, error.remedy)
            continue
        first, where = seen.setdefault(name.casefold(), (name, loc))
        if first != name:
            yield Finding(
                (*loc, name),
                f"{quote(name)} is spelled {quote(first)}",
                "spell it alike everywhere",
                at=(*where, first),
            )


def _named(draft: Draft) -> Iterable[tuple[Loc, str]]:
    for p, persona in enumerate(draft.config.personas):
        for name in persona.attributes:
            yield ("personas", p, "attributes"), name
    for g, grant in enumerate(draft.config.attribute_grants):
        for name in grant.attributes:
            yield ("attributeGrants", g, "attributes"), name
