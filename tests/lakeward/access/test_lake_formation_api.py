"""What Lake Formation's API of the pinned SDK has, against what an estate can express."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import botocore.session
import pytest

from lakeward.access import answer
from lakeward.access.lake_formation.grants import KNOWN_PERMISSIONS
from lakeward.estate import entries
from lakeward.estate.shapes import pascal_case

API = botocore.session.get_session().get_service_model("lakeformation")

EXPRESSED = {
    "DataCellsFilters": "CreateDataCellsFilter DeleteDataCellsFilter GetDataCellsFilter ListDataCellsFilter"
    " UpdateDataCellsFilter",
    "DataLakeSettings": "GetDataLakeSettings PutDataLakeSettings",
    "LFTagExpressions": "CreateLFTagExpression DeleteLFTagExpression GetLFTagExpression ListLFTagExpressions"
    " UpdateLFTagExpression",
    "LFTags": "CreateLFTag DeleteLFTag GetLFTag ListLFTags UpdateLFTag",
    "OptIns": "CreateLakeFormationOptIn DeleteLakeFormationOptIn ListLakeFormationOptIns",
    "Permissions": "BatchGrantPermissions BatchRevokePermissions GetEffectivePermissionsForPath GrantPermissions"
    " ListPermissions RevokePermissions",
    "RLSPolicies": "CreateRLSPolicy DeleteRLSPolicy GetRLSPolicy ListRLSPolicies UpdateRLSPolicy",
    "RLSPolicyAttachments": "AttachRLSPolicy DetachRLSPolicy ListRLSPolicyAttachments",
    "ResourceLFTags": "AddLFTagsToResource GetResourceLFTags RemoveLFTagsFromResource SearchDatabasesByLFTags"
    " SearchTablesByLFTags",
    "Resources": "DeregisterResource DescribeResource ListResources RegisterResource UpdateResource",
}
"""The operations that read or write what a section of an estate holds."""

NOT_EXPRESSED = {
    "IAM Identity Center: its users and groups are no principals of an estate (B17)": (
        "CreateLakeFormationIdentityCenterConfiguration DeleteLakeFormationIdentityCenterConfiguration"
        " DescribeLakeFormationIdentityCenterConfiguration UpdateLakeFormationIdentityCenterConfiguration"
    ),
    "credentials and who asks for them: what a read does, nothing that stands somewhere (B2, B15)": (
        "AssumeDecoratedRoleWithSAML GetDataLakePrincipal GetGlueFunctionSessionContext"
        " GetTemporaryDataLocationCredentials GetTemporaryGlueFunctionCredentials"
        " GetTemporaryGluePartitionCredentials GetTemporaryGlueTableCredentials"
    ),
    "governed tables: transactions, objects and query plans, past what grants already say": (
        "CancelTransaction CommitTransaction DeleteObjectsOnCancel DescribeTransaction ExtendTransaction"
        " GetQueryState GetQueryStatistics GetTableObjects GetWorkUnitResults GetWorkUnits"
        " ListTableStorageOptimizers ListTransactions StartQueryPlanning StartTransaction UpdateTableObjects"
        " UpdateTableStorageOptimizer"
    ),
}
"""The operations that an estate can't express, and why it needn't."""

SHAPES = {
    "AnyResource": entries.AnyResource,
    "CatalogResource": entries.CatalogResource,
    "ColumnWildcard": entries.ColumnWildcard,
    "Condition": entries.Condition,
    "DataCellsFilter": entries.DataCellsFilter,
    "DataCellsFilterResource": entries.DataCellsFilterResource,
    "DataLakePrincipal": entries.DataLakePrincipal,
    "DataLakeSettings": entries.DataLakeSettings,
    "DataLocationResource": entries.DataLocationResource,
    "DatabaseResource": entries.DatabaseResource,
    "LFTagExpression": entries.LfTagExpression,
    "LFTagExpressionResource": entries.NamedResource,
    "LFTagKeyResource": entries.LfTag,
    "LFTagPair": entries.LfTag,
    "LFTagPolicyResource": entries.LfTagPolicyResource,
    "LakeFormationOptInsInfo": entries.OptIn,
    "PrincipalPermissions": entries.PrincipalPermissions,
    "PrincipalResourcePermissions": entries.Permission,
    "RLSPolicy": entries.RlsPolicy,
    "RLSPolicyAttachment": entries.RlsPolicyAttachment,
    "RLSPolicyResource": entries.NamedResource,
    "Resource": entries.Resource,
    "ResourceInfo": entries.RegisteredResource,
    "RowFilter": entries.RowFilter,
    "TableResource": entries.TableResource,
    "TableWithColumnsResource": entries.TableWithColumnsResource,
    "UserDefinedFunctionResource": entries.UserDefinedFunctionResource,
}


def _members(shape: type[Any]) -> set[str]:
    named = {entry.metadata.get("member", pascal_case(entry.name)) for entry in fields(shape)}
    return named | set(getattr(shape, "ALSO", ()))


def test_every_operation_has_its_place() -> None:
    """A new operation fails here until someone says which entries of an estate it is about, or why none."""
    listed = [name for names in (*EXPRESSED.values(), *NOT_EXPRESSED.values()) for name in names.split()]

    assert sorted(listed) == sorted(API.operation_names)


def test_every_section_is_one_of_the_estate() -> None:
    """The sections named above exist, and there is no other."""
    assert sorted(EXPRESSED) == sorted(_members(entries.LakeFormation))


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_member_is_read(name: str) -> None:
    """A new member, such as a new kind of resource, fails here until the estate reads it."""
    assert set(API.shape_for(name).members) - _members(SHAPES[name]) == set()


def test_every_permission_is_known() -> None:
    """A new permission fails here until someone says whether its holder reads; `SUPER` is the console's `ALL`."""
    assert set(API.shape_for("Permission").enum) | {"SUPER"} == KNOWN_PERMISSIONS


ROLE = "arn:aws:iam::111111111111:role/analyst"


def _asked(resource: dict[str, Any], permission: str) -> tuple[str, str]:
    statement = {"Effect": "Allow", "Action": ["glue:GetTable", "lakeformation:GetDataAccess"], "Resource": "*"}
    statement["Action"] = [*statement["Action"], "s3:GetObject"]
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
    grant = {
        "Principal": {"DataLakePrincipalIdentifier": ROLE},
        "Resource": resource,
        "Permissions": [permission],
    }
    region = {
        "glue": {
            "Databases": [{"Name": "crm"}],
            "Tables": [
                {
                    "DatabaseName": "crm",
                    "Name": "orders",
                    "StorageDescriptor": {"Columns": [{"Name": "id"}], "Location": "s3://lake/orders"},
                }
            ],
        },
        "s3": {"Buckets": [{"Name": "lake"}]},
        "lakeformation": {"Permissions": [grant]},
    }
    account = {"iam": {"Roles": [{"Arn": ROLE, "Policies": [policy]}]}, "regions": {"eu-west-1": region}}
    read = {"account": "111111111111", "region": "eu-west-1", "database": "crm", "table": "orders"}
    actual = answer({"estate": {"version": 1, "accounts": {"111111111111": account}}, "principal": ROLE, "read": read})
    return actual["verdict"], actual["may"]


@pytest.mark.parametrize(
    ("resource", "permission", "expected"),
    [
        ({"Table": {"DatabaseName": "crm", "Name": "orders"}}, "SELECT", ("ALLOW", "ALLOW")),
        ({"Table": {"DatabaseName": "crm", "Name": "orders"}}, "PEEK", ("UNKNOWN", "ALLOW")),
        ({}, "SELECT", ("UNKNOWN", "ALLOW")),
        ({"unknown": "a kind that came later"}, "SELECT", ("UNKNOWN", "ALLOW")),
        ({"Table": {"DatabaseName": "crm", "Name": "other"}}, "PEEK", ("IMPLICIT_DENY", "IMPLICIT_DENY")),
    ],
)
def test_what_is_not_modelled_is_open(resource: dict[str, Any], permission: str, expected: tuple[str, str]) -> None:
    """A permission or kind of resource that nobody knows leaves open what it could cover, and nothing else (B23)."""
    assert _asked(resource, permission) == expected
