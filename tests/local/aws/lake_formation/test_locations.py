"""Data lake locations."""

from __future__ import annotations

import pytest

LAKE = "arn:aws:s3:::lake"


@pytest.fixture
def registrar(new_role, closed):
    return new_role("registrar")


@pytest.fixture
def register(lake_formation, registrar):
    def call(arn=LAKE, **more):
        lake_formation.register_resource(**{"ResourceArn": arn, "RoleArn": registrar, **more})

    return call


def test_location_is_described_as_registered(lake_formation, register, registrar):
    """Role and mode are kept."""
    register(HybridAccessEnabled=True)

    found = lake_formation.describe_resource(ResourceArn=LAKE)["ResourceInfo"]

    assert (LAKE, registrar, True) == (found["ResourceArn"], found["RoleArn"], found["HybridAccessEnabled"])


def test_location_is_registered_once(register, refused):
    """A second registration is refused, one of a path below isn't."""
    register()
    register(f"{LAKE}/sales")

    with refused("AlreadyExistsException", "already registered"):
        register()


def test_location_needs_an_existing_role(lake_formation, register, account, refused):
    """A role that doesn't exist can't read a location."""
    with refused("InvalidInputException", "Invalid role"):
        register(RoleArn=f"arn:aws:iam::{account}:role/nobody")
    with refused("InvalidInputException", "Exactly one of role and service-linked role"):
        register(UseServiceLinkedRole=True)
    with refused("InvalidInputException", "Invalid S3 ARN"):
        register("s3://lake")

    assert [] == lake_formation.list_resources()["ResourceInfoList"]


def test_service_linked_role_is_made_for_it(lake_formation, iam):
    """Registering with the service-linked role creates it, once."""
    for arn in (LAKE, f"{LAKE}-2"):
        lake_formation.register_resource(ResourceArn=arn, UseServiceLinkedRole=True)

    roles = {info["RoleArn"] for info in lake_formation.list_resources()["ResourceInfoList"]}

    assert {role["Arn"] for role in iam.list_roles(PathPrefix="/aws-service-role/")["Roles"]} == roles


def test_update_changes_role_and_mode(lake_formation, register, new_role, refused):
    """A location gets another role, and keeps the mode that isn't given."""
    register(HybridAccessEnabled=True)
    other = new_role("other")
    lake_formation.update_resource(ResourceArn=LAKE, RoleArn=other)
    found = lake_formation.describe_resource(ResourceArn=LAKE)["ResourceInfo"]

    assert (other, True) == (found["RoleArn"], found["HybridAccessEnabled"])
    with refused("EntityNotFoundException"):
        lake_formation.update_resource(ResourceArn="arn:aws:s3:::other", RoleArn=other)


def test_deregistered_location_is_gone_with_its_grants(lake_formation, register, new_role, grants, refused):
    """Grants end with the location, unless one above still covers their path."""
    register()
    register(f"{LAKE}/sales")
    writer = {"DataLakePrincipalIdentifier": new_role("writer")}
    for arn in (LAKE, f"{LAKE}/sales/eu"):
        lake_formation.grant_permissions(
            Principal=writer, Resource={"DataLocation": {"ResourceArn": arn}}, Permissions=["DATA_LOCATION_ACCESS"]
        )
    lake_formation.deregister_resource(ResourceArn=LAKE)

    assert [("writer", f'DataLocation {{"ResourceArn": "{LAKE}/sales/eu"}}')] == list(grants())
    with refused("EntityNotFoundException"):
        lake_formation.describe_resource(ResourceArn=LAKE)
    with refused("EntityNotFoundException"):
        lake_formation.deregister_resource(ResourceArn=LAKE)


@pytest.mark.parametrize("arn", [f"{LAKE}-evil", f"{LAKE}x/sales", "arn:aws:s3:::lak"])
def test_location_covers_whole_names_only(lake_formation, register, new_role, refused, arn):
    """A bucket or folder whose name merely begins alike isn't covered; what lies below is."""
    register()
    writer = {"DataLakePrincipalIdentifier": new_role("writer")}
    lake_formation.grant_permissions(
        Principal=writer, Resource={"DataLocation": {"ResourceArn": f"{LAKE}/x"}}, Permissions=["DATA_LOCATION_ACCESS"]
    )

    with refused("InvalidInputException", "register the S3 path"):
        lake_formation.grant_permissions(
            Principal=writer, Resource={"DataLocation": {"ResourceArn": arn}}, Permissions=["DATA_LOCATION_ACCESS"]
        )


def test_locations_are_selected_by_condition(lake_formation, register):
    """A condition on a field selects locations."""
    register()
    register("arn:aws:s3:::other")

    def names(operator, *values):
        condition = {"Field": "RESOURCE_ARN", "ComparisonOperator": operator, "StringValueList": list(values)}
        found = lake_formation.list_resources(FilterConditionList=[condition])["ResourceInfoList"]
        return [info["ResourceArn"] for info in found]

    assert [LAKE] == names("BEGINS_WITH", LAKE)
    assert ["arn:aws:s3:::other"] == names("NE", LAKE)
    assert [LAKE, "arn:aws:s3:::other"] == names("IN", LAKE, "arn:aws:s3:::other")
