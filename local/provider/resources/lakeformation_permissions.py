"""
`aws:lakeformation/permissions:Permissions`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/permissions.go (`ForceNew` on every argument)
and filter.go (which listed entries belong to a grant: SELECT on a whole table comes back as all columns of it).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from botocore.exceptions import ClientError

from local.provider.account import Place
from local.provider.identity import composed, named
from local.provider.lake_resource import same_resource, table_resource, to_api_resource
from local.provider.resource_type import Failure, Property, ResourceType
from local.provider.wire import UNKNOWN, Properties, Value

_KINDS = frozenset({
    "catalogResource", "dataCellsFilter", "dataLocation", "database", "lfTag", "lfTagPolicy", "table",
    "tableWithColumns",
})  # fmt: skip
_REQUIRED = frozenset({"principal"})
_IDENTITY = _KINDS | _REQUIRED | {"catalogId"}

# How AWS names the table of an entry about every table of a database.
_ALL_TABLES = "ALL_TABLES"


class Permissions(ResourceType):
    """
    One principal's rights on one resource; its identity is JSON naming both.

    Rights are what AWS lists, not what was granted. A replacement revokes first: granting the new set and then
    revoking the old one would take away what both have in common.
    """

    pulumi_type = "aws:lakeformation/permissions:Permissions"
    properties: ClassVar = {
        "catalogId": Property(replaces=True),
        "catalogResource": Property(replaces=True, default=False),
        "dataCellsFilter": Property(replaces=True),
        "dataLocation": Property(replaces=True),
        "database": Property(replaces=True),
        "lfTag": Property(replaces=True),
        "lfTag.values": Property(replaces=True, unordered=True),
        "lfTagPolicy": Property(replaces=True),
        "lfTagPolicy.expressions": Property(replaces=True, unordered=True),
        "lfTagPolicy.expressions.values": Property(replaces=True, unordered=True),
        "permissions": Property(replaces=True, unordered=True),
        "permissionsWithGrantOptions": Property(replaces=True, filled_in=True, unordered=True),
        "principal": Property(replaces=True),
        "table": Property(replaces=True),
        "tableWithColumns": Property(replaces=True),
        "tableWithColumns.columnNames": Property(replaces=True, unordered=True),
        "tableWithColumns.excludedColumnNames": Property(replaces=True, unordered=True),
    }
    absent = frozenset({"EntityNotFoundException"})
    deletes_first = True

    def check(self, inputs: Properties) -> Iterable[Failure]:
        kinds = sorted(kind for kind in _KINDS if inputs.get(kind))
        if len(kinds) != 1:
            said = f"{', '.join(kinds)} are set" if kinds else "none is set"
            yield Failure("principal", f"a grant names one resource: {said}; set one of {', '.join(sorted(_KINDS))}")
        if inputs["permissions"] == []:
            yield Failure("permissions", "a grant without permissions; name at least one")
        for kind, one_of in (("table", ("name", "wildcard")), ("tableWithColumns", ("columnNames", "wildcard"))):
            table = inputs.get(kind, UNKNOWN)
            if table != UNKNOWN and not any(table.get(name) for name in one_of):
                yield Failure(kind, f"incomplete; set `{one_of[0]}` or `{one_of[1]}`")

    def create(self, place: Place, wanted: Properties) -> str:
        request = self._request(wanted)
        request["Permissions"] = sorted(wanted["permissions"])
        if wanted.get("permissionsWithGrantOptions"):
            request["PermissionsWithGrantOption"] = sorted(wanted["permissionsWithGrantOptions"])
        place.client("lakeformation").grant_permissions(**request)
        return composed({name: value for name, value in wanted.items() if value}, _IDENTITY)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        grant = named(identity, _REQUIRED, _KINDS)
        rights, grantable = self._listed(place, grant)
        if not rights:
            return None
        return {
            **dict.fromkeys(_KINDS - {"catalogResource"}),
            "catalogResource": False,
            **grant,
            "permissions": sorted(rights),
            "permissionsWithGrantOptions": sorted(grantable),
        }

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        grant = named(identity, _REQUIRED, _KINDS)
        recorded = set(state.get("permissions", []))
        rights, grantable = self._listed(place, grant)
        request = self._request(grant)
        request["Permissions"] = sorted(rights & recorded)
        delegable = sorted(grantable & set(state.get("permissionsWithGrantOptions", [])))
        if delegable:
            request["PermissionsWithGrantOption"] = delegable
        if not request["Permissions"]:
            return
        try:
            place.client("lakeformation").revoke_permissions(**request)
        except ClientError:
            # Someone else was faster, perhaps: what matters is whether anything is left.
            left, _ = self._listed(place, grant)
            if left & recorded:
                raise

    def _request(self, grant: Properties) -> Properties:
        request: Properties = {
            "Principal": {"DataLakePrincipalIdentifier": grant["principal"]},
            "Resource": to_api_resource(grant),
        }
        if grant.get("catalogId"):
            request["CatalogId"] = grant["catalogId"]
        return request

    def _listed(self, place: Place, grant: Properties) -> tuple[set[str], set[str]]:
        """Return the rights that AWS lists for exactly this principal and resource, and those it may pass on."""
        request = self._request(grant)
        if "tableWithColumns" in grant:  # listing takes no columns: ask for the table, then choose
            request["Resource"] = table_resource({**grant["tableWithColumns"], "wildcard": False})
        rights: set[str] = set()
        grantable: set[str] = set()
        token: Properties = {}
        while True:
            page = place.client("lakeformation").list_permissions(**request, **token)
            for entry in page.get("PrincipalResourcePermissions", []):
                if self._belongs(entry, grant):
                    rights.update(entry.get("Permissions", []))
                    grantable.update(entry.get("PermissionsWithGrantOption", []))
            if not page.get("NextToken"):
                return rights, grantable
            token = {"NextToken": page["NextToken"]}

    def _belongs(self, entry: Value, grant: Properties) -> bool:
        if entry["Principal"]["DataLakePrincipalIdentifier"] != grant["principal"]:
            return False
        return any(same_resource(entry["Resource"], form) for form in self._listed_forms(grant))

    def _listed_forms(self, grant: Properties) -> list[Properties]:
        """Every form in which AWS lists rights on the resource."""
        granted = to_api_resource(grant)
        table = granted.get("Table") or granted.get("TableWithColumns")
        if table is None:
            return [granted]
        database = {"DatabaseName": table["DatabaseName"]}
        if "TableWildcard" in table:
            return [
                granted,
                {"Table": {**database, "Name": _ALL_TABLES, "TableWildcard": {}}},
                {"TableWithColumns": {**database, "Name": _ALL_TABLES, "ColumnWildcard": {}}},
            ]
        if "Table" in granted or table.get("ColumnWildcard") == {}:
            whole = {**database, "Name": table["Name"]}
            return [{"Table": whole}, {"TableWithColumns": {**whole, "ColumnWildcard": {}}}]
        return [granted]
