from __future__ import annotations

from pathlib import Path

import pytest

from lakeward.access import answer
from lakeward.access.cases import prepare_estate
from lakeward.estate.sources import estate_of
from local.recorder import record

ROOT = Path(__file__).parents[2]

ACCOUNT = "100000000001"
REGION = "eu-west-1"


class Lake:
    """Stack `dev` as declared, to be asked questions."""

    def __init__(self):
        self.recording = record(ROOT, "dev")
        self.document = estate_of(self.recording, "stack:dev")
        self._prepared = prepare_estate(self.document)

    def role(self, name):
        return f"arn:aws:iam::{ACCOUNT}:role/{name}"

    def objects(self, zone, key="x"):
        return f"arn:aws:s3:::acme-dev-{zone}-{ACCOUNT}/{key}"

    def key(self, zone):
        """The ARN of a zone's data key, as far as it is known before it exists."""
        (key,) = (
            key["Arn"] for key in self.region["kms"]["Keys"] if f"alias/acme-dev-{zone}-{ACCOUNT}" in key["Aliases"]
        )
        return key

    def through(self, endpoint, source=None):
        """The context of a request through an endpoint of the stack, given by its logical name, from an address."""
        address = {} if source is None else {"aws__VpcSourceIp": source}
        return {"aws__SourceVpce": f"%{{{endpoint}.id}}", **address}

    @property
    def region(self):
        return self.document["accounts"][ACCOUNT]["regions"][REGION]

    def decide(self, case):
        return answer({**case, "estate": self.document}, lambda _: self._prepared)

    def read(self, principal, table, *, database="secure-db", columns=None, row=None, through="athena"):
        read = {"account": ACCOUNT, "region": REGION, "database": database, "table": table}
        if columns is not None:
            read["columns"] = columns
        if row is not None:
            read["row"] = row
        return self.decide({"principal": self.role(principal), "read": read, "through": through})

    def request(self, principal, action, resource, **context):
        keys = {key.replace("__", ":"): value for key, value in context.items()}
        principal = principal if principal.endswith(".amazonaws.com") else self.role(principal)
        return self.decide({"principal": principal, "action": action, "resource": resource, "context": keys})


@pytest.fixture(scope="session")
def lake():
    return Lake()
