"""A run against the embedded AWS, which enforces nothing: it proves the harness and says nothing about AWS."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from conformance.names import Names
from conformance.probes import load_probes
from conformance.run import run

ACCOUNT = "390000000001"
REGION = "eu-west-1"


@pytest.fixture(scope="session")
def sandbox(embedded_aws):
    """An account whose credentials are a data lake administrator's, with things in it that were there before."""
    session = embedded_aws.session(ACCOUNT, REGION)
    administrator = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
    session.client("lakeformation").put_data_lake_settings(
        DataLakeSettings={"DataLakeAdmins": [{"DataLakePrincipalIdentifier": administrator}]}
    )
    session.client("glue").create_database(DatabaseInput={"Name": "before"})
    session.client("s3").create_bucket(Bucket="before", CreateBucketConfiguration={"LocationConstraint": REGION})
    session.client("s3").put_object(Bucket="before", Key="kept", Body=b"kept")
    return session


@pytest.fixture(scope="session")
def contents(sandbox):
    """Return a function that says what the account holds."""

    def held():
        lake_formation, iam = sandbox.client("lakeformation"), sandbox.client("iam")
        s3, glue = sandbox.client("s3"), sandbox.client("glue")
        return {
            "buckets": [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]],
            "objects": [entry["Key"] for entry in s3.list_objects_v2(Bucket="before")["Contents"]],
            "roles": [role["RoleName"] for role in iam.list_roles()["Roles"]],
            "policies": [policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]],
            "databases": [database["Name"] for database in glue.get_databases()["DatabaseList"]],
            "locations": lake_formation.list_resources()["ResourceInfoList"],
            "tags": lake_formation.list_lf_tags()["LFTags"],
            "opt-ins": lake_formation.list_lake_formation_opt_ins()["LakeFormationOptInsInfoList"],
            "filters": lake_formation.list_data_cells_filter()["DataCellsFilters"],
            "grants": len(lake_formation.list_permissions()["PrincipalResourcePermissions"]),
            "settings": lake_formation.get_data_lake_settings()["DataLakeSettings"],
            "workgroups": [one["Name"] for one in sandbox.client("athena").list_work_groups()["WorkGroups"]],
            "keys": sorted(
                state
                for key in sandbox.client("kms").list_keys()["Keys"]
                for state in [sandbox.client("kms").describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]]
                if state != "PendingDeletion"
            ),
        }

    return held


@pytest.fixture(scope="session")
def finished(sandbox, contents):
    """Return a finished run of every probe: what was there before and after, what was seen, what it told."""
    before, told = contents(), []
    recording, left = run(sandbox, Names(ACCOUNT, REGION, "abc123"), load_probes(), pause=0, tell=told.append)
    return SimpleNamespace(recording=recording, left=left, told=told, before=before, after=contents())
