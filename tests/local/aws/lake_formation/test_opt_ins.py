"""Opt-ins of hybrid access mode."""

from __future__ import annotations

import pytest

ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
DATABASE = {"Database": {"Name": "crm"}}


@pytest.fixture
def reader(closed, tables, new_role):
    return {"DataLakePrincipalIdentifier": new_role("reader")}


@pytest.fixture
def listed(lake_formation):
    return lambda **asked: lake_formation.list_lake_formation_opt_ins(**asked)["LakeFormationOptInsInfoList"]


def test_opt_in_is_listed_with_its_condition(lake_formation, listed, reader, account, creator):
    """Who, for what, under which condition, and who said so."""
    condition = {"Expression": 'context.iam.principalTags.hasTag("team")'}
    lake_formation.create_lake_formation_opt_in(Principal=reader, Resource=ORDERS, Condition=condition)

    (found,) = listed()

    assert found.pop("LastModified")
    assert {
        "Principal": reader,
        "Resource": {"Table": {"CatalogId": account, "DatabaseName": "crm", "Name": "orders"}},
        "Condition": condition,
        "LastUpdatedBy": creator,
    } == found


def test_opt_ins_are_selected_by_principal_and_resource(lake_formation, listed, reader, new_role):
    """Each filter narrows the listing."""
    writer = {"DataLakePrincipalIdentifier": new_role("writer")}
    for principal, resource in ((reader, ORDERS), (reader, DATABASE), (writer, ORDERS)):
        lake_formation.create_lake_formation_opt_in(Principal=principal, Resource=resource)

    assert 3 == len(listed())
    assert 2 == len(listed(Principal=reader))
    assert 2 == len(listed(Resource=ORDERS))
    assert 1 == len(listed(Principal=writer, Resource=ORDERS))
    assert [] == listed(Principal=writer, Resource=DATABASE)


def test_opt_in_ends_once(lake_formation, listed, reader, refused):
    """A second end finds nothing."""
    lake_formation.create_lake_formation_opt_in(Principal=reader, Resource=ORDERS)
    lake_formation.delete_lake_formation_opt_in(Principal=reader, Resource=ORDERS)

    assert [] == listed()
    with refused("EntityNotFoundException", "Opt-in not found"):
        lake_formation.delete_lake_formation_opt_in(Principal=reader, Resource=ORDERS)


def test_opt_in_needs_existing_principal_and_resource_of_a_fitting_kind(
    lake_formation, listed, reader, account, refused
):
    """Nobody and nothing can't be opted in, nor can a filter."""
    with refused("InvalidInputException", "Invalid principal"):
        lake_formation.create_lake_formation_opt_in(
            Principal={"DataLakePrincipalIdentifier": f"arn:aws:iam::{account}:role/nobody"}, Resource=ORDERS
        )
    with refused("EntityNotFoundException", "Table not found"):
        lake_formation.create_lake_formation_opt_in(
            Principal=reader, Resource={"Table": {"DatabaseName": "crm", "Name": "x"}}
        )
    with refused("InvalidInputException", "for a catalog, a database or tables"):
        lake_formation.create_lake_formation_opt_in(
            Principal=reader,
            Resource={"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": ["id"]}},
        )

    assert [] == listed()
