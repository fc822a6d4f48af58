"""
The data lake settings of an account and Region, as a dynamic resource.

The gap: the provider's own resource doesn't send empty create-defaults (`CreateDatabaseDefaultPermissions`,
`CreateTableDefaultPermissions`), so it can't close an account that is open; it writes the whole object from what it
knows, dropping what others set; and its deletion removes every administrator, the deployer too (`style.md` P8, P10).

Inputs, beside the connection's: `deployer`, `dataLakeAdmins`, `readOnlyAdmins` (ARNs, sorted),
`createDatabaseDefaultPermissions`, `createTableDefaultPermissions` (`[]`), `allowFullTableExternalDataAccess`
(false), `parameters` (the keys this stack decides). Each is also an output, as it is in AWS.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
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

from components.providers.connection import Connection, changed, persevere
from lakeward.errors import OutsideServiceError

_LOG = logging.getLogger(__name__)

Settings = dict[str, Any]
"""The settings object in AWS's own shape."""


class DataLakeSettingsProvider(ResourceProvider):
    """Reads, merges and writes the one settings object; fields it doesn't govern stay as they are."""

    serialize_as_secret_always = False
    """What is serialized is the name of this class: nothing to hide, and readable in the state."""

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Refuse, in the preview already, settings that would lock the deployer out."""
        failures = []
        if news["deployer"] not in news["dataLakeAdmins"]:
            failures.append(
                CheckFailure(
                    "dataLakeAdmins",
                    f"the deployer {news['deployer']} isn't among them and couldn't manage the lake any more; add it",
                )
            )
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        differing = changed(_olds, _news)
        return DiffResult(
            changes=bool(differing),
            replaces=[key for key in differing if key in {"account", "region"}],
        )

    def create(self, props: dict[str, Any]) -> CreateResult:
        _write(props)
        return CreateResult(f"{props['account']}/{props['region']}", dict(props))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        _write(_news)
        return UpdateResult(dict(_news))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, {**props, **governed(_read(_lake_formation(props)), props)})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Take this stack's administrators away, except the deployer; leave everything closed."""
        client = _lake_formation(_props)
        leaving = (set(_props["dataLakeAdmins"]) | set(_props["readOnlyAdmins"])) - {_props["deployer"]}

        def attempt() -> None:
            live = _read(client)
            wanted = {
                **live,
                **{
                    role: [admin for admin in live.get(role, []) if _identifier(admin) not in leaving]
                    for role in ("DataLakeAdmins", "ReadOnlyAdmins")
                },
            }
            if wanted != live:
                client.put_data_lake_settings(DataLakeSettings=wanted)

        persevere(attempt)
        _LOG.warning(
            "data lake settings of %s: administrators of this stack are removed, but %s stays one; new databases and "
            "tables still start without permissions: nothing is opened by a deletion",
            _id,
            _props["deployer"],
        )


class DataLakeSettings(
    Resource, module="components.providers.data_lake_settings", name="DataLakeSettings"
):  # the token names the module, so that a reader of a state finds the code
    """The settings object; exactly one per account and Region."""

    def __init__(  # noqa: PLR0913  # the settings have this many sides
        self,
        name: str,
        connection: Connection,
        *,
        deployer: str,
        administrators: Sequence[str],
        read_only_administrators: Sequence[str],
        parameters: Mapping[str, str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        super().__init__(
            DataLakeSettingsProvider(),
            name,
            {
                **connection.inputs(),
                "deployer": deployer,
                "dataLakeAdmins": sorted(administrators),
                "readOnlyAdmins": sorted(read_only_administrators),
                "createDatabaseDefaultPermissions": [],
                "createTableDefaultPermissions": [],
                "allowFullTableExternalDataAccess": False,
                "parameters": dict(parameters),
            },
            opts,
        )


def governed(live: Settings, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what this resource governs as it is in AWS, spelled like its inputs: what differs is drift."""
    return {
        "dataLakeAdmins": sorted(_identifier(admin) for admin in live.get("DataLakeAdmins", [])),
        "readOnlyAdmins": sorted(_identifier(admin) for admin in live.get("ReadOnlyAdmins", [])),
        "createDatabaseDefaultPermissions": live.get("CreateDatabaseDefaultPermissions", []),
        "createTableDefaultPermissions": live.get("CreateTableDefaultPermissions", []),
        "allowFullTableExternalDataAccess": live.get("AllowFullTableExternalDataAccess", False),
        "parameters": {key: value for key, value in live.get("Parameters", {}).items() if key in inputs["parameters"]},
    }


def merged(live: Settings, inputs: Mapping[str, Any]) -> Settings:
    """Return the settings to write: what is governed as the inputs say, everything else as it is."""
    return {
        **live,
        "DataLakeAdmins": [{"DataLakePrincipalIdentifier": arn} for arn in inputs["dataLakeAdmins"]],
        "ReadOnlyAdmins": [{"DataLakePrincipalIdentifier": arn} for arn in inputs["readOnlyAdmins"]],
        "CreateDatabaseDefaultPermissions": inputs["createDatabaseDefaultPermissions"],
        "CreateTableDefaultPermissions": inputs["createTableDefaultPermissions"],
        "AllowFullTableExternalDataAccess": inputs["allowFullTableExternalDataAccess"],
        "Parameters": {**live.get("Parameters", {}), **inputs["parameters"]},
    }


def _write(inputs: Mapping[str, Any]) -> None:
    client = _lake_formation(inputs)

    def attempt() -> Sequence[str]:
        live = _read(client)
        before = governed(live, inputs)
        if all(before[key] == inputs[key] for key in before):
            return ()
        client.put_data_lake_settings(DataLakeSettings=merged(live, inputs))
        return sorted({*before["dataLakeAdmins"]} - {*inputs["dataLakeAdmins"]})

    for administrator in persevere(attempt):
        _LOG.warning(
            "data lake settings of %s/%s: %s was a data lake administrator and isn't one in this stack; it was removed",
            inputs["account"],
            inputs["region"],
            administrator,
        )


def _read(client: Any) -> Settings:  # noqa: ANN401  # boto3 makes its classes at run time
    settings: Settings = persevere(client.get_data_lake_settings)["DataLakeSettings"]
    return settings


def _lake_formation(inputs: Mapping[str, Any]) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
    client = Connection.of(inputs).open().client("lakeformation")
    client.meta.events.register("before-parse.lakeformation.GetDataLakeSettings", _refuse_unknown_fields)
    return client


def _refuse_unknown_fields(response_dict: Mapping[str, Any], operation_model: Any, **_: object) -> None:  # noqa: ANN401
    """
    Stop when AWS sends a setting that this boto3 would drop in silence: writing would reset it.

    An error's body holds no settings, so it passes through to be told as what it is.
    """
    known = operation_model.output_shape.members["DataLakeSettings"].members
    held = json.loads(response_dict["body"] or b"{}").get("DataLakeSettings", {})
    if unknown := sorted(set(held) - set(known)):
        raise OutsideServiceError(
            f"data lake settings: they hold {', '.join(unknown)}, which this version of boto3 would drop on "
            "writing; upgrade boto3"
        )


def _identifier(principal: Mapping[str, str]) -> str:
    return principal["DataLakePrincipalIdentifier"]
