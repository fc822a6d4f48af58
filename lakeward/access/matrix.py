"""
The matrix: every principal's access, all at once (`contracts.md` section 4).

Set at a time: documents are compiled once, doors that many tables share are judged once, and only tables that
something opens to a principal are looked at. Rows hold what the permissive reading allows; those that only it
allows are UNKNOWN and name the rule that leaves them open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lakeward.access.access_row import FREE, AccessRow, Path, standing
from lakeward.access.assuming import Assuming
from lakeward.access.decision import Verdict
from lakeward.access.engines import Engine
from lakeward.access.granting import cells_with_option
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable
from lakeward.access.lake_formation.grants import Cells, Grant, tables_of
from lakeward.access.lake_formation.rows import Rows
from lakeward.access.lake_formation.settings import gives_full_tables, is_administrator, may_grant
from lakeward.access.logins import login_rows
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.principals import PrincipalKind, parse_principal
from lakeward.access.querying import result_rows
from lakeward.access.reach import Reach
from lakeward.access.reader import Reader
from lakeward.access.reading import Reading
from lakeward.access.requests import judge
from lakeward.access.storage import Storage
from lakeward.access.truth import NO, UNKNOWN, YES, hangs_on_unknown, possibly, surely
from lakeward.estate.entries import DataLakePrincipal

if TYPE_CHECKING:
    from lakeward.access.scope import Scope  # which imports every source of an estate

__all__ = ["AccessRow", "Matrix", "Path", "matrix", "principals_of"]


def principals_of(prepared: PreparedEstate) -> list[str]:
    """Return the roles and users of an estate and whoever its grants name, sorted."""
    found: set[str] = set()
    for _, account in prepared.accounts():
        found.update(role.arn for role in account.iam.roles)
        found.update(user.arn for user in account.iam.users)
    for _, _, region in prepared.regions():
        for permission in region.lake_formation.permissions:
            if isinstance(permission.principal, DataLakePrincipal):
                named = parse_principal(permission.principal.data_lake_principal_identifier)
                if named is not None and named.kind in (PrincipalKind.ROLE, PrincipalKind.USER):
                    found.add(named.arn)
    return sorted(found)


@dataclass(frozen=True)
class Matrix:
    """All access in an estate."""

    principals: tuple[str, ...]
    """Everyone who was looked at, sorted; who has no row can do nothing."""
    rows: tuple[AccessRow, ...]
    """Sorted."""
    assumptions: tuple[str, ...] = ()
    """What was taken for granted: principals whose policies the estate doesn't state."""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4."""
        return {
            "assumptions": list(self.assumptions),
            "principals": list(self.principals),
            "rows": [row.to_json() for row in self.rows],
        }


def matrix(
    prepared: PreparedEstate,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
    scope: Scope | None = None,
    holders: Iterable[str] = (),
) -> Matrix:
    """
    Return all access of all principals.

    Args:
        prepared: The estate.
        progress: Is handed the principals and hands them on; shows how far it is.
        scope: Leave out rows on tables that it doesn't hold; default: leave out nothing.
        holders: Who has rows that are left out: to reach one of them is one step from access, too.

    """
    rows: list[AccessRow] = []
    principals: list[str] = []
    assumptions: list[str] = []
    storage = Storage(prepared)
    callers: list[Caller] = []
    for arn in progress(principals_of(prepared)):
        caller = prepared.caller(arn)
        if caller is None:
            continue
        principals.append(arn)
        assumed = _assumption(prepared, caller)
        if assumed:
            assumptions.append(f"{arn}: {assumed}")
        if caller.exists != NO:
            callers.append(caller)
            rows += _Surveyor(prepared, caller, storage, scope).rows()
    rows += _steps(prepared, callers, {*holders, *(row.principal for row in rows)})
    rows += result_rows(prepared, callers)
    return Matrix(tuple(principals), tuple(sorted(rows, key=lambda row: row.sort_key)), tuple(assumptions))


def _assumption(prepared: PreparedEstate, caller: Caller) -> str:
    """Return what is taken for granted about a principal's own policies; empty where they are known."""
    if caller.exists == UNKNOWN:
        return "its own policies aren't in the estate, so they may allow anything"
    role = prepared.role(caller.principal.arn)
    if any(policy.is_stated_ceiling for policy in (role.policies if role is not None else ())):
        return "its own policies aren't in the estate; they are taken to allow no more than the stated ceiling"
    if any(policy.source.unknown is not None for policy in caller.identity):
        return "its own policies aren't known, so they may allow anything"
    return ""


def _steps(prepared: PreparedEstate, callers: list[Caller], holders: set[str]) -> Iterator[AccessRow]:
    """Yield what is one step from access, where `holders` are those who have some."""
    reach = Reach(prepared, holders)
    assuming = Assuming(prepared)
    for caller in callers:
        yield from reach.rows_of(caller)
        yield from assuming.rows_of(caller)
        yield from login_rows(prepared, caller)
    yield from assuming.rows_of_outsiders(frozenset(caller.principal.arn for caller in callers))


class _Surveyor:
    """Finds everything one principal can do."""

    def __init__(self, prepared: PreparedEstate, caller: Caller, storage: Storage, scope: Scope | None) -> None:
        self._scope = None if scope is None or scope.holds_principal(caller.principal.arn) else scope
        self._prepared = prepared
        self._caller = caller
        self._arn = caller.principal.role_arn or caller.principal.arn
        self._reader = Reader(prepared, caller, Engine.ATHENA, FREE, storage)
        self._shown = Reader(prepared, caller, Engine.METADATA, FREE, storage)
        self._raw = Reader(prepared, caller, Engine.OBJECTS, FREE, storage)

    def rows(self) -> Iterator[AccessRow]:
        for (account, region), catalog in sorted(self._prepared.catalogs.items()):
            for table in self._in_scope(catalog, self._tables_within_reach(catalog)):
                readings = self._readings(catalog, table)
                for reading in readings:
                    yield from self._reads(table, catalog, reading)
                yield from self._shows(table, catalog, readings)
            for table in self._in_scope(catalog, self._tables_of_buckets(catalog)):
                if table.link is None and table.locations:
                    for reading in self._raw.readings(catalog, table):
                        yield from self._reads(table, catalog, reading)
            yield from self._keys(account, region)
            yield from self._administration(catalog)
            yield from self._delegable(catalog)

    def _in_scope(self, catalog: Catalog, tables: list[CatalogTable]) -> list[CatalogTable]:
        scope = self._scope
        if scope is None:
            return tables
        place = (catalog.account, catalog.region_name)
        return [table for table in tables if scope.holds_database(*place, table.shown_name.partition(".")[0])]

    def _tables_within_reach(self, catalog: Catalog) -> list[CatalogTable]:
        """Return the tables that a grant or `IAM_ALLOWED_PRINCIPALS` may open to the principal, sorted."""
        book = self._prepared.grant_books[catalog.account, catalog.region_name]
        grantee = self._caller.grantee
        if grantee is None:
            return []
        administers = grantee.account == catalog.account and possibly(is_administrator(catalog, grantee))
        if book.unknown is not None or grantee.account != catalog.account or administers:
            return [catalog.tables[name] for name in sorted(catalog.tables)]
        found: dict[tuple[str, str], None] = {}
        grants: Iterable[Grant] = (
            *(grant for grant, _ in book.grants_for(grantee)),
            *book.iam_allowed,
        )
        for grant in grants:
            found.update(dict.fromkeys(tables_of(grant, catalog)))
        found.update(dict.fromkeys(catalog.tables_with_privileged_access))
        if gives_full_tables(catalog) != NO:
            below = [
                table.name
                for table in catalog.tables.values()
                for one in catalog.tables_above(table)
                if one.name in found
            ]
            found.update(dict.fromkeys(below))
        security = self._prepared.row_securities[catalog.account, catalog.region_name]
        found.update(dict.fromkeys(security.tables_opened_to(grantee)))
        return [catalog.tables[name] for name in sorted(found)]

    def _tables_of_buckets(self, catalog: Catalog) -> list[CatalogTable]:
        """Return the tables whose objects the principal may reach by itself: none where every bucket is shut."""
        if not any(self._raw.may_reach(bucket) for bucket in catalog.buckets):
            return []
        return [
            table
            for folder, tables in catalog.tables_by_folder.items()
            if folder is None or not self._raw.is_shut_out_of(folder)
            for table in tables
        ]

    def _readings(self, catalog: Catalog, table: CatalogTable) -> list[Reading]:
        if table.link is not None:
            return []  # a resource link holds nothing: its target's rows say who reads
        return self._reader.readings(catalog, table)

    def _reads(self, table: CatalogTable, catalog: Catalog, reading: Reading) -> Iterator[AccessRow]:
        if not reading.parts:
            return
        resource = f"{catalog.account}/{catalog.region_name}/{table.shown_name}"
        path = Path(reading.path)
        verb = "s3:GetObject" if path is Path.OBJECTS else "SELECT"
        plain = reading.plain_part
        if plain is not None:
            yield AccessRow(self._arn, resource, verb, _sorted(plain.columns), plain.rows, path, Verdict.ALLOW)
            return
        sure = reading.rows_by_column(permissive=False)
        for rows, columns in _grouped(sure):
            yield AccessRow(self._arn, resource, verb, columns, rows, path, Verdict.ALLOW)
        widest = reading.rows(permissive=True)
        possible = dict.fromkeys(reading.columns(permissive=True), widest)
        open_now = {
            column: rows
            for column, rows in possible.items()
            if column not in sure or (rows != sure[column] and sure[column] is not None)
        }
        for rows, columns in _grouped(open_now):
            rule = reading.open_rule(columns, sure)
            yield AccessRow(self._arn, resource, verb, columns, rows, path, Verdict.UNKNOWN, rule)
        if not possible and possibly(reading.truth):
            yield AccessRow(self._arn, resource, verb, (), None, path, Verdict.UNKNOWN, "G-1")

    def _shows(self, table: CatalogTable, catalog: Catalog, readings: list[Reading]) -> Iterator[AccessRow]:
        """Yield the columns that GetTable shows a principal beside those it can read (B2-6)."""
        read = {column for reading in readings for column in reading.columns(permissive=True)}
        if table.link is not None or read >= table.all_columns:
            return
        for reading in self._shown.readings(catalog, table):
            sure = set(reading.columns(permissive=False))
            shown = set(reading.columns(permissive=True))
            if not shown - read:
                continue
            resource = f"{catalog.account}/{catalog.region_name}/{table.shown_name}"
            for columns, truth in ((sure, YES), (shown - sure, reading.truth & UNKNOWN)):
                if columns:
                    listed = tuple(sorted(columns))
                    yield AccessRow(self._arn, resource, "DESCRIBE", listed, None, Path.METADATA, *standing(truth))

    def _keys(self, account: str, region: str) -> Iterator[AccessRow]:
        for key in self._prepared.keys.values():
            if (key.account, key.region) != (account, region):
                continue
            judgement = judge(self._prepared, self._caller, "kms:decrypt", key.arn, FREE)
            if possibly(judgement.allowed):
                sure = surely(judgement.allowed)
                verdict = Verdict.ALLOW if sure else Verdict.UNKNOWN
                rule = "" if sure else "A15-4" if hangs_on_unknown(judgement.allowed) else "G-3"
                yield AccessRow(self._arn, key.arn, "kms:Decrypt", (), None, Path.KEY, verdict, rule)

    def _administration(self, catalog: Catalog) -> Iterator[AccessRow]:
        """One step from full read: data lake administrators can grant anything to anyone (B5-1)."""
        grantee = self._caller.grantee
        truth = NO if grantee is None else may_grant(catalog, grantee)
        if possibly(truth):
            verdict, rule = (Verdict.ALLOW, "") if surely(truth) else (Verdict.UNKNOWN, "G-1")
            place = f"{catalog.account}/{catalog.region_name}"
            verb = "lakeformation:GrantPermissions"
            yield AccessRow(self._arn, place, verb, (), None, Path.ADMINISTRATION, verdict, rule)

    def _delegable(self, catalog: Catalog) -> Iterator[AccessRow]:
        """Yield what the principal could give others: permissions with grant option (B10)."""
        book = self._prepared.grant_books[catalog.account, catalog.region_name]
        grantee = self._caller.grantee
        if grantee is None:
            return
        for grant, applies in book.grants_for(grantee):
            for name in sorted(tables_of(grant, catalog)) if grant.grantable else ():
                table = catalog.tables[name]
                for cells in cells_with_option([(grant, applies)], catalog, table):
                    if possibly(cells.truth):
                        yield delegable_row(self._arn, catalog, table, cells)


def delegable_row(principal: str, catalog: Catalog, table: CatalogTable, cells: Cells) -> AccessRow:
    """Return the row of what a principal could give others."""
    sure = surely(cells.truth)
    return AccessRow(
        principal,
        f"{catalog.account}/{catalog.region_name}/{table.shown_name}",
        "GRANT SELECT",
        tuple(sorted(cells.columns)),
        cells.rows,
        Path.DELEGABLE,
        Verdict.ALLOW if sure else Verdict.UNKNOWN,
        "" if sure else "G-1" if hangs_on_unknown(cells.truth) else "B6-4",
    )


@lru_cache(maxsize=1 << 14)
def _sorted(columns: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(columns))


def _grouped(by_column: dict[str, Rows]) -> list[tuple[Rows, tuple[str, ...]]]:
    """Return the columns that are readable in the same rows together, in a settled order."""
    groups: dict[Rows, list[str]] = {}
    for column, rows in by_column.items():
        groups.setdefault(rows, []).append(column)
    return sorted(((rows, tuple(sorted(columns))) for rows, columns in groups.items()), key=lambda g: g[1])
