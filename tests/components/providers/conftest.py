from __future__ import annotations

import itertools
from dataclasses import dataclass

import boto3
import pytest

from components.providers.connection import Connection

REGION = "eu-west-1"

_ACCOUNTS = (f"3{number:011d}" for number in itertools.count(1))


@dataclass(frozen=True)
class Account:
    """An account of its own for one test, with a deployer and two more roles."""

    id: str
    session: boto3.Session

    def role(self, name):
        return f"arn:aws:iam::{self.id}:role/{name}"

    @property
    def connection(self):
        return Connection(account=self.id, region=REGION, assume_roles=(self.role("deployer"),))

    @property
    def lake_formation(self):
        return self.session.client("lakeformation")

    @property
    def glue(self):
        return self.session.client("glue")

    def settings(self):
        return self.lake_formation.get_data_lake_settings()["DataLakeSettings"]

    def change_settings(self, **changes):
        self.lake_formation.put_data_lake_settings(DataLakeSettings={**self.settings(), **changes})


@pytest.fixture
def environment(embedded_aws, monkeypatch):
    """What the engine's processes see: the embedded AWS, and no other way out."""
    for name, value in embedded_aws.environment(REGION).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def new_account(embedded_aws, environment):  # the environment is what a connection starts from
    def make():
        account_id = next(_ACCOUNTS)
        account = Account(account_id, embedded_aws.session(account_id, REGION))
        for name in ("deployer", "admin", "auditor"):
            account.session.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")
        return account

    return make


@pytest.fixture
def account(new_account):
    return new_account()
