"""
A grant to every principal of an account whose tags meet a condition, as a dynamic resource.

The gap: the provider's `Permissions` has no field for a condition (`semantics.md` B11-5).

Inputs, beside the connection's: `principal` (`<account>:IAMPrincipals`), `condition` (a Cedar expression),
`permissions` (sorted), `resource` (in AWS's own shape: a database, a table, all or some columns of one, or a data
cells filter). `permissions` is also an output, as it is in AWS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from components.providers.connection import Connection, changed, every, persevere

LONGEST_CONDITION = 3_000
"""Characters."""

_KINDS = ("DataCellsFilter", "Database", "Table", "TableWithColumns")
"""What can be granted under a condition, by name; LF-Tag policies can't (`semantics.md` B11-3)."""

_WHERE = frozenset({"assumeRoles", "endpoint"})
"""Inputs that say how AWS is reached; all others are the grant itself."""


class AttributeGrantProvider(ResourceProvider):
    """Grants and revokes under one condition; other grants on the same thing stay as they are."""

    serialize_as_secret_always = False
    """What is serialized is the name of this class: nothing to hide, and readable in the state."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse, in the preview already, what AWS would refuse or give to everyone."""
        return CheckResult(news, [CheckFailure(name, reason) for name, reason in _refusals(news)])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Replace whatever changes, the old grant revoked first: two that overlap take each other's rights away."""
        differing = changed(_olds, _news)
        return DiffResult(
            changes=bool(differing),
            replaces=[key for key in differing if key not in _WHERE],
            delete_before_replace=True,
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        client = _lake_formation(props)
        persevere(partial(client.grant_permissions, **_grant(props), Permissions=props["permissions"]))
        return CreateResult(_id_of(props), dict(props))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Change only the way to AWS."""
        return UpdateResult(dict(_news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        held = sorted({name for entry in _held(_lake_formation(props), props) for name in entry["Permissions"]})
        return ReadResult(id_, {**props, "permissions": held}) if held else ReadResult("", {})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Revoke what is held of it: what someone else has taken away already isn't missed."""
        client = _lake_formation(_props)
        for entry in list(_held(client, _props)):
            persevere(
                partial(
                    client.revoke_permissions,
                    **{**_grant(_props), "Resource": entry["Resource"]},
                    Permissions=entry["Permissions"],
                )
            )


class AttributeGrant(
    Resource, module="components.providers.attribute_grant", name="AttributeGrant"
):  # the token names the module, so that a reader of a state finds the code
    """One condition, one resource, all its permissions, never the grant option."""

    def __init__(  # noqa: PLR0913  # a grant has this many sides
        self,
        name: str,
        connection: Connection,
        *,
        principal: str,
        condition: str,
        permissions: Sequence[str],
        resource: Mapping[str, Any],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__(
            AttributeGrantProvider(),
            name,
            {
                **connection.inputs(),
                "principal": principal,
                "condition": condition,
                "permissions": sorted(permissions),
                "resource": dict(resource),
            },
            opts,
        )


def _refusals(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if inputs["principal"] != f"{inputs['account']}:IAMPrincipals":
        yield "principal", f"a condition chooses among {inputs['account']}:IAMPrincipals; name them"
    if not 0 < len(inputs["condition"].strip()) <= LONGEST_CONDITION:
        yield "condition", f"it has {len(inputs['condition'])} characters; give 1 to {LONGEST_CONDITION}"
    if len(inputs["resource"]) != 1 or not set(inputs["resource"]) <= set(_KINDS):
        yield "resource", f"it is {', '.join(sorted(inputs['resource']))}; give one of {', '.join(_KINDS)}"
    if not inputs["permissions"]:
        yield "permissions", "there are none; list them"


def _lake_formation(inputs: Mapping[str, Any]) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
    return Connection.of(inputs).open().client("lakeformation")


def _grant(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Principal": {"DataLakePrincipalIdentifier": inputs["principal"]},
        "Resource": inputs["resource"],
        "Condition": {"Expression": inputs["condition"]},
    }


def _id_of(inputs: Mapping[str, Any]) -> str:
    (kind, named) = next(iter(inputs["resource"].items()))
    subject = "/".join(str(named[part]) for part in ("DatabaseName", "TableName", "Name") if part in named)
    return f"{inputs['account']}/{inputs['region']}/{kind}/{subject}/{inputs['condition']}"


def _held(client: Any, inputs: Mapping[str, Any]) -> Iterator[dict[str, Any]]:  # noqa: ANN401  # boto3 makes its classes at run time
    """Yield what is in AWS of a grant: AWS keeps SELECT on a table apart from the rest, on its columns."""
    ((kind, named),) = inputs["resource"].items()
    # Columns can't be asked for, only the table that has them.
    asked = {part: named[part] for part in ("DatabaseName", "Name")} if kind == "TableWithColumns" else named
    try:
        entries = list(
            every(
                client.list_permissions,
                "PrincipalResourcePermissions",
                Principal={"DataLakePrincipalIdentifier": inputs["principal"]},
                Resource={"Table" if kind == "TableWithColumns" else kind: asked},
            )
        )
    except client.exceptions.EntityNotFoundException:
        return
    for entry in entries:
        names = sorted({*entry["Permissions"]} & {*inputs["permissions"]})
        if names and _condition(entry) == inputs["condition"] and _is_part(entry["Resource"], kind, named):
            yield {"Resource": _accepted(entry["Resource"]), "Permissions": names}


def _condition(entry: Mapping[str, Any]) -> str | None:
    expression: str | None = entry.get("Condition", {}).get("Expression")
    return expression


def _is_part(listed: Mapping[str, Any], kind: str, named: Mapping[str, Any]) -> bool:
    """Say whether a listed resource is the granted one, or all columns of the granted table."""
    columns = listed.get("TableWithColumns")
    if columns is None:
        return kind in listed
    if kind == "TableWithColumns" and "ColumnNames" in named:
        return sorted(columns.get("ColumnNames", [])) == sorted(named["ColumnNames"])
    return not columns.get("ColumnNames") and not columns.get("ColumnWildcard", {}).get("ExcludedColumnNames")


def _accepted(listed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a listed resource as AWS accepts it back: without members that it lists empty."""
    ((kind, named),) = listed.items()
    return {kind: {member: value for member, value in named.items() if value or member == "ColumnWildcard"}}
