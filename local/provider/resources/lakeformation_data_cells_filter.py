"""
`aws:lakeformation/dataCellsFilter:DataCellsFilter`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/data_cells_filter.go (`RequiresReplace` on
`database_name`, `name`, `table_catalog_id` and `table_name`; `column_names` is a set and, like `version_id` and
`filter_expression`, filled in).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.wire import Properties

_FORM = "<database>,<name>,<catalog>,<table>"


class DataCellsFilter(ResourceType):
    """A data cells filter; its identity is `<database>,<name>,<catalog>,<table>`."""

    pulumi_type = "aws:lakeformation/dataCellsFilter:DataCellsFilter"
    properties: ClassVar = {
        "tableData": Property(),
        "tableData.databaseName": Property(replaces=True),
        "tableData.name": Property(replaces=True),
        "tableData.tableCatalogId": Property(replaces=True),
        "tableData.tableName": Property(replaces=True),
        "tableData.columnNames": Property(filled_in=True, unordered=True),
        "tableData.rowFilter.filterExpression": Property(filled_in=True),
        "tableData.versionId": Property(filled_in=True),
    }
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        data = wanted["tableData"]
        place.client("lakeformation").create_data_cells_filter(TableData=self._table_data(wanted))
        return ",".join((data["databaseName"], data["name"], data["tableCatalogId"], data["tableName"]))

    def configure(self, place: Place, _identity: str, wanted: Properties, before: Properties) -> None:
        if before:
            place.client("lakeformation").update_data_cells_filter(TableData=self._table_data(wanted))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kind = resource_shape(self.pulumi_type).inputs.members["tableData"].kind
        answer = place.client("lakeformation").get_data_cells_filter(**self._named(identity))
        return {"tableData": from_api(kind, answer["DataCellsFilter"])}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("lakeformation").delete_data_cells_filter(**self._named(identity))

    def _table_data(self, wanted: Properties) -> Properties:
        kind = resource_shape(self.pulumi_type).inputs.members["tableData"].kind
        data: Properties = to_api(kind, wanted["tableData"])
        return data

    def _named(self, identity: str) -> dict[str, str]:
        members = ("DatabaseName", "Name", "TableCatalogId", "TableName")
        return dict(zip(members, parts(identity, _FORM), strict=True))
