"""
The matrix: every principal's access, all at once (`contracts.md` section 4).

Set at a time: documents are compiled once, doors that many tables share are judged once, and only tables that
something opens to a principal are looked at. Rows hold what the permissive reading allows; those that only it
allows are UNKNOWN and name the rule that leaves them open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from lakeward.access.context import Context
from lakeward.access.decision import Verdict
from lakeward.access.engines import Engine
from lakeward.access.lake_formation.catalog import Catalog, CatalogTable
from lakeward.access.lake_formation.grants import Grant, tables_of
from lakeward.access.lake_formation.rows import Rows
from lakeward.access.lake_formation.settings import may_grant
from lakeward.access.prepared import Caller, PreparedEstate
from lakeward.access.principals import PrincipalKind, parse_principal
from lakeward.access.reader import Reader
from lakeward.access.reading import Reading, rows_to_json
from lakeward.access.requests import judge
from lakeward.access.storage import Storage
from lakeward.access.truth import NO, UNKNOWN, hangs_on_unknown, possibly, surely
from lakeward.estate.entries import DataLakePrincipal
from lakeward.estate.unknown import Unknown


class Path(str, Enum):
    """The way on which something can be done."""

    LAKE_FORMATION = "lake-formation"
    IAM = "iam"
    OBJECTS = "objects"
    KEY = "key"
    DATABASE = "database"
    METADATA = "metadata"
    ASSUME = "assume"
    ADMINISTRATION = "administration"
    DELEGABLE = "delegable"


@dataclass(frozen=True)
class AccessRow:
    """One access of one principal."""

    principal: str
    resource: str
    """`account/region/database.table`, or an ARN where no table is meant."""
    verb: str
    columns: tuple[str, ...]
    rows: Rows
    path: Path
    verdict: Verdict
    """ALLOW, or UNKNOWN where only the permissive reading allows."""
    rule: str = ""
    """The rule that leaves it open; empty for ALLOW."""

    @property
    def sort_key(self) -> tuple[str, ...]:
        """The order in which rows are listed."""
        return (
            self.principal,
            self.resource,
            self.path.value,
            self.verb,
            self.verdict.value,
            str(self.rows or ""),
            *self.columns,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form of `contracts.md` section 4."""
        row = {
            "principal": self.principal,
            "resource": self.resource,
            "verb": self.verb,
            "columns": list(self.columns),
            "rows": rows_to_json(self.rows),
            "path": self.path.value,
            "verdict": self.verdict.value,
        }
        return {**row, "rule": self.rule} if self.rule else row


# What a request may carry is the principal's own choice: where a verdict hangs on it, it is open.
FREE_KEYS = (
    *("aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip", "aws:vpceaccount", "aws:vpceorgid"),
    *("aws:vpceorgpaths", "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:referer", "aws:useragent"),
    *("s3:prefix", "kms:viaservice", "kms:encryptioncontext:", "kms:encryptioncontextkeys"),
)
_FREE = Context().opened({key: Unknown("chosen by the request") for key in FREE_KEYS})


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


def matrix(prepared: PreparedEstate, progress: Callable[[Iterable[str]], Iterable[str]] = iter) -> Matrix:
    """
    Return all access of all principals.

    Args:
        prepared: The estate.
        progress: Is handed the principals and hands them on; shows how far it is.

    """
    rows: list[AccessRow] = []
    principals: list[str] = []
    assumptions: list[str] = []
    storage = Storage(prepared)
    for arn in progress(principals_of(prepared)):
        caller = prepared.caller(arn)
        if caller is None:
            continue
        principals.append(arn)
        if caller.exists == UNKNOWN:
            assumptions.append(f"{arn}: its own policies aren't in the estate, so they may allow anything")
        if caller.exists != NO:
            rows += _Surveyor(prepared, caller, storage).rows()
    return Matrix(tuple(principals), tuple(sorted(rows, key=lambda row: row.sort_key)), tuple(assumptions))


class _Surveyor:
    """Finds everything one principal can do."""

    def __init__(self, prepared: PreparedEstate, caller: Caller, storage: Storage) -> None:
        self._prepared = prepared
        self._caller = caller
        self._arn = caller.principal.role_arn or caller.principal.arn
        self._reader = Reader(prepared, caller, Engine.ATHENA, _FREE, storage)
        self._raw = Reader(prepared, caller, Engine.OBJECTS, _FREE, storage)

    def rows(self) -> Iterator[AccessRow]:
        for (account, region), catalog in sorted(self._prepared.catalogs.items()):
            for table in self._tables_within_reach(catalog):
                for reading in self._readings(catalog, table):
                    yield from self._reads(table, catalog, reading)
            for table in self._tables_of_buckets(catalog):
                if table.link is None and table.locations:
                    for reading in self._raw.readings(catalog, table):
                        yield from self._reads(table, catalog, reading)
            yield from self._keys(account, region)
            yield from self._administration(catalog)
            yield from self._delegable(catalog)

    def _tables_within_reach(self, catalog: Catalog) -> list[CatalogTable]:
        """Return the tables that a grant or `IAM_ALLOWED_PRINCIPALS` may open to the principal, sorted."""
        book = self._prepared.grant_books[catalog.account, catalog.region_name]
        grantee = self._caller.grantee
        if grantee is None:
            return []
        if book.unknown is not None or grantee.account != catalog.account:
            return [catalog.tables[name] for name in sorted(catalog.tables)]
        found: dict[tuple[str, str], None] = {}
        grants: Iterable[Grant] = (
            *(grant for grant, _ in book.grants_for(grantee)),
            *book.iam_allowed,
        )
        for grant in grants:
            found.update(dict.fromkeys(tables_of(grant, catalog)))
        return [catalog.tables[name] for name in sorted(found)]

    def _tables_of_buckets(self, catalog: Catalog) -> list[CatalogTable]:
        """Return the tables whose objects the principal may reach by itself: none where every bucket is shut."""
        if not any(self._raw.may_reach(bucket) for bucket in catalog.buckets):
            return []
        return [catalog.tables[name] for name in sorted(catalog.tables)]

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

    def _keys(self, account: str, region: str) -> Iterator[AccessRow]:
        for key in self._prepared.keys.values():
            if (key.account, key.region) != (account, region):
                continue
            judgement = judge(self._prepared, self._caller, "kms:decrypt", key.arn, _FREE)
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
            if not grant.grantable:
                continue
            for name in sorted(tables_of(grant, catalog)):
                table = catalog.tables[name]
                cells = grant.cells_on(table, catalog, grant.grantable)
                if cells is None or not possibly(cells.truth & applies):
                    continue
                sure = surely(cells.truth & applies)
                yield AccessRow(
                    self._arn,
                    f"{catalog.account}/{catalog.region_name}/{table.shown_name}",
                    "GRANT SELECT",
                    tuple(sorted(cells.columns)),
                    cells.rows,
                    Path.DELEGABLE,
                    Verdict.ALLOW if sure else Verdict.UNKNOWN,
                    "" if sure else cells.rule or "B6-4",
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
