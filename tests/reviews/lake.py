"""
The lake that the reviewed changes are made to, and how a change is written down.

A change is a list of operations on one account's estate, each at a path such as
`iam.Roles[analyst].Policies[own].PolicyDocument.Statement[Query].Resource`: `set` a value, `add` to a list or
`remove`. In brackets stands what an entry is called, or its number.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

ACCOUNT, PARTNER, REGION = "111111111111", "222222222222", "eu-west-1"
ORG = "o-exampleorg"
LAKE_OU, PARTNER_OU = f"{ORG}/r-exam/ou-exam-lake0001/", f"{ORG}/r-exam/ou-exam-part0001/"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"
_NAMES = (
    *("Name", "PolicyName", "Sid", "Key", "TagKey", "VpcEndpointId", "DBClusterIdentifier", "ResourceArn", "name"),
    *("FunctionName", "DataLakePrincipalIdentifier"),
)
_EVENTS = 200


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, actions: str | list[str], resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource, **more}


def lake() -> dict[str, Any]:
    """Return the estate before any change."""
    return {
        "version": 1,
        "organization": {
            "id": ORG,
            "managementAccount": "100000000000",
            "accounts": {ACCOUNT: {"path": LAKE_OU}, PARTNER: {"path": PARTNER_OU}},
            "serviceControlPolicies": [
                {"target": target, "name": name, "policy": policy}
                for target in ("r-exam", "ou-exam-lake0001", "ou-exam-part0001", ACCOUNT, PARTNER)
                for name, policy in (("FullAWSAccess", document(allow("All", "*"))), *_guards(target))
            ],
        },
        "accounts": {ACCOUNT: {"iam": {"Roles": _roles(), "Users": []}, "regions": {REGION: _region()}}},
    }


def _guards(target: str) -> list[tuple[str, dict[str, Any]]]:
    if target != "ou-exam-lake0001":
        return []
    deny = {"Sid": "KeepKeys", "Effect": "Deny", "Action": "kms:PutKeyPolicy", "Resource": "*"}
    return [("keep-keys", document(deny))]


def _person(
    name: str, *more: dict[str, Any], tags: dict[str, str] | None = None, boundary: bool = False
) -> dict[str, Any]:
    """Return a role that queries through Athena."""
    query = allow("Query", ["athena:*", "glue:GetTable", "glue:GetDatabase", "lakeformation:GetDataAccess"])
    entry: dict[str, Any] = {
        "Arn": role(name),
        "AssumeRolePolicyDocument": document(
            {
                "Sid": "People",
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/corporate"},
                "Action": "sts:AssumeRoleWithSAML",
                "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
            }
        ),
        "Policies": [{"PolicyName": "own", "PolicyDocument": document(query, *more)}],
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()],
    }
    if boundary:
        bounded = allow("Bounded", ["athena:*", "glue:Get*", "lakeformation:GetDataAccess"])
        entry["PermissionsBoundary"] = document(bounded)
    return entry


def _service(name: str, service: str, *statements: dict[str, Any]) -> dict[str, Any]:
    trust = {"Sid": "Service", "Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    policies = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    return {"Arn": role(name), "AssumeRolePolicyDocument": document(trust), "Policies": policies, "Tags": []}


def _roles() -> list[dict[str, Any]]:
    tenant = _person("tenant1", tags={"tenant_id": "tenant1"})
    tenant["AssumeRolePolicyDocument"] = document(
        {
            "Sid": "Broker",
            "Effect": "Allow",
            "Principal": {"AWS": role("broker")},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringEquals": {"aws:RequestTag/tenant_id": "tenant1"}},
        }
    )
    own_login = f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:cluster-EXAMPLE/tenant1"
    tenant["Policies"][0]["PolicyDocument"]["Statement"].append(allow("Login", "rds-db:connect", own_login))
    return [
        _service("registration", "lakeformation.amazonaws.com", allow("Data", ["s3:GetObject", "kms:Decrypt"])),
        _person("analyst", tags={"department": "sales"}),
        _person("scientist"),
        _person("auditor"),
        _person("engineer", allow("Raw", "s3:GetObject", "arn:aws:s3:::lake/*"), boundary=True),
        _person("developer"),
        _person("administrator"),
        _service(
            "broker", "lambda.amazonaws.com", allow("Tenants", ["sts:AssumeRole", "sts:TagSession"], role("tenant1"))
        ),
        tenant,
        _service(
            "loader",
            "glue.amazonaws.com",
            allow("Load", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::lake/raw/*"),
            allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], KEY),
        ),
    ]


def table(database: str, name: str, columns: list[str], location: str | None = None) -> dict[str, Any]:
    return {
        "DatabaseName": database,
        "Name": name,
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": "string"} for column in columns],
            "Location": location or f"s3://lake/{database}/{name}",
        },
        "PartitionKeys": [],
    }


def grant(
    principal: str, resource: dict[str, Any], permissions: list[str], option: list[str] | None = None
) -> dict[str, Any]:
    return {
        "Principal": {"DataLakePrincipalIdentifier": principal},
        "Resource": resource,
        "Permissions": permissions,
        "PermissionsWithGrantOption": option or [],
    }


def _named(database: str, name: str) -> dict[str, Any]:
    return {"Table": {"DatabaseName": database, "Name": name}}


def _tags(resource: dict[str, Any], **tags: str) -> dict[str, Any]:
    return {"Resource": resource, "LFTags": [{"TagKey": key, "TagValues": [value]} for key, value in tags.items()]}


def _region() -> dict[str, Any]:
    by_domain = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "domain", "TagValues": ["sales"]}]}}
    columns = {"TableWithColumns": {"DatabaseName": "crm", "Name": "customers", "ColumnNames": ["id", "region"]}}
    all_but = {
        "TableWithColumns": {
            "DatabaseName": "crm",
            "Name": "customers",
            "ColumnWildcard": {"ExcludedColumnNames": ["email"]},
        }
    }
    cells = {"DataCellsFilter": {"TableCatalogId": ACCOUNT, "DatabaseName": "crm", "TableName": "orders", "Name": "eu"}}
    everyone = "IAM_ALLOWED_PRINCIPALS"
    return {
        "lakeformation": {
            "DataLakeSettings": {
                "DataLakeAdmins": [{"DataLakePrincipalIdentifier": role("administrator")}],
                "CreateDatabaseDefaultPermissions": [],
                "CreateTableDefaultPermissions": [],
                "Parameters": {"CROSS_ACCOUNT_VERSION": "4"},
            },
            "Resources": [
                {"ResourceArn": "arn:aws:s3:::lake/crm", "RoleArn": role("registration"), "HybridAccessEnabled": False},
                {
                    "ResourceArn": "arn:aws:s3:::lake/events",
                    "RoleArn": role("registration"),
                    "HybridAccessEnabled": False,
                },
                {
                    "ResourceArn": "arn:aws:s3:::lake/legacy",
                    "RoleArn": role("registration"),
                    "HybridAccessEnabled": True,
                },
            ],
            "LFTags": [
                {"TagKey": "domain", "TagValues": ["sales", "hr", "none"]},
                {"TagKey": "classification", "TagValues": ["public", "pii"]},
            ],
            "ResourceLFTags": [
                _tags({"Database": {"Name": "crm"}}, domain="none"),
                _tags({"Database": {"Name": "events"}}, domain="none"),
            ],
            "DataCellsFilters": [
                {
                    "TableCatalogId": ACCOUNT,
                    "DatabaseName": "crm",
                    "TableName": "orders",
                    "Name": "eu",
                    "RowFilter": {"FilterExpression": "region = 'EU'"},
                    "ColumnNames": ["id", "region"],
                }
            ],
            "Permissions": [
                grant(role("analyst"), cells, ["SELECT"]),
                grant(role("analyst"), columns, ["SELECT"]),
                grant(role("scientist"), all_but, ["SELECT"]),
                grant(role("scientist"), by_domain, ["SELECT"]),
                grant(everyone, _named("legacy", "invoices"), ["ALL"]),
                grant(role("tenant1"), _named("crm", "tenants"), ["SELECT"]),
            ],
            "OptIns": [],
        },
        "glue": {
            "Databases": [{"Name": name, "LocationUri": f"s3://lake/{name}"} for name in ("crm", "events", "legacy")],
            "Tables": [
                table("crm", "customers", ["id", "email", "region"]),
                table("crm", "orders", ["id", "region", "total"]),
                table("crm", "tenants", ["id"]),
                table("legacy", "invoices", ["id", "amount"]),
                *(table("events", f"day{number:03}", ["id", "page"]) for number in range(_EVENTS)),
            ],
        },
        "s3": {"Buckets": [_bucket("lake", encrypted=True), _bucket("artifacts"), _bucket("elsewhere")]},
        "kms": {"Keys": [{"Arn": KEY, "Aliases": ["alias/lake"], "Policy": _key_policy()}]},
        "ec2": {"VpcEndpoints": [_endpoint()], "SecurityGroups": []},
        "athena": {"WorkGroups": []},
        "rds": {
            "DBClusters": [
                {
                    "DBClusterIdentifier": "tenants",
                    "DbClusterResourceId": "cluster-EXAMPLE",
                    "IAMDatabaseAuthenticationEnabled": True,
                }
            ]
        },
    }


def _bucket(name: str, *, encrypted: bool = False) -> dict[str, Any]:
    statements = [
        {
            "Sid": "DenyPlain",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if name == "artifacts":
        statements.append(
            {
                "Sid": "Readers",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/*",
                "Condition": {
                    "StringEquals": {"aws:PrincipalOrgID": ORG},
                    "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{PARTNER_OU}*"]},
                },
            }
        )
    bucket: dict[str, Any] = {"Name": name, "Policy": document(*statements)}
    if encrypted:
        bucket["Encryption"] = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY, "BucketKeyEnabled": True}
    return bucket


def _key_policy() -> dict[str, Any]:
    administer = ["kms:Describe*", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
    users = [role("registration"), role("loader")]
    return document(
        allow("Administrators", administer, Principal={"AWS": role("developer")}),
        allow("Users", ["kms:Decrypt", "kms:GenerateDataKey"], Principal={"AWS": users}),
    )


def _endpoint() -> dict[str, Any]:
    own = allow("Own", "s3:*", ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"], Principal="*")
    return {
        "VpcEndpointId": "vpce-1",
        "VpcId": "vpc-1",
        "VpcEndpointType": "Gateway",
        "ServiceName": f"com.amazonaws.{REGION}.s3",
        "PolicyDocument": document(own),
    }


def changed(estate: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an estate with operations applied in order."""
    result = copy.deepcopy(estate)
    for operation in operations:
        _apply(result, operation)
    return result


def read_case(folder: Path) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return a reviewed change: the estate before, the estate after, what is expected."""
    given = {
        name: json.loads((folder / f"{name}.json").read_text()) if (folder / f"{name}.json").is_file() else []
        for name in ("before", "after", "expected")
    }
    before = changed(lake(), given["before"])
    return before, changed(before, given["after"]), given["expected"]


def _apply(estate: dict[str, Any], operation: dict[str, Any]) -> None:
    steps = _steps(operation["at"])
    root: Any = estate if steps[0] == "organization" else estate["accounts"][ACCOUNT]
    if steps[0] not in ("organization", "iam"):
        root = root["regions"][REGION]
    holder: Any = root
    for step in steps[:-1]:
        holder = _found(holder, step)
    last = steps[-1]
    if "add" in operation:
        _found(holder, last).append(operation["add"])
    elif "set" in operation:
        holder[_place(holder, last)] = operation["set"]
    else:
        del holder[_place(holder, last)]


def _steps(path: str) -> list[str]:
    steps: list[str] = []
    for part in path.replace("]", "").split("["):
        name, *rest = [part] if steps else part.split(".")
        if steps and "." in part and not part.startswith("arn:"):
            name, *rest = part.split(".")
        steps += [step for step in (name, *rest) if step]
    return steps


def _found(holder: Any, step: str) -> Any:
    return holder[_place(holder, step)]


def _place(holder: Any, step: str) -> Any:
    if isinstance(holder, dict):
        return step
    if step.lstrip("-").isdigit() and len(step) < len(ACCOUNT):
        return int(step)
    for index, entry in enumerate(holder):
        if step in [entry.get(name) for name in _NAMES] or entry.get("Arn", "").rpartition("/")[2] == step:
            return index
    raise KeyError(step)
