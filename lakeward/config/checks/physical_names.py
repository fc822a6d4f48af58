"""Every physical name of the stack, made once: a name that its service would refuse is found here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lakeward.config.draft import Draft
from lakeward.config.findings import Finding, Loc
from lakeward.errors import InvalidIdentifierError, quote
from lakeward.identifiers import RoleArn
from lakeward.model import PersonaKind, RoleTrust
from lakeward.names import Names, tenant_place


def check(draft: Draft) -> Iterator[Finding]:
    if (names := draft.names) is None:
        return
    for loc, make, subject in _makings(draft, names):
        yield from _refused(loc, make, subject)
    yield from _taken(draft, names)
    yield from _made_here(draft, names)


def _refused(loc: Loc, make: Callable[[str], str], subject: str) -> Iterator[Finding]:
    try:
        make(subject)
    except InvalidIdentifierError as error:
        yield Finding(loc, f"a name made of it is refused: {error.problem}", error.remedy)


def _makings(draft: Draft, names: Names) -> Iterator[tuple[Loc, Callable[[str], str], str]]:
    """Return each name that is made of something configured: where that stands, how it is made, of what."""
    for index, zone in enumerate(draft.config.zones):
        for make in (names.bucket, names.key_alias, names.registration_role_arn):
            yield ("zones", index, "name"), make, zone.name
    for index, shared in enumerate(draft.config.shared_buckets):
        for make in (names.bucket, names.key_alias):
            yield ("sharedBuckets", index, "name"), make, shared.name
    for index, persona in enumerate(draft.config.personas):
        if persona.kind is not PersonaKind.EXTERNAL:
            yield ("personas", index, "name"), names.persona_role_arn, persona.name
        if persona.queries:
            yield ("personas", index, "name"), names.workgroup_arn, persona.name
    for index, tenant in enumerate(draft.tenants):
        loc: Loc = ("tenancy", "tenants", index, "id")
        yield loc, names.tenant_role_arn, tenant.id
        for make_own in (names.bucket, names.key_alias, names.workgroup_arn, names.registration_role_arn):
            yield loc, make_own, tenant_place(tenant.id)


def _roles_beside_personas(draft: Draft, names: Names) -> dict[str, str]:
    """Return whose the roles are that this stack makes beside those of personas, by name, letter case aside."""
    places = [*(zone.name for zone in draft.config.zones), *(tenant_place(tenant.id) for tenant in draft.tenants)]
    made = {names.registration_role(place).casefold(): "a registration role" for place in places}
    if draft.config.tenancy:
        made[names.broker_role().casefold()] = "the broker's role"
    return made | {names.tenant_role(tenant.id).casefold(): "a tenant's role" for tenant in draft.tenants}


def _taken(draft: Draft, names: Names) -> Iterator[Finding]:
    """
    Find personas whose role or workgroup would take the name of another one.

    IAM's names are one space, letter case aside; so are the workgroups of an account.
    """
    taken = _roles_beside_personas(draft, names)
    if draft.knows("deployer"):
        taken[draft.config.deployer.name.casefold()] = "the deployer"
    for index, tenant in enumerate(draft.tenants):
        for p, persona in enumerate(draft.config.personas):
            if persona.queries and persona.name.casefold() == tenant_place(tenant.id):
                yield Finding(
                    ("personas", p, "name"),
                    f"its workgroup would be that of tenant {quote(tenant.id)}",
                    "name the persona differently",
                    at=("tenancy", "tenants", index),
                )
    for index, persona in enumerate(draft.config.personas):
        if persona.kind is not PersonaKind.EXTERNAL and (whose := taken.get(persona.name.casefold())):
            yield Finding(
                ("personas", index, "name"), f"its role would have the name of {whose}", "name the persona differently"
            )


def _made_here(draft: Draft, names: Names) -> Iterator[Finding]:
    """Find roles named as existing that would be, or stand in the way of, roles that this stack makes."""
    made = _roles_beside_personas(draft, names)
    personas = {
        persona.name.casefold(): names.persona_role_arn(persona.name)
        for persona in draft.config.personas
        if persona.kind is not PersonaKind.EXTERNAL
    }
    for loc, arn in _existing_roles(draft):
        name = arn.name.casefold()
        if arn.account != draft.account:
            continue
        if name in made:
            yield Finding(
                loc,
                f"{quote(arn)} is {made[name]}, which this stack makes for that alone",
                "name a role that exists without this stack",
            )
        elif arn in personas.values():
            if loc[0] == "assumeRoles":
                yield Finding(
                    loc, f"{quote(arn)} is a persona's, which this stack makes", "name a role that exists without it"
                )
        elif name in personas:
            yield Finding(
                loc,
                f"{quote(arn)} can't exist beside {quote(personas[name])}, which this stack makes",
                "name another role: IAM takes a name once, letter case and path aside",
            )


def _existing_roles(draft: Draft) -> Iterator[tuple[Loc, RoleArn]]:
    """Return the roles that configuration says exist, but for the deployer, whose name is known to be taken."""
    config = draft.config
    for index, arn in enumerate(config.assume_roles):
        if arn != config.deployer:
            yield ("assumeRoles", index), arn
    for index, arn in enumerate(config.administrators):
        yield ("administrators", index), arn
    for index, arn in enumerate(config.data_keys.administrators):
        yield ("dataKeys", "administrators", index), arn
    if config.break_glass is not None:
        yield ("breakGlass", "role"), config.break_glass.role
    if config.tenancy is not None:
        yield ("tenancy", "broker", "caller"), config.tenancy.broker.caller
    yield from _existing_roles_of_others(draft)


def _existing_roles_of_others(draft: Draft) -> Iterator[tuple[Loc, RoleArn]]:
    for s, shared in enumerate(draft.config.shared_buckets):
        for index, arn in enumerate(shared.writers):
            yield ("sharedBuckets", s, "writers", index), arn
    for index, persona in enumerate(draft.config.personas):
        if persona.role is not None:
            yield ("personas", index, "role"), persona.role
        if isinstance(persona.trust, RoleTrust):
            yield ("personas", index, "trust", "role"), persona.trust.role
