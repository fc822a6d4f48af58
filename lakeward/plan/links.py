"""Resource links: names of this catalog for databases and tables of other accounts, and who finds through them."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import DatabaseGrant, Persona, ResourceLink, Sharing, TableGrant
from lakeward.plan.declarations import DatabaseLinkArgs, TableLinkArgs
from lakeward.plan.tagging import tagged


def sharing_of(config: StackConfig) -> Sharing:
    """Return what a stack shares and links to, which may be nothing."""
    return config.sharing or Sharing()


def links_of(config: StackConfig, persona: Persona) -> tuple[ResourceLink, ...]:
    """Return the links that a persona reads through."""
    return tuple(link for link in sharing_of(config).links if persona.name in link.readers)


def resource_links(config: StackConfig) -> Iterator[DatabaseLinkArgs | TableLinkArgs]:
    """Declare the links. That their targets exist isn't asked: a consumer's stack may come first (B13)."""
    for link in sharing_of(config).links:
        if link.within is None or link.table is None:
            yield DatabaseLinkArgs(
                logical_name=names.database_link(link.name),
                tags=tagged(config),
                name=link.name,
                target_account=link.account,
                target_database=link.database,
            )
        else:
            yield TableLinkArgs(
                logical_name=names.table_link(link.within, link.name),
                database=link.within,
                name=link.name,
                target_account=link.account,
                target_database=link.database,
                target_table=link.table,
            )


def descriptions(config: StackConfig, persona: Persona) -> tuple[DatabaseGrant | TableGrant, ...]:
    """
    Return what a persona is granted on the links themselves: to describe them.

    That is no right on the target, so what the owner shares is needed as well (`semantics.md` B13).
    """
    return tuple(
        DatabaseGrant(database=link.name, permissions=("DESCRIBE",))
        if link.within is None
        else TableGrant(database=link.within, table=link.name, permissions=("DESCRIBE",))
        for link in links_of(config, persona)
    )
