"""
Reading a table: the pipeline of doors (`semantics.md` G-5), and what stands open behind them.

A read through an engine passes Glue's IAM door, Lake Formation's metadata and data doors with
`lakeformation:GetDataAccess`, then S3 and the bucket's key as the caller or, where the location is registered, as
its registration role (B15). The raw path, `s3:GetObject` by the principal itself, is a read of its own (B2-4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from operator import and_, or_

from lakeward.access.context import Context
from lakeward.access.decision import Layer, Reason
from lakeward.access.doors import Door, denied_by, noted
from lakeward.access.engines import Engine, calls_of, enforces
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, Location, path_of
from lakeward.access.lake_formation.grants import TableRights
from lakeward.access.lake_formation.holdings import Holdings
from lakeward.access.lake_formation.modes import Mode, iam_allowed_covers, mode_of
from lakeward.access.lake_formation.settings import gives_full_tables, gives_unfiltered_data, is_administrator
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.principals import PrincipalKind
from lakeward.access.reading import Part, Reading, either, nothing
from lakeward.access.requests import NO_CONTEXT, all_of, judge
from lakeward.access.storage import Storage
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth, negate, possibly
from lakeward.estate.unknown import Unknown

_ANY_DATABASE = "%{any.database}"
_ANY_TABLE = "%{any.table}"
_WHY_BESIDE = {
    "B15-3": "external data filtering is on: a trusted engine's session gets the whole table (B15-3)",
    "B15-5": "it reads all of a table whose location holds this one's, and may fetch its files (B15-5)",
    "B15-8": "the location is registered with privileged access, and who registered it isn't known (B15-8)",
    "B22-5": "whether an attached row-level security policy gives access by itself isn't documented (B22-5)",
}


def _all_open(doors: Iterable[Door]) -> Truth:
    """Return whether all of some doors are open."""
    return reduce(and_, (door.truth for door in doors), YES)


@dataclass(frozen=True)
class _Way:
    """How the data of a table is reached: its location, registered or not, and the mode."""

    mode: Mode
    location: Location | None
    registered: Truth


class Reader:
    """
    Answers what one principal can read; doors that many tables share are judged once.

    Usage:
        reader = Reader(prepared, caller, Engine.ATHENA)
        reader.read(("111111111111", "eu-west-1"), ("crm", "orders"))
    """

    def __init__(
        self,
        prepared: PreparedEstate,
        caller: Caller,
        engine: Engine,
        context: Context = NO_CONTEXT,
        storage: Storage | None = None,
    ) -> None:
        """
        Make a reader.

        Args:
            prepared: The estate.
            caller: Who asks.
            engine: What reads for the caller.
            context: What only the caller's own request knows.
            storage: Shared by readers of one estate, so that what they share is judged once.

        """
        self._prepared = prepared
        self._caller = caller
        self._engine = engine
        self._context = context
        self._storage = storage or Storage(prepared)
        self._calls = calls_of(engine, context)
        self._glue_doors: dict[tuple[tuple[str, str], str | None], Door] = {}
        self.holdings = Holdings(prepared, caller.grantee)

    def read(self, place: tuple[str, str], name: tuple[str, str]) -> Reading:
        """
        Return what the principal can read of a table.

        Args:
            place: Account and Region of the catalog.
            name: Database and table; case doesn't count.

        """
        if self._caller.exists == NO:
            why = f"{self._caller.principal.arn} doesn't exist in the described account"
            return nothing(None, noted("principal", Layer.IDENTITY, NO, why))
        catalog = self._prepared.catalogs.get(place)
        table = catalog.table_named(*name) if catalog is not None else None
        if catalog is not None and table is None:
            linked = catalog.database_link(catalog.databases.get(name[0].lower()))
            if linked is not None:
                shown = self.holdings.database_link_shown(catalog, name[0].lower())
                return self._read_target(catalog, name, (linked[0], linked[1], (linked[2], name[1].lower())), shown)
        if catalog is None or table is None:
            return self._not_described(place, name)
        if table.link is not None:
            return self._read_link(catalog, table)
        return self.read_table(catalog, table)

    def read_table(self, catalog: Catalog, table: CatalogTable) -> Reading:
        """Return what the principal can read of a table that is no resource link."""
        return either(self.readings(catalog, table))

    def may_reach(self, bucket: str) -> bool:
        """Say whether the principal may read any object of a bucket by itself."""
        return self._storage.may_reach(self._caller, bucket, self._calls)

    def is_shut_out_of(self, folder: str) -> bool:
        """Say whether the principal may read no object below a folder by itself, for certain."""
        return self._storage.is_shut_out_of(self._caller, folder, self._context)

    def readings(self, catalog: Catalog, table: CatalogTable) -> list[Reading]:
        """Return what the principal can read of a table, one for each way there is: by grants, by IAM alone."""
        if self._engine is Engine.OBJECTS:
            return [self._read_objects(table)]
        glue = self._glue_door(catalog, table)
        if self._engine is Engine.METADATA:
            return [self._read_metadata(catalog, table, glue)]
        location, location_known = self._location(catalog, table)
        mode = self._mode(catalog, table, location)
        registered = UNKNOWN if location_known == UNKNOWN else YES if location is not None else NO
        found: list[Reading] = []
        way = _Way(mode, location, registered)
        if possibly(mode.enforced):
            found.append(self._read_by_grants(catalog, table, glue, way))
        if possibly(negate(mode.enforced)):
            found.append(self._read_by_iam(catalog, table, glue, way))
        return found

    def _glue_door(self, catalog: Catalog, table: CatalogTable) -> Door:
        """
        Judge the catalog's IAM door: the table and all its ancestors must be allowed (A16-1).

        Tables are judged together where that is certain: a token for any table of any database, then of this one.
        """
        database, name = table.shown_name.split(".", 1)
        foreign = self._caller.principal.account != catalog.account
        place = (catalog.account, catalog.region_name)
        for key in ((place, None), (place, table.name[0])) if not foreign else ():
            found = self._glue_doors.get(key)
            if found is None:
                shown = _ANY_DATABASE if key[1] is None else database
                found = self._glue_doors[key] = self._judge_glue(catalog, shown, _ANY_TABLE, NO)
            if found.truth in (YES, NO):
                return found
        shared = self.holdings.shared(catalog, table) if foreign else NO
        return self._judge_glue(catalog, database, name, shared)

    def _judge_glue(self, catalog: Catalog, database: str, name: str, shared: Truth) -> Door:
        base = f"arn:aws:glue:{catalog.region_name}:{catalog.account}"
        context = self._context if self._engine is Engine.METADATA else self._calls
        resources = (f"{base}:catalog", f"{base}:database/{database}", f"{base}:table/{database}/{name}")
        judgement = all_of(
            [
                judge(
                    self._prepared,
                    self._caller,
                    "glue:gettable",
                    resource,
                    context,
                    account=catalog.account,
                    resource_account_grants=shared,
                )
                for resource in resources
            ]
        )
        return Door("Glue GetTable", None, judgement.allowed, judgement)

    @cached_property
    def _data_access(self) -> Door:
        """`lakeformation:GetDataAccess`, on `*` only (B2-1)."""
        judgement = judge(self._prepared, self._caller, "lakeformation:getdataaccess", "*", self._calls)
        return Door("Lake Formation GetDataAccess", None, judgement.allowed, judgement)

    def _mode(self, catalog: Catalog, table: CatalogTable, location: Location | None) -> Mode:
        return mode_of(
            self._prepared.opt_in_catalogs(catalog, self._caller.grantee),
            self._prepared.grant_books[catalog.account, catalog.region_name],
            table,
            self._caller.grantee,
            location,
        )

    def _location(self, catalog: Catalog, table: CatalogTable) -> tuple[Location | None, Truth]:
        path = path_of(table.locations[0]) if table.locations else None
        return catalog.location_of(path) if path is not None else (None, table.locations_known)

    def _read_by_grants(
        self,
        catalog: Catalog,
        table: CatalogTable,
        glue: Door,
        way: _Way,
    ) -> Reading:
        """Lake Formation enforced: grants decide, and the registration role reads where one is (B3)."""
        rights = self.holdings.rights(catalog, table)
        place = (catalog.account, catalog.region_name)
        book = self._prepared.grant_books[place]
        doors = [glue]
        through = way.mode.enforced & glue.truth
        storage = self._storage_doors(catalog, table, way)
        for door in storage:
            through &= door.truth
        denied = denied_by((glue, *storage))
        parts = []
        for cell in rights.cells:
            truth = cell.truth & enforces(
                self._engine, columns=cell.columns != table.all_columns, rows=cell.rows is not None
            )
            if cell.grant.is_conditional and self._engine is Engine.ATHENA:
                truth &= self.holdings.database_shown(catalog, table)
            parts.append(Part(cell.columns, cell.rows, truth & through, cell.grant.label, cell.rule))
        if book.unknown is not None:
            parts.append(Part(table.all_columns, None, UNKNOWN & through, ""))
        beside = list(self._beside_grants(catalog, table, way, rights))
        parts += [replace(part, truth=part.truth & through) for part in beside]
        lake_formation = Door(
            "Lake Formation data permission",
            Layer.LAKE_FORMATION,
            reduce(or_, (part.truth for part in beside), rights.reading)
            | (UNKNOWN if book.unknown is not None else NO),
            notes=(
                *self._grant_notes(rights, table),
                *(Reason(Layer.LAKE_FORMATION, part.source, "", _WHY_BESIDE[part.rule]) for part in beside),
            ),
        )
        doors += [lake_formation, *storage]
        return Reading(
            table,
            tuple(part for part in parts if part.truth != NO),
            tuple(doors),
            denied,
            self._prepared.row_securities[place].rows_unknown(table),
        )

    def _beside_grants(self, catalog: Catalog, table: CatalogTable, way: _Way, rights: TableRights) -> Iterable[Part]:
        """Yield what may be read beside what grants say: with vended credentials, or by what documents leave open."""
        grantee = self._caller.grantee
        if grantee is None:
            return
        yield from self._vended_beside_grants(catalog, table, way, rights)
        if grantee.account != catalog.account:
            return
        security = self._prepared.row_securities[catalog.account, catalog.region_name]
        for attachment, truth in security.opening(table, grantee):
            yield Part(table.all_columns, None, truth, attachment.label, "B22-5")
        if way.location is not None and way.location.entry.with_privileged_access is not False:
            yield Part(table.all_columns, None, UNKNOWN, way.location.entry.resource_arn, "B15-8")

    def _vended_beside_grants(
        self, catalog: Catalog, table: CatalogTable, way: _Way, rights: TableRights
    ) -> Iterable[Part]:
        """
        Yield what the principal reads in the wide reading with credentials that Lake Formation vends.

        A trusted engine's caller gets the whole of a table it holds a part of (B15-3); who holds a whole table gets
        all that lies below its location (B15-5). Neither passes through the engine that is asked about.
        """
        if way.location is None:
            return
        partial = [cell for cell in rights.cells if cell.columns != table.all_columns or cell.rows is not None]
        if partial:
            unfiltered = gives_unfiltered_data(catalog, self._caller.principal.account or "", self._session_tags)
            for cell in partial if unfiltered != NO else ():
                yield Part(table.all_columns, None, cell.truth & unfiltered & AMBIGUOUS, cell.grant.label, "B15-3")
        full = gives_full_tables(catalog)
        for above in catalog.tables_above(table) if full != NO else ():
            glue = self._glue_door(catalog, above).truth
            for cell in self.holdings.rights(catalog, above).cells:
                if cell.columns == above.all_columns and cell.rows is None:
                    truth = cell.truth & full & glue & AMBIGUOUS
                    yield Part(table.all_columns, None, truth, cell.grant.label, "B15-5")

    @property
    def _session_tags(self) -> Mapping[str, str] | Unknown | None:
        """The caller's tags; `None` where whoever assumes the role may pass the tags it likes (A14-2)."""
        tags = self._caller.tags
        if self._caller.principal.kind is not PrincipalKind.ROLE or isinstance(tags, Unknown):
            return tags
        role = self._prepared.role(self._caller.principal.arn)
        trust = role.assume_role_policy_document if role is not None else None
        policy = self._prepared.compiled(trust, "trust policy") if trust is not None else None
        tagging = policy.about("sts:tagsession") if policy is not None else ()
        return None if any(statement.allows for statement, _ in tagging) else tags

    def _grant_notes(self, rights: TableRights, table: CatalogTable) -> Iterable[Reason]:
        for cell in rights.cells:
            what = "all columns" if cell.columns == table.all_columns else f"{len(cell.columns)} columns"
            rows = "" if cell.rows is None else " in some rows"
            how = {YES: "grants reading", UNKNOWN: "may grant reading"}.get(
                cell.truth, "grants writing, which lets the holder read in the wide reading"
            )
            yield Reason(Layer.LAKE_FORMATION, cell.grant.label, "", f"{how} of {what}{rows}")
        if not rights.cells:
            yield Reason(Layer.LAKE_FORMATION, "", "", f"no grant lets it read {table.shown_name}")

    def _storage_doors(self, catalog: Catalog, table: CatalogTable, way: _Way) -> list[Door]:
        """Return the doors to the data: vended credentials where the location is registered, else the caller's."""
        if way.registered == UNKNOWN:
            why = "whether the table's location is registered isn't known"
            return [noted("storage", Layer.RESOURCE, UNKNOWN, why)]
        if way.location is not None:
            return [self._data_access, *self._storage.vended(catalog, table, way.location)]
        return self._storage.objects(self._caller, table, self._calls, "S3 as the principal")

    def _read_by_iam(
        self,
        catalog: Catalog,
        table: CatalogTable,
        glue: Door,
        way: _Way,
    ) -> Reading:
        """IAM decides alone: `IAM_ALLOWED_PRINCIPALS` holds Super and no opt-in covers the principal (B3)."""
        vended = way.registered & negate(way.mode.hybrid)
        own_account = self._caller.principal.account == catalog.account
        own_storage = self._storage.objects(self._caller, table, self._calls, "S3 as the principal")
        reached, storage = _all_open(own_storage), own_storage
        if possibly(vended):
            storage = self._storage_doors(catalog, table, way)
            through = _all_open(storage)
            if vended == UNKNOWN:
                # Vended or not: certain only where it makes no difference.
                reached = (reached & through) | ((reached | through) & UNKNOWN)
                storage = [*storage, *own_storage]
            else:
                reached = through
        truth = negate(way.mode.enforced) & glue.truth & reached
        # Outside hybrid mode other accounts are shut out (B12-2); where nothing is registered, IAM decides (B3).
        abroad = way.mode.hybrid | (negate(way.registered) & AMBIGUOUS)
        opens = YES if own_account else abroad
        why = "IAM_ALLOWED_PRINCIPALS holds Super: IAM decides"
        if not possibly(opens):
            why = "IAM_ALLOWED_PRINCIPALS on the table shuts out other accounts (B12-2)"
        door = noted("Lake Formation mode", Layer.LAKE_FORMATION, opens, why)
        truth &= door.truth
        doors = [glue, door, *storage]
        parts = (Part(table.all_columns, None, truth, ""),) if truth != NO else ()
        return Reading(table, parts, tuple(doors), denied_by(doors), None, path="iam")

    def _read_objects(self, table: CatalogTable) -> Reading:
        """Follow the raw path: the principal's own `s3:GetObject`, past every grant (B2-4)."""
        doors = self._storage.objects(self._caller, table, self._context, "S3 as the principal")
        truth = YES if table.locations else negate(table.locations_known)
        for door in doors:
            truth &= door.truth
        part = Part(table.all_columns, None, truth, "")
        return Reading(table, (part,) if truth != NO else (), tuple(doors), denied_by(doors), None, path="objects")

    def _read_metadata(self, catalog: Catalog, table: CatalogTable, glue: Door) -> Reading:
        """Return what GetTable shows: the columns that grants allow (B2-6)."""
        location, _ = self._location(catalog, table)
        mode = self._mode(catalog, table, location)
        shown = NO
        parts = []
        for columns, truth in self.holdings.shown(catalog, table):
            shown |= truth & mode.enforced
            parts.append(Part(columns, None, truth & glue.truth & mode.enforced, ""))
        by_iam = negate(mode.enforced)
        parts.append(Part(table.all_columns, None, by_iam & glue.truth, ""))
        shown |= by_iam
        why = "a permission on the table shows it" if possibly(shown) else "no permission on the table shows it (B6-2)"
        door = noted("Lake Formation metadata", Layer.LAKE_FORMATION, shown, why)
        found = tuple(part for part in parts if part.truth != NO)
        return Reading(table, found, (glue, door), denied_by((glue,)), None, path="metadata")

    def _read_link(self, catalog: Catalog, link: CatalogTable) -> Reading:
        """Read through a resource link to a table."""
        if link.link is None:
            raise LookupError(link.name)
        shown = self.holdings.rights(catalog, link).describe
        book = self._prepared.grant_books[catalog.account, catalog.region_name]
        shown |= iam_allowed_covers(book, link)
        grantee = self._caller.grantee
        shown |= is_administrator(catalog, grantee) if grantee is not None else NO
        database, name = link.shown_name.split(".", 1)
        return self._read_target(catalog, (database, name), link.link, shown)

    def _read_target(
        self,
        catalog: Catalog,
        link: tuple[str, str],
        linked: tuple[str, str, tuple[str, str]],
        shown: Truth,
    ) -> Reading:
        """
        Follow a resource link, which gives nothing on its target: both must be allowed, in IAM too (B13, A16-1).

        Args:
            catalog: Where the link stands.
            link: Database and table that are asked for.
            linked: Account, Region and name of the table they stand for.
            shown: Whether Lake Formation shows the link.

        """
        account, region, name = linked
        owner = self._prepared.catalogs.get((account, region))
        target = owner.tables.get(name) if owner is not None else None
        if owner is None or target is None:
            return self._not_described((account, region), name)
        if target.link is not None:
            why = "only the first link of a chain is followed (B13)"
            return nothing(target, noted("resource link", Layer.LAKE_FORMATION, NO, why))
        reading = self.read_table(owner, target)
        if self._engine is Engine.OBJECTS:
            return reading
        why = "a permission on the link shows it" if possibly(shown) else "no permission on the resource link (B13)"
        glue = replace(self._judge_glue(catalog, *link, NO), name="Glue GetTable of the resource link")
        doors = (glue, noted("resource link", Layer.LAKE_FORMATION, shown, why))
        through = shown & glue.truth
        parts = tuple(replace(part, truth=part.truth & through) for part in reading.parts)
        return Reading(
            target,
            tuple(part for part in parts if part.truth != NO),
            (*doors, *reading.doors),
            reading.denied | denied_by((glue,)),
            reading.rows_unknown,
            path=reading.path,
        )

    def _not_described(self, place: tuple[str, str], name: tuple[str, str]) -> Reading:
        region = self._prepared.estate.region(*place)
        catalog = self._prepared.catalogs.get(place)
        known = (
            self._prepared.described(place[0]) == YES
            and (region is None or region.glue.tables.unknown is None)
            and (catalog is None or not catalog.has_open_names)
        )
        where = f"{place[0]}/{place[1]}/{name[0]}.{name[1]}"
        if known:
            return nothing(None, noted("table", Layer.LAKE_FORMATION, NO, f"{where} doesn't exist"))
        door = noted("table", Layer.LAKE_FORMATION, UNKNOWN, f"{where} isn't described")
        return Reading(None, (Part(frozenset(), None, UNKNOWN, ""),), (door,), NO)
