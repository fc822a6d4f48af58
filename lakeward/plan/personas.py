"""What follows from a persona's configuration: its principal, its prefix, and the tables it has to do with."""

from __future__ import annotations

from lakeward.config import StackConfig
from lakeward.identifiers import Arn, ObjectPrefix, RoleArn
from lakeward.model import (
    Administration,
    AttributeGrant,
    DatabaseGrant,
    Persona,
    PersonaKind,
    Table,
    TableGrant,
    TagGrant,
    ZoneName,
)
from lakeward.plan.lf_tags import readable_through_tags
from lakeward.plan.places import PlacedDatabase


def role_of(config: StackConfig, persona: Persona) -> RoleArn:
    """Return the role a persona acts as, created here or existing."""
    return persona.role or config.names.persona_role_arn(persona.name)


def roles_created(config: StackConfig) -> tuple[Persona, ...]:
    """Return the personas whose roles this stack creates."""
    return tuple(persona for persona in config.personas if persona.kind is not PersonaKind.EXTERNAL)


def with_administration(config: StackConfig, administration: Administration) -> tuple[RoleArn, ...]:
    """Return the roles of personas with one kind of administration."""
    return tuple(role_of(config, persona) for persona in config.personas if persona.administration is administration)


def querying(config: StackConfig) -> tuple[Persona, ...]:
    """Return the personas that run queries."""
    return tuple(persona for persona in config.personas if persona.queries)


def results_prefix(persona: Persona) -> ObjectPrefix:
    """Return the prefix of a persona's query results."""
    return persona.results_prefix or ObjectPrefix(persona.name)


def results_objects(config: StackConfig, persona: Persona) -> Arn:
    """Return all objects below a persona's results prefix."""
    return config.names.objects_arn(ZoneName.QUERY_RESULTS, results_prefix(persona))


def writes_for_tenants(config: StackConfig, persona: Persona) -> bool:
    """Tell whether a persona is one of those that write tenants' files and tables."""
    return config.tenancy is not None and persona.name in config.tenancy.writers


def file_writers(config: StackConfig) -> tuple[RoleArn, ...]:
    """Return the roles that write tenants' files, where these stand in one bucket."""
    if config.tenancy is None or config.tenancy.files.apart:
        return ()
    return tuple(role_of(config, persona) for persona in config.personas if writes_for_tenants(config, persona))


def break_glass(config: StackConfig) -> tuple[RoleArn, ...]:
    """Return the break-glass role, or nothing."""
    return (config.break_glass.role,) if config.break_glass else ()


def granted_by_attributes(config: StackConfig, persona: Persona) -> tuple[AttributeGrant, ...]:
    """
    Return the grants by attributes that choose a persona: all of their attributes, each with one of the values.

    Those that may choose an external role, whose tags nobody here sets, are all.
    """
    if persona.kind is PersonaKind.EXTERNAL:
        return config.attribute_grants
    return tuple(
        grant
        for grant in config.attribute_grants
        if all(persona.attributes.get(name) in values for name, values in grant.attributes.items())
    )


def concerns(config: StackConfig, persona: Persona, database: PlacedDatabase, table: Table) -> bool:
    """Tell whether a persona has a grant that reaches the table, by name, by LF-Tag or by its attributes."""
    for grant in (*persona.grants, *granted_by_attributes(config, persona)):
        if isinstance(grant, TableGrant) and (grant.database, grant.table) == (database.name, table.name):
            return True
        if isinstance(grant, TagGrant) and readable_through_tags(database, table, grant.tags):
            return True
    return False


def databases_granted(config: StackConfig, persona: Persona) -> frozenset[str]:
    """Return the databases that a persona has a grant on, or on a table of, by name."""
    grants = (*persona.grants, *granted_by_attributes(config, persona))
    return frozenset(grant.database for grant in grants if isinstance(grant, TableGrant | DatabaseGrant))
