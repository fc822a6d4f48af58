"""The small lake of a run: what all probes share, and one scene for each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError

from conformance.ledger import Ledger
from conformance.names import Names, filled
from conformance.probes import Grant, Probe, Scene, Statement, Store
from conformance.rows import COLUMNS, OBJECT, as_csv

T = TypeVar("T")

TABLE = "orders"
_TAG_VALUES = ["pooled-a", "pooled-b", "public", "secret"]
_IAM_ALLOWED = {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}
_ON_DATABASES = frozenset({"CREATE_TABLE"})

# What AWS says while a role that was just made isn't known everywhere yet.
_NOT_YET = frozenset(
    {
        "AccessDenied",
        "InvalidInputException",
        "InvalidParameterValueException",
        "MalformedPolicy",
        "MalformedPolicyDocument",
        "MalformedPolicyDocumentException",
    }
)
_TRIES = 8

_CATALOG = (
    {"Effect": "Allow", "Action": ["athena:*", "glue:Get*", "glue:BatchGet*"], "Resource": "*"},
    {"Effect": "Allow", "Action": "lakeformation:GetDataAccess", "Resource": "*"},
)


@dataclass
class Lake:
    """
    Makes what a run needs, entering each thing in the ledger.

    Attributes:
        session: Credentials of a data lake administrator of the sandbox account.
        names: Every physical name.
        ledger: Takes how each thing is removed.
        pause: Seconds between two tries while AWS learns of a new role.

    """

    session: boto3.Session
    names: Names
    ledger: Ledger
    pause: float = 5.0
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:  # noqa: ANN401  # boto3 makes its classes at run time
        """Return the client of a service, made once."""
        if service not in self._clients:
            self._clients[service] = self.session.client(service, region_name=self.names.region)
        return self._clients[service]

    def lay(self) -> None:
        """Make what all probes share: buckets, the registration role, registrations, the LF-Tag, the workgroup."""
        names, lake_formation = self.names, self.client("lakeformation")
        for what in ("results", *(store.value for store in Store)):
            self.bucket(names.bucket(what))
        shared = [names.bucket(store.value) for store in Store]
        registration = self.registration("registration", shared, (), ())
        for store in (Store.REGISTERED, Store.HYBRID):
            self.register(f"arn:aws:s3:::{names.bucket(store.value)}", registration, hybrid=store is Store.HYBRID)
        lake_formation.create_lf_tag(TagKey=names.lf_tag, TagValues=_TAG_VALUES)
        self.ledger.enter(f"LF-Tag {names.lf_tag}", lambda: lake_formation.delete_lf_tag(TagKey=names.lf_tag))
        self._workgroup()

    def build(self, probe: Probe) -> None:
        """
        Make a probe's scene.

        Raises:
            ClientError: AWS refused a part of it; what was made so far stands in the ledger.

        """
        _Scenery(self, probe).build()

    def places(self, probe: Probe) -> dict[str, str]:
        """Return what a probe's placeholders stand for, its key's ARN aside."""
        names = self.names
        own = probe.scene.has_own_bucket
        bucket = names.bucket(probe.name if own else probe.scene.store.value)
        return {
            "account": names.account,
            "bucket": bucket,
            "caller": names.role_arn(probe.name),
            "database": names.database(probe.name),
            "object": f"arn:aws:s3:::{bucket}/{probe.name}/{OBJECT}",
            "prefix": probe.name,
            "registration": names.role_arn(f"{probe.name}-registration" if own else "registration"),
            "session": names.session_arn(probe.name),
            "table": TABLE,
        }

    def insist(self, call: Callable[[], T]) -> T:
        """Repeat a call while AWS may not know yet of a role that was just made."""
        for _ in range(_TRIES):
            try:
                return call()
            except ClientError as error:  # noqa: PERF203  # each try is a call over the network
                if error.response.get("Error", {}).get("Code") not in _NOT_YET:
                    raise
                time.sleep(self.pause)
        return call()

    @property
    def tags(self) -> list[dict[str, str]]:
        """What everything that can carry tags carries."""
        return [{"Key": "lakeward:conformance", "Value": self.names.suffix}]

    def bucket(self, name: str) -> None:
        """Make a bucket."""
        s3 = self.client("s3")
        if self.names.region == "us-east-1":
            s3.create_bucket(Bucket=name)
        else:
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.names.region})
        self.ledger.enter(f"bucket {name}", lambda: s3.delete_bucket(Bucket=name))
        self.ledger.enter(f"objects of {name}", lambda: self._empty(name))
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": self.tags})

    def _empty(self, bucket: str) -> None:
        s3 = self.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for entry in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=entry["Key"])

    def role(
        self,
        what: str,
        trust: list[Statement],
        identity: list[Statement],
        *,
        tags: dict[str, str] | None = None,
        boundary: list[Statement] | None = None,
    ) -> str:
        """Make a role with an inline policy and return its ARN."""
        iam, name = self.client("iam"), self.names.role(what)
        limits = {"PermissionsBoundary": self._boundary(what, boundary)} if boundary else {}
        iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=_document(trust),
            Tags=[*self.tags, *({"Key": key, "Value": value} for key, value in sorted((tags or {}).items()))],
            **limits,
        )
        self.ledger.enter(f"role {name}", lambda: iam.delete_role(RoleName=name))
        if identity:
            iam.put_role_policy(RoleName=name, PolicyName="probe", PolicyDocument=_document(identity))
            self.ledger.enter(f"policy of {name}", lambda: iam.delete_role_policy(RoleName=name, PolicyName="probe"))
        return self.names.role_arn(what)

    def _boundary(self, what: str, statements: list[Statement]) -> str:
        iam, name = self.client("iam"), self.names.role(f"{what}-boundary")
        arn = f"arn:aws:iam::{self.names.account}:policy/{name}"
        iam.create_policy(PolicyName=name, PolicyDocument=_document(statements), Tags=self.tags)
        self.ledger.enter(f"policy {name}", lambda: iam.delete_policy(PolicyArn=arn))
        return arn

    def registration(
        self, what: str, buckets: list[str], more: tuple[Statement, ...], boundary: tuple[Statement, ...]
    ) -> str:
        """Make a registration role that reads some buckets, and return its ARN."""
        trust: Statement = {
            "Effect": "Allow",
            "Principal": {"Service": "lakeformation.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:SetContext"],
        }
        objects: Statement = {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:ListBucket"],
            "Resource": [arn for bucket in buckets for arn in (f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*")],
        }
        identity = [*([objects] if buckets else []), *more]
        return self.role(what, [trust], identity, boundary=list(boundary) or None)

    def register(self, arn: str, role: str, *, hybrid: bool) -> None:
        """Register a place with Lake Formation."""
        lake_formation = self.client("lakeformation")
        self.insist(lambda: lake_formation.register_resource(ResourceArn=arn, RoleArn=role, HybridAccessEnabled=hybrid))
        self.ledger.enter(f"registration of {arn}", lambda: lake_formation.deregister_resource(ResourceArn=arn))

    def _workgroup(self) -> None:
        athena, name = self.client("athena"), self.names.workgroup
        athena.create_work_group(
            Name=name,
            Tags=self.tags,
            Configuration={
                "EnforceWorkGroupConfiguration": True,
                "ResultConfiguration": {"OutputLocation": f"s3://{self.names.results_bucket}/"},
            },
        )
        self.ledger.enter(
            f"workgroup {name}",
            lambda: athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True),
        )


@dataclass
class _Scenery:
    """Makes one probe's scene."""

    lake: Lake
    probe: Probe
    places: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.places = self.lake.places(self.probe)

    @property
    def scene(self) -> Scene:
        return self.probe.scene

    @property
    def _location(self) -> str:
        return f"s3://{self.places['bucket']}/{self.probe.name}/"

    @property
    def _table(self) -> dict[str, str]:
        return {"DatabaseName": self.places["database"], "Name": TABLE}

    def build(self) -> None:
        self._caller()
        if self.scene.has_own_bucket:
            self._own_place()
        self.lake.client("s3").put_object(
            Bucket=self.places["bucket"], Key=f"{self.probe.name}/{OBJECT}", Body=as_csv()
        )
        self._catalog()
        self._assign_tags()
        for name, cells in sorted(self.scene.filters.items()):
            self._filter(name, cells.rows, cells.columns)
        for grant in self.scene.grants:
            self._grant(grant)
        if self.scene.opt_in or self.scene.opt_in_condition:
            self._opt_in()
        if self.scene.added_column:
            glue = self.lake.client("glue")
            glue.update_table(DatabaseName=self.places["database"], TableInput=self._input(self.scene.added_column))
        if self.scene.row_security:
            self._row_security()

    def _caller(self) -> None:
        caller, results = self.scene.caller, self.lake.names.results_bucket
        identity = list(filled(caller.identity, self.places))
        if caller.reads_catalog:
            own = [f"arn:aws:s3:::{results}", f"arn:aws:s3:::{results}/*"]
            identity += [*_CATALOG, {"Effect": "Allow", "Action": "s3:*", "Resource": own}]
        if caller.owns_objects:
            bucket = f"arn:aws:s3:::{self.places['bucket']}"
            actions = ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation"]
            identity.append({"Effect": "Allow", "Action": actions, "Resource": [bucket, f"{bucket}/*"]})
        trust: Statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{self.places['account']}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
        boundary = filled(caller.boundary, self.places)
        self.lake.role(self.probe.name, [trust], identity, tags=caller.tags, boundary=boundary)

    def _own_place(self) -> None:
        lake, scene, bucket = self.lake, self.scene, self.places["bucket"]
        lake.bucket(bucket)
        more = filled(scene.registration, self.places)
        boundary = filled(scene.registration_boundary, self.places)
        role = lake.registration(f"{self.probe.name}-registration", [bucket], more, boundary)
        if scene.key:
            self._key()
        if scene.store is not Store.PLAIN:
            arn, hybrid = f"arn:aws:s3:::{bucket}", scene.store is Store.HYBRID
            lake.register(arn, role, hybrid=hybrid)
            if scene.registration_below:
                bare = lake.registration(f"{self.probe.name}-below", [], (), ())
                lake.register(f"{arn}/{self.probe.name}", bare, hybrid=hybrid)
        if scene.bucket_policy:
            policy = _document(filled(scene.bucket_policy, self.places))
            s3 = lake.client("s3")
            lake.insist(lambda: s3.put_bucket_policy(Bucket=bucket, Policy=policy))
            # A denial of everyone would otherwise outlive the run's own right to empty the bucket.
            lake.ledger.enter(f"policy of {bucket}", lambda: s3.delete_bucket_policy(Bucket=bucket))

    def _key(self) -> None:
        kms = self.lake.client("kms")
        root: Statement = {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{self.places['account']}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        policy = _document([root, *filled(self.scene.key, self.places)])
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in self.lake.tags]
        key = self.lake.insist(lambda: kms.create_key(Policy=policy, Tags=tags))["KeyMetadata"]
        self.lake.ledger.enter(
            f"key {key['KeyId']}", lambda: kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
        )
        self.places["key"] = key["Arn"]
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}}
        self.lake.client("s3").put_bucket_encryption(
            Bucket=self.places["bucket"], ServerSideEncryptionConfiguration={"Rules": [rule]}
        )

    def _catalog(self) -> None:
        glue, ledger, database = self.lake.client("glue"), self.lake.ledger, self.places["database"]
        glue.create_database(DatabaseInput={"Name": database, "CreateTableDefaultPermissions": []})
        ledger.enter(f"database {database}", lambda: glue.delete_database(Name=database))
        glue.create_table(DatabaseName=database, TableInput=self._input())
        ledger.enter(f"table {database}.{TABLE}", lambda: glue.delete_table(DatabaseName=database, Name=TABLE))
        self._close({"Database": {"Name": database}})
        if self.scene.iam_allowed:
            self.lake.client("lakeformation").grant_permissions(
                Principal=_IAM_ALLOWED, Resource={"Table": self._table}, Permissions=["ALL"]
            )

    def _close(self, resource: dict[str, Any]) -> None:
        """Take away what the account's settings gave IAM_ALLOWED_PRINCIPALS on a thing of the run's own."""
        lake_formation = self.lake.client("lakeformation")
        held = lake_formation.list_permissions(Resource=resource)["PrincipalResourcePermissions"]
        if any(grant["Principal"] == _IAM_ALLOWED for grant in held):
            lake_formation.revoke_permissions(Principal=_IAM_ALLOWED, Resource=resource, Permissions=["ALL"])

    def _input(self, added: str | None = None) -> dict[str, Any]:
        columns = [{"Name": name, "Type": kind} for name, kind in COLUMNS.items()]
        if added:
            columns.append({"Name": added, "Type": "string"})
        return {
            "Name": TABLE,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "csv", "lakeward:conformance": self.lake.names.suffix},
            "StorageDescriptor": {
                "Columns": columns,
                "Location": self._location,
                "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
                "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                "SerdeInfo": {
                    "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                    "Parameters": {"field.delim": ",", "serialization.null.format": ""},
                },
            },
        }

    def _assign_tags(self) -> None:
        tags = self.scene.tags
        columns = [
            ({"TableWithColumns": {**self._table, "ColumnNames": [column]}}, values)
            for column, values in sorted(tags.columns.items())
        ]
        database = {"Database": {"Name": self.places["database"]}}
        for resource, values in ((database, tags.database), ({"Table": self._table}, tags.table), *columns):
            if values:
                answer = self.lake.client("lakeformation").add_lf_tags_to_resource(
                    Resource=resource, LFTags=self._expression({key: (value,) for key, value in values.items()})
                )
                for failure in answer.get("Failures", []):
                    raise ClientError({"Error": failure["Error"]}, "AddLFTagsToResource")

    def _expression(self, tags: dict[str, tuple[str, ...]]) -> list[dict[str, Any]]:
        # The run has one key, under a name of its own.
        return [{"TagKey": self.lake.names.lf_tag, "TagValues": list(values)} for values in tags.values()]

    def _filter(self, name: str, rows: str | None, columns: tuple[str, ...]) -> None:
        lake_formation, table = self.lake.client("lakeformation"), self._table
        where = {"TableCatalogId": self.places["account"], "DatabaseName": table["DatabaseName"], "TableName": TABLE}
        row_filter: dict[str, Any] = {"FilterExpression": rows} if rows else {"AllRowsWildcard": {}}
        shown: dict[str, Any] = {"ColumnNames": list(columns)} if columns else {"ColumnWildcard": {}}
        lake_formation.create_data_cells_filter(TableData={**where, "Name": name, "RowFilter": row_filter, **shown})
        self.lake.ledger.enter(
            f"filter {table['DatabaseName']}.{name}",
            lambda: lake_formation.delete_data_cells_filter(**where, Name=name),
        )

    def _grant(self, grant: Grant) -> None:
        caller = {"DataLakePrincipalIdentifier": self.places["caller"]}
        database = {"Database": {"Name": self.places["database"]}}
        if grant.condition is not None:
            # A grant to whoever meets a condition doesn't show the database (B11-4).
            self._give(caller, database, ("DESCRIBE",), {})
            everyone = {"DataLakePrincipalIdentifier": f"{self.places['account']}:IAMPrincipals"}
            condition = {"Condition": {"Expression": grant.condition}}
            self._give(everyone, {"Table": self._table}, grant.permissions, condition)
            return
        on_database = _ON_DATABASES.issuperset(grant.permissions)
        self._give(caller, database if on_database else self._resource(grant), grant.permissions, {})

    def _resource(self, grant: Grant) -> dict[str, Any]:
        if grant.cells_filter is not None:
            return {
                "DataCellsFilter": {
                    "TableCatalogId": self.places["account"],
                    "DatabaseName": self.places["database"],
                    "TableName": TABLE,
                    "Name": grant.cells_filter,
                }
            }
        if grant.tags:
            return {"LFTagPolicy": {"ResourceType": grant.tag_policy_on, "Expression": self._expression(grant.tags)}}
        if grant.columns:
            return {"TableWithColumns": {**self._table, "ColumnNames": list(grant.columns)}}
        if grant.excluded:
            wildcard = {"ExcludedColumnNames": list(grant.excluded)}
            return {"TableWithColumns": {**self._table, "ColumnWildcard": wildcard}}
        return {"Table": self._table}

    def _give(
        self,
        principal: dict[str, str],
        resource: dict[str, Any],
        permissions: tuple[str, ...],
        condition: dict[str, Any],
    ) -> None:
        lake_formation = self.lake.client("lakeformation")
        grant = {"Principal": principal, "Resource": resource, "Permissions": list(permissions), **condition}
        self.lake.insist(lambda: lake_formation.grant_permissions(**grant))
        self.lake.ledger.enter(
            f"grant to {principal['DataLakePrincipalIdentifier']}",
            lambda: lake_formation.revoke_permissions(**grant),
        )

    def _opt_in(self) -> None:
        lake_formation, condition = self.lake.client("lakeformation"), self.scene.opt_in_condition
        everyone = f"{self.places['account']}:IAMPrincipals"
        whom = {"DataLakePrincipalIdentifier": everyone if condition else self.places["caller"]}
        opt_in: dict[str, Any] = {"Principal": whom, "Resource": {"Table": self._table}}
        if condition:
            opt_in["Condition"] = {"Expression": condition}
        self.lake.insist(lambda: lake_formation.create_lake_formation_opt_in(**opt_in))
        self.lake.ledger.enter(
            f"opt-in of {self.probe.name}", lambda: lake_formation.delete_lake_formation_opt_in(**opt_in)
        )

    def _row_security(self) -> None:
        policy = self.scene.row_security
        if policy is None:
            return
        lake_formation, name = self.lake.client("lakeformation"), self.lake.names.role(self.probe.name)
        lake_formation.create_rls_policy(
            Name=name,
            AttachmentColumns=[{"Name": policy.column, "Type": "string"}],
            FilterExpression=policy.rows,
        )
        # Deleting a policy takes its attachments along (B22-1).
        self.lake.ledger.enter(f"row-level policy {name}", lambda: lake_formation.delete_rls_policy(Name=name))
        attachment: dict[str, Any] = {"Name": name, "Resource": {"Table": self._table}}
        if policy.by_tag:
            expression = self._expression({"class": (policy.by_tag,)})
            attachment["Resource"] = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": expression}}
        if policy.condition:
            attachment["Condition"] = {"Expression": policy.condition}
        elif policy.for_caller:
            attachment["Principal"] = {"DataLakePrincipalIdentifier": self.places["caller"]}
        else:
            attachment["Principal"] = {"DataLakePrincipalIdentifier": self.lake.names.role_arn("registration")}
        lake_formation.attach_rls_policy(**attachment)


def _document(statements: list[Statement]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, sort_keys=True)
