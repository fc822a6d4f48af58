"""
Which access across accounts is intended: told from the configurations of an environment, owner's and consumer's.

A share gives a role what it lists, if the role's own stack lets it find the table through a link. A share with an
account or an OU gives its links' readers what both the owner and the link's `grants` list (`semantics.md` B12-3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lakeward.config import StackConfig
from lakeward.identifiers import RoleArn
from lakeward.model import Persona, PersonaKind, ResourceLink, Share, Table
from lakeward.plan.declarations import IntendedRead
from lakeward.plan.links import links_of, sharing_of
from lakeward.plan.personas import role_of
from lakeward.plan.places import PlacedDatabase, tables_of
from lakeward.plan.readable import Readable, readable
from lakeward.plan.sharing import grant_on_target


@dataclass(frozen=True)
class _Consumer:
    """A persona of another account, with a link it reads through."""

    role: RoleArn
    link: ResourceLink


def shared_reads(owner: StackConfig, environment: Sequence[StackConfig]) -> Iterator[IntendedRead]:
    """
    Yield what others are meant to read of the owner's tables.

    Args:
        owner: the configuration whose shares are looked at.
        environment: all configurations that are known; what hangs on others is an upper bound.

    """
    for share in sharing_of(owner).shares:
        consumers = [
            consumer
            for other in environment
            if other.account != owner.account and _is_shared_with(owner, share, other)
            for consumer in _consumers(owner, other)
        ]
        for database, table in tables_of(owner):
            shared = [part for grant in share.grants for part in readable(grant, database, table)]
            role = share.principal.role
            if role is None:
                yield from _granted_on(owner, consumers, database, table, shared)
            elif any(other.account == share.principal.account for other in environment):
                through = [c for c in consumers if c.role == role and _finds(c.link, database, table)]
                yield from (_read(owner, c.role, database, table, part) for c in through[:1] for part in shared)
            else:
                yield from (_read(owner, role, database, table, part, at_most=True) for part in shared)


def _is_shared_with(owner: StackConfig, share: Share, other: StackConfig) -> bool:
    unit = share.principal.unit
    if unit is None:
        return share.principal.account == other.account
    known = owner.organization.accounts if owner.organization else ()
    return any(account.id == other.account and unit[1] in account.path.split("/") for account in known)


def _consumers(owner: StackConfig, other: StackConfig) -> Iterator[_Consumer]:
    for persona in other.personas:
        if _is_ours(persona):
            for link in links_of(other, persona):
                if link.account == owner.account and other.region == owner.region:
                    yield _Consumer(role_of(other, persona), link)


def _is_ours(persona: Persona) -> bool:
    """Say whether the persona's role is made by its stack, so that what IAM allows it is known."""
    return persona.kind is not PersonaKind.EXTERNAL


def _finds(link: ResourceLink, database: PlacedDatabase, table: Table) -> bool:
    return link.database == database.name and link.table in {None, table.name}


def _granted_on(
    owner: StackConfig,
    consumers: Sequence[_Consumer],
    database: PlacedDatabase,
    table: Table,
    shared: Sequence[Readable],
) -> Iterator[IntendedRead]:
    for consumer in consumers:
        if not _finds(consumer.link, database, table):
            continue
        for grant in consumer.link.grants:
            for inner in readable(grant_on_target(consumer.link, grant), database, table):
                for outer in shared:
                    if columns := inner.columns & outer.columns:
                        both = Readable(columns, outer.rows, inner.certain and outer.certain)
                        yield _read(owner, consumer.role, database, table, both)


def _read(  # noqa: PLR0913  # who, where, what
    owner: StackConfig, role: RoleArn, database: PlacedDatabase, table: Table, part: Readable, *, at_most: bool = False
) -> IntendedRead:
    return IntendedRead(
        principal=role,
        account=owner.account,
        database=database.name,
        table=table.name,
        columns=tuple(sorted(part.columns)),
        rows=part.rows,
        certain=part.certain and not at_most,
        at_most=at_most,
    )
