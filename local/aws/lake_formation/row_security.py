"""
Row-level security policies and what they are attached to (`semantics.md` B22).

Kept and listed, nothing more: which rows they let through isn't documented, and this isn't the judge. Delegated rights
aren't known: policies and attachments are administrators'.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlglot
from sqlglot import expressions
from sqlglot.errors import SqlglotError

from local.aws.lake_formation import authority, catalog, permissions, resources
from local.aws.lake_formation.errors import AlreadyExistsError, EntityNotFoundError, InvalidInputError
from local.aws.lake_formation.request import Operation, Request
from local.aws.lake_formation.state import Json, Lake, lake

_LONGEST_EXPRESSION = 2048
_LONGEST_CONDITION = 3000
_NAME = re.compile(r"[^\s](?:.{0,253}[^\s])?")

Key = tuple[str, str, str, str]
"""Policy, principal, resource and condition of an attachment; empty where it has none."""


def create_rls_policy(request: Request) -> Json:
    """Create a policy, attached to nothing."""
    authority.require_administrator(request)
    of, parameters = request.own_lake, request.parameters
    name = parameters["Name"]
    if not _NAME.fullmatch(name):
        raise InvalidInputError(f"Invalid name of an RLS policy: {name}")
    if _fold(name) in of.row_policies:
        raise AlreadyExistsError(f"RLS policy already exists: {name}")
    columns = [dict(column) for column in parameters["AttachmentColumns"]]
    _require_rows(parameters["FilterExpression"], columns)
    of.row_policies[_fold(name)] = {
        "CatalogId": of.account,
        "Name": name,
        "AttachmentColumns": columns,
        "FilterExpression": parameters["FilterExpression"],
    }
    return {}


def update_rls_policy(request: Request) -> Json:
    """Change the expression of a policy, wherever it is attached (B22-1)."""
    authority.require_administrator(request)
    policy = _found(request)
    if "FilterExpression" in request.parameters:
        _require_rows(request.parameters["FilterExpression"], policy["AttachmentColumns"])
        policy["FilterExpression"] = request.parameters["FilterExpression"]
    return {}


def get_rls_policy(request: Request) -> Json:
    """Return a policy."""
    return {"RLSPolicy": dict(_found(request))}


def list_rls_policies(request: Request) -> Json:
    """List the policies."""
    of = request.own_lake
    return request.page("RLSPolicies", [dict(of.row_policies[name]) for name in sorted(of.row_policies)])


def delete_rls_policy(request: Request) -> Json:
    """Delete a policy and all its attachments (B22-1)."""
    authority.require_administrator(request)
    of, name = request.own_lake, _fold(_found(request)["Name"])
    del of.row_policies[name]
    for key in [key for key in of.row_attachments if key[0] == name]:
        del of.row_attachments[key]
    return {}


def attach_rls_policy(request: Request) -> Json:
    """Attach a policy to a table, or to tables by LF-Tags, for a principal or for all (B22-2)."""
    authority.require_administrator(request)
    of, policy = request.own_lake, _found(request)
    key, resource = _named(request, policy)
    if key in of.row_attachments:
        raise AlreadyExistsError(f"RLS policy is attached already: {policy['Name']}")
    if key[1]:
        permissions.require_grantee(key[1])
    resources.require(resource, of)
    if "Table" in resource:
        _require_columns(resource["Table"], policy, of)
    attachment: Json = {
        "CatalogId": of.account,
        "PolicyName": policy["Name"],
        "Resource": resource,
        "DefaultRLSPolicy": bool(request.parameters.get("SetDefault")),
    }
    for member in ("Principal", "Condition"):
        if member in request.parameters:
            attachment[member] = dict(request.parameters[member])
    of.row_attachments[key] = attachment
    return {}


def detach_rls_policy(request: Request) -> Json:
    """Detach a policy from what it is attached to, under the same principal and condition."""
    authority.require_administrator(request)
    of, policy = request.own_lake, _found(request)
    key, _ = _named(request, policy)
    if of.row_attachments.pop(key, None) is None:
        raise EntityNotFoundError(f"RLS policy isn't attached: {policy['Name']}")
    return {}


def list_rls_policy_attachments(request: Request) -> Json:
    """List attachments, all or those of a policy, a principal or a resource."""
    of, parameters = request.own_lake, request.parameters
    name = parameters.get("PolicyName")
    principal = (parameters.get("Principal") or {}).get("DataLakePrincipalIdentifier")
    wanted = parameters.get("Resource")
    resource = resources.key(resources.canonical(wanted, of)) if wanted else None
    found = [
        dict(attachment)
        for key, attachment in sorted(of.row_attachments.items())
        if (name is None or key[0] == _fold(name)) and principal in {None, key[1]} and resource in {None, key[2]}
    ]
    return request.page("RLSPolicyAttachments", found)


def drop(of: Lake, concerns: Callable[[Json], bool]) -> None:
    """Remove the attachments to each canonical resource that `concerns` accepts: it is gone."""
    for key in [key for key, attachment in of.row_attachments.items() if concerns(attachment["Resource"])]:
        del of.row_attachments[key]


def _fold(name: str) -> str:
    return name.lower()


def _found(request: Request) -> Json:
    name = request.parameters["Name"]
    if _fold(name) not in request.own_lake.row_policies:
        raise EntityNotFoundError(f"RLS policy not found: {name}")
    return request.own_lake.row_policies[_fold(name)]


def _named(request: Request, policy: Json) -> tuple[Key, Json]:
    parameters = request.parameters
    resource = resources.canonical(parameters["Resource"], request.lake)
    if resources.kind(resource) not in {"LFTagPolicy", "Table"}:
        raise InvalidInputError("An RLS policy is attached to a table, or to tables by LF-Tags.")
    if resource.get("LFTagPolicy", {}).get("ResourceType", "TABLE") != "TABLE":
        raise InvalidInputError("An RLS policy is attached to tables.")
    condition = (parameters.get("Condition") or {}).get("Expression", "")
    if len(condition) > _LONGEST_CONDITION:
        raise InvalidInputError(f"Condition expression is longer than {_LONGEST_CONDITION} characters")
    principal = (parameters.get("Principal") or {}).get("DataLakePrincipalIdentifier", "")
    return (_fold(policy["Name"]), principal, resources.key(resource), condition), resource


def _require_columns(table: Json, policy: Json, of: Lake) -> None:
    """Check that a table has the policy's columns, as AWS does at once for a table and never for LF-Tags (B22-6)."""
    if table["Name"] == resources.ALL_TABLES:
        raise InvalidInputError("An RLS policy is attached to one table, or to tables by LF-Tags.")
    owner = lake(table["CatalogId"], of.region)
    known = catalog.columns(catalog.table(owner.account, owner.region, table["DatabaseName"], table["Name"]))
    for column in policy["AttachmentColumns"]:
        if catalog.fold(column["Name"]) not in known:
            raise InvalidInputError(f"Column not found: {column['Name']}")


def _require_rows(expression: str, columns: list[Json]) -> None:
    """Check that an expression is a condition over a policy's columns; raise `InvalidInputError` else."""
    if not 0 < len(expression) <= _LONGEST_EXPRESSION:
        raise InvalidInputError(f"Filter expression must have 1 to {_LONGEST_EXPRESSION} characters")
    try:
        condition = sqlglot.parse_one(expression, into=expressions.Condition)
    except SqlglotError as error:
        raise InvalidInputError(f"Invalid filter expression: {expression}") from error
    declared = {catalog.fold(column["Name"]) for column in columns}
    for column in condition.find_all(expressions.Column):
        if catalog.fold(column.parts[0].name) not in declared:
            raise InvalidInputError(f"Column isn't among the attachment columns: {column.name}")


OPERATIONS: dict[str, Operation] = {
    "AttachRLSPolicy": attach_rls_policy,
    "CreateRLSPolicy": create_rls_policy,
    "DeleteRLSPolicy": delete_rls_policy,
    "DetachRLSPolicy": detach_rls_policy,
    "GetRLSPolicy": get_rls_policy,
    "ListRLSPolicies": list_rls_policies,
    "ListRLSPolicyAttachments": list_rls_policy_attachments,
    "UpdateRLSPolicy": update_rls_policy,
}
