"""LF-Tags: the keys, the named expressions over them, and what is assigned to which resource."""

from __future__ import annotations

from collections.abc import Iterator

from lakeward.estate.sources.catalog_resources import catalog_resource, tag_expression, texts
from lakeward.estate.sources.declared import Declarations, DeclaredResource
from lakeward.estate.sources.entries import Entry
from lakeward.estate.sources.reading import entry
from lakeward.estate.sources.sections import LF_TAG_EXPRESSIONS, LF_TAGS, RESOURCE_LF_TAGS
from lakeward.estate.sources.values import Json, items, mapping


def _tag(tag: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = tag.inputs
    members = {"CatalogId": _foreign(inputs.get("catalogId"), declarations), "TagKey": inputs.get("key")}
    yield entry(LF_TAGS, tag, declarations, {**members, "TagValues": texts(inputs.get("values") or [])})


def _expression(expression: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    inputs = expression.inputs
    members = {"CatalogId": _foreign(inputs.get("catalogId"), declarations), "Name": inputs.get("name")}
    body = tag_expression(inputs.get("expressions") or [])
    yield entry(LF_TAG_EXPRESSIONS, expression, declarations, {**members, "Expression": body})


def _assignment(assignment: DeclaredResource, declarations: Declarations) -> Iterator[Entry]:
    """
    Read what is assigned, one entry per resource; columns that are tagged together are taken apart.

    So that columns named in different assignments meet, whichever way they were grouped.
    """
    inputs = assignment.inputs
    assigned = [mapping(item) for item in items(inputs.get("lfTags") or [inputs.get("lfTag")])]
    pairs: list[Json] = [{"TagKey": pair.get("key"), "TagValues": [pair.get("value")]} for pair in assigned]
    for resource in one_per_column(catalog_resource(inputs, declarations.account)):
        yield entry(RESOURCE_LF_TAGS, assignment, declarations, {"Resource": resource, "LFTags": pairs})


def one_per_column(resource: Json) -> Iterator[Json]:
    """Yield a `Resource` of several columns as one of each; any other as it is."""
    columns = mapping(mapping(resource).get("TableWithColumns"))
    names = items(columns.get("ColumnNames"))
    if not names:
        yield resource
    for name in names:
        yield {"TableWithColumns": {**columns, "ColumnNames": [name]}}


def _foreign(catalog: Json, declarations: Declarations) -> Json:
    return None if catalog in ("", declarations.account) else catalog


READERS = {
    "aws:lakeformation/lfTag:LfTag": _tag,
    "aws:lakeformation/lfTagExpression:LfTagExpression": _expression,
    "aws:lakeformation/resourceLfTag:ResourceLfTag": _assignment,
    "aws:lakeformation/resourceLfTags:ResourceLfTags": _assignment,
}
