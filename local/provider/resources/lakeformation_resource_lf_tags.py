"""
`aws:lakeformation/resourceLfTags:ResourceLfTags`.

Source: hashicorp/terraform-provider-aws, internal/service/lakeformation/resource_lf_tags.go (`ForceNew` on every
argument; `lf_tag` is a set; only assigned tags are read, not inherited ones).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from local.provider.account import Place
from local.provider.identity import composed, named
from local.provider.lake_resource import to_api_resource
from local.provider.resource_type import Failure, Property, RefusedError, ResourceType
from local.provider.wire import Properties, Value

_KINDS = frozenset({"database", "table", "tableWithColumns"})
_IDENTITY = _KINDS | {"catalogId"}


class ResourceLfTags(ResourceType):
    """
    All LF-Tags assigned to a database, a table or columns; its identity is JSON naming the resource.

    A tag of several columns counts as there when every column has it, and a tag that wasn't declared as soon as one
    column has it: either way a difference shows.
    """

    pulumi_type = "aws:lakeformation/resourceLfTags:ResourceLfTags"
    properties: ClassVar = {
        "catalogId": Property(replaces=True, filled_in=True),
        "database": Property(replaces=True),
        "lfTags": Property(replaces=True, unordered=True),
        "lfTags.catalogId": Property(replaces=True, filled_in=True),
        "table": Property(replaces=True),
        "tableWithColumns": Property(replaces=True),
        "tableWithColumns.columnNames": Property(replaces=True, unordered=True),
        "tableWithColumns.excludedColumnNames": Property(replaces=True, unordered=True),
    }
    absent = frozenset({"EntityNotFoundException"})
    deletes_first = True

    def check(self, inputs: Properties) -> Iterable[Failure]:
        kinds = sorted(kind for kind in _KINDS if inputs.get(kind))
        if len(kinds) != 1:
            said = f"{', '.join(kinds)} are set" if kinds else "none is set"
            yield Failure("lfTags", f"an assignment names one resource: {said}; set one of {', '.join(sorted(_KINDS))}")

    def create(self, place: Place, wanted: Properties) -> str:
        answer = place.client("lakeformation").add_lf_tags_to_resource(
            **self._request(wanted), LFTags=self._pairs(wanted["lfTags"])
        )
        self._require_all(answer)
        return composed(wanted, _IDENTITY)

    def read(self, place: Place, identity: str, known: Properties) -> Properties | None:
        tagged = named(identity, frozenset(), _KINDS)
        answer = place.client("lakeformation").get_resource_lf_tags(**self._request(tagged), ShowAssignedLFTags=True)
        declared = {(tag["key"], tag["value"]) for tag in known.get("lfTags", [])}
        if "tableWithColumns" in tagged:
            wanted = tagged["tableWithColumns"].get("columnNames")
            assigned = self._on_columns(answer.get("LFTagsOnColumns", []), wanted, declared)
        elif "table" in tagged:
            assigned = self._flat(answer.get("LFTagsOnTable", []))
        else:
            assigned = self._flat(answer.get("LFTagOnDatabase", []))
        if not assigned:
            return None
        tags = [{"catalogId": place.account_id, "key": key, "value": value} for key, value in sorted(assigned)]
        return {**dict.fromkeys(_KINDS), "catalogId": place.account_id, **tagged, "lfTags": tags}

    def delete(self, place: Place, identity: str, state: Properties) -> None:
        answer = place.client("lakeformation").remove_lf_tags_from_resource(
            **self._request(named(identity, frozenset(), _KINDS)),
            LFTags=self._pairs(state.get("lfTags", [])),
        )
        gone = [one for one in answer.get("Failures", []) if one["Error"]["ErrorCode"] in self.absent]
        self._require_all({"Failures": [one for one in answer.get("Failures", []) if one not in gone]})

    def _request(self, tagged: Properties) -> Properties:
        catalog = {"CatalogId": tagged["catalogId"]} if tagged.get("catalogId") else {}
        return {**catalog, "Resource": to_api_resource(tagged)}

    def _pairs(self, tags: list[Value]) -> list[Properties]:
        return [
            {
                **({"CatalogId": tag["catalogId"]} if tag.get("catalogId") else {}),
                "TagKey": tag["key"],
                "TagValues": [tag["value"]],
            }
            for tag in sorted(tags, key=lambda tag: str(tag["key"]))
        ]

    def _require_all(self, answer: Properties) -> None:
        refused = [f"{one['LFTag']['TagKey']}: {one['Error']['ErrorCode']}" for one in answer.get("Failures", [])]
        if refused:
            raise RefusedError(f"AWS refused some LF-Tags: {', '.join(sorted(refused))}")

    def _flat(self, tags: list[Value]) -> set[tuple[str, str]]:
        return {(tag["TagKey"], value) for tag in tags for value in tag["TagValues"]}

    def _on_columns(
        self, columns: list[Value], wanted: list[str] | None, declared: set[tuple[str, str]]
    ) -> set[tuple[str, str]]:
        tags = {
            column["Name"]: self._flat(column["LFTags"])
            for column in columns
            if wanted is None or column["Name"] in wanted
        }
        each = [tags.get(name, set()) for name in (wanted if wanted is not None else sorted(tags))]
        on_all = set.intersection(*each) if each else set()
        on_any = set().union(*each)
        return on_all | (on_any - declared)
