"""Accounts, Regions and partitions: every ARN is where it must be, and the organization is whole."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc, repeated
from lakeward.errors import quote
from lakeward.identifiers import Arn
from lakeward.model import Administration, OidcTrust, RoleTrust, SamlTrust


def check(draft: Draft) -> Iterator[Finding]:
    yield from _assumed_roles(draft)
    yield from _organization(draft)
    yield from _guests(draft)
    for loc, arn, why in _arns_of_this_account(draft):
        if draft.account is not None and arn.account != draft.account:
            yield Finding(loc, f"{quote(arn)} is of another account: {why}", f"name one of account {draft.account}")
    for loc, arn in _arns_of_the_organization(draft):
        yield from _known_account(draft, loc, arn)
    if draft.knows("region"):
        partition = draft.config.region.aws_partition
        here = [(loc, arn) for loc, arn, _ in _arns_of_this_account(draft)]
        for loc, arn in (*here, *_arns_of_the_organization(draft)):
            if arn.aws_partition != partition:
                yield Finding(
                    loc,
                    f"{quote(arn)} is of partition {quote(arn.aws_partition)}",
                    f"Region {draft.config.region} is in {quote(partition)}",
                )


def _arns_of_this_account(draft: Draft) -> Iterator[tuple[Loc, Arn, str]]:
    config = draft.config
    if draft.knows("deployer"):
        yield ("deployer",), config.deployer, "it governs this one from within"
    for index, arn in enumerate(config.administrators):
        yield ("administrators", index), arn, "data lake administrators are roles of the lake's own account"
    for index, arn in enumerate(config.data_keys.administrators):
        yield ("dataKeys", "administrators", index), arn, "keys are administered from their own account"
    if config.break_glass is not None:
        yield ("breakGlass", "role"), config.break_glass.role, "it must work when all else fails"
    if config.tenancy is not None:
        yield ("tenancy", "broker", "caller"), config.tenancy.broker.caller, "the broker serves its own account"
    for index, persona in enumerate(config.personas):
        why = "a role trusts providers of its own account only"
        match persona.trust:
            case SamlTrust(saml=provider):
                yield ("personas", index, "trust", "saml"), provider, why
            case OidcTrust(oidc=issuer):
                yield ("personas", index, "trust", "oidc"), issuer, why


def _arns_of_the_organization(draft: Draft) -> Iterator[tuple[Loc, Arn]]:
    for s, shared in enumerate(draft.config.shared_buckets):
        for index, writer in enumerate(shared.writers):
            yield ("sharedBuckets", s, "writers", index), writer
    for index, share in enumerate(draft.config.sharing.shares if draft.config.sharing else ()):
        if share.principal.role is not None:
            yield ("sharing", "shares", index, "principal"), share.principal.role
    for index, persona in enumerate(draft.config.personas):
        if isinstance(persona.trust, RoleTrust):
            yield ("personas", index, "trust", "role"), persona.trust.role
        if persona.role is not None:
            yield ("personas", index, "role"), persona.role


def _known_account(draft: Draft, loc: Loc, arn: Arn) -> Iterator[Finding]:
    organization = draft.config.organization
    known = {account.id for account in organization.accounts} if organization else set()
    if draft.account is None or not draft.knows("organization") or arn.account in {draft.account, *known}:
        return
    yield Finding(
        loc,
        f"{quote(arn)} is of an account that this configuration doesn't know",
        f"name a role of account {draft.account}, or list {arn.account} in `organization.accounts`",
    )


def _guests(draft: Draft) -> Iterator[Finding]:
    """Find what roles of another account can't have here, whatever they are granted."""
    for index, persona in enumerate(draft.config.personas):
        if persona.role is None or draft.account in {None, persona.role.account}:
            continue
        if persona.queries:
            yield Finding(
                ("personas", index, "queries"),
                f"{quote(persona.role)} is of another account, and runs its queries there",
                "remove it: its workgroup and results are its own account's",
            )
        if persona.administration is not Administration.NONE:
            yield Finding(
                ("personas", index, "administration"),
                f"{quote(persona.role)} is of another account: administrators are roles of the lake's own",
                f"remove it, or name a role of account {draft.account}",
            )


def _assumed_roles(draft: Draft) -> Iterator[Finding]:
    roles = draft.config.assume_roles
    yield from repeated(((("assumeRoles", i), role) for i, role in enumerate(roles)), "role")
    if roles and draft.knows("deployer") and roles[-1] != draft.config.deployer:
        yield Finding(
            ("assumeRoles", len(roles) - 1),
            f"the way ends at {quote(roles[-1])}, not at the deployer",
            f"end it with {quote(draft.config.deployer)}, or correct `deployer`",
        )


def _organization(draft: Draft) -> Iterator[Finding]:
    if (organization := draft.config.organization) is None:
        return
    loc: Loc = ("organization", "accounts")
    yield from repeated((((*loc, i, "id"), account.id) for i, account in enumerate(organization.accounts)), "account")
    for index, account in enumerate(organization.accounts):
        if account.path.organization != organization.id:
            yield Finding(
                (*loc, index, "path"),
                f"{quote(account.path)} is in another organization",
                f"begin it with {quote(organization.id + '/')}",
            )
    ids = {account.id for account in organization.accounts}
    if draft.account is not None and draft.account not in ids:
        yield Finding(loc, f"this stack's account {draft.account} isn't among them", "add it with its path")
