"""
Sharing between accounts: what the owner grants, and what the consumer's account grants on.

Nothing is said of keys: the owner's files are decrypted for vended credentials as the owner's registration role
(`semantics.md` A15-4), so no consumer stands in a data key's policy. Nothing is said of resource shares either: Lake
Formation makes them itself where sharing with the organization is enabled (B12).
"""

from __future__ import annotations

from collections.abc import Iterator

from lakeward import names
from lakeward.config import StackConfig
from lakeward.model import Grant, ResourceLink, SharedTable, SharedTags, TableGrant, TagGrant
from lakeward.plan.declarations import GrantArgs
from lakeward.plan.grants import Holder, grants_of
from lakeward.plan.links import links_of, sharing_of
from lakeward.plan.personas import role_of


def share_grants(config: StackConfig) -> Iterator[GrantArgs]:
    """Declare what this account's lake gives roles, accounts and OUs of others."""
    for share in sharing_of(config).shares:
        holder = Holder(
            name=names.recipient(share.principal),
            principal=share.principal,
            grants=share.grants,
            grants_on=share.principal.role is None,
        )
        yield from grants_of(config, holder)


def granted_on(config: StackConfig) -> Iterator[GrantArgs]:
    """Declare what readers of links are granted of what other accounts share with this one or its OU."""
    for persona in config.personas:
        found: dict[str, list[Grant]] = {}
        for link in links_of(config, persona):
            found.setdefault(link.account, []).extend(grant_on_target(link, shared) for shared in link.grants)
        for account, grants in sorted(found.items()):
            holder = Holder(
                name=names.granted_on(persona.name, account),
                principal=role_of(config, persona),
                grants=tuple(grants),
                catalog=account,
            )
            yield from grants_of(config, holder)


def grant_on_target(link: ResourceLink, shared: SharedTable | SharedTags) -> TableGrant | TagGrant:
    """Return the grant on a link's target that a reader of the link gets."""
    if isinstance(shared, SharedTags):
        return TagGrant(tags=shared.tags)
    return TableGrant(database=link.database, table=shared.table, columns=shared.columns)
