"""
Lake Formation verbs beside reading: create, alter, drop, describe, write (`contracts.md` section 3, form (d)).

Both doors must open (`semantics.md` B1): the Glue action's own IAM, and the permission in Lake Formation; to create
or move a table into a registered location, the location too (B14).
"""

from __future__ import annotations

from dataclasses import dataclass

from lakeward.access.context import Context
from lakeward.access.decision import Decision, Layer, Reason, verdicts
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, path_of, satisfies
from lakeward.access.lake_formation.grants import Grant, GrantBook, catalog_expression, tables_of
from lakeward.access.lake_formation.modes import iam_allowed_covers, opted_in
from lakeward.access.lake_formation.settings import is_administrator, may_grant
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.requests import NO_CONTEXT, all_of, judge
from lakeward.access.truth import NO, UNKNOWN, YES, Truth, negate, surely
from lakeward.estate.entries import DatabaseResource, DataLocationResource
from lakeward.estate.unknown import Unknown

# The Glue action each permission stands for, on a table and on a database.
_ON_TABLE = {
    "ALTER": "glue:updatetable",
    "CREATE_TABLE": "glue:createtable",
    "DESCRIBE": "glue:gettable",
    "DROP": "glue:deletetable",
    "DELETE": "lakeformation:getdataaccess",
    "INSERT": "lakeformation:getdataaccess",
    "SELECT": "lakeformation:getdataaccess",
}
_ON_DATABASE = {
    "ALTER": "glue:updatedatabase",
    "CREATE_DATABASE": "glue:createdatabase",
    "CREATE_TABLE": "glue:createtable",
    "DESCRIBE": "glue:getdatabase",
    "DROP": "glue:deletedatabase",
}
PERMISSIONS = frozenset({*_ON_TABLE, *_ON_DATABASE, "DATA_LOCATION_ACCESS"})
"""The verbs that can be asked for."""


@dataclass(frozen=True)
class Act:
    """A verb on a table, a database or a location."""

    permission: str
    account: str
    region: str
    database: str | None = None
    table: str | None = None
    location: str | None = None


def decide_act(prepared: PreparedEstate, caller: Caller, act: Act, context: Context = NO_CONTEXT) -> Decision:
    """Decide whether a principal may do something in a catalog."""
    catalog = prepared.catalogs.get((act.account, act.region))
    if caller.exists == NO:
        return _denied(Layer.IDENTITY, f"{caller.principal.arn} doesn't exist in the described account")
    if catalog is None:
        if prepared.described(act.account) == YES:
            return _denied(Layer.LAKE_FORMATION, f"{act.account}/{act.region} holds no catalog")
        return _open("the catalog isn't described")
    if act.database is not None and act.permission != "CREATE_DATABASE":
        database = catalog.databases.get(act.database.lower())
        if (
            database is None
            and catalog.region.glue.databases.unknown is None
            and prepared.described(act.account) == YES
        ):
            return _denied(Layer.LAKE_FORMATION, f"database {act.database} doesn't exist")
    return _Acting(prepared, caller, act, catalog, context).decide()


def _denied(layer: Layer, why: str) -> Decision:
    strict, permissive = verdicts(NO, NO)
    return Decision(strict, permissive, (layer,), (Reason(layer, "", "", why),))


def _open(why: str) -> Decision:
    strict, permissive = verdicts(UNKNOWN, NO)
    layer = Layer.LAKE_FORMATION
    return Decision(strict, permissive, (layer,), (Reason(layer, "", "", why),))


@dataclass(frozen=True)
class _Acting:
    prepared: PreparedEstate
    caller: Caller
    act: Act
    catalog: Catalog
    context: Context

    @property
    def _book(self) -> GrantBook:
        return self.prepared.grant_books[self.catalog.account, self.catalog.region_name]

    @property
    def _opt_in_catalogs(self) -> tuple[Catalog, ...]:
        return self.prepared.opt_in_catalogs(self.catalog, self.caller.grantee)

    def decide(self) -> Decision:
        iam = all_of([judge(self.prepared, self.caller, *one, self.context) for one in self._actions()])
        permitted, permitted_why = self._permitted()
        located, located_why = self._located()
        allowed = iam.allowed & permitted & located
        strict, permissive = verdicts(allowed, iam.denied)
        reasons = list(iam.reasons()) if surely(allowed) or not surely(iam.allowed) else []
        blocked = list(iam.failing)
        for truth, why in ((permitted, permitted_why), (located, located_why)):
            if why is not None and (surely(allowed) or not surely(truth)):
                reasons.append(why)
            if not surely(truth) and Layer.LAKE_FORMATION not in blocked:
                blocked.append(Layer.LAKE_FORMATION)
        return Decision(strict, permissive, tuple(blocked) if not surely(allowed) else (), tuple(reasons))

    def _actions(self) -> list[tuple[str, str]]:
        """Return the IAM actions with their resources: all ancestors too (A16-1)."""
        act = self.act
        base = f"arn:aws:glue:{act.region}:{act.account}"
        if act.permission == "DATA_LOCATION_ACCESS":
            return [("lakeformation:getdataaccess", "*")]
        on_table = act.table is not None or act.permission not in _ON_DATABASE
        action = (_ON_TABLE if on_table else _ON_DATABASE).get(act.permission, _ON_DATABASE.get(act.permission, ""))
        if action.startswith("lakeformation:"):
            return [(action, "*")]
        resources = [f"{base}:catalog"]
        if act.database is not None:
            resources.append(f"{base}:database/{act.database}")
            if act.table is not None:
                resources.append(f"{base}:table/{act.database}/{act.table}")
            elif act.permission == "CREATE_TABLE":
                resources.append(f"{base}:table/{act.database}/%{{new.table}}")
        return [(action, resource) for resource in resources]

    def _permitted(self) -> tuple[Truth, Reason | None]:
        """Return whether Lake Formation permits the verb, by a grant, by mode, or implicitly (B5)."""
        act, grantee = self.act, self.caller.grantee
        if grantee is None:
            return NO, Reason(Layer.LAKE_FORMATION, "", "", "only roles and users hold permissions")
        found = NO
        reason: Reason | None = None
        administrator = is_administrator(self.catalog, grantee)
        if act.permission in ("DESCRIBE", "CREATE_DATABASE", "DATA_LOCATION_ACCESS") and administrator != NO:
            found |= administrator
            reason = Reason(Layer.LAKE_FORMATION, "", "", f"a data lake administrator has {act.permission}")
        if act.permission == "DATA_LOCATION_ACCESS":
            truth, why = self._location_granted(act.location or "")
            return found | truth, reason or why
        for grant, applies in self._book.grants_for(grantee):
            truth = applies & self._covers(grant)
            if truth != NO:
                found |= truth
                if reason is None:
                    reason = Reason(Layer.LAKE_FORMATION, grant.label, "", f"grants {act.permission}")
        found |= self._by_iam_alone()
        if self._book.unknown is not None:
            found |= UNKNOWN
        if reason is None:
            how = "IAM_ALLOWED_PRINCIPALS holds Super: IAM decides" if found else f"no grant gives {act.permission}"
            reason = Reason(Layer.LAKE_FORMATION, "", "", how)
        return found, reason

    def _covers(self, grant: Grant) -> Truth:
        act = self.act
        if act.table is not None and act.permission != "CREATE_TABLE":
            table = self.catalog.tables.get(((act.database or "").lower(), act.table.lower()))
            if table is None:
                return NO
            return self._covers_table(grant, table)
        resource = grant.resource
        on_catalog = resource is not None and resource.catalog is not None
        if act.permission == "CREATE_DATABASE":
            return grant.gives("CREATE_DATABASE") if on_catalog else NO
        name = (act.database or "").lower()
        by_tags = self._database_tags_satisfy(grant, name)
        covered = grant.on_database(name, tags_satisfy=by_tags)
        if act.permission == "DESCRIBE":
            # Any permission on a database shows it, and so does one on a table in it (B6-2, B6-3, B11-4).
            in_it = not grant.is_conditional and any(table[0] == name for table in tables_of(grant, self.catalog))
            return covered | (YES if in_it else NO)
        return covered & grant.gives(act.permission)

    def _covers_table(self, grant: Grant, table: CatalogTable) -> Truth:
        truth = NO
        for cells in grant.cells_on(table, self.catalog, grant.permissions):
            if self.act.permission == "DESCRIBE":
                truth |= cells.covered
            elif self.act.permission == "SELECT":
                truth |= cells.truth
            elif grant.tag_policy is None or cells.columns == table.all_columns:
                # B8-6: by tags on part of the columns these are DESCRIBE.
                truth |= cells.covered & grant.gives(self.act.permission)
        return truth

    def _database_tags_satisfy(self, grant: Grant, name: str) -> Truth:
        if grant.tag_policy is None:
            return NO
        expression = catalog_expression(grant.tag_policy, self.catalog)
        if isinstance(expression, Unknown):
            return UNKNOWN
        return satisfies(self.catalog.database_tags(name), expression) if expression else NO

    def _by_iam_alone(self) -> Truth:
        """Return whether IAM decides: `IAM_ALLOWED_PRINCIPALS` holds Super there (B3)."""
        act = self.act
        grantee = self.caller.grantee
        if grantee is None or grantee.account != self.catalog.account:
            return NO
        if act.table is not None and act.permission != "CREATE_TABLE":
            table = self.catalog.tables.get(((act.database or "").lower(), act.table.lower()))
            if table is None:
                return NO
            return iam_allowed_covers(self._book, table) & negate(opted_in(self._opt_in_catalogs, table, grantee))
        truth = NO
        for grant in self._book.iam_allowed:
            resource = grant.resource
            if resource is not None and isinstance(resource.database, DatabaseResource) and act.database is not None:
                if resource.database.name.lower() == act.database.lower():
                    truth |= grant.gives(act.permission)
            elif resource is not None and resource.catalog is not None and act.permission == "CREATE_DATABASE":
                truth |= grant.gives("CREATE_DATABASE")
        return truth

    def _located(self) -> tuple[Truth, Reason | None]:
        """Return whether the location may be used: only creating and altering ask (B14)."""
        if self.act.permission not in ("CREATE_TABLE", "CREATE_DATABASE"):
            return YES, None
        location = self._asked_location()
        path = path_of(location) if location else None
        if path is None:
            return YES, None
        registered, known = self.catalog.location_of(path)
        if registered is None:
            return (YES, None) if known == YES else (UNKNOWN, _location_reason("whether it is registered isn't known"))
        grantee = self.caller.grantee
        if grantee is not None and may_grant(self.catalog, grantee) == YES:
            return YES, _location_reason("a data lake administrator may use every location")
        database = self.catalog.databases.get((self.act.database or "").lower())
        own = path_of(database.location_uri) if database is not None and database.location_uri else None
        if self.act.permission == "CREATE_TABLE" and own is not None and self.catalog.location_of(own)[0] is not None:
            own = own.rstrip("/")
            if path == own or path.startswith(f"{own}/"):
                return YES, _location_reason("it stands below the database's registered location")
        return self._location_granted(location or "")

    def _asked_location(self) -> str | None:
        act = self.act
        if act.table is not None:
            table = self.catalog.tables.get(((act.database or "").lower(), act.table.lower()))
            if table is not None and table.locations:
                return table.locations[0]
        if act.location is not None:
            return act.location
        database = self.catalog.databases.get((act.database or "").lower())
        return database.location_uri if database is not None else None

    def _location_granted(self, location: str) -> tuple[Truth, Reason | None]:
        grantee = self.caller.grantee
        path = path_of(location) or location.split(":", 5)[-1]
        if grantee is None:
            return NO, _location_reason("only roles and users hold it")
        truth = UNKNOWN if self._book.unknown is not None else NO
        label = ""
        for grant, applies in self._book.grants_for(grantee):
            resource = grant.resource.data_location if grant.resource is not None else None
            if grant.has_unknown_resource:
                truth |= applies & UNKNOWN
            if not isinstance(resource, DataLocationResource):
                continue
            prefix = resource.resource_arn.split(":", 5)[-1].rstrip("/*")
            if path == prefix or path.startswith(f"{prefix}/"):
                truth |= applies & grant.gives("DATA_LOCATION_ACCESS")
                label = label or grant.label
        if label:
            return truth, Reason(Layer.LAKE_FORMATION, label, "", "grants DATA_LOCATION_ACCESS")
        return truth, _location_reason(f"no grant of DATA_LOCATION_ACCESS covers {location}")


def _location_reason(why: str) -> Reason:
    return Reason(Layer.LAKE_FORMATION, "", "", f"data location: {why}")
