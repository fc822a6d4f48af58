"""The strict reader of the estate document."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lakeward.errors import EstateError
from lakeward.estate import Estate, Listing, Unknown, read_estate

ACCOUNT, REGION = "111111111111", "eu-west-1"


def _document() -> dict[str, Any]:
    """One entry of every kind, as `contracts.md` section 2 shows them."""
    region = {
        "lakeformation": {
            "DataLakeSettings": {
                "DataLakeAdmins": [{"DataLakePrincipalIdentifier": "arn:aws:iam::111111111111:role/admin"}],
                "ReadOnlyAdmins": [],
                "CreateDatabaseDefaultPermissions": [],
                "CreateTableDefaultPermissions": [],
                "AllowFullTableExternalDataAccess": False,
                "Parameters": {"CROSS_ACCOUNT_VERSION": "4"},
            },
            "Resources": [{"ResourceArn": "arn:aws:s3:::lake/sales", "HybridAccessEnabled": False}],
            "LFTags": [{"TagKey": "domain", "TagValues": ["sales", "hr"]}],
            "LFTagExpressions": [{"Name": "x", "Expression": [{"TagKey": "domain", "TagValues": ["sales"]}]}],
            "ResourceLFTags": [{"Resource": {"Database": {"Name": "crm"}}, "LFTags": []}],
            "DataCellsFilters": [
                {
                    "DatabaseName": "crm",
                    "TableName": "orders",
                    "Name": "eu",
                    "RowFilter": {"FilterExpression": "region = 'EU'"},
                    "ColumnNames": ["id"],
                }
            ],
            "Permissions": [
                {
                    "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
                    "Resource": {"Table": {"DatabaseName": "crm", "TableWildcard": {}}},
                    "Permissions": ["ALL"],
                    "PermissionsWithGrantOption": [],
                    "LastUpdated": "2026-01-01",
                }
            ],
            "OptIns": [{"Principal": {}, "Resource": {}}],
        },
        "glue": {
            "Databases": [{"Name": "crm", "LocationUri": "s3://lake/crm", "TargetDatabase": {}}],
            "Tables": [
                {
                    "DatabaseName": "crm",
                    "Name": "orders",
                    "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "bigint"}], "Location": "s3://lake/x"},
                    "PartitionKeys": [{"Name": "day", "Type": "date"}],
                    "TargetTable": {},
                }
            ],
            "ResourcePolicy": {},
        },
        "s3": {"Buckets": [{"Name": "lake", "Policy": {}, "PublicAccessBlock": {"RestrictPublicBuckets": True}}]},
        "kms": {"Keys": [{"Arn": "arn:aws:kms:eu-west-1:111111111111:key/1", "Aliases": ["alias/lake"]}]},
        "ec2": {"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "PolicyDocument": {}}], "SecurityGroups": []},
        "athena": {"WorkGroups": [{"Name": "primary"}]},
        "rds": {"DBClusters": [{"DBClusterIdentifier": "c", "IAMDatabaseAuthenticationEnabled": True}]},
    }
    role = {
        "Arn": "arn:aws:iam::111111111111:role/r",
        "AssumeRolePolicyDocument": {},
        "Tags": [{"Key": "tenant_id", "Value": "tenant1"}],
        "PermissionsBoundary": {},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}],
    }
    return {"version": 1, "accounts": {ACCOUNT: {"iam": {"Roles": [role], "Users": []}, "regions": {REGION: region}}}}


def _region_of(document: dict[str, Any]) -> dict[str, Any]:
    region: dict[str, Any] = document["accounts"][ACCOUNT]["regions"][REGION]
    return region


def _problems(document: object) -> list[str]:
    with pytest.raises(EstateError) as caught:
        read_estate(document)  # type: ignore[arg-type]
    return [str(problem) for problem in caught.value.problems]


def test_reader_keeps_what_the_document_says() -> None:
    """Every member that bears on access is there, under a name of its own."""
    estate = read_estate(_document())

    region = estate.region(ACCOUNT, REGION)
    assert region is not None
    assert region.lake_formation.permissions[0].permissions == ("ALL",)
    assert region.glue.tables[0].partition_keys[0].name == "day"
    assert region.rds.db_clusters[0].iam_database_authentication_enabled is True


def test_empty_objects_mean_nothing_is_there() -> None:
    """`{}` in the place of a policy, a link or a principal is the same as leaving it out."""
    region = read_estate(_document()).region(ACCOUNT, REGION)

    assert region is not None
    assert region.glue.tables[0].target_table is None
    assert region.s3.buckets[0].policy is None
    assert region.lake_formation.opt_ins[0].principal is None


def test_unknown_key_is_refused_with_its_path_and_the_nearest_name() -> None:
    """A misspelled key never passes as a missing one."""
    document = _document()
    _region_of(document)["glue"]["Tabels"] = []

    actual = _problems(document)

    place = f"accounts.{ACCOUNT}.regions.{REGION}.glue.Tabels"
    assert actual == [f"{place}: this key is unknown; did you mean `Tables`"]


def test_all_problems_are_told_at_once() -> None:
    """One walk finds everything: a wrong type, a missing member, an unknown element of a policy."""
    document = _document()
    _region_of(document)["s3"]["Buckets"][0]["Name"] = 3
    del _region_of(document)["kms"]["Keys"][0]["Arn"]
    document["accounts"][ACCOUNT]["iam"]["Roles"][0]["Policies"][0]["PolicyDocument"]["Statements"] = []

    actual = _problems(document)

    assert [line.split(":")[0].rpartition(".")[2] for line in actual] == ["Statements", "Arn", "Name"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "this isn't JSON"),
        ("[" * 100_000, "this isn't JSON: it is nested too deeply"),
        ("[]", "a list stands here"),
        ("{}", "version: `None` is no version of this format"),
        ('{"version": 2}', "version: `2` is no version of this format"),
    ],
)
def test_text_that_is_no_estate_is_refused(text: str, problem: str) -> None:
    """Whatever stands in the file, the answer is a line for people."""
    assert _problems(text)[0].startswith(problem)


@pytest.mark.parametrize("section", ["lakeformation", "glue", "s3", "kms", "ec2", "athena", "rds"])
def test_unknown_section_leaves_its_lists_open(section: str) -> None:
    """A call that was denied leaves a section that isn't whole, never an empty one."""
    document = _document()
    _region_of(document)[section] = {"unknown": "AccessDenied"}

    region = read_estate(document).region(ACCOUNT, REGION)

    attribute = "lake_formation" if section == "lakeformation" else section
    lists = [value for value in vars(getattr(region, attribute)).values() if isinstance(value, Listing)]
    assert lists
    assert all(value.unknown == Unknown("AccessDenied") for value in lists)


def test_unknown_text_is_a_token_of_its_own() -> None:
    """Two names nobody knows yet are not taken for equal."""
    document = _document()
    buckets = _region_of(document)["s3"]["Buckets"]
    buckets[0]["Name"] = {"unknown": "made later"}
    buckets.append(copy.deepcopy(buckets[0]))

    region = read_estate(document).region(ACCOUNT, REGION)

    assert region is not None
    first, second = (bucket.name for bucket in region.s3.buckets)
    assert first.startswith("%{")
    assert first != second


def test_policy_may_be_the_text_of_one() -> None:
    """Some of AWS's APIs return a policy as a text in JSON."""
    document = _document()
    _region_of(document)["s3"]["Buckets"][0]["Policy"] = '{"Version": "2012-10-17", "Statement": []}'

    region = read_estate(document).region(ACCOUNT, REGION)

    assert region is not None
    assert region.s3.buckets[0].policy is not None


def test_partial_account_does_not_describe_a_region_it_leaves_out() -> None:
    """What a partial account doesn't list may be there; what a whole one doesn't list is not."""
    document = _document()
    whole = read_estate(document)
    document["accounts"][ACCOUNT]["partial"] = "a stack declares part of it"
    partial = read_estate(document)

    assert whole.region(ACCOUNT, "us-east-1") is not None
    assert partial.region(ACCOUNT, "us-east-1") is None
    assert isinstance(partial, Estate)
