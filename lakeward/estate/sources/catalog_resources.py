"""
What a grant, a tag assignment or an opt-in is about: Lake Formation's `Resource`, from the provider's blocks.

The provider spells the blocks alike for all of its resource types, but for singular and plural: `lfTag` and
`lfTags`, a block or a list of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lakeward.estate.sources.values import Json, canonical, is_unknown, items, mapping, unknown

Block = Mapping[str, Json]


def catalog_resource(inputs: Block, account: str) -> Json:
    """
    Return the `Resource` that a declaration's inputs name.

    A catalog id is kept only where it isn't the account's own. Inputs that name nothing, or nothing that is known
    yet, make the whole resource unknown.
    """
    if inputs.get("catalogResource") is True:
        return {"Catalog": _with_catalog({}, inputs.get("catalogId"), "Id", account)}
    for names, kind, shape in _BLOCKS:
        for name in names:
            block = inputs.get(name)
            if is_unknown(block):
                return block
            resource = shape(mapping(block))
            if resource:
                stated = mapping(block).get(_CATALOG_INPUTS.get(kind, "catalogId"))
                member = _CATALOG_MEMBERS.get(kind, "CatalogId")
                return {kind: _with_catalog(resource, stated or inputs.get("catalogId"), member, account)}
    return unknown("it names no resource of a kind that is understood")


def tag_expression(value: Json) -> Json:
    """Return an LF-Tag expression sorted by key, values sorted, from either of the provider's spellings."""
    if value is None or is_unknown(value):
        return value
    pairs = [mapping(item) for item in items(value)]
    expression: list[Json] = [
        {
            "TagKey": pair.get("tagKey") or pair.get("key"),
            "TagValues": texts(pair.get("tagValues") or pair.get("values")),
        }
        for pair in pairs
    ]
    return sorted(expression, key=canonical)


def texts(value: Json) -> Json:
    """Return a list of texts without repetition, sorted; an unknown member makes the list unknown."""
    if value is None or is_unknown(value):
        return value
    if any(is_unknown(item) for item in items(value)):
        return unknown("one of its values isn't known yet")
    known: list[Json] = []
    known.extend(sorted({item for item in items(value) if isinstance(item, str)}))
    return known


def _with_catalog(resource: dict[str, Json], catalog: Json, member: str, account: str) -> dict[str, Json]:
    return resource if catalog in (None, "", account) else {member: catalog, **resource}


def _set(**members: Json) -> dict[str, Json]:
    """Keep what is set: providers read a block that isn't used back as one of empty values."""
    return {name: value for name, value in members.items() if value not in (None, "", [])}


def _table(block: Block) -> dict[str, Json]:
    if block.get("wildcard") is True:
        return _set(DatabaseName=block.get("databaseName"), TableWildcard={})
    return _set(DatabaseName=block.get("databaseName"), Name=block.get("name"))


def _columns(block: Block) -> dict[str, Json]:
    table = _set(DatabaseName=block.get("databaseName"), Name=block.get("name"))
    if not table:
        return table
    wildcard = block.get("columnWildcard")
    excluded = block.get("excludedColumnNames") or mapping(wildcard).get("excludedColumnNames")
    if block.get("wildcard") is True or excluded or (wildcard is not None and not block.get("columnNames")):
        return {**table, "ColumnWildcard": _set(ExcludedColumnNames=texts(excluded))}
    return {**table, "ColumnNames": texts(block.get("columnNames"))}


def _location(block: Block) -> dict[str, Json]:
    return _set(ResourceArn=block.get("arn") or block.get("resourceArn"))


def _filter(block: Block) -> dict[str, Json]:
    return _set(DatabaseName=block.get("databaseName"), TableName=block.get("tableName"), Name=block.get("name"))


def _tag(block: Block) -> dict[str, Json]:
    return _set(TagKey=block.get("key"), TagValues=texts(block.get("values")))


def _tag_policy(block: Block) -> dict[str, Json]:
    return _set(
        ResourceType=block.get("resourceType"),
        Expression=tag_expression(block.get("expressions")),
        ExpressionName=block.get("expressionName"),
    )


def _named(block: Block) -> dict[str, Json]:
    return _set(Name=block.get("name"))


def _catalog(block: Block) -> dict[str, Json]:
    return _set(Id=block.get("id"))


_BLOCKS: tuple[tuple[tuple[str, ...], str, Callable[[Block], dict[str, Json]]], ...] = (
    (("database",), "Database", _named),
    (("table",), "Table", _table),
    (("tableWithColumns",), "TableWithColumns", _columns),
    (("dataLocation", "dataLocations"), "DataLocation", _location),
    (("dataCellsFilter", "dataCellsFilters"), "DataCellsFilter", _filter),
    (("lfTag",), "LFTag", _tag),
    (("lfTagPolicy", "lfTagPolicies"), "LFTagPolicy", _tag_policy),
    (("lfTagExpressions",), "LFTagExpression", _named),
    (("catalogs",), "Catalog", _catalog),
)

_CATALOG_INPUTS = {"DataCellsFilter": "tableCatalogId"}
_CATALOG_MEMBERS = {"DataCellsFilter": "TableCatalogId", "Catalog": "Id"}
