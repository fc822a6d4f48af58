"""Sharing: with accounts of the organization and never with oneself; links that name something, read by personas."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.checks.overlaps import spelled
from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, choose, repeated, twice
from lakeward.errors import quote
from lakeward.identifiers import AccountId
from lakeward.model import PersonaKind, ResourceLink, Share, SharedTable, TableGrant


def check(draft: Draft) -> Iterator[Finding]:
    if (sharing := draft.config.sharing) is None:
        return
    shares: Loc = ("sharing", "shares")
    yield from repeated((((*shares, i, "principal"), s.principal) for i, s in enumerate(sharing.shares)), "recipient")
    for index, share in enumerate(sharing.shares):
        yield from _recipient(draft, (*shares, index), share)
        yield from _forms((*shares, index), share)
    yield from _names(draft, sharing.links)
    for index, link in enumerate(sharing.links):
        loc: Loc = ("sharing", "links", index)
        yield from _owner(draft, (*loc, "account"), link.account, "a link is to another account's")
        yield from _form(draft, loc, link)
        yield from _readers(draft, loc, link)
        yield from _granted_on(loc, link)
    yield from _granted_twice(sharing.links)


def _recipient(draft: Draft, loc: Loc, share: Share) -> Iterator[Finding]:
    here: Loc = (*loc, "principal")
    unit = share.principal.unit
    if unit is None:
        if share.principal.account is not None:
            yield from _owner(draft, here, share.principal.account, "a share is with another account")
        return
    organization = draft.config.organization
    if organization is None:
        if draft.holds(("organization",)):
            yield Finding(here, f"{quote(share.principal)} is of an organization nobody knows", "add `organization`")
        return
    management = share.principal.split(":")[4]
    if (unit[0], management) != (organization.id, organization.management_account):
        right = f"arn:aws:organizations::{organization.management_account}:ou/{organization.id}/{unit[1]}"
        yield Finding(here, f"{quote(share.principal)} is of another organization", f"write {quote(right)}")


def _owner(draft: Draft, loc: Loc, account: AccountId, why: str) -> Iterator[Finding]:
    organization = draft.config.organization
    known = {one.id for one in organization.accounts} if organization else set()
    if draft.account is None or not draft.knows("organization"):
        return
    if account == draft.account:
        yield Finding(loc, f"{why}, and {account} is this stack's own", "name another account, or make a persona")
    elif account not in known:
        problem = f"account {account} is one that this configuration doesn't know"
        yield Finding(loc, problem, "list it in `organization.accounts`")


def _forms(loc: Loc, share: Share) -> Iterator[Finding]:
    if share.principal.role is not None:
        return
    for index, grant in enumerate(share.grants):
        if isinstance(grant, TableGrant) and grant.filter is not None:
            yield Finding(
                (*loc, "grants", index, "filter"),
                "an account that grants on has no name for a filter of another account's",
                "list `columns`, or share with the role itself",
            )


def _names(draft: Draft, links: tuple[ResourceLink, ...]) -> Iterator[Finding]:
    """Find links that would take a name of the catalog twice, or grant the same thing twice."""
    taken: list[tuple[Loc, str]] = [
        (("databases", d, "name"), database.name) for d, database in enumerate(draft.config.databases)
    ]
    yield from repeated(
        (*taken, *((("sharing", "links", i, "name"), link.name) for i, link in enumerate(links) if not link.table)),
        "database",
    )
    for database in draft.config.databases:
        tables: list[tuple[Loc, str]] = [(("databases",), table.name) for table in database.tables]
        within = [(i, link) for i, link in enumerate(links) if link.within == database.name]
        yield from repeated((*tables, *((("sharing", "links", i, "name"), link.name) for i, link in within)), "table")
    targets = (
        (("sharing", "links", i), f"{link.account}/{link.database}.{link.table or '*'}") for i, link in enumerate(links)
    )
    yield from repeated(targets, "a link to")


def _form(draft: Draft, loc: Loc, link: ResourceLink) -> Iterator[Finding]:
    if link.table is None and link.within is not None:
        yield Finding((*loc, "within"), "a link to a database stands in none", "remove it, or add `table`")
    elif link.table is not None and link.within is None:
        yield Finding((*loc, "within"), "is missing", "name the database of this stack that the link stands in")
    elif link.within is not None and draft.lacks(("databases",), link.within):
        known = draft.written_in(("databases",))
        problem = f"there is no database {quote(link.within)}"
        yield Finding((*loc, "within"), problem, choose(link.within, known))


def _readers(draft: Draft, loc: Loc, link: ResourceLink) -> Iterator[Finding]:
    yield from twice((*loc, "readers"), link.readers)
    external = {persona.name for persona in draft.config.personas if persona.kind is PersonaKind.EXTERNAL}
    for index, name in enumerate(link.readers):
        here: Loc = (*loc, "readers", index)
        if draft.lacks(("personas",), name):
            known = draft.written_in(("personas",))
            yield Finding(here, f"there is no persona {quote(name)}", choose(name, known))
        elif name in external:
            yield Finding(
                here,
                f"the role of {quote(name)} is not made here, so this stack can't let it find the owner's tables",
                "name a persona that this stack makes",
            )


def _granted_on(loc: Loc, link: ResourceLink) -> Iterator[Finding]:
    tables = [
        ((*loc, "grants", i, "table"), grant.table)
        for i, grant in enumerate(link.grants)
        if isinstance(grant, SharedTable)
    ]
    yield from repeated(tables, "table")
    for where, table in tables:
        if link.table is not None and table != link.table:
            yield Finding(where, f"the link is to table {quote(link.table)}", f"write {quote(link.table)}")


def _granted_twice(links: tuple[ResourceLink, ...]) -> Iterator[Finding]:
    """Find what a reader is granted of another account by two entries: tags know no database, and links may overlap."""
    met: dict[tuple[str, ...], Loc] = {}
    for index, link in enumerate(links):
        for number, grant in enumerate(link.grants):
            loc: Loc = ("sharing", "links", index, "grants", number)
            thing: tuple[str, ...]
            if isinstance(grant, SharedTable):
                thing, words = ("table", link.database, grant.table), f"table {quote(f'{link.database}.{grant.table}')}"
            else:
                thing, words = ("tags", spelled(grant.tags)), f"tags {quote(spelled(grant.tags))}"
            for reader in link.readers:
                first = met.setdefault((reader, link.account, *thing), loc)
                # A table that one link grants twice is told by its name.
                if first != loc and (thing[0] == "tags" or first[:3] != loc[:3]):
                    problem = f"{quote(reader)} is granted {words} of {link.account} already"
                    yield Finding(loc, problem, "say everything about it in one entry", at=first)
                    break
