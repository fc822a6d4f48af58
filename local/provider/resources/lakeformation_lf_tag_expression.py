"""
`aws:lakeformation/lfTagExpression:LfTagExpression`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/lf_tag_expression.go (`RequiresReplace` on
`name`; `tag_values` is a set).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.wire import Properties

_FORM = "<name>,<catalog>"


class LfTagExpression(ResourceType):
    """A named LF-Tag expression; its identity is `<name>,<catalog>`."""

    pulumi_type = "aws:lakeformation/lfTagExpression:LfTagExpression"
    properties: ClassVar = {
        "catalogId": Property(filled_in=True),
        "description": Property(),
        "expressions": Property(unordered=True),
        "expressions.tagValues": Property(unordered=True),
        "name": Property(replaces=True, filled_in=True),
    }
    name_property = "name"
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        catalog = wanted.get("catalogId", place.account_id)
        place.client("lakeformation").create_lf_tag_expression(
            CatalogId=catalog, Name=wanted["name"], **self._content(wanted)
        )
        return f"{wanted['name']},{catalog}"

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if before:
            place.client("lakeformation").update_lf_tag_expression(**self._named(identity), **self._content(wanted))

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        kind = resource_shape(self.pulumi_type).inputs.members["expressions"].kind
        answer = place.client("lakeformation").get_lf_tag_expression(**self._named(identity))
        return {
            "catalogId": self._named(identity)["CatalogId"],
            "description": answer.get("Description"),
            "expressions": from_api(kind, answer["Expression"]),
            "name": answer["Name"],
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        place.client("lakeformation").delete_lf_tag_expression(**self._named(identity))

    def _content(self, wanted: Properties) -> Properties:
        kind = resource_shape(self.pulumi_type).inputs.members["expressions"].kind
        return {
            "Description": wanted.get("description", ""),
            "Expression": to_api(kind, wanted["expressions"]),
        }

    def _named(self, identity: str) -> dict[str, str]:
        name, catalog = parts(identity, _FORM)
        return {"Name": name, "CatalogId": catalog}
