"""
`aws:glue/catalogTable:CatalogTable`.

Source: hashicorp/terraform-provider-aws, internal/service/glue/catalog_table.go (`ForceNew` on `catalog_id`,
`database_name` and `name`). A Glue table carries no tags.
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.wire import Properties

_EXCEPTIONS = {"serDeInfo": "SerdeInfo"}
_CONTENT = (
    "description", "name", "owner", "parameters", "partitionKeys", "retention", "storageDescriptor", "tableType",
    "targetTable", "viewExpandedText", "viewOriginalText",
)  # fmt: skip


_FORM = "<catalog>:<database>:<name>"


class CatalogTable(ResourceType):
    """A table of the catalog; its identity is `<catalog>:<database>:<name>`."""

    pulumi_type = "aws:glue/catalogTable:CatalogTable"
    properties: ClassVar = {
        "catalogId": Property(replaces=True, filled_in=True),
        "databaseName": Property(replaces=True),
        **{part: Property() for part in _CONTENT},
        "name": Property(replaces=True, filled_in=True),
    }
    computed = frozenset({"arn"})
    name_property = "name"
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        catalog = wanted.get("catalogId", place.account_id)
        place.client("glue").create_table(
            CatalogId=catalog, DatabaseName=wanted["databaseName"], TableInput=self._input(wanted)
        )
        return f"{catalog}:{wanted['databaseName']}:{wanted['name']}"

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if before:
            catalog, database, _ = parts(identity, _FORM)
            place.client("glue").update_table(CatalogId=catalog, DatabaseName=database, TableInput=self._input(wanted))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        members = resource_shape(self.pulumi_type).inputs.members
        catalog, database, name = parts(identity, _FORM)
        table = place.client("glue").get_table(CatalogId=catalog, DatabaseName=database, Name=name)["Table"]
        content = {
            part: from_api(members[part].kind, table.get(part[0].upper() + part[1:]), _EXCEPTIONS) for part in _CONTENT
        }
        return {
            **content,
            "arn": place.arn("glue", f"table/{database}/{name}"),
            "catalogId": catalog,
            "databaseName": database,
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        catalog, database, name = parts(identity, _FORM)
        place.client("glue").delete_table(CatalogId=catalog, DatabaseName=database, Name=name)

    def _input(self, wanted: Properties) -> Properties:
        shape = resource_shape(self.pulumi_type).inputs
        said = {part: wanted[part] for part in _CONTENT if part in wanted}
        answer: Properties = to_api(shape, said, _EXCEPTIONS)
        return answer
