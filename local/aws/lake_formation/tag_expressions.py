"""Named LF-Tag expressions: kept once, referred to by grants, changed for all of them at once."""

from __future__ import annotations

from local.aws.lake_formation import authority, grants, resources
from local.aws.lake_formation.errors import EntityNotFoundError, InvalidInputError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json


def create_lf_tag_expression(request: Request) -> Json:
    """Create an expression over LF-Tags that exist."""
    authority.require_administrator(request)
    of, name = request.own_lake, request.parameters["Name"]
    if name in of.tag_expressions:
        raise InvalidInputError(f"LF-Tag expression already exists: {name}")
    of.tag_expressions[name] = {
        "Name": name,
        "Description": request.parameters.get("Description", ""),
        "CatalogId": of.account,
        "Expression": _expression(request),
    }
    return {}


def update_lf_tag_expression(request: Request) -> Json:
    """Replace an expression's body, and its description where one is given."""
    authority.require_administrator(request)
    found = _found(request)
    found["Expression"] = _expression(request)
    if "Description" in request.parameters:
        found["Description"] = request.parameters["Description"]
    return {}


def get_lf_tag_expression(request: Request) -> Json:
    """Return an expression."""
    return dict(_found(request))


def delete_lf_tag_expression(request: Request) -> Json:
    """Delete an expression and every grant that refers to it."""
    authority.require_administrator(request)
    name = _found(request)["Name"]
    of = request.own_lake
    del of.tag_expressions[name]
    grants.drop(
        of,
        lambda resource: (
            resource.get("LFTagPolicy", {}).get("ExpressionName") == name
            or resource.get("LFTagExpression", {}).get("Name") == name
        ),
    )
    return {}


def list_lf_tag_expressions(request: Request) -> Json:
    """List expressions."""
    found = request.own_lake.tag_expressions
    return request.page("LFTagExpressions", [dict(found[name]) for name in sorted(found)])


def _expression(request: Request) -> list[Json]:
    expression = resources.tag_expression(request.parameters["Expression"])
    for part in expression:
        resources.require_tag(part["TagKey"], part["TagValues"], request.own_lake)
    return expression


def _found(request: Request) -> Json:
    name = request.parameters["Name"]
    if name not in request.own_lake.tag_expressions:
        raise EntityNotFoundError(f"LF-Tag expression not found: {name}")
    return request.own_lake.tag_expressions[name]


OPERATIONS: dict[str, Operation] = {
    "CreateLFTagExpression": create_lf_tag_expression,
    "DeleteLFTagExpression": delete_lf_tag_expression,
    "GetLFTagExpression": get_lf_tag_expression,
    "ListLFTagExpressions": list_lf_tag_expressions,
    "UpdateLFTagExpression": update_lf_tag_expression,
}
