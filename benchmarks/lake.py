"""A large lake, as an estate: roles, tables and grants of every kind, the same for the same sizes."""

from __future__ import annotations

from typing import Any

ACCOUNT, REGION = "111111111111", "eu-west-1"
_TABLES_A_DATABASE = 40
_DOMAINS = ("sales", "hr", "finance", "logistics", "research")
_SENSITIVITIES = ("public", "internal", "secret")
_VERSION = "2012-10-17"


def lake(roles: int, tables: int, columns: int) -> dict[str, Any]:
    """
    Return the estate.

    Every role may query through Athena; a third hold grants of tags, a third of tables by name, with columns and
    filters, and a third read objects past Lake Formation. Locations are registered, one bucket, one key.
    """
    databases = [f"db{index}" for index in range(-(-tables // _TABLES_A_DATABASE))]
    names = [(databases[index // _TABLES_A_DATABASE], f"t{index}") for index in range(tables)]
    arns = [role_arn(index) for index in range(roles)]
    lake_formation = {
        "DataLakeSettings": {"DataLakeAdmins": [], "CreateDatabaseDefaultPermissions": []},
        "Resources": [{"ResourceArn": "arn:aws:s3:::lake", "RoleArn": _registration(), "HybridAccessEnabled": False}],
        "LFTags": [
            {"TagKey": "domain", "TagValues": list(_DOMAINS)},
            {"TagKey": "sensitivity", "TagValues": list(_SENSITIVITIES)},
        ],
        "ResourceLFTags": [
            {
                "Resource": {"Database": {"Name": database}},
                "LFTags": [
                    {"TagKey": "domain", "TagValues": [_DOMAINS[index % len(_DOMAINS)]]},
                    {"TagKey": "sensitivity", "TagValues": [_SENSITIVITIES[index % len(_SENSITIVITIES)]]},
                ],
            }
            for index, database in enumerate(databases)
        ],
        "DataCellsFilters": [
            {
                "DatabaseName": database,
                "TableName": table,
                "Name": "eu",
                "RowFilter": {"FilterExpression": "c1 = 'EU'"},
                "ColumnWildcard": {},
            }
            for database, table in names[::20]
        ],
        "Permissions": [permission for index, arn in enumerate(arns) for permission in _grants(index, arn, names)],
    }
    region = {
        "lakeformation": lake_formation,
        "glue": {
            "Databases": [{"Name": database, "LocationUri": f"s3://lake/{database}"} for database in databases],
            "Tables": [_table(database, table, columns) for database, table in names],
        },
        "s3": {"Buckets": [{"Name": "lake", "Encryption": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": _key()}}]},
        "kms": {"Keys": [{"Arn": _key(), "Policy": _document(_allow("kms:*", Principal={"AWS": _root()}))}]},
    }
    iam = {"Roles": [_registration_role(), *(_role(index, arn) for index, arn in enumerate(arns))]}
    return {"version": 1, "accounts": {ACCOUNT: {"iam": iam, "regions": {REGION: region}}}}


def role_arn(index: int) -> str:
    """Return the ARN of one of the roles."""
    return f"arn:aws:iam::{ACCOUNT}:role/reader{index}"


def _grants(index: int, arn: str, names: list[tuple[str, str]]) -> list[dict[str, Any]]:
    principal = {"DataLakePrincipalIdentifier": arn}
    if index % 3 == 0:
        expression = [
            {"TagKey": "domain", "TagValues": [_DOMAINS[index % len(_DOMAINS)]]},
            {"TagKey": "sensitivity", "TagValues": ["public", "internal"]},
        ]
        resource = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": expression}}
        return [{"Principal": principal, "Resource": resource, "Permissions": ["SELECT"]}]
    resources: list[dict[str, Any]] = []
    for number, (database, table) in enumerate(names[index % 7 :: 50]):
        place = {"DatabaseName": database, "Name": table}
        if number % 2:
            resources.append({"TableWithColumns": {**place, "ColumnNames": ["c0", "c1"]}})
        else:
            resources.append({"Table": place})
    database, table = names[::20][index % len(names[::20])]
    cells = {"TableCatalogId": ACCOUNT, "DatabaseName": database, "TableName": table, "Name": "eu"}
    resources.append({"DataCellsFilter": cells})
    return [{"Principal": principal, "Resource": one, "Permissions": ["SELECT"]} for one in resources]


def _role(index: int, arn: str) -> dict[str, Any]:
    statements = [_allow(["athena:*", "glue:Get*", "lakeformation:GetDataAccess"], Resource="*")]
    if index % 3 == 2:  # noqa: PLR2004 - the last third
        prefix = f"arn:aws:s3:::lake/db{index % 10}/*"
        statements += [_allow("s3:GetObject", Resource=prefix), _allow("kms:Decrypt", Resource=_key())]
    return {
        "Arn": arn,
        "AssumeRolePolicyDocument": _document(_allow("sts:AssumeRole", Principal={"Service": "glue.amazonaws.com"})),
        "Tags": [{"Key": "tenant_id", "Value": f"tenant{index}"}],
        "Policies": [{"PolicyName": "own", "PolicyDocument": _document(*statements)}],
    }


def _registration_role() -> dict[str, Any]:
    return {
        "Arn": _registration(),
        "AssumeRolePolicyDocument": _document(
            _allow("sts:AssumeRole", Principal={"Service": "lakeformation.amazonaws.com"})
        ),
        "Policies": [
            {"PolicyName": "own", "PolicyDocument": _document(_allow(["s3:GetObject", "kms:Decrypt"], Resource="*"))}
        ],
    }


def _table(database: str, table: str, columns: int) -> dict[str, Any]:
    return {
        "DatabaseName": database,
        "Name": table,
        "StorageDescriptor": {
            "Columns": [{"Name": f"c{index}", "Type": "string"} for index in range(columns)],
            "Location": f"s3://lake/{database}/{table}",
        },
        "PartitionKeys": [],
    }


def _allow(actions: str | list[str], **elements: object) -> dict[str, Any]:
    resource = {} if "Resource" in elements or actions == "sts:AssumeRole" else {"Resource": "*"}
    return {"Effect": "Allow", "Action": actions, **resource, **elements}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": _VERSION, "Statement": list(statements)}


def _registration() -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/registration"


def _root() -> str:
    return f"arn:aws:iam::{ACCOUNT}:root"


def _key() -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
