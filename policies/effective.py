"""
What the resources of a stack come to, as the access model sees it.

The resources are read into an estate exactly as a preview is, and the model answers on that. Nothing here looks at
policies or grants itself. Rules ask `policies.access` for it, which imports this when the first one asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from lakeward.access import AccessRow, Engine, Path, PreparedEstate, Reader, Reason, judge, matrix
from lakeward.access.access_row import FREE
from lakeward.access.lake_formation.catalog import CatalogTable
from lakeward.errors import EstateError, Problem
from lakeward.estate import read_estate
from lakeward.estate.document import Region
from lakeward.estate.sources.opening import estate_of
from lakeward.estate.unknown import Unknown, has_token
from policies.access import LAKE, the_stack
from policies.buckets import BUCKET, ZONE_TAG, bucket_name
from policies.grants import GRANTS
from policies.resources import UNKNOWN, Resource, Resources
from policies.statements import statements
from policies.tenants import tenant_roles

_ROLE = "aws:iam/role:Role"
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(\.cn)?")

_ROLE_POLICIES = {
    "aws:iam/role:Role": "name",
    "aws:iam/rolePolicy:RolePolicy": "role",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role",
}


class Access:
    """All access in what a stack declares."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self.problems: tuple[Problem, ...] = ()
        """Why the model can't be asked; there are no rows then."""
        self._prepared: PreparedEstate | None = None
        try:
            estate = estate_of([_declared(resource) for resource in resources], "the stack")
            self._prepared = PreparedEstate(read_estate(estate, "the stack"))
        except EstateError as error:
            self.problems = error.problems

    @cached_property
    def _rows(self) -> tuple[AccessRow, ...]:
        return () if self._prepared is None else matrix(self._prepared).rows

    def rows(self, *paths: str) -> Iterator[AccessRow]:
        """Yield what anyone can do, or might be able to, on some paths, named as in `contracts.md` section 4."""
        wanted = {Path(path) for path in paths}
        return (row for row in self._rows if row.path in wanted)

    @cached_property
    def registration_roles(self) -> frozenset[str]:
        """The roles as which Lake Formation reads registered locations."""
        return frozenset(
            location.role_arn
            for _, _, region in self._regions()
            for location in region.lake_formation.resources
            if location.role_arn is not None
        )

    @cached_property
    def administrators(self) -> frozenset[str]:
        """The data lake administrators that the settings list, and the deployer."""
        stated = (region.lake_formation.data_lake_settings for _, _, region in self._regions())
        listed = (
            administrator.data_lake_principal_identifier
            for settings in stated
            if settings is not None and not isinstance(settings, Unknown)
            for administrator in settings.data_lake_admins
        )
        return self.deployers | frozenset(listed)

    @property
    def deployers(self) -> frozenset[str]:
        """The role that deploys the stack."""
        return frozenset(name for lake in self._resources.of(LAKE) if (name := lake.text("deployer")))

    @property
    def break_glass(self) -> frozenset[str]:
        """The role that the stack's configuration keeps for when all else fails."""
        role = self._resources.stack.mapping("lakeward:breakGlass").get("role")
        return frozenset({role} if isinstance(role, str) else ())

    def _regions(self) -> Iterator[tuple[str, str, Region]]:
        if self._prepared is not None:
            yield from self._prepared.regions()

    def columns_of(self, row: AccessRow, key: str, value: str) -> tuple[str, ...]:
        """Return the columns of a row whose LF-Tag `key`, their own or inherited (B8-2), is `value` or open."""
        return tuple(
            column
            for group in self._table(row).groups
            if any(name == key and (found == value or has_token(found)) for name, found in group.tags)
            for column in sorted(group.columns & set(row.columns))
        )

    def tag_of(self, row: AccessRow, key: str) -> str | None:
        """Return the LF-Tag `key` of a row's table; `None` where it has none."""
        return dict(self._table(row).tags).get(key)

    def zones_of(self, row: AccessRow) -> frozenset[str | None]:
        """Return the zones that the buckets of a row's table are tagged with, as far as this stack declares them."""
        names = {location.partition("://")[2].partition("/")[0] for location in self._table(row).locations}
        zones = (
            bucket.mapping("tags").get(ZONE_TAG)
            for bucket in self._resources.of(BUCKET)
            if bucket_name(bucket) in names
        )
        return frozenset(zone if isinstance(zone, str) else None for zone in zones)

    def _table(self, row: AccessRow) -> CatalogTable:
        return self._tables[row.resource]

    @cached_property
    def _tables(self) -> Mapping[str, CatalogTable]:
        catalogs = {} if self._prepared is None else self._prepared.catalogs
        return {
            f"{account}/{region}/{table.shown_name}": table
            for (account, region), catalog in catalogs.items()
            for table in catalog.tables.values()
        }

    def works_for_a_service(self, principal: str) -> bool:
        """Say whether a role is one that only services take, such as a job's: no person works as it."""
        name = principal.rpartition("/")[2]
        roles = [role for role in self._resources.of(_ROLE) if role.text("name") == name]
        trusted = [
            who
            for role in roles
            for statement in statements(role.text("assumeRolePolicy"))
            if statement.allows
            for who in statement.principals or ("*",)
        ]
        return bool(trusted) and all(_SERVICE.fullmatch(who) for who in trusted)

    def is_tenant(self, principal: str) -> bool:
        """Say whether a role is a tenant's, which reads what is its own."""
        name = principal.rpartition("/")[2]
        return any(role.text("name") == name for role in tenant_roles(self._resources))

    def path(self, row: AccessRow) -> str:
        """Return how a row comes about: each door that lets the principal through, and what opens it."""
        if self._prepared is None:
            return ""
        caller = self._prepared.caller(row.principal)
        if caller is None:
            return ""
        if row.path in {Path.LAKE_FORMATION, Path.IAM, Path.OBJECTS}:
            engine = Engine.OBJECTS if row.path is Path.OBJECTS else Engine.ATHENA
            account, region, table = row.resource.split("/", 2)
            database, _, name = table.partition(".")
            reading = Reader(self._prepared, caller, engine, FREE).read((account, region), (database, name))
            reasons = reading.decision().reasons
        elif row.path is Path.ADMINISTRATION and row.resource.startswith("arn:"):
            reasons = judge(self._prepared, caller, row.verb.lower(), row.resource, FREE).decision().reasons
        else:
            reasons = ()
        return " → ".join(dict.fromkeys(_told(reason) for reason in reasons))

    def cause(self, row: AccessRow) -> Resource:
        """Return the resource that is the nearest cause of a row: the principal's grant, its policy, its role."""
        granting = [grant for grant in self._resources.of(*GRANTS) if grant.text("principal") == row.principal]
        table = row.resource.rpartition(".")[2]
        named = [grant for grant in granting if table in _texts(grant.properties)]
        name = row.principal.rpartition("/")[2]
        roles = [
            resource
            for kind, member in _ROLE_POLICIES.items()
            for resource in self._resources.of(kind)
            if resource.text(member) == name
        ]
        by_grant = row.path in {Path.LAKE_FORMATION, Path.DELEGABLE}
        candidates = (*named, *granting, *roles) if by_grant else (*roles, *named, *granting)
        return next(iter(candidates), None) or the_stack(self._resources)


def _declared(resource: Resource) -> Mapping[str, object]:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "name": resource.name,
        "props": _members(resource.properties),
        "inputs": _members(resource.stated),
        "parent": resource.parent,
        "dependencies": list(resource.dependencies),
        "propertyDependencies": {name: list(urns) for name, urns in resource.references.items()},
    }


def _members(properties: Mapping[str, object]) -> dict[str, object]:
    return {name: _spelled(value) for name, value in properties.items() if name != "__provider"}


def _spelled(value: object) -> object:
    """Spell unknowns as the readers of declarations do."""
    if value is UNKNOWN:
        return {"unknown": True}
    if isinstance(value, Mapping):
        return {name: _spelled(member) for name, member in value.items()}
    return [_spelled(item) for item in value] if isinstance(value, list) else value


def _texts(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    members = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return {text for member in members for text in _texts(member)}


def _told(reason: Reason) -> str:
    door = reason.why.removesuffix(": allows it")
    by = reason.statement or reason.policy.rpartition(" ")[2]
    return f"{door} by `{by}`" if by else door
