"""
`aws:glue/catalogDatabase:CatalogDatabase`.

Source: hashicorp/terraform-provider-aws, internal/service/glue/catalog_database.go (`ForceNew` on `catalog_id`, `name`
and `target_database`; `create_table_default_permission` and `location_uri` are filled in).
"""

from __future__ import annotations

from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import parts
from local.provider.resource_type import Property, ResourceType
from local.provider.sdk_types import resource_shape
from local.provider.spelling import from_api, to_api
from local.provider.tags import tag_change
from local.provider.wire import Properties

_CONTENT = ("createTableDefaultPermissions", "description", "locationUri", "name", "parameters", "targetDatabase")


_FORM = "<catalog>:<name>"


class CatalogDatabase(ResourceType):
    """A database of the catalog; its identity is `<catalog>:<name>`."""

    pulumi_type = "aws:glue/catalogDatabase:CatalogDatabase"
    properties: ClassVar = {
        "catalogId": Property(replaces=True, filled_in=True),
        "createTableDefaultPermissions": Property(filled_in=True),
        "createTableDefaultPermissions.permissions": Property(unordered=True),
        "description": Property(),
        "locationUri": Property(filled_in=True),
        "name": Property(replaces=True, filled_in=True),
        "parameters": Property(),
        "targetDatabase": Property(replaces=True),
    }
    computed = frozenset({"arn"})
    name_property = "name"
    absent = frozenset({"EntityNotFoundException"})

    def create(self, place: Place, wanted: Properties) -> str:
        catalog = wanted.get("catalogId", place.account_id)
        place.client("glue").create_database(
            CatalogId=catalog, DatabaseInput=self._input(wanted), Tags=wanted["tagsAll"]
        )
        return f"{catalog}:{wanted['name']}"

    def configure(self, place: Place, identity: str, wanted: Properties, before: Properties) -> None:
        if not before:
            return
        glue = place.client("glue")
        catalog, name = parts(identity, _FORM)
        if any(wanted.get(part) != before.get(part) for part in _CONTENT):
            glue.update_database(CatalogId=catalog, Name=name, DatabaseInput=self._input(wanted))
        arn, change = place.arn("glue", f"database/{name}"), tag_change(before, wanted)
        if change.to_remove:
            glue.untag_resource(ResourceArn=arn, TagsToRemove=change.to_remove)
        if change.to_set:
            glue.tag_resource(ResourceArn=arn, TagsToAdd=change.to_set)

    def read(self, place: Place, identity: str, _known: Properties) -> Properties | None:
        members = resource_shape(self.pulumi_type).inputs.members
        catalog, name = parts(identity, _FORM)
        glue, arn = place.client("glue"), place.arn("glue", f"database/{name}")
        database = glue.get_database(CatalogId=catalog, Name=name)["Database"]
        content = {part: from_api(members[part].kind, database.get(part[0].upper() + part[1:])) for part in _CONTENT}
        return {
            **content,
            "arn": arn,
            "catalogId": catalog,
            "tagsAll": glue.get_tags(ResourceArn=arn).get("Tags", {}),
        }

    def delete(self, place: Place, identity: str, _state: Properties) -> None:
        catalog, name = parts(identity, _FORM)
        place.client("glue").delete_database(CatalogId=catalog, Name=name)

    def _input(self, wanted: Properties) -> Properties:
        shape = resource_shape(self.pulumi_type).inputs
        answer: Properties = to_api(shape, {part: wanted[part] for part in _CONTENT if part in wanted})
        return answer
