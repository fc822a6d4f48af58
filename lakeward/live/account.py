"""One account and Region, read into an estate."""

from __future__ import annotations

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from lakeward.errors import OutsideServiceError
from lakeward.estate.document import VERSION
from lakeward.estate.sources.values import Json
from lakeward.live import (
    buckets,
    catalog,
    db_clusters,
    functions,
    identities,
    keys,
    lake_formation,
    network,
    organization,
    workgroups,
)
from lakeward.live.calls import Aws


def open_account(account: str, region: str) -> dict[str, Json]:
    """
    Return an account's estate, read with the caller's own credentials, as AWS's tools find them.

    Raises:
        OutsideServiceError: There are no credentials, they lead to another account, or AWS failed.

    """
    return read_account(boto3.Session(region_name=region), account, region)


def read_account(session: boto3.Session, account: str, region: str) -> dict[str, Json]:
    """
    Return what decides about access in one account and Region, as a document of `contracts.md` section 2.

    Whatever a denied call, or one that the service doesn't have, would have said is `{"unknown": why}` at its
    place. The account is `partial` where the caller is no data lake administrator, since Lake Formation then leaves
    out of its answers what the caller may not see.

    Args:
        session: Where the credentials come from; clients are made for `region`.
        account: 12 digits. Nothing is read when the credentials lead to another account.
        region: Such as `eu-west-1`.

    Raises:
        OutsideServiceError: The credentials lead elsewhere, or AWS failed.

    """
    caller = _caller(session, account, region)
    aws = Aws(session, account, region)
    glue = catalog.read(aws)
    lake = lake_formation.read(aws, glue)
    regions: dict[str, dict[str, Json]] = {
        region: {
            "athena": workgroups.read(aws),
            "ec2": network.read(aws),
            "glue": glue,
            "kms": keys.read(aws),
            "lambda": functions.read(aws),
            "lakeformation": lake,
            "rds": db_clusters.read(aws),
        }
    }
    for name, sections in buckets.read(aws).items():
        regions.setdefault(name, {})["s3"] = sections
    described: dict[str, Json] = {"iam": identities.read(aws), "regions": {**regions}}
    if not lake_formation.sees_everything(lake.get("DataLakeSettings"), caller):
        described["partial"] = (
            f"`{caller}` is no data lake administrator, so Lake Formation and Glue leave out what it may not see"
        )
    document: dict[str, Json] = {"version": VERSION, "accounts": {account: described}}
    belongs_to = organization.read(aws)
    return document if belongs_to is None else {**document, "organization": belongs_to}


def _caller(session: boto3.Session, account: str, region: str) -> str:
    try:
        identity = session.client("sts", region_name=region).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise OutsideServiceError(f"no credentials that AWS accepts: {error}") from error
    if identity["Account"] != account:
        raise OutsideServiceError(
            f"the credentials lead to account {identity['Account']}; use credentials of account {account}"
        )
    return str(identity["Arn"])
