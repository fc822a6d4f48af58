"""
Lake Formation verbs beside reading: create, alter, drop, describe, write (`contracts.md` section 3, form (d)).

Both doors must open (`semantics.md` B1): the Glue action's own IAM, and the permission in Lake Formation; to create
or move a table into a registered location, the location too (B14).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lakeward.access.context import Context
from lakeward.access.decision import Decision, Layer, Reason, verdicts
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, path_of
from lakeward.access.lake_formation.grantees import Grantee
from lakeward.access.lake_formation.grants import Grant, GrantBook, tables_of, tags_satisfy_on
from lakeward.access.lake_formation.modes import iam_allowed_covers, opted_in, opted_in_database
from lakeward.access.lake_formation.settings import is_administrator, is_before_direct_grants, may_grant
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.requests import NO_CONTEXT, all_of, judge
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth, negate, surely
from lakeward.estate.entries import DataLocationResource
from lakeward.estate.unknown import has_token

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
    missing = _missing(catalog, act)
    if missing is not None:
        listed = catalog.region.glue
        known = listed.databases.unknown is None and listed.tables.unknown is None and not catalog.has_open_names
        if known and prepared.described(act.account) == YES:
            return _denied(Layer.LAKE_FORMATION, f"{missing} doesn't exist")
        return _open(f"{missing} isn't described")
    return _Acting(prepared, caller, act, catalog, context).decide()


def _missing(catalog: Catalog, act: Act) -> str | None:
    """Return what an act is on that the catalog doesn't list; `None` where it lists it, or the act makes it."""
    if act.database is None or act.permission == "CREATE_DATABASE":
        return None
    if act.table is not None and act.permission != "CREATE_TABLE":
        found = catalog.table_named(act.database, act.table) is not None
        return None if found else f"table {act.database}.{act.table}"
    return None if act.database.lower() in catalog.databases else f"database {act.database}"


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

    def decide(self) -> Decision:
        iam = all_of(
            [
                judge(
                    self.prepared,
                    self.caller,
                    *one,
                    self.context,
                    account=self.caller.principal.account if one[1] == "*" else self.act.account,
                    resource_account_grants=NO if one[1] == "*" else self._shared,
                )
                for one in self._actions()
            ]
        )
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
        shows = act.permission == "DESCRIBE"
        administrator = is_administrator(self.catalog, grantee) if shows else may_grant(self.catalog, grantee)
        if act.permission in ("DESCRIBE", "CREATE_DATABASE", "DATA_LOCATION_ACCESS") and administrator != NO:
            found |= administrator
            reason = Reason(Layer.LAKE_FORMATION, "", "", f"a data lake administrator has {act.permission}")
        if act.permission == "DATA_LOCATION_ACCESS":
            truth, why = self._location_granted(act.location or "")
            return found | truth, reason or why
        for grant, truth in self._granted(grantee):
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

    def _granted(self, grantee: Grantee) -> Iterable[tuple[Grant, Truth]]:
        """
        Yield the grants that give the permission, each with how certain that is.

        Across accounts what the principal's own administrator granted on counts as far as it was shared (B12-3).
        """
        permission = self.act.permission
        foreign = grantee.account != self.catalog.account
        direct = AMBIGUOUS if foreign and is_before_direct_grants(self.catalog) else YES
        granted = [(grant, applies & direct) for grant, applies in self._book.grants_for(grantee)]
        if foreign:
            shares = NO
            for grant, applies in self._book.shares_for(grantee):
                shares |= applies & self._covers(grant, permission)
            home = self.prepared.grant_books.get((grantee.account, self.catalog.region_name))
            if home is not None:
                granted += [(grant, applies & shares) for grant, applies in home.grants_for(grantee)]
            elif shares != NO:
                granted += [(grant, applies & UNKNOWN) for grant, applies in self._book.shares_for(grantee)]
        for grant, applies in granted:
            truth = applies & self._covers(grant, permission)
            if truth != NO:
                yield grant, truth

    @cached_property
    def _shared(self) -> Truth:
        """Whether the owner's grants are the resource side for Glue, as for a read."""
        grantee = self.caller.grantee
        if grantee is None or grantee.account == self.catalog.account:
            return NO
        truth = NO
        for grant, applies in (*self._book.grants_for(grantee), *self._book.shares_for(grantee)):
            truth |= applies & self._covers(grant, "DESCRIBE")
        return truth

    @cached_property
    def _table(self) -> CatalogTable | None:
        """The table it is on; `None` where it is on none, or makes it."""
        act = self.act
        if act.table is None or act.permission == "CREATE_TABLE":
            return None
        return self.catalog.table_named(act.database or "", act.table)

    def _covers(self, grant: Grant, permission: str) -> Truth:
        act = self.act
        if self._table is not None:
            return self._covers_table(grant, self._table, permission)
        resource = grant.resource
        on_catalog = resource is not None and resource.catalog is not None
        if act.permission == "CREATE_DATABASE":
            return grant.gives("CREATE_DATABASE") if on_catalog else NO
        name = (act.database or "").lower()
        by_tags = tags_satisfy_on(grant, self.catalog, name)
        covered = grant.on_database(self.catalog.account, name, tags_satisfy=by_tags)
        if permission == "DESCRIBE":
            # Any permission on a database shows it, and so does one on a table in it (B6-2, B6-3, B11-4).
            in_it = not grant.is_conditional and any(table[0] == name for table in tables_of(grant, self.catalog))
            return covered | (YES if in_it else NO)
        return covered & grant.gives(permission)

    def _covers_table(self, grant: Grant, table: CatalogTable, permission: str) -> Truth:
        truth = NO
        for cells in grant.cells_on(table, self.catalog, grant.permissions):
            if permission == "DESCRIBE":
                truth |= cells.covered
            elif permission == "SELECT":
                truth |= cells.truth
            elif grant.tag_policy is None or cells.columns == table.all_columns:
                # B8-6: by tags on part of the columns these are DESCRIBE.
                truth |= cells.covered & grant.gives(permission)
        return truth

    def _by_iam_alone(self) -> Truth:
        """
        Return whether IAM decides: `IAM_ALLOWED_PRINCIPALS` holds Super there, and no opt-in covers it (B3).

        For other accounts in the wide reading only: outside hybrid mode it shuts them out (B12-2).
        """
        act, grantee = self.act, self.caller.grantee
        if grantee is None:
            return NO
        counts = YES if grantee.account == self.catalog.account else AMBIGUOUS
        catalogs = self.prepared.opt_in_catalogs(self.catalog, grantee)
        if self._table is not None:
            return (
                counts & iam_allowed_covers(self._book, self._table) & negate(opted_in(catalogs, self._table, grantee))
            )
        truth = NO
        name = (act.database or "").lower()
        for grant in self._book.iam_allowed:
            resource = grant.resource
            if act.permission == "CREATE_DATABASE":
                on_catalog = resource is not None and resource.catalog is not None
                truth |= grant.gives("CREATE_DATABASE") if on_catalog else NO
            elif act.database is not None:
                covered = grant.on_database(self.catalog.account, name, NO)
                truth |= covered & grant.gives(act.permission)
        if act.database is not None and act.permission != "CREATE_DATABASE" and truth != NO:
            truth &= negate(opted_in_database(catalogs, self.catalog.account, name, grantee))
        return counts & truth

    def _located(self) -> tuple[Truth, Reason | None]:
        """Return whether the location may be used: only creating, and altering to another one, ask (B14)."""
        location = self._asked_location()
        path = path_of(location) if location else None
        if location is None or path is None:
            return YES, None
        registered, known = self.catalog.location_of(path)
        if registered is None:
            return (YES, None) if known == YES else (UNKNOWN, _location_reason("whether it is registered isn't known"))
        grantee = self.caller.grantee
        administers = may_grant(self.catalog, grantee) if grantee is not None else NO
        if administers == YES:
            return YES, _location_reason("a data lake administrator may use every location")
        within = self._within_database(path)
        if within == YES:
            return YES, _location_reason("it stands below the database's registered location")
        truth, why = self._location_granted(location)
        return truth | within | administers, why

    def _within_database(self, path: str) -> Truth:
        """Return whether a new table's location stands below its database's, which is registered (B14)."""
        database = self.catalog.databases.get((self.act.database or "").lower())
        own = path_of(database.location_uri) if database is not None and database.location_uri else None
        if self.act.permission != "CREATE_TABLE" or own is None:
            return NO
        registered, known = self.catalog.location_of(own)
        if registered is None and known == YES:
            return NO
        return _stands_below(path, own) & (YES if registered is not None else UNKNOWN)

    def _asked_location(self) -> str | None:
        """Return the location that the act would use anew; `None`: it uses none."""
        act = self.act
        if act.permission == "ALTER":
            current = self._table.locations[:1] if self._table is not None else ()
            moved = act.location is not None and act.location.rstrip("/") not in [one.rstrip("/") for one in current]
            return act.location if moved else None
        if act.permission not in ("CREATE_TABLE", "CREATE_DATABASE"):
            return None
        if act.table is not None:
            table = self.catalog.table_named(act.database or "", act.table)
            if table is not None and table.locations:
                return table.locations[0]
        if act.location is not None:
            return act.location
        database = self.catalog.databases.get((act.database or "").lower())
        return database.location_uri if database is not None else None

    def _location_granted(self, location: str) -> tuple[Truth, Reason | None]:
        """Return whether a grant of DATA_LOCATION_ACCESS covers a location; what isn't registered has none (B14)."""
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
            registered, known = self.catalog.location_of(prefix)
            if registered is None and known == YES:
                continue
            covered = applies & _stands_below(path, prefix) & grant.gives("DATA_LOCATION_ACCESS")
            if covered != NO:
                truth |= covered & (YES if registered is not None else UNKNOWN)
                label = label or grant.label
        if label:
            return truth, Reason(Layer.LAKE_FORMATION, label, "", "grants DATA_LOCATION_ACCESS")
        return truth, _location_reason(f"no grant of DATA_LOCATION_ACCESS covers {location}")


def _stands_below(path: str, prefix: str) -> Truth:
    """Return whether a path is a prefix or stands below it; a token may stand for more of the path."""
    prefix = prefix.rstrip("/")
    if path == prefix or path.startswith(f"{prefix}/"):
        return YES
    return UNKNOWN if has_token(path) or has_token(prefix) else NO


def _location_reason(why: str) -> Reason:
    return Reason(Layer.LAKE_FORMATION, "", "", f"data location: {why}")
