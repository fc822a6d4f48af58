"""One small lake, as each of the four origins would tell it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

ACCOUNT = "111111111111"
REGION = "eu-west-1"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/deployer"
UNKNOWN_SENTINEL = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def statement(action, resource="*", effect="Allow", **more):
    return {"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": resource, **more}]}


@dataclass
class Declared:
    """A resource of the lake. `computed` is what only AWS knows: a token, the sentinel or the value, by origin."""

    type: str
    name: str
    inputs: dict[str, Any]
    computed: dict[str, str] = field(default_factory=dict)
    references: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """For an input (dotted): type, name and property of the resource that it comes from."""

    @property
    def custom(self):
        return not self.type.startswith("lake:")

    @property
    def urn(self):
        return f"urn:pulumi:dev::lakeward::{self.type}::{self.name}"


def filled(resource, value_of):
    inputs = json.loads(json.dumps(resource.inputs))
    for path, source in resource.references.items():
        at = inputs
        *above, last = path.split(".")
        for part in above:
            at = at[int(part) if part.isdigit() else part]
        at[int(last) if last.isdigit() else last] = value_of(*source)
    return inputs


def urn_of(kind, name):
    return f"urn:pulumi:dev::lakeward::{kind}::{name}"


def dependencies(resource):
    by_input = {}
    for path, (kind, name, _) in resource.references.items():
        by_input.setdefault(path.split(".")[0], []).append(urn_of(kind, name))
    return by_input


def as_recording(resources):
    def token(_, name, member):
        return f"%{{{name}.{member}}}"

    return {
        "recording": 1,
        "project": "lakeward",
        "stack": "dev",
        "resources": [
            {
                "urn": resource.urn,
                "type": resource.type,
                "name": resource.name,
                "custom": resource.custom,
                "parent": None,
                "inputs": filled(resource, token),
                "outputs": {
                    **filled(resource, token),
                    **{member: f"%{{{resource.name}.{member}}}" for member in resource.computed},
                },
                "dependencies": [],
                "provider": None,
                "options": {},
            }
            for resource in resources
        ],
        "exports": {},
    }


def as_preview(resources, op="create"):
    """A first preview: everything is created, so nothing that AWS makes up is known."""
    return {
        "steps": [
            {
                "op": op,
                "urn": resource.urn,
                "newState": {
                    "urn": resource.urn,
                    "type": resource.type,
                    "custom": resource.custom,
                    "inputs": filled(resource, lambda *_: UNKNOWN_SENTINEL),
                    "dependencies": sorted({urn for urns in dependencies(resource).values() for urn in urns}),
                    "propertyDependencies": dependencies(resource),
                },
            }
            for resource in resources
        ],
        "changeSummary": {op: len(resources)},
        "duration": 1,
    }


def known_values(resources):
    computed = {(resource.type, resource.name): resource.computed for resource in resources}
    return lambda kind, name, member: computed[kind, name][member]


def as_export(resources):
    value_of = known_values(resources)
    return {
        "version": 3,
        "deployment": {
            "manifest": {},
            "resources": [
                {
                    "urn": resource.urn,
                    "type": resource.type,
                    "custom": resource.custom,
                    "inputs": filled(resource, value_of),
                    "outputs": {**filled(resource, value_of), **resource.computed} if resource.custom else {},
                }
                for resource in resources
            ],
        },
    }


def as_pack_arguments(resources):
    return [
        {
            "urn": resource.urn,
            "type": resource.type,
            "name": resource.name,
            "props": {
                **filled(resource, lambda *_: {"unknown": True}),
                **{member: {"unknown": True} for member in resource.computed},
            },
            "propertyDependencies": dependencies(resource),
        }
        for resource in resources
    ]


BUCKET, KEY, ROLE = "aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:iam/role:Role"
KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/5f0c0de0-0000-4000-8000-000000000001"

BUCKET_POLICY = statement("s3:GetObject", "arn:aws:s3:::acme-lake/*", Principal="*")
KEY_POLICY = statement("kms:*", Principal={"AWS": DEPLOYER})
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": DEPLOYER}, "Action": "sts:AssumeRole"}],
}
READING = statement("lakeformation:GetDataAccess")
BOUNDARY = statement(["lakeformation:*", "glue:*"])


def lake_component(**inputs):
    stated = {"stack": "dev", "account": ACCOUNT, "region": REGION, "deployer": DEPLOYER, **inputs}
    return Declared("lake:stack:Lake", "lake", stated)


def settings(**inputs):
    return Declared(
        "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings",
        "settings",
        {
            "account": ACCOUNT,
            "region": REGION,
            "deployer": DEPLOYER,
            "dataLakeAdmins": [DEPLOYER],
            "readOnlyAdmins": [],
            "createDatabaseDefaultPermissions": [],
            "createTableDefaultPermissions": [],
            "allowFullTableExternalDataAccess": False,
            "parameters": {"CROSS_ACCOUNT_VERSION": "4"},
            **inputs,
        },
    )


def small_lake():
    boundary_arn = f"arn:aws:iam::{ACCOUNT}:policy/acme-boundary"
    return [
        lake_component(),
        Declared(
            KEY,
            "key-lake",
            {"policy": json.dumps(KEY_POLICY), "tags": {"lakeward:zone": "raw"}},
            {"arn": KEY_ARN, "keyId": KEY_ARN.rsplit("/", 1)[1], "id": KEY_ARN.rsplit("/", 1)[1]},
        ),
        Declared(
            "aws:kms/alias:Alias",
            "key-lake-alias",
            {"name": "alias/acme-lake"},
            references={"targetKeyId": (KEY, "key-lake", "keyId")},
        ),
        Declared(BUCKET, "bucket-lake", {"bucket": "acme-lake", "tags": {"b": "2", "a": "1"}}),
        Declared(
            "aws:s3/bucketPolicy:BucketPolicy",
            "bucket-lake-policy",
            {"bucket": "acme-lake", "policy": json.dumps(BUCKET_POLICY)},
        ),
        Declared(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            "bucket-lake-encryption",
            {
                "bucket": "acme-lake",
                "rules": [
                    {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}
                ],
            },
            references={"rules.0.applyServerSideEncryptionByDefault.kmsMasterKeyId": (KEY, "key-lake", "arn")},
        ),
        Declared(
            "aws:iam/policy:Policy",
            "boundary",
            {"name": "acme-boundary", "path": "/", "policy": json.dumps(BOUNDARY)},
        ),
        Declared(
            ROLE,
            "persona-reader",
            {
                "name": "reader",
                "path": "/",
                "assumeRolePolicy": json.dumps(TRUST),
                "permissionsBoundary": boundary_arn,
                "tags": {"lakeward:kind": "persona"},
            },
        ),
        Declared(
            "aws:iam/rolePolicy:RolePolicy",
            "persona-reader-query",
            {"role": "reader", "name": "query", "policy": json.dumps(READING)},
        ),
        settings(),
        Declared(
            "aws:lakeformation/resource:Resource",
            "location",
            {"arn": "arn:aws:s3:::acme-lake", "roleArn": f"arn:aws:iam::{ACCOUNT}:role/registration"},
        ),
        Declared(
            "aws:glue/catalogDatabase:CatalogDatabase",
            "database-crm",
            {"name": "crm", "createTableDefaultPermissions": []},
        ),
        Declared(
            "aws:glue/catalogTable:CatalogTable",
            "table-orders",
            {
                "databaseName": "crm",
                "name": "orders",
                "tableType": "EXTERNAL_TABLE",
                "storageDescriptor": {
                    "location": "s3://acme-lake/orders/",
                    "columns": [
                        {"name": "id", "type": "bigint", "comment": "its number"},
                        {"name": "email", "type": "string"},
                    ],
                },
                "partitionKeys": [{"name": "day", "type": "date"}],
            },
        ),
        Declared("aws:lakeformation/lfTag:LfTag", "lf-tag", {"key": "classification", "values": ["pii", "internal"]}),
        Declared(
            "aws:lakeformation/resourceLfTags:ResourceLfTags",
            "lf-tags-orders",
            {
                "lfTags": [{"key": "classification", "value": "pii"}],
                "tableWithColumns": {"databaseName": "crm", "name": "orders", "columnNames": ["email"]},
            },
        ),
        Declared(
            "aws:lakeformation/dataCellsFilter:DataCellsFilter",
            "filter-eu",
            {
                "tableData": {
                    "tableCatalogId": ACCOUNT,
                    "databaseName": "crm",
                    "tableName": "orders",
                    "name": "eu",
                    "columnNames": ["id"],
                    "rowFilter": {"filterExpression": "id > 5"},
                }
            },
        ),
        Declared(
            "aws:lakeformation/permissions:Permissions",
            "grant-reader",
            {
                "principal": f"arn:aws:iam::{ACCOUNT}:role/reader",
                "permissions": ["SELECT"],
                "tableWithColumns": {"databaseName": "crm", "name": "orders", "columnNames": ["id"]},
            },
        ),
        Declared(
            "aws:athena/workgroup:Workgroup",
            "workgroup-reader",
            {
                "name": "acme-reader",
                "configuration": {
                    "enforceWorkgroupConfiguration": True,
                    "resultConfiguration": {
                        "outputLocation": "s3://acme-results/reader/",
                        "encryptionConfiguration": {"encryptionOption": "SSE_KMS"},
                    },
                },
            },
            references={
                "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn": (KEY, "key-lake", "arn")
            },
        ),
    ]


@pytest.fixture
def tell():
    """How tests make declarations, and what the lake's fixed values are."""
    return SimpleNamespace(
        account=ACCOUNT,
        region=REGION,
        deployer=DEPLOYER,
        key_arn=KEY_ARN,
        declared=Declared,
        export=as_export,
        lake=lake_component,
        pack_arguments=as_pack_arguments,
        preview=as_preview,
        recording=as_recording,
        settings=settings,
        small_lake=small_lake,
        statement=statement,
    )
