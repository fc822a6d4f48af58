"""Accounts on one server, and the roles through which they are entered."""

from __future__ import annotations


def test_session_acts_in_its_account(session, account):
    """A session's calls are made by the administrator of the account it was opened for."""
    identity = session.client("sts").get_caller_identity()

    assert account == identity["Account"]
    assert f"arn:aws:sts::{account}:assumed-role/OrganizationAccountAccessRole/embedded-aws" == identity["Arn"]


def test_accounts_dont_see_each_other(running, session, glue):
    """What one account creates isn't in another."""
    glue.create_database(DatabaseInput={"Name": "mine"})

    other = running.session("299999999999", "eu-west-1").client("glue")

    assert ["mine"] == [database["Name"] for database in glue.get_databases()["DatabaseList"]]
    assert [] == other.get_databases()["DatabaseList"]


def test_regions_dont_see_each_other(running, account, lake_formation, closed):
    """Lake Formation is regional."""
    lake_formation.create_lf_tag(TagKey="zone", TagValues=["raw"])

    elsewhere = running.session(account, "eu-central-1").client("lakeformation")

    assert [] == elsewhere.list_lf_tags()["LFTags"]


def test_assume_role_takes_an_existing_role(session, new_role):
    """A role that was created can be assumed, from role to role."""
    role = new_role("deployer")

    answer = session.client("sts").assume_role(RoleArn=role, RoleSessionName="up")

    assert answer["AssumedRoleUser"]["Arn"].endswith(":assumed-role/deployer/up")


def test_assume_role_refuses_a_role_that_doesnt_exist(session, account, refused):
    """A mistyped role in a chain is denied, as on AWS."""
    with refused("AccessDenied", "no such role"):
        session.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/deplyer", RoleSessionName="up")


def test_assume_role_refuses_what_isnt_a_role(session, account, refused):
    """A user's ARN can't be assumed."""
    with refused("ValidationError", "is invalid"):
        session.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:user/someone", RoleSessionName="up")
