"""
The Glue catalog as Lake Formation governs it: what creating and deleting causes, and whose catalog is meant.

Creating gives the creator everything with grant option, and gives `IAM_ALLOWED_PRINCIPALS` what the defaults say:
the settings' for a database, the database's own for a table (`semantics.md` B4, B5). Deleting takes every grant,
LF-Tag, filter and opt-in along. Database and table names are folded to lower case; another account's catalog can
be read by its id, and isn't written.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult, EmptyResult
from moto.glue.models import GlueBackend, glue_backends
from moto.glue.responses import GlueResponse

from local.aws import principals
from local.aws.lake_formation import catalog, filters, grants, opt_ins, resources, row_security, settings, tags
from local.aws.lake_formation.errors import LakeFormationError
from local.aws.lake_formation.state import IAM_ALLOWED_PRINCIPALS, LOCK, Json, Lake, lake

_DATABASE_NAMED_NAME = {"DeleteDatabase", "GetDatabase", "UpdateDatabase"}
_TABLE_NAMED_NAME = {"DeleteTable", "GetTable"}
_READING = ("BatchGet", "Get", "List", "Search")


class GlueCatalog(GlueResponse):
    """Takes moto's place for Glue; everything but databases and tables is as in moto."""

    def call_action(self) -> Any:  # noqa: ANN401 -- moto's own signature is wider than it can say
        """Answer one request at a time: Lake Formation and the catalog change together."""
        with LOCK:
            return super().call_action()

    @property
    def parameters(self) -> Json:
        """The request's parameters, names of databases and tables folded."""
        parameters: Json = json.loads(self.body)
        action = self._get_action()
        for name in ("DatabaseName", "TableName"):
            _fold(parameters, name)
        if action in _DATABASE_NAMED_NAME | _TABLE_NAMED_NAME:
            _fold(parameters, "Name")
        for body in ("DatabaseInput", "TableInput"):
            _fold(parameters.get(body) or {}, "Name")
        if isinstance(parameters.get("TablesToDelete"), list):
            parameters["TablesToDelete"] = [catalog.fold(name) for name in parameters["TablesToDelete"]]
        return parameters

    @property
    def glue_backend(self) -> GlueBackend:
        """The catalog that the request means."""
        owner = self.parameters.get("CatalogId") or self.current_account
        if owner != self.current_account and not self._get_action().startswith(_READING):
            raise JsonRESTError("AccessDeniedException", f"Insufficient permissions on catalog {owner}")
        if not principals.known_account(owner):
            raise JsonRESTError("EntityNotFoundException", f"Catalog {owner} not found.")
        backend: GlueBackend = glue_backends[owner][self.region]
        return backend

    @property
    def _lake(self) -> Lake:
        return lake(self.current_account, self.region)

    @property
    def _caller(self) -> str:
        return principals.caller(self.access_key, self.current_account)

    def create_database(self) -> ActionResult:
        """Create a database and the rights on it."""
        parameters = self.parameters
        database = copy.deepcopy(parameters["DatabaseInput"])
        link = bool(database.get("TargetDatabase"))
        if database.get("CreateTableDefaultPermissions") is None:
            database["CreateTableDefaultPermissions"] = copy.deepcopy(
                self._lake.settings["CreateTableDefaultPermissions"]
            )
        _require_default(database["CreateTableDefaultPermissions"])
        self.glue_backend.create_database(database["Name"], database, parameters.get("Tags"))
        self._give_rights(
            {"Database": {"Name": database["Name"]}},
            [] if link else self._lake.settings["CreateDatabaseDefaultPermissions"],
        )
        return EmptyResult()

    def update_database(self) -> ActionResult:
        """Change a database; its default for new tables stays unless a new one is given."""
        parameters = self.parameters
        current = self.glue_backend.get_database(parameters["Name"])
        database = copy.deepcopy(parameters["DatabaseInput"])
        if database.get("CreateTableDefaultPermissions") is None:
            database["CreateTableDefaultPermissions"] = current.input["CreateTableDefaultPermissions"]
        _require_default(database["CreateTableDefaultPermissions"])
        current.input = database
        return EmptyResult()

    def delete_database(self) -> EmptyResult:
        """Delete a database with its tables and everything that hangs on them."""
        name = self.parameters["Name"]
        result = super().delete_database()
        self._forget(name)
        return result

    def create_table(self) -> ActionResult:
        """Create a table and the rights on it."""
        parameters = self.parameters
        database = self.glue_backend.get_database(parameters["DatabaseName"])
        table = parameters["TableInput"]
        result = super().create_table()
        link = bool(table.get("TargetTable"))
        self._give_rights(
            {"Table": {"DatabaseName": database.name, "Name": table["Name"]}},
            [] if link else database.input["CreateTableDefaultPermissions"],
        )
        return result

    def update_table(self) -> ActionResult:
        """Change a table; LF-Tags of columns that are gone go too."""
        parameters = self.parameters
        result = super().update_table()
        table = self.glue_backend.get_table(parameters["DatabaseName"], parameters["TableInput"]["Name"])
        tags.forget(self._lake, table.database_name, table.name, keep=catalog.columns(table))
        return result

    def delete_table(self) -> ActionResult:
        """Delete a table and everything that hangs on it."""
        parameters = self.parameters
        result = super().delete_table()
        self._forget(parameters["DatabaseName"], parameters["Name"])
        return result

    def batch_delete_table(self) -> ActionResult:
        """Delete tables and everything that hangs on them."""
        parameters = self.parameters
        result = super().batch_delete_table()
        left = self.glue_backend.get_database(parameters["DatabaseName"]).tables
        for name in parameters["TablesToDelete"]:
            if name not in left:
                self._forget(parameters["DatabaseName"], name)
        return result

    def _give_rights(self, resource: Json, defaults: list[Json]) -> None:
        of, creator = self._lake, self._caller
        spelled = resources.canonical(resource, of)
        grants.give(of, creator, spelled, grantable=True, by=creator)
        if defaults:
            grants.give(of, IAM_ALLOWED_PRINCIPALS, spelled, grantable=False, by=creator)

    def _forget(self, database: str, table: str | None = None) -> None:
        of = self._lake
        filters.forget(of, database, table)
        tags.forget(of, database, table)

        def is_gone(resource: Json) -> bool:
            if resources.catalog_of(resource, of) != of.account:
                return False
            if table is None:
                return resources.database_of(resource) == database
            return resources.table_of(resource) == (database, table)

        grants.drop(of, is_gone)
        opt_ins.drop(of, is_gone)
        row_security.drop(of, is_gone)


def _fold(holder: Json, name: str) -> None:
    if isinstance(holder.get(name), str):
        holder[name] = catalog.fold(holder[name])


def _require_default(entries: list[Json]) -> None:
    try:
        settings.require_default(entries, "CreateTableDefaultPermissions")
    except LakeFormationError as error:
        raise JsonRESTError("InvalidInputException", error.message) from error
