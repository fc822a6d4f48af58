"""
`IAM_ALLOWED_PRINCIPALS` taken away from a database and everything in it, as a dynamic resource.

The gap: the provider grants and revokes what it granted itself; what AWS granted to `IAM_ALLOWED_PRINCIPALS` when a
database or table was created under open defaults it can't revoke, and a database's own defaults for new tables it
can't empty (`style.md` P10, `systems.md` K22).

Inputs, beside the connection's: `database`, `tables` (names, sorted), `iamAllowedPrincipals` (`[]`),
`createTableDefaultPermissions` (`[]`). The last two are outputs as they are in AWS: what came back is drift.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pulumi
from botocore.exceptions import ClientError
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, Resource, ResourceProvider, UpdateResult

from components.providers.connection import Connection, Session, changed, every, persevere

_LOG = logging.getLogger(__name__)

IAM_ALLOWED_PRINCIPALS = "IAM_ALLOWED_PRINCIPALS"

_ALL_TABLES = "ALL_TABLES"
"""How AWS lists the name of the table wildcard; it doesn't accept it back."""


class IamAllowedPrincipalsProvider(ResourceProvider):
    """
    Revokes what is there, and says when it is back.

    The whole database is swept, tables that this stack doesn't declare included: one of them left open is a way
    around Lake Formation in a database that is supposed to be governed by it.
    """

    serialize_as_secret_always = False
    """What is serialized is the name of this class: nothing to hide, and readable in the state."""

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        differing = changed(_olds, _news)
        return DiffResult(
            changes=bool(differing),
            replaces=[key for key in differing if key in {"account", "region", "database"}],
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        _revoke(props)
        return CreateResult(f"{props['account']}/{props['region']}/{props['database']}", dict(props))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        _revoke(_news)
        return UpdateResult(dict(_news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        session = Connection.of(props).open()
        database = _database(session, props["database"])
        if database is None:
            return ReadResult("", {})
        return ReadResult(
            id_,
            {
                **props,
                "iamAllowedPrincipals": sorted(_subject(entry) for entry in _entries(session, props["database"])),
                "createTableDefaultPermissions": database.get("CreateTableDefaultPermissions", []),
            },
        )

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Leave AWS as it is: giving the rights back would open the database to every IAM policy."""
        _LOG.warning("%s: IAM_ALLOWED_PRINCIPALS stays revoked: nothing is opened by a deletion", _id)


class IamAllowedPrincipals(
    Resource, module="components.providers.iam_allowed_principals", name="IamAllowedPrincipals"
):  # the token names the module, so that a reader of a state finds the code
    """The absence of `IAM_ALLOWED_PRINCIPALS` from a database, its tables and its defaults for new tables."""

    def __init__(
        self,
        name: str,
        connection: Connection,
        *,
        database: str,
        tables: Sequence[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__(
            IamAllowedPrincipalsProvider(),
            name,
            {
                **connection.inputs(),
                "database": database,
                "tables": sorted(tables),
                "iamAllowedPrincipals": [],
                "createTableDefaultPermissions": [],
            },
            opts,
        )


def _revoke(inputs: Mapping[str, Any]) -> None:
    session = Connection.of(inputs).open()
    _close_defaults(session, inputs["database"])
    client = session.client("lakeformation")
    for entry in _entries(session, inputs["database"]):
        persevere(partial(_revoke_entry, client, entry))


def _revoke_entry(client: Any, entry: Mapping[str, Any]) -> None:  # noqa: ANN401  # boto3 makes its classes at run time
    try:
        client.revoke_permissions(
            Principal=entry["Principal"],
            Resource=_accepted(entry["Resource"]),
            Permissions=entry["Permissions"],
            PermissionsWithGrantOption=entry.get("PermissionsWithGrantOption", []),
        )
    except ClientError as error:
        # A table's ALL takes its SELECT with it, and others may revoke at the same time: gone is what was wanted.
        if "no permissions revoked" not in error.response["Error"].get("Message", "").lower():
            raise


def _close_defaults(session: Session, name: str) -> None:
    database = _database(session, name)
    if database is None or not database.get("CreateTableDefaultPermissions"):
        return
    glue = session.client("glue")
    writable = glue.meta.service_model.shape_for("DatabaseInput").members
    persevere(
        lambda: glue.update_database(
            Name=name,
            DatabaseInput={
                **{member: value for member, value in database.items() if member in writable},
                "CreateTableDefaultPermissions": [],
            },
        )
    )


def _database(session: Session, name: str) -> Mapping[str, Any] | None:
    glue = session.client("glue")
    try:
        database: Mapping[str, Any] = persevere(lambda: glue.get_database(Name=name))["Database"]
    except glue.exceptions.EntityNotFoundException:
        return None
    return database


def _entries(session: Session, database: str) -> Sequence[Mapping[str, Any]]:
    """
    Return every permission of `IAM_ALLOWED_PRINCIPALS` on a database, its tables and all its tables at once.

    Asked resource by resource, since AWS lists a principal's permissions only for a given one.
    """
    resources: list[Mapping[str, Any]] = [
        {"Database": {"Name": database}},
        {"Table": {"DatabaseName": database, "TableWildcard": {}}},
    ]
    for page in session.client("glue").get_paginator("get_tables").paginate(DatabaseName=database):
        resources += [{"Table": {"DatabaseName": database, "Name": table["Name"]}} for table in page["TableList"]]
    listing = session.client("lakeformation").list_permissions
    everyone = {"DataLakePrincipalIdentifier": IAM_ALLOWED_PRINCIPALS}
    return [
        entry
        for resource in resources
        for entry in every(listing, "PrincipalResourcePermissions", Principal=everyone, Resource=resource)
    ]


def _subject(entry: Mapping[str, Any]) -> str:
    """Return what a permission is on, for people: `crm`, `crm.orders`, `crm.*`, `crm.orders (columns)`."""
    resource = entry["Resource"]
    if "Database" in resource:
        return str(resource["Database"]["Name"])
    kind = "Table" if "Table" in resource else "TableWithColumns"
    table = "*" if "TableWildcard" in resource[kind] else resource[kind]["Name"]
    return f"{resource[kind]['DatabaseName']}.{table}{'' if kind == 'Table' else ' (columns)'}"


def _accepted(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a listed resource as AWS accepts it back: all tables by the wildcard alone, never by name too."""
    for kind in ("Table", "TableWithColumns"):
        listed = resource.get(kind, {})
        if "TableWildcard" in listed or listed.get("Name") == _ALL_TABLES:
            kept = {key: listed[key] for key in ("CatalogId", "DatabaseName") if key in listed}
            return {"Table": {**kept, "TableWildcard": {}}}
    return resource
