"""
Listing grants: all, or those of a principal, a resource, a kind of resource; and those that reach a path.

AWS's model says that a listing by principal *and* resource shows effective permissions; here it shows the grants
themselves, as without a principal, since everything that compares declared grants with a listing needs those.
"""

from __future__ import annotations

from collections.abc import Callable

from local.aws.lake_formation import catalog, resources
from local.aws.lake_formation.errors import InvalidInputError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Grant, Json, Lake, lakes_in

_KIND_OF_TYPE: dict[str, Callable[[Json], bool]] = {
    "CATALOG": lambda resource: "Catalog" in resource,
    "DATABASE": lambda resource: "Database" in resource,
    "DATA_LOCATION": lambda resource: "DataLocation" in resource,
    "LF_NAMED_TAG_EXPRESSION": lambda resource: "LFTagExpression" in resource,
    "LF_TAG": lambda resource: "LFTag" in resource,
    "LF_TAG_POLICY": lambda resource: "LFTagPolicy" in resource,
    "LF_TAG_POLICY_DATABASE": lambda resource: _is_policy(resource, "DATABASE"),
    "LF_TAG_POLICY_TABLE": lambda resource: _is_policy(resource, "TABLE"),
    "TABLE": lambda resource: "Table" in resource or "TableWithColumns" in resource,
}


def list_permissions(request: Request) -> Json:
    """List grants made in this account, and those that other accounts made to it."""
    parameters = request.parameters
    principal = (parameters.get("Principal") or {}).get("DataLakePrincipalIdentifier")
    resource, resource_type = parameters.get("Resource"), parameters.get("ResourceType")
    related = str(parameters.get("IncludeRelated", "FALSE")).upper() == "TRUE"
    if principal and resource is None:
        raise InvalidInputError("Resource is mandatory if Principal is set in the input.")
    if principal and related:
        raise InvalidInputError("Principal must not be specified with IncludeRelated.")
    wanted = [_concerns(resource, request.lake, related=related)] if resource is not None else []
    if resource_type is not None:
        if resource_type not in _KIND_OF_TYPE:
            raise InvalidInputError(f"Invalid resource type: {resource_type}")
        wanted.append(_KIND_OF_TYPE[resource_type])
    if "CatalogId" in parameters:
        wanted.append(lambda found: resources.catalog_of(found, request.lake) == parameters["CatalogId"])
    grants = [
        grant
        for grant in _visible(request)
        if principal in {None, grant.principal} and all(accepts(grant.resource) for accepts in wanted)
    ]
    return request.page("PrincipalResourcePermissions", _listed(grants))


def get_effective_permissions_for_path(request: Request) -> Json:
    """List the grants on databases and tables that stand at a path or below it, and on the location itself."""
    path = request.parameters["ResourceArn"]
    of = request.lake
    reached = [grant for grant in of.grants.values() if _stands_at(grant.resource, path, of)]
    return request.page("Permissions", _listed(reached))


def _visible(request: Request) -> list[Grant]:
    own = list(request.lake.grants.values())
    foreign = [
        grant
        for other in lakes_in(request.region)
        if other.account != request.account
        for grant in other.grants.values()
        if grant.principal == request.account
    ]
    return own + foreign


def _listed(grants: list[Grant]) -> list[Json]:
    ordered = sorted(grants, key=lambda grant: (resources.key(grant.resource), grant.principal, grant.condition or ""))
    return [grant.as_listed() for grant in ordered]


def _concerns(resource: Json, of: Lake, *, related: bool) -> Callable[[Json], bool]:
    """Return a test for the resources whose grants a listing by this resource shows."""
    kind = resources.kind(resource)
    if kind == "TableWithColumns":
        raise InvalidInputError("Resource must have either the catalog, table or database field populated.")
    spelled = resources.canonical(resource, of)
    if kind == "Table":
        return lambda found: _of_table(found, spelled["Table"], related=related)
    if kind == "DataCellsFilter" and "Name" not in resource["DataCellsFilter"]:
        raise InvalidInputError("A data cells filter needs a name.")
    return lambda found: found == spelled


def _of_table(found: Json, table: Json, *, related: bool) -> bool:
    body = found.get("Table") or found.get("TableWithColumns")
    if body is None and related and "DataCellsFilter" in found:
        cells = found["DataCellsFilter"]
        body = {
            "CatalogId": cells["TableCatalogId"],
            "DatabaseName": cells["DatabaseName"],
            "Name": cells["TableName"],
        }
    return body is not None and all(body[member] == table[member] for member in ("CatalogId", "DatabaseName", "Name"))


def _is_policy(resource: Json, resource_type: str) -> bool:
    return "LFTagPolicy" in resource and resource["LFTagPolicy"]["ResourceType"] == resource_type


def _stands_at(resource: Json, path: str, of: Lake) -> bool:
    if "DataLocation" in resource:
        return resources.is_below(resource["DataLocation"]["ResourceArn"], path)
    owner = resources.catalog_of(resource, of)
    table = resources.table_of(resource)
    if table is not None and table[1] != resources.ALL_TABLES:
        where = catalog.location(catalog.table(owner, of.region, *table))
    elif "Database" in resource:
        where = catalog.database(owner, of.region, resource["Database"]["Name"]).as_dict().get("LocationUri")
    else:
        return False
    return where is not None and resources.is_below(_arn(where), path)


def _arn(uri: str) -> str:
    return "arn:aws:s3:::" + uri.split("://", 1)[-1]


OPERATIONS: dict[str, Operation] = {
    "GetEffectivePermissionsForPath": get_effective_permissions_for_path,
    "ListPermissions": list_permissions,
}
