"""
An account that was there before the stack: most principals and tables aren't the stack's.

Twelve of the tables and five of the roles are the stack's. The others are people's permission sets, of one of which
the policies aren't known, jobs and an old database under hybrid access that is still open to `IAM_ALLOWED_PRINCIPALS`.
"""

from __future__ import annotations

from typing import Any

from tests.reviews.lake import ACCOUNT, KEY, REGION, allow, document, grant, role, table

SSO = "aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_"
OURS = ("registration", "seller", "steward", "planner", "owner")
PEOPLE = tuple(f"{SSO}{name}_0123456789abcdef" for name in ("Analysts", "Engineers", "Finance", "Everyone"))
CONTRACTORS = (f"{SSO}Contractors_0123456789abcdef",)
"""A permission set whose policies another team keeps."""
UNSTATED = "the policies of this permission set are kept elsewhere"
JOBS = tuple(f"job{number}" for number in range(8))
STACK_TABLES, OLD_TABLES = 12, 30


def brownfield() -> dict[str, Any]:
    """Return the estate before any change."""
    roles = [_reader(name) for name in (*OURS[1:], *PEOPLE, *JOBS)]
    roles += [_contractor(name) for name in CONTRACTORS]
    trust = {"Effect": "Allow", "Principal": {"Service": "lakeformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    data = document(allow("Data", ["s3:GetObject", "kms:Decrypt"]))
    registration = {
        "Arn": role("registration"),
        "AssumeRolePolicyDocument": document(trust),
        "Policies": [{"PolicyName": "data", "PolicyDocument": data}],
    }
    for entry in roles:
        if entry["Arn"].rpartition("/")[2] in JOBS[:3]:
            entry["Policies"].append({"PolicyName": "raw", "PolicyDocument": data})
    return {
        "version": 1,
        "accounts": {ACCOUNT: {"iam": {"Roles": [registration, *roles]}, "regions": {REGION: _region()}}},
    }


def _reader(name: str) -> dict[str, Any]:
    service = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    people = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/AWSSSO"},
        "Action": "sts:AssumeRoleWithSAML",
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    query = allow("Query", ["athena:*", "glue:Get*", "lakeformation:GetDataAccess"])
    return {
        "Arn": role(name),
        "AssumeRolePolicyDocument": document(service if name in JOBS else people),
        "Policies": [{"PolicyName": "query", "PolicyDocument": document(query)}],
    }


def _contractor(name: str) -> dict[str, Any]:
    bounded = allow("Bounded", ["athena:*", "glue:Get*", "lakeformation:GetDataAccess", "s3:GetObject"])
    return {**_reader(name), "Policies": [{"unknown": UNSTATED}], "PermissionsBoundary": document(bounded)}


def _region() -> dict[str, Any]:
    everyone = "IAM_ALLOWED_PRINCIPALS"
    mine = [table("shop", f"t{number}", ["id", "name", "price"]) for number in range(STACK_TABLES - 1)]
    mine.append(table("people", "salaries", ["id", "name", "pay"]))
    old = [table("old", f"o{number}", ["id", "value"]) for number in range(OLD_TABLES)]
    users = [role(name) for name in ("registration", *JOBS[:3])]
    return {
        "lakeformation": {
            "DataLakeSettings": {
                "DataLakeAdmins": [{"DataLakePrincipalIdentifier": role("owner")}],
                "CreateDatabaseDefaultPermissions": [],
                "CreateTableDefaultPermissions": [],
            },
            "Resources": [
                {
                    "ResourceArn": f"arn:aws:s3:::lake/{place}",
                    "RoleArn": role("registration"),
                    "HybridAccessEnabled": hybrid,
                }
                for place, hybrid in (("shop", False), ("people", False), ("old", True))
            ],
            "LFTags": [{"TagKey": "domain", "TagValues": ["shop", "people", "none"]}],
            "ResourceLFTags": [
                {"Resource": {"Database": {"Name": "shop"}}, "LFTags": [{"TagKey": "domain", "TagValues": ["shop"]}]},
                {
                    "Resource": {"Database": {"Name": "people"}},
                    "LFTags": [{"TagKey": "domain", "TagValues": ["people"]}],
                },
            ],
            "DataCellsFilters": [
                {
                    "TableCatalogId": ACCOUNT,
                    "DatabaseName": "shop",
                    "TableName": "t0",
                    "Name": "cheap",
                    "RowFilter": {"FilterExpression": "price < 10"},
                    "ColumnWildcard": {},
                }
            ],
            "Permissions": [
                grant(role("seller"), by_tag("shop"), ["SELECT"]),
                grant(role("steward"), named("people", "salaries"), ["SELECT"]),
                grant(
                    role("planner"),
                    {
                        "DataCellsFilter": {
                            "TableCatalogId": ACCOUNT,
                            "DatabaseName": "shop",
                            "TableName": "t0",
                            "Name": "cheap",
                        }
                    },
                    ["SELECT"],
                ),
                grant(role(PEOPLE[0]), named("shop", "t1"), ["SELECT"]),
                *(grant(everyone, named("old", f"o{number}"), ["ALL"]) for number in range(OLD_TABLES)),
            ],
            "OptIns": [
                {"Principal": {"DataLakePrincipalIdentifier": role(PEOPLE[1])}, "Resource": named("old", "o0")},
            ],
        },
        "glue": {
            "Databases": [{"Name": name, "LocationUri": f"s3://lake/{name}"} for name in ("shop", "people", "old")],
            "Tables": [*mine, *old],
        },
        "s3": {
            "Buckets": [
                {
                    "Name": "lake",
                    "Encryption": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY, "BucketKeyEnabled": True},
                }
            ]
        },
        "kms": {
            "Keys": [
                {
                    "Arn": KEY,
                    "Policy": document(
                        allow("Users", "kms:Decrypt", Principal={"AWS": users}),
                        allow("Administrators", "kms:PutKeyPolicy", Principal={"AWS": role("owner")}),
                    ),
                }
            ]
        },
    }


def named(database: str, name: str) -> dict[str, Any]:
    return {"Table": {"DatabaseName": database, "Name": name}}


def by_tag(value: str) -> dict[str, Any]:
    return {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "domain", "TagValues": [value]}]}}
