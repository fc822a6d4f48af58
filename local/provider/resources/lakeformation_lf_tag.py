"""
`aws:lakeformation/lfTag:LfTag`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/lf_tag.go (`ForceNew` on `catalog_id` and
`key`; `values` is a set).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.wire import Properties

_FORM = "<catalog>:<key>"


class LfTag(ResourceType):
    """An LF-Tag key with its values; its identity is `<catalog>:<key>`."""

    pulumi_type = "aws:lakeformation/lfTag:LfTag"
    properties: ClassVar = {
        "catalogId": Property(replaces=True, filled_in=True),
        "key": Property(replaces=True),
        "values": Property(unordered=True),
    }
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        catalog = wanted.get("catalogId", place.account_id)
        place.client("lakeformation").create_lf_tag(
            CatalogId=catalog, TagKey=wanted["key"], TagValues=sorted(wanted["values"])
        )
        return f"{catalog}:{wanted['key']}"

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        old, new = set(before.get("values", [])), set(wanted["values"])
        request: Properties = {}
        if new - old:
            request["TagValuesToAdd"] = sorted(new - old)
        if old - new:
            request["TagValuesToDelete"] = sorted(old - new)
        if request:
            catalog, key = parts(identity, _FORM)
            place.client("lakeformation").update_lf_tag(CatalogId=catalog, TagKey=key, **request)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        catalog, key = parts(identity, _FORM)
        tag = place.client("lakeformation").get_lf_tag(CatalogId=catalog, TagKey=key)
        return {"catalogId": catalog, "key": key, "values": sorted(tag["TagValues"])}

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        catalog, key = parts(identity, _FORM)
        place.client("lakeformation").delete_lf_tag(CatalogId=catalog, TagKey=key)
