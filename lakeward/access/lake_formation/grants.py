"""
Grants: what the grants of one account and Region give a principal on a table (`semantics.md` B6 to B9).

Grants only add up: there is no deny (B1). Each gives cells: columns, rows, and how certain reading them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lakeward.access.lake_formation.catalog import Catalog, CatalogTable, TableName, database_in, owner_of, satisfies
from lakeward.access.lake_formation.filters import CellsFilters
from lakeward.access.lake_formation.grantees import Grantee, GranteeKind, is_for, kind_of, shares_with, without_path
from lakeward.access.lake_formation.rows import Rows
from lakeward.access.truth import AMBIGUOUS, NO, UNKNOWN, YES, Truth
from lakeward.estate.document import Region
from lakeward.estate.entries import (
    ColumnWildcard,
    DatabaseResource,
    DataCellsFilterResource,
    DataLakePrincipal,
    LfTag,
    LfTagPolicyResource,
    Permission,
    Resource,
    TableResource,
    TableWithColumnsResource,
)
from lakeward.estate.unknown import Listing, Unknown, has_token

# What the permission enum of the API holds; anything else is open (B23).
_SUPER = frozenset({"ALL", "SUPER", "SUPER_USER"})
_WRITES = frozenset({"INSERT", "DELETE"})
_NOT_READING = frozenset(
    {
        *("ALTER", "ASSOCIATE", "CREATE_CATALOG", "CREATE_DATABASE", "CREATE_LF_TAG", "CREATE_LF_TAG_EXPRESSION"),
        *("CREATE_TABLE", "DATA_LOCATION_ACCESS", "DESCRIBE", "DROP", "EXECUTE", "GRANT_WITH_LF_TAG_EXPRESSION"),
    }
)
KNOWN_PERMISSIONS = _SUPER | _WRITES | _NOT_READING | {"SELECT"}
"""The permissions whose meaning is known here."""
_NOT_WITH_PARTIAL_SELECT = frozenset({"ALTER", "DELETE", "DROP", "INSERT"})


@dataclass(frozen=True)
class Cells:
    """Part of a table, and how certain it is that a grant lets its holder read it."""

    columns: frozenset[str]
    rows: Rows
    truth: Truth
    grant: Grant
    rule: str = ""
    """The rule that leaves the reading open, where one does."""
    covered: Truth = YES
    """How certain it is that the grant is on this part, whatever it lets its holder do."""


class Grant:
    """One grant, compiled."""

    def __init__(
        self, entry: Permission, index: int, place: str, account: str, filters: CellsFilters | None = None
    ) -> None:
        """
        Compile a grant.

        Args:
            entry: As the estate lists it.
            index: Where in its list.
            place: Where that list stands.
            account: The account that made it.
            filters: The data cells filters of that account; default: none.

        """
        self.entry = entry
        self.label = f"{place}.Permissions[{index}]"
        self.account = account
        """The account that made it."""
        self.permissions = frozenset(name.upper() for name in entry.permissions)
        self.grantable = frozenset(name.upper() for name in entry.permissions_with_grant_option)
        self.resource = entry.resource if isinstance(entry.resource, Resource) else None
        self.has_unknown_resource = _is_unreadable(self.resource)
        self._filters = filters or CellsFilters(account, Listing(), partial=False)
        self._tag_cells: dict[object, tuple[Cells, ...]] = {}
        self.permissions_known: Truth = YES if entry.permissions.unknown is None else UNKNOWN

    @property
    def is_conditional(self) -> bool:
        """Whether it is an attribute-based grant (B11)."""
        return self.entry.condition is not None

    @property
    def principal(self) -> str:
        """The principal as it is written."""
        principal = self.entry.principal
        return principal.data_lake_principal_identifier if isinstance(principal, DataLakePrincipal) else ""

    @property
    def excludes_columns(self) -> bool:
        """Whether it is on all columns but some."""
        columns = self.resource.table_with_columns if self.resource is not None else None
        if not isinstance(columns, TableWithColumnsResource) or not isinstance(columns.column_wildcard, ColumnWildcard):
            return False
        excluded = columns.column_wildcard.excluded_column_names
        return bool(excluded) or excluded.unknown is not None

    @property
    def named_table(self) -> tuple[str, str | None] | None:
        """Database and table it names, in lower case; no table where it means all; `None`: it names none."""
        resource = self.resource
        if resource is None or self.has_unknown_resource:
            return None
        if isinstance(resource.table, TableResource):
            database = database_in(resource.table.catalog_id, resource.table.database_name)
            return database, None if resource.table.table_wildcard else (resource.table.name or "").lower()
        if isinstance(resource.table_with_columns, TableWithColumnsResource):
            columns = resource.table_with_columns
            return database_in(columns.catalog_id, columns.database_name), columns.name.lower()
        named = resource.data_cells_filter
        if named is not None and not isinstance(named, Unknown):
            return database_in(named.table_catalog_id, named.database_name), named.table_name.lower()
        return None

    @property
    def tag_policy(self) -> LfTagPolicyResource | None:
        """The LF-Tag policy it is on, if it is on one."""
        policy = self.resource.lf_tag_policy if self.resource is not None else None
        return policy if isinstance(policy, LfTagPolicyResource) else None

    @cached_property
    def reading(self) -> Truth:
        """
        Whether the permissions let their holder read.

        SELECT and Super do. INSERT and DELETE let the principal read the data too, says the reference: in the
        wide reading only (B6-4). A permission nobody knows here is open (B23).
        """
        return self.reading_by(self.permissions)

    def reading_by(self, permissions: frozenset[str]) -> Truth:
        """Return whether some of its permissions let their holder read; see `reading`."""
        if permissions & _SUPER or "SELECT" in permissions:
            return YES
        truth = NO
        if permissions & _WRITES:
            truth |= AMBIGUOUS
        if permissions - KNOWN_PERMISSIONS or self.permissions_known == UNKNOWN:
            truth |= UNKNOWN
        return truth

    def writes(self, permissions: frozenset[str], cells: Cells, table: CatalogTable) -> Truth:
        """Say whether some of its permissions write a part of a table: by tags only where that is all of it (B8-6)."""
        if self.has_unknown_resource or not (self.tag_policy is None or cells.columns == table.all_columns):
            return NO
        if permissions & (_NOT_WITH_PARTIAL_SELECT | _SUPER):
            return YES
        return UNKNOWN if permissions - KNOWN_PERMISSIONS or self.permissions_known == UNKNOWN else NO

    def gives(self, permission: str) -> Truth:
        """Return whether it gives a permission by name; Super gives all on its resource (B6-1)."""
        if permission in self.permissions or self.permissions & _SUPER:
            return YES
        return UNKNOWN if self.permissions_known == UNKNOWN or self.permissions - KNOWN_PERMISSIONS else NO

    def cells_on(  # noqa: PLR0911  # one answer per kind of resource
        self, table: CatalogTable, catalog: Catalog, permissions: frozenset[str]
    ) -> tuple[Cells, ...]:
        """
        Return the parts of a table that the grant is on, with the reading that `permissions` of it give.

        None where the grant isn't on the table. The truth of a part is NO where the grant is on it, but lets nobody
        read.
        """
        resource = self.resource
        if self.has_unknown_resource:
            reading = UNKNOWN & (self.reading_by(permissions) | UNKNOWN)
            return (Cells(table.all_columns, None, reading, self, covered=UNKNOWN),)
        if resource is None:
            return ()
        if isinstance(resource.table, TableResource):
            covered = covers_table(resource.table, table, self.account)
            return self._part(table.all_columns, None, covered, permissions)
        if isinstance(resource.table_with_columns, TableWithColumnsResource):
            return self._cells_of_columns(resource.table_with_columns, table, permissions)
        if isinstance(resource.data_cells_filter, DataCellsFilterResource):
            return self._cells_of_filter(resource.data_cells_filter, table, permissions)
        if self.tag_policy is not None:
            return self._cells_by_tags(self.tag_policy, table, catalog, permissions)
        child = self.child_catalog
        if child is not None and "SUPER_USER" in permissions and table.name[0].startswith(f"{child}/"):
            # B6-6: everything inside a catalog that isn't the default one.
            return (Cells(table.all_columns, None, YES, self),)
        return ()

    def _part(
        self, columns: frozenset[str], rows: Rows, covered: Truth, permissions: frozenset[str]
    ) -> tuple[Cells, ...]:
        """Return one part, or none where the grant isn't on it."""
        if covered == NO:
            return ()
        return (Cells(columns, rows, covered & self.reading_by(permissions), self, covered=covered),)

    @property
    def child_catalog(self) -> str | None:
        """The child catalog it is on as a whole, in lower case (B18)."""
        catalog = self.resource.catalog if self.resource is not None else None
        if catalog is None or isinstance(catalog, Unknown) or owner_of(catalog.id, self.account) != self.account:
            return None
        return (catalog.id or "").partition(":")[2].lower() or None

    def _cells_of_filter(
        self, named: DataCellsFilterResource, table: CatalogTable, permissions: frozenset[str]
    ) -> tuple[Cells, ...]:
        covered = same_name(database_in(named.table_catalog_id, named.database_name), table.name[0])
        covered &= same_name(named.table_name, table.name[1])
        if covered == NO or owner_of(named.table_catalog_id, self.account) != table.account:
            return ()
        found = self._filters.find(named, table)
        if found is None:
            return (Cells(frozenset(), None, NO, self, covered=covered),)
        return self._part(found.columns, found.rows, covered & found.certain, permissions)

    def _cells_of_columns(
        self, resource: TableWithColumnsResource, table: CatalogTable, permissions: frozenset[str]
    ) -> tuple[Cells, ...]:
        covered = same_name(database_in(resource.catalog_id, resource.database_name), table.name[0])
        covered &= same_name(resource.name, table.name[1])
        if covered == NO or owner_of(resource.catalog_id, self.account) != table.account:
            return ()
        columns = table.all_columns
        if resource.column_names is not None and resource.column_names.unknown is not None:
            covered &= UNKNOWN
        elif resource.column_names:
            wanted = frozenset(name.lower() for name in resource.column_names)
            if any(map(has_token, wanted)):
                covered &= UNKNOWN
            else:
                columns = wanted & table.all_columns if table.columns_known == YES else wanted
        elif isinstance(resource.column_wildcard, ColumnWildcard):
            excluded = resource.column_wildcard.excluded_column_names
            columns -= frozenset(name.lower() for name in excluded)
            if excluded.unknown is not None or any(map(has_token, excluded)):
                covered &= UNKNOWN
        elif isinstance(resource.column_wildcard, Unknown):
            covered &= UNKNOWN
        # B7-3: partition keys can't be filtered, so whoever reads some columns reads them.
        return self._part(columns | table.partition_keys if columns else columns, None, covered, permissions)

    def _cells_by_tags(
        self, policy: LfTagPolicyResource, table: CatalogTable, catalog: Catalog, permissions: frozenset[str]
    ) -> tuple[Cells, ...]:
        if policy.resource_type.upper() != "TABLE" or owner_of(policy.catalog_id, self.account) != table.account:
            return ()
        key = (table.shape, table.partition_keys, permissions)
        found = self._tag_cells.get(key)
        if found is None:
            found = self._tag_cells[key] = self._compute_cells_by_tags(policy, table, catalog, permissions)
        return found

    def _compute_cells_by_tags(
        self, policy: LfTagPolicyResource, table: CatalogTable, catalog: Catalog, permissions: frozenset[str]
    ) -> tuple[Cells, ...]:
        """Return the parts of a table by its tags; the same for every table of that shape."""
        matched = _match_tags(policy, table, catalog)
        parts: list[Cells] = []
        matching: frozenset[str] = frozenset()
        for covered, columns in ((YES, matched.sure), (UNKNOWN, matched.open)):
            if not columns and (table.columns or matched.whole != covered):
                continue
            matching |= columns
            given = permissions
            if len(matching) < len(table.columns):
                # B8-6: on part of the columns, Super is SELECT and DESCRIBE, and the writing permissions DESCRIBE.
                given -= _NOT_WITH_PARTIAL_SELECT
            # B7-3: partition keys can't be filtered, so whoever reads some columns reads them.
            readable = columns | table.partition_keys if columns else columns
            parts += self._part(readable, None, covered, given)
        if not parts and matched.whole != NO:
            parts.append(Cells(frozenset(), None, NO, self, covered=matched.whole))
        return tuple(parts)

    def on_database(self, account: str, name: str, tags_satisfy: Truth) -> Truth:
        """
        Return whether the grant is on a database itself, or on a database by its tags.

        Args:
            account: Whose database.
            name: In lower case, below its child catalog's.
            tags_satisfy: Whether the database's tags satisfy the expression of the grant, if it is on one.

        """
        resource = self.resource
        if self.has_unknown_resource:
            return UNKNOWN
        if resource is None:
            return NO
        if isinstance(resource.database, DatabaseResource):
            named = resource.database
            own = owner_of(named.catalog_id, self.account) == account
            return same_name(database_in(named.catalog_id, named.name), name) if own else NO
        policy = self.tag_policy
        if policy is None or policy.resource_type.upper() != "DATABASE":
            return NO
        return tags_satisfy if owner_of(policy.catalog_id, self.account) == account else NO


@dataclass(frozen=True)
class _TagMatch:
    """Which columns satisfy an LF-Tag policy by their effective tags."""

    sure: frozenset[str]
    open: frozenset[str]
    """Where it hangs on a value that isn't known."""
    whole: Truth
    """Whether the table's own tags do."""


def _match_tags(policy: LfTagPolicyResource, table: CatalogTable, catalog: Catalog) -> _TagMatch:
    expression = catalog_expression(policy, catalog)
    if isinstance(expression, Unknown):
        return _TagMatch(frozenset(), table.all_columns, UNKNOWN)
    if not expression:
        return _TagMatch(frozenset(), frozenset(), NO)
    sure: frozenset[str] = frozenset()
    still_open: frozenset[str] = frozenset()
    for group in table.groups:
        truth = satisfies(group.tags, expression)
        if truth == YES:
            sure |= group.columns
        elif truth != NO:
            still_open |= group.columns
    return _TagMatch(sure, still_open, satisfies(table.tags, expression))


def tags_satisfy_on(grant: Grant, catalog: Catalog, database: str) -> Truth:
    """Return whether a database's effective tags satisfy the LF-Tag expression that a grant is on."""
    expression = catalog_expression(grant.tag_policy, catalog) if grant.tag_policy is not None else ()
    if isinstance(expression, Unknown):
        return UNKNOWN
    return satisfies(catalog.database_tags(database), expression) if expression else NO


def tables_of(grant: Grant, catalog: Catalog) -> list[TableName]:
    """Return the tables of a catalog that a grant is on, sorted."""
    found = catalog.tables_by_grant.get(grant)
    if found is None:
        named = grant.named_table
        if named is not None and not has_token(named[0]) and not has_token(named[1] or ""):
            database, table = named
            if table is None:
                candidates = catalog.tables_in(database)
            else:
                candidates = [(database, table)] if (database, table) in catalog.tables else []
        elif grant.has_unknown_resource or grant.tag_policy is not None or named is not None or grant.child_catalog:
            candidates = sorted(catalog.tables)
        else:
            candidates = []
        found = [name for name in candidates if grant.cells_on(catalog.tables[name], catalog, grant.permissions)]
        catalog.tables_by_grant[grant] = found
    return found


def _is_unreadable(resource: Resource | None) -> bool:
    """Say whether a resource isn't known, or is of no kind that is known here, so that it may be anything (B23)."""
    if resource is None:
        return True
    given = [part for part in vars(resource).values() if part is not None]
    return not given or any(isinstance(part, Unknown) for part in given)


def same_name(written: str, name: str) -> Truth:
    """Return whether a name that is written somewhere is this one, in lower case; a token may stand for any."""
    lowered = written.lower()
    if lowered == name:
        return YES
    return UNKNOWN if has_token(lowered) or has_token(name) else NO


def covers_table(resource: TableResource, table: CatalogTable, account: str) -> Truth:
    """Return whether a table resource, written in an account, is a table, or all tables beside it (B7-1)."""
    if owner_of(resource.catalog_id, account) != table.account:
        return NO
    covered = same_name(database_in(resource.catalog_id, resource.database_name), table.name[0])
    if resource.table_wildcard is not None:
        return covered & (UNKNOWN if isinstance(resource.table_wildcard, Unknown) else YES)  # B7-1
    return covered & same_name(resource.name or "", table.name[1])


def catalog_expression(
    policy: LfTagPolicyResource, catalog: Catalog
) -> tuple[tuple[str, frozenset[str]], ...] | Unknown:
    """Return an LF-Tag expression's tests, keys and values in lower case; named ones are looked up (B8-7)."""
    tests: Listing[LfTag] | None = policy.expression
    if policy.expression_name:
        named = catalog.expressions.get(policy.expression_name.lower())
        if named is None:
            missing = catalog.lake_formation.lf_tag_expressions.unknown
            if missing is None and (catalog.partial or has_token(policy.expression_name)):
                missing = Unknown(f"the LF-Tag expression {policy.expression_name} isn't described")
            return missing if missing is not None else ()
        tests = named
    if tests is None:
        return ()
    if tests.unknown is not None:
        return tests.unknown
    unknown = next((test.tag_values.unknown for test in tests if test.tag_values.unknown is not None), None)
    if unknown is not None:
        return unknown
    return tuple((test.tag_key.lower(), frozenset(value.lower() for value in test.tag_values)) for test in tests)


class GrantBook:
    """The grants that one account made in one Region, found by whom they are for."""

    def __init__(self, account: str, region_name: str, region: Region, *, partial: bool = False) -> None:
        place = f"accounts.{account}.regions.{region_name}.lakeformation"
        self.account = account
        self.unknown = region.lake_formation.permissions.unknown
        """Why there may be grants nobody knows of; `None`: all are here."""
        self._by_name: dict[str, list[Grant]] = {}
        self._for_all: list[Grant] = []
        self.iam_allowed: list[Grant] = []
        self.shares: list[Grant] = []
        self._open: list[Grant] = []
        lists = {
            GranteeKind.ACCOUNT_PRINCIPALS: self._for_all,
            GranteeKind.IAM_ALLOWED: self.iam_allowed,
            GranteeKind.SHARE: self.shares,
            GranteeKind.UNKNOWN: self._open,
        }
        filters = CellsFilters(account, region.lake_formation.data_cells_filters, partial=partial)
        for index, entry in enumerate(region.lake_formation.permissions):
            grant = Grant(entry, index, place, account, filters)
            kind = kind_of(entry.principal)
            if kind is GranteeKind.IDENTITY:
                self._by_name.setdefault(without_path(grant.principal), []).append(grant)
            elif kind in lists:
                lists[kind].append(grant)

    def grants_for(self, grantee: Grantee) -> Iterator[tuple[Grant, Truth]]:
        """Yield the grants for a principal itself, each with how certain it is that they apply."""
        for grant in (*self._by_name.get(without_path(grantee.arn), ()), *self._for_all, *self._open):
            truth = is_for(grant.entry.principal, grantee)
            if truth != NO and grant.is_conditional:
                truth &= grantee.meets(grant.entry.condition)
            if truth != NO:
                yield grant, truth

    def shares_for(self, grantee: Grantee) -> Iterator[tuple[Grant, Truth]]:
        """Yield the grants that share with a principal's account."""
        for grant in (*self.shares, *self._open):
            truth = shares_with(grant.entry.principal, grantee)
            if truth != NO:
                yield grant, truth


class GrantsByTable:
    """Grants that apply to one principal, found by the table they may be on; their order stays."""

    def __init__(self, grants: Iterable[tuple[Grant, Truth]]) -> None:
        self.all = tuple(grants)
        self._by_name: dict[TableName, list[int]] = {}
        self._elsewhere: list[int] = []
        for index, (grant, _) in enumerate(self.all):
            named = grant.named_table
            if named is None or named[1] is None or has_token(named[0]) or has_token(named[1]):
                self._elsewhere.append(index)
            else:
                self._by_name.setdefault((named[0].lower(), named[1]), []).append(index)
        self._of_others = tuple(self.all[index] for index in self._elsewhere)

    def on(self, table: CatalogTable) -> tuple[tuple[Grant, Truth], ...]:
        """Return the grants without those that name another table."""
        if any(has_token(part) for part in table.name):
            return self.all
        named = self._by_name.get(table.name)
        if named is None:
            return self._of_others
        return tuple(self.all[index] for index in sorted((*self._elsewhere, *named)))


@dataclass(frozen=True)
class TableRights:
    """What grants give a principal on one table."""

    cells: tuple[Cells, ...]
    """What it may read; truths other than NO."""
    describe: Truth
    """Whether it holds any permission on the table: that implies DESCRIBE (B6-2)."""
    describe_of_conditional_only: bool
    """Whether all it holds comes from attribute-based grants, which don't show the database (B11-4)."""

    @property
    def reading(self) -> Truth:
        """Whether it may read anything of the table."""
        truth = NO
        for cell in self.cells:
            truth |= cell.truth
        return truth


NO_RIGHTS = TableRights((), NO, describe_of_conditional_only=False)


def rights_on(
    table: CatalogTable,
    catalog: Catalog,
    grants: Iterable[tuple[Grant, Truth]],
    unknown: Unknown | None,
    *,
    grantable_only: bool = False,
) -> TableRights:
    """
    Add up what grants give on a table.

    Args:
        table: The table.
        catalog: The catalog it stands in.
        grants: The grants that apply, each with how certain that is.
        unknown: Why there may be more grants; then everything else is open.
        grantable_only: Look at what may be granted on, instead of what is granted (B10).

    """
    found: list[Cells] = []
    describe = NO
    unconditional = False
    excluded: Truth = NO
    for grant, applies in grants:
        permissions = grant.grantable if grantable_only else grant.permissions
        if not permissions and grant.permissions_known == YES:
            continue
        for cells in grant.cells_on(table, catalog, permissions):
            describe |= applies & cells.covered
            unconditional = unconditional or not grant.is_conditional
            if cells.columns:
                excluded |= applies & cells.covered & grant.writes(permissions, cells, table)
            truth = applies & cells.truth
            rule = "B6-4" if truth == AMBIGUOUS else ""
            if grant.is_conditional and grant.tag_policy is not None:
                truth, rule = truth & AMBIGUOUS, "B11-3"
            if truth != NO:
                found.append(Cells(cells.columns, cells.rows, truth, grant, rule))
    if excluded != NO:
        # B7-4: beside a writing permission a partial SELECT is refused or has no effect: widely, all is visible.
        found += [
            Cells(table.all_columns, None, cell.truth & excluded & AMBIGUOUS, cell.grant, "B7-4")
            for cell in found
            if (cell.columns != table.all_columns or cell.rows is not None) and cell.grant.tag_policy is None
        ]
    if unknown is not None:
        describe |= UNKNOWN
    return TableRights(
        tuple(cell for cell in found if cell.truth != NO),
        describe,
        describe_of_conditional_only=bool(found) and not unconditional,
    )


def shown_by(
    table: CatalogTable, catalog: Catalog, grants: Iterable[tuple[Grant, Truth]]
) -> Iterator[tuple[frozenset[str], Truth]]:
    """Yield the columns that grants show in the catalog: any permission shows what it is on (B6-2, B2-6)."""
    for grant, applies in grants:
        if not grant.permissions and grant.permissions_known == YES:
            continue
        for cells in grant.cells_on(table, catalog, grant.permissions):
            truth = applies & cells.covered
            if truth == NO:
                continue
            yield cells.columns, truth
            if grant.tag_policy is not None and grant.permissions - {"SELECT"} and cells.columns != table.all_columns:
                # By tags on part of the columns (B8-6): whether the others show is left open.
                yield table.all_columns, truth & AMBIGUOUS


__all__ = [
    "KNOWN_PERMISSIONS",
    "NO_RIGHTS",
    "Cells",
    "Grant",
    "GrantBook",
    "GrantsByTable",
    "TableName",
    "TableRights",
    "catalog_expression",
    "covers_table",
    "rights_on",
    "same_name",
    "shown_by",
    "tags_satisfy_on",
]
