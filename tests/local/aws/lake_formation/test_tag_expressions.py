"""Named LF-Tag expressions."""

from __future__ import annotations

import pytest

RAW = [{"TagKey": "zone", "TagValues": ["raw"]}]


@pytest.fixture
def harmless(lake_formation, closed):
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw", "masked"])
    lake_formation.create_lf_tag_expression(Name="harmless", Description="as found", Expression=RAW)


def test_expression_is_returned_as_created(lake_formation, harmless, account):
    """Name, description, catalog and body are kept."""
    found = lake_formation.get_lf_tag_expression(Name="harmless")
    found.pop("ResponseMetadata")

    assert {"Name": "harmless", "Description": "as found", "CatalogId": account, "Expression": RAW} == found
    assert [found] == lake_formation.list_lf_tag_expressions()["LFTagExpressions"]


def test_expression_is_created_once_and_over_existing_tags(lake_formation, harmless, refused):
    """A second one of the name, an unknown tag or an empty body is refused."""
    with refused("InvalidInputException", "already exists"):
        lake_formation.create_lf_tag_expression(Name="harmless", Expression=RAW)
    with refused("EntityNotFoundException", "Tag or tag value does not exist."):
        lake_formation.create_lf_tag_expression(Name="other", Expression=[{"TagKey": "x", "TagValues": ["y"]}])
    with refused("InvalidInputException", "must not be empty"):
        lake_formation.create_lf_tag_expression(Name="other", Expression=[])
    with refused("InvalidInputException", "Duplicate LF-Tag key"):
        lake_formation.create_lf_tag_expression(Name="other", Expression=[*RAW, *RAW])


def test_update_replaces_the_body(lake_formation, harmless, refused):
    """The body changes, the description stays unless it is given."""
    lake_formation.update_lf_tag_expression(
        Name="harmless", Expression=[{"TagKey": "zone", "TagValues": ["masked", "raw"]}]
    )
    found = lake_formation.get_lf_tag_expression(Name="harmless")

    assert [{"TagKey": "zone", "TagValues": ["masked", "raw"]}] == found["Expression"]
    assert "as found" == found["Description"]
    with refused("EntityNotFoundException", "not found: other"):
        lake_formation.update_lf_tag_expression(Name="other", Expression=RAW)


def test_delete_takes_the_grants_by_name_along(lake_formation, harmless, tables, new_role, grants, refused):
    """Grants that refer to the expression end with it; a grant with the same body of its own stays."""
    reader = {"DataLakePrincipalIdentifier": new_role("reader")}
    for policy in ({"ExpressionName": "harmless"}, {"Expression": RAW}):
        lake_formation.grant_permissions(
            Principal=reader, Resource={"LFTagPolicy": {"ResourceType": "TABLE", **policy}}, Permissions=["SELECT"]
        )
    before = [resource for name, resource in grants() if name == "reader"]

    lake_formation.delete_lf_tag_expression(Name="harmless")

    assert 2 == len(before)
    assert ['LFTagPolicy {"Expression": [{"TagKey": "zone", "TagValues": ["raw"]}], "ResourceType": "TABLE"}'] == [
        resource for name, resource in grants() if name == "reader"
    ]
    with refused("EntityNotFoundException", "not found: harmless"):
        lake_formation.get_lf_tag_expression(Name="harmless")


def test_expression_in_a_grant_is_ordered(lake_formation, harmless, tables, new_role, grants):
    """The same policy in another order is the same grant."""
    lake_formation.create_lf_tag(TagKey="classification", TagValues=["public", "internal"])
    reader = {"DataLakePrincipalIdentifier": new_role("reader")}
    parts = [
        {"TagKey": "Zone", "TagValues": ["raw", "masked"]},
        {"TagKey": "classification", "TagValues": ["public", "internal"]},
    ]
    for order in (parts, parts[::-1]):
        lake_formation.grant_permissions(
            Principal=reader,
            Resource={"LFTagPolicy": {"ResourceType": "TABLE", "Expression": order}},
            Permissions=["SELECT"],
        )

    classification = '{"TagKey": "classification", "TagValues": ["internal", "public"]}'
    zone = '{"TagKey": "zone", "TagValues": ["masked", "raw"]}'
    assert [f'LFTagPolicy {{"Expression": [{classification}, {zone}], "ResourceType": "TABLE"}}'] == [
        resource for name, resource in grants() if name == "reader"
    ]
