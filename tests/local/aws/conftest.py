"""One embedded AWS for all tests; an account of its own for each, so that none sees another's."""

from __future__ import annotations

import contextlib
import itertools
import json

import pytest
from botocore.exceptions import ClientError

REGION = "eu-west-1"
_accounts = itertools.count(200000000001)


@pytest.fixture(scope="session")
def running(embedded_aws):
    return embedded_aws


@pytest.fixture
def account(running):
    """Return the id of an account that nobody has used."""
    return str(next(_accounts))


@pytest.fixture
def session(running, account):
    return running.session(account, REGION)


@pytest.fixture
def lake_formation(session):
    return session.client("lakeformation")


@pytest.fixture
def glue(session):
    return session.client("glue")


@pytest.fixture
def iam(session):
    return session.client("iam")


@pytest.fixture
def new_role(iam, account):
    """Make a role that its account trusts and return its ARN."""

    def make(name):
        trust = {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "sts:AssumeRole",
            },
        }
        return iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    return make


@pytest.fixture
def closed(lake_formation, creator):
    """Close the lake: what is created from now on is open to its creator, its administrator, alone."""
    administrator = {"DataLakePrincipalIdentifier": creator}
    lake_formation.put_data_lake_settings(DataLakeSettings={"DataLakeAdmins": [administrator]})


@pytest.fixture
def as_role(session, new_role):
    """Make a role and return a client of a service that acts as it."""

    def client(name, service):
        given = session.client("sts").assume_role(RoleArn=new_role(name), RoleSessionName="test")["Credentials"]
        return session.client(
            service,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    return client


@pytest.fixture
def tables(glue):
    """Make database `crm` with tables `orders` and `people`, columns `id`, `region`, `name`, partition `day`."""
    glue.create_database(DatabaseInput={"Name": "crm"})
    for name in ("orders", "people"):
        glue.create_table(
            DatabaseName="crm",
            TableInput={
                "Name": name,
                "StorageDescriptor": {
                    "Columns": [{"Name": column, "Type": "string"} for column in ("id", "region", "name")],
                    "Location": f"s3://lake/{name}/",
                },
                "PartitionKeys": [{"Name": "day", "Type": "date"}],
            },
        )


@pytest.fixture
def creator(account):
    return f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"


@pytest.fixture
def refused():
    """Return a context in which a call must fail with an error code, its message holding some words."""

    @contextlib.contextmanager
    def expect(code, words=""):
        with pytest.raises(ClientError) as error:
            yield
        assert code == error.value.response["Error"]["Code"]
        assert words in error.value.response["Error"]["Message"]

    return expect


@pytest.fixture
def grants(lake_formation):
    """Return what is granted as {(principal's name, resource as text): (permissions, grantable)}."""

    def listed(**asked):
        entries, token = [], None
        while True:  # botocore has no paginator for this operation
            page = lake_formation.list_permissions(**asked, **({"NextToken": token} if token else {}))
            entries += page["PrincipalResourcePermissions"]
            token = page.get("NextToken")
            if token is None:
                break
        return {
            (entry["Principal"]["DataLakePrincipalIdentifier"].rsplit("/", 1)[-1], _shown(entry["Resource"])): (
                entry["Permissions"],
                entry["PermissionsWithGrantOption"],
            )
            for entry in entries
        }

    return listed


def _shown(resource):
    ((kind, body),) = resource.items()
    rest = {name: value for name, value in body.items() if not name.endswith("CatalogId")}
    return f"{kind} {json.dumps(rest, sort_keys=True)}"
