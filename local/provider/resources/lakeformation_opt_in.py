"""
`aws:lakeformation/optIn:OptIn`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/opt_in.go (nothing can be changed in place; one
principal, one resource).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import composed, named
from local.provider.lake_resource import same_resource
from local.provider.resource_type import Failure, Property, ResourceType
from local.provider.sdk_types import Kind, resource_shape
from local.provider.spelling import to_api
from local.provider.wire import UNKNOWN, Properties

_EXCEPTIONS = {
    "catalogs": "Catalog",
    "dataCellsFilters": "DataCellsFilter",
    "dataLocations": "DataLocation",
    "key": "TagKey",
    "lfTag": "LFTag",
    "lfTagExpressions": "LFTagExpression",
    "values": "TagValues",
}
_PRINCIPAL = frozenset({"principals"})
_RESOURCE = frozenset({"resourceDatas"})
_IDENTITY = _PRINCIPAL | _RESOURCE


class OptIn(ResourceType):
    """A principal's opt-in to Lake Formation for one resource; its identity is JSON naming both."""

    pulumi_type = "aws:lakeformation/optIn:OptIn"
    properties: ClassVar = {
        "principals": Property(replaces=True),
        "resourceDatas.catalogs": Property(replaces=True),
        "resourceDatas.dataCellsFilters": Property(replaces=True),
        "resourceDatas.dataLocations": Property(replaces=True),
        "resourceDatas.database": Property(replaces=True),
        "resourceDatas.lfTag": Property(replaces=True),
        "resourceDatas.lfTagExpressions": Property(replaces=True),
        "resourceDatas.table": Property(replaces=True),
        "resourceDatas.tableWithColumns": Property(replaces=True),
        "resourceDatas.lfTag.values": Property(replaces=True, unordered=True),
        "resourceDatas.tableWithColumns.columnNames": Property(replaces=True, unordered=True),
        "resourceDatas.tableWithColumns.columnWildcard.excludedColumnNames": Property(replaces=True, unordered=True),
    }
    computed = frozenset({"lastModified", "lastUpdatedBy"})
    absent = frozenset({"EntityNotFoundException"})
    deletes_first = True

    def check(self, inputs: Properties) -> Iterable[Failure]:
        for name in sorted(_IDENTITY):
            if inputs.get(name) != UNKNOWN and len(inputs.get(name, [])) != 1:
                yield Failure(name, "an opt-in is for one principal and one resource; name exactly one")

    def create(self, place: Place, wanted: Properties) -> str:
        place.client("lakeformation").create_lake_formation_opt_in(**self._request(wanted))
        return composed(wanted, _IDENTITY)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        opted = named(identity, _PRINCIPAL, _RESOURCE)
        request = self._request(opted)
        token: Properties = {}
        while True:
            page = place.client("lakeformation").list_lake_formation_opt_ins(**request, **token)
            for info in page.get("LakeFormationOptInsInfoList", []):
                if info["Principal"] == request["Principal"] and same_resource(info["Resource"], request["Resource"]):
                    modified = info.get("LastModified")
                    return {
                        **opted,
                        "lastModified": modified.strftime("%Y-%m-%dT%H:%M:%SZ") if modified else None,
                        "lastUpdatedBy": info.get("LastUpdatedBy"),
                    }
            if not page.get("NextToken"):
                return None
            token = {"NextToken": page["NextToken"]}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("lakeformation").delete_lake_formation_opt_in(
            **self._request(named(identity, _PRINCIPAL, _RESOURCE))
        )

    def _request(self, opted: Properties) -> Properties:
        kind = resource_shape(self.pulumi_type).inputs.members["resourceDatas"].kind
        principal = opted["principals"][0]["dataLakePrincipalIdentifier"]
        return {
            "Principal": {"DataLakePrincipalIdentifier": principal},
            "Resource": self._resource(kind, opted["resourceDatas"][0]),
        }

    def _resource(self, kind: Kind, data: Properties) -> Properties:
        """Return the API's `Resource`; the SDK makes lists of some members, and a boolean of the table wildcard."""
        spelled = to_api(kind, [data], _EXCEPTIONS)[0]
        resource = {name: value[0] if isinstance(value, list) else value for name, value in spelled.items()}
        if resource.get("Table", {}).pop("Wildcard", False):
            resource["Table"]["TableWildcard"] = {}
        return resource
