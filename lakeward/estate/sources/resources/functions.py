"""Lambda functions, with the statements by which others may invoke them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.resources.identities import identity_arn
from lakeward.estate.sources.sections import FUNCTIONS
from lakeward.estate.sources.values import Json, given, is_unknown, text, unknown

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"


def _function(function: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    permissions = declarations.of(PERMISSION)
    theirs = [one for one in permissions if declarations.referred(one, "function", FUNCTION) is function]
    lost = [one for one in permissions if is_unknown(one.inputs.get("function")) and _owner(one, declarations) is None]
    policy: Json = None
    if lost:
        policy = unknown("a permission's function isn't known")
    elif theirs:
        statements: list[Json] = [_statement(one, function, declarations) for one in theirs]
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": statements}
    yield entry(
        FUNCTIONS,
        function,
        declarations,
        {
            "FunctionName": declarations.identity(function, "name"),
            "Role": identity_arn(function, "role", declarations),
            "Policy": policy,
            "Tags": function.tags,
        },
    )


def _permission(permission: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    """Say nothing of a function that is declared, since it says so itself; of another, that it has a policy."""
    name = text(permission.inputs.get("function"))
    if name is not None and _owner(permission, declarations) is None:
        known = name.rpartition(":function:")[2]
        members: dict[str, Json] = {"FunctionName": known, "Policy": unknown("the function isn't declared here")}
        yield entry(FUNCTIONS, permission, declarations, members, defines=False)


def _owner(permission: DeclaredResource, declarations: Declarations) -> DeclaredResource | None:
    return declarations.referred(permission, "function", FUNCTION)


def _statement(permission: DeclaredResource, function: DeclaredResource, declarations: Declarations) -> Json:
    inputs = permission.inputs
    qualifier = text(inputs.get("qualifier"))
    arn = declarations.identity(function, "arn")
    return given(
        Sid=text(inputs.get("statementId")) or declarations.identity(permission, "statementId"),
        Effect="Allow",
        Action=inputs.get("action"),
        Principal=_principal(identity_arn(permission, "principal", declarations)),
        Resource=f"{arn}:{qualifier}" if qualifier else arn,
        Condition=_conditions(inputs) or None,
    )


def _principal(principal: Json) -> Json:
    """Return a principal as Lambda writes it into the policy."""
    if not isinstance(principal, str) or principal == "*":
        return principal
    return {"Service": principal} if principal.endswith((".amazonaws.com", ".amazonaws.com.cn")) else {"AWS": principal}


def _conditions(stated: Mapping[str, Json]) -> dict[str, Json]:
    """Return the conditions that Lambda makes of a permission's members."""
    return given(
        StringEquals=given(
            **{
                key: stated.get(name) or None
                for name, key in (
                    ("sourceAccount", "AWS:SourceAccount"),
                    ("principalOrgId", "aws:PrincipalOrgID"),
                    ("functionUrlAuthType", "lambda:FunctionUrlAuthType"),
                    ("eventSourceToken", "lambda:EventSourceToken"),
                )
            }
        )
        or None,
        ArnLike=given(**{"AWS:SourceArn": stated.get("sourceArn") or None}) or None,
    )


READERS = {FUNCTION: _function, PERMISSION: _permission}
