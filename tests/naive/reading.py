"""
Reading a table, decided cell by cell: the slow, plain second opinion on Lake Formation (`semantics.md` B1 to B12).

It takes one principal, one table, one column and one row, walks through every grant each time, and remembers nothing.
It shares no code with `lakeward.access`: estates are plain JSON here. What it doesn't know it refuses.
"""

from __future__ import annotations

import operator
import re

IAM_ALLOWED = "IAM_ALLOWED_PRINCIPALS"
SUPER = {"ALL"}
WRITING = {"INSERT", "DELETE", "ALTER", "DROP"}
OPERATORS = {"=": operator.eq, "<>": operator.ne, ">": operator.gt, "<": operator.lt}


def can_read(estate, principal, table, column, row):
    """
    Return whether a principal reads one cell through Athena: in the narrow and in the wide reading.

    Args:
        estate: As JSON, of one owner and its consumers in one Region, without anything unknown.
        principal: `{"arn", "tags"}`; the role's tags with the session's over them.
        table: `(database, name)` in the owner's catalog.
        column: Its name.
        row: A value for every column.

    """
    lake = Lake(estate)
    account = principal["arn"].split(":")[4]
    if not lake.may_call(principal, "glue:GetTable"):
        return False, False
    if account != lake.owner:
        narrow, wide = lake.shown_abroad(principal, table)
        if not wide:
            return False, False
    else:
        narrow = True
    registered, hybrid = lake.location(table)
    if lake.open_to_iam(table) and not lake.opted_in(principal, table):
        if account != lake.owner:
            return False, False  # no bucket here lets another account in
        vended = registered and not hybrid
        read = lake.vends(principal) if vended else lake.may_call(principal, "s3:GetObject")
        return read, read
    stored = lake.vends(principal) if registered else account == lake.owner and lake.may_call(principal, "s3:GetObject")
    if not stored:
        return False, False
    must, may = lake.granted(principal, table, column, row)
    return must and narrow, may


class Lake:
    """An estate, and who owns its tables: the account that has some."""

    def __init__(self, estate):
        self.accounts = estate["accounts"]
        self.owner = next(name for name, account in self.accounts.items() if self.place(account).get("glue"))
        self.organization = estate.get("organization")

    def place(self, account):
        return next(iter(account["regions"].values()))

    def settled(self, account):
        return self.place(self.accounts[account])["lakeformation"]

    # --- IAM, as plain as it gets: whole actions on everything -------------------------------------------------

    def may_call(self, principal, action):
        for role in self.accounts[principal["arn"].split(":")[4]]["iam"]["Roles"]:
            if role["Arn"] == principal["arn"]:
                return any(
                    action in statement["Action"] and statement["Effect"] == "Allow" and statement["Resource"] == "*"
                    for policy in role["Policies"]
                    for statement in policy["PolicyDocument"]["Statement"]
                )
        return False

    def vends(self, principal):
        """Registration roles here always work (B2-1, B2-2)."""
        return self.may_call(principal, "lakeformation:GetDataAccess")

    # --- The catalog ----------------------------------------------------------------------------------------------

    def entry(self, table):
        tables = self.place(self.accounts[self.owner])["glue"]["Tables"]
        return next(one for one in tables if (one["DatabaseName"], one["Name"]) == table)

    def columns(self, table):
        entry = self.entry(table)
        return [one["Name"] for one in (*entry["StorageDescriptor"]["Columns"], *entry["PartitionKeys"])]

    def partition_keys(self, table):
        return [one["Name"] for one in self.entry(table)["PartitionKeys"]]

    def location(self, table):
        """Return whether the longest registered prefix holds the table, and whether it is hybrid (B2-3)."""
        path = self.entry(table)["StorageDescriptor"]["Location"].removeprefix("s3://")
        best = None
        for resource in self.settled(self.owner)["Resources"]:
            prefix = resource["ResourceArn"].removeprefix("arn:aws:s3:::")
            holds = path == prefix or path.startswith(prefix + "/")
            if holds and (best is None or len(prefix) > len(best["ResourceArn"].removeprefix("arn:aws:s3:::"))):
                best = resource
        return best is not None, best is not None and best.get("HybridAccessEnabled", False)

    def tags(self, table, column=None):
        """Return effective LF-Tags: the nearest assignment of each key (B8-2)."""
        found = {}
        places = [
            {"Catalog": {}},
            {"Database": {"Name": table[0]}},
            {"Table": {"DatabaseName": table[0], "Name": table[1]}},
        ]
        for place in places:
            for assigned in self.settled(self.owner).get("ResourceLFTags", []):
                if assigned["Resource"] == place:
                    found.update({one["TagKey"].lower(): one["TagValues"][0].lower() for one in assigned["LFTags"]})
        for assigned in self.settled(self.owner).get("ResourceLFTags", []):
            named = assigned["Resource"].get("TableWithColumns")
            if named and (named["DatabaseName"], named["Name"]) == table and column in named["ColumnNames"]:
                found.update({one["TagKey"].lower(): one["TagValues"][0].lower() for one in assigned["LFTags"]})
        return found

    # --- Modes (B3) ---------------------------------------------------------------------------------------------------

    def open_to_iam(self, table):
        return any(
            grant["Principal"]["DataLakePrincipalIdentifier"] == IAM_ALLOWED
            and "ALL" in grant["Permissions"]
            and self.names_table(grant["Resource"], self.owner, table)
            for grant in self.settled(self.owner)["Permissions"]
        )

    def opted_in(self, principal, table):
        account = principal["arn"].split(":")[4]
        found = False
        for where in {self.owner, account}:
            for opt_in in self.settled(where).get("OptIns", []):
                if not self.is_for(opt_in["Principal"], principal) or not self.meets(opt_in, principal):
                    continue
                named = opt_in["Resource"].get("Database")
                if named:
                    found |= named["Name"] == table[0] and named.get("CatalogId", where) == self.owner
                elif account == self.owner or "TableWildcard" not in opt_in["Resource"]["Table"]:  # B3-3
                    found |= self.names_table(opt_in["Resource"], where, table)
        return found

    # --- Whom and what a grant is for -----------------------------------------------------------------------------

    def is_for(self, who, principal):
        name = who["DataLakePrincipalIdentifier"]
        return name in (principal["arn"], principal["arn"].split(":")[4] + ":IAMPrincipals")

    def shares(self, who, principal):
        """An account, an organizational unit that the account is in, or the organization (B12-3)."""
        name, account = who["DataLakePrincipalIdentifier"], principal["arn"].split(":")[4]
        if name == account:
            return True
        if not self.organization or ":organizations::" not in name:
            return False
        path = self.organization["accounts"][account]["path"].strip("/").split("/")
        return name.rpartition("/")[2] in path

    def meets(self, entry, principal):
        """Meet a condition of the form `hasTag("k") && getTag("k") == "v"` (B11)."""
        if "Condition" not in entry:
            return True
        key, value = re.fullmatch(
            r'context\.iam\.principalTags\.hasTag\("(\w+)"\) && '
            r'context\.iam\.principalTags\.getTag\("\1"\) == "(\w+)"',
            entry["Condition"]["Expression"],
        ).groups()
        return principal["tags"].get(key) == value

    def names_table(self, resource, maker, table):
        named = resource.get("Table")
        if not named or named.get("CatalogId", maker) != self.owner or named["DatabaseName"] != table[0]:
            return False
        return "TableWildcard" in named or named.get("Name") == table[1]

    def columns_of(self, resource, maker, table):  # noqa: PLR0911 - one answer per kind
        """Return the columns of a table that a resource is on; `None`: it isn't on the table."""
        columns = self.columns(table)
        if "Table" in resource:
            return columns if self.names_table(resource, maker, table) else None
        if "TableWithColumns" in resource:
            named = resource["TableWithColumns"]
            if (named["DatabaseName"], named["Name"]) != table or named.get("CatalogId", maker) != self.owner:
                return None
            if "ColumnNames" in named:
                chosen = [one for one in columns if one in named["ColumnNames"]]
            else:
                chosen = [one for one in columns if one not in named["ColumnWildcard"]["ExcludedColumnNames"]]
            return chosen + self.partition_keys(table)  # B7-3
        if "DataCellsFilter" in resource:
            found = self.cells_filter(resource, maker, table)
            if found is None:
                return None
            listed = found.get("ColumnNames")
            left_out = found.get("ColumnWildcard", {}).get("ExcludedColumnNames", [])
            chosen = [one for one in columns if (one in listed if listed else one not in left_out)]
            return chosen + self.partition_keys(table)
        if "LFTagPolicy" in resource:
            policy = resource["LFTagPolicy"]
            if policy["ResourceType"] != "TABLE" or policy.get("CatalogId", maker) != self.owner:
                return None
            matching = [one for one in columns if self.satisfies(self.tags(table, one), policy)]
            if not matching:
                return [] if self.satisfies(self.tags(table), policy) else None
            return matching + self.partition_keys(table)
        return None

    def satisfies(self, tags, policy):
        tests = policy.get("Expression")
        if tests is None:
            named = {one["Name"].lower(): one for one in self.settled(self.owner).get("LFTagExpressions", [])}
            tests = named[policy["ExpressionName"].lower()]["Expression"]
        for test in tests:
            value = tags.get(test["TagKey"].lower())
            values = [one.lower() for one in test["TagValues"]]
            if value is None or (value not in values and "*" not in values):
                return False
        return True

    def cells_filter(self, resource, maker, table):
        named = resource["DataCellsFilter"]
        if (named["DatabaseName"], named["TableName"]) != table or named.get("TableCatalogId", maker) != self.owner:
            return None
        for one in self.settled(maker).get("DataCellsFilters", []):
            same_table = (one["DatabaseName"], one["TableName"]) == table
            if same_table and one["Name"] == named["Name"] and one.get("TableCatalogId", maker) == self.owner:
                return one
        return None

    def holds_row(self, resource, maker, table, row):
        if "DataCellsFilter" not in resource:
            return True
        expression = self.cells_filter(resource, maker, table)["RowFilter"].get("FilterExpression")
        return expression is None or all(true_of(test, row) for test in expression.split(" AND "))

    def permissions(self, grant, maker, table):
        """Return what a grant gives on a table: by tags on part of its columns no more than reading (B8-6)."""
        given = set(grant["Permissions"])
        if "LFTagPolicy" in grant["Resource"] and set(self.columns_of(grant["Resource"], maker, table)) != set(
            self.columns(table)
        ):
            given -= WRITING
            if given & SUPER:
                given = (given - SUPER) | {"SELECT", "DESCRIBE"}
        return given

    # --- What grants give ---------------------------------------------------------------------------------------------

    def granted(self, principal, table, column, row):
        account = principal["arn"].split(":")[4]
        direct = [
            (grant, self.owner)
            for grant in self.settled(self.owner)["Permissions"]
            if self.is_for(grant["Principal"], principal) and self.meets(grant, principal)
            if "Condition" not in grant or self.database_shown(principal, table)
        ]
        must, columns, rows = self.added_up(direct, table, column, row, abroad=account != self.owner)
        if account == self.owner:
            return must, column in columns and rows
        if self.version() < 3:
            must = False
        shared = [
            (grant, self.owner)
            for grant in self.settled(self.owner)["Permissions"]
            if self.shares(grant["Principal"], principal)
        ]
        local = [
            (grant, account)
            for grant in self.settled(account)["Permissions"]
            if self.is_for(grant["Principal"], principal) and self.meets(grant, principal)
        ]
        outer_must, outer_columns, outer_rows = self.added_up(shared, table, column, row, abroad=True)
        inner_must, inner_columns, inner_rows = self.added_up(local, table, column, row, abroad=False)
        # Account and principal both limit (B9-9); what is left adds to what is granted directly, as any grant does.
        common = outer_columns & inner_columns
        rows |= bool(common) and outer_rows and inner_rows
        return must or (outer_must and inner_must), column in columns | common and rows

    def added_up(self, grants, table, column, row, *, abroad):
        """
        Return whether grants together let one cell be read narrowly, and which columns, and whether the row, widely.

        Narrowly one of them must hold the cell. Widely the columns of all go with the rows of all (B9-8), writing
        reads (B6-4), and beside writing a part is the whole (B7-4).
        """
        on_table = [
            (grant, maker) for grant, maker in grants if self.columns_of(grant["Resource"], maker, table) is not None
        ]
        must = False
        columns, rows = set(), False
        writes = any(
            self.permissions(grant, maker, table) & (WRITING | SUPER)
            for grant, maker in on_table
            if self.columns_of(grant["Resource"], maker, table)
        )
        for grant, maker in on_table:
            given = self.permissions(grant, maker, table)
            reads = bool(given & (SUPER | {"SELECT"}))
            chosen = self.columns_of(grant["Resource"], maker, table)
            if not chosen or not (reads or given & {"INSERT", "DELETE"}):
                continue
            held = self.holds_row(grant["Resource"], maker, table, row)
            excludes = "ColumnWildcard" in grant["Resource"].get("TableWithColumns", {})
            if reads and held and column in chosen and not (abroad and excludes):
                must = True  # B7-5: abroad only lists of columns that are in
            part = set(chosen) != set(self.columns(table)) or not self.holds_all(grant["Resource"], maker, table)
            if part and writes and "LFTagPolicy" not in grant["Resource"]:
                columns |= set(self.columns(table))
                rows = True
            columns |= set(chosen)
            rows |= held
        return must, columns, rows

    def holds_all(self, resource, maker, table):
        return (
            "DataCellsFilter" not in resource
            or "FilterExpression" not in (self.cells_filter(resource, maker, table)["RowFilter"])
        )

    def database_shown(self, principal, table):
        """Attribute-based grants don't show the database: something else must (B11-4, B6-3)."""
        for grant in self.settled(self.owner)["Permissions"]:
            if "Condition" in grant or not self.is_for(grant["Principal"], principal):
                continue
            if grant["Resource"].get("Database", {}).get("Name") == table[0]:
                return True
            tables = self.place(self.accounts[self.owner])["glue"]["Tables"]
            for one in tables:
                name = (one["DatabaseName"], one["Name"])
                if name[0] == table[0] and self.columns_of(grant["Resource"], self.owner, name) is not None:
                    return True
        return False

    def version(self):
        settings = self.settled(self.owner).get("DataLakeSettings", {})
        return int(settings.get("Parameters", {}).get("CROSS_ACCOUNT_VERSION", 4))

    def shown_abroad(self, principal, table):
        """Return whether Glue lets another account at the table: as far as something is granted or shared there."""
        on_it = [
            grant
            for grant in self.settled(self.owner)["Permissions"]
            if (self.is_for(grant["Principal"], principal) and self.meets(grant, principal))
            or self.shares(grant["Principal"], principal)
            if self.columns_of(grant["Resource"], self.owner, table) is not None
        ]
        by_name = [grant for grant in on_it if "LFTagPolicy" not in grant["Resource"]]
        return bool(by_name if self.version() < 3 else on_it), bool(on_it)


def true_of(test, row):
    """Return whether a test `column operator literal` is TRUE: NULL makes it neither (B9-4)."""
    column, sign, literal = re.fullmatch(r"(\w+) (=|<>|>|<) ('\w*'|\d+)", test).groups()
    value = row[column]
    return value is not None and OPERATORS[sign](value, literal.strip("'") if literal[0] == "'" else int(literal))
