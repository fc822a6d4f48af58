"""Granting: the permission `GRANT` of `decide`, and its denials."""

from __future__ import annotations

import pytest

from lakeward.access import PreparedEstate, answer
from lakeward.estate import read_estate
from tests.reviews.lake import PARTNER, changed, grant, lake, role

ORDERS = {"account": "111111111111", "region": "eu-west-1", "database": "crm", "table": "orders"}
EVERYTHING = {"account": "111111111111", "region": "eu-west-1"}
COLUMNS = {"TableWithColumns": {"DatabaseName": "crm", "Name": "orders", "ColumnNames": ["id"]}}
WITH_OPTION = [{"at": "lakeformation.Permissions", "add": grant(role("auditor"), COLUMNS, ["SELECT"], ["SELECT"])}]
SHARED = [{"at": "lakeformation.Permissions", "add": grant(PARTNER, COLUMNS, ["SELECT"], ["SELECT"])}]


def asked(operations, principal, **act):
    """The verdicts, and why."""
    prepared = PreparedEstate(read_estate(changed(lake(), operations)))
    given = answer({"principal": principal, "act": {"permission": "GRANT", **act}, "estate": {}}, lambda _: prepared)
    return given["verdict"], given["may"], given["reasons"][0]["why"]


@pytest.mark.parametrize(
    ("operations", "who", "act", "verdict", "why"),
    [
        ([], "administrator", EVERYTHING, "ALLOW", "a data lake administrator grants anything"),
        ([], "administrator", ORDERS, "ALLOW", "a data lake administrator grants anything"),
        (WITH_OPTION, "auditor", EVERYTHING, "IMPLICIT_DENY", "only data lake administrators grant on everything"),
        (WITH_OPTION, "auditor", ORDERS, "ALLOW", "it holds it with the grant option"),
        (WITH_OPTION, "auditor", {**ORDERS, "columns": ["id"]}, "ALLOW", "it holds it with the grant option"),
        (
            WITH_OPTION,
            "auditor",
            {**ORDERS, "columns": ["id", "total"]},
            "IMPLICIT_DENY",
            "it holds nothing there with the grant option",
        ),
        ([], "analyst", ORDERS, "IMPLICIT_DENY", "it holds nothing there with the grant option"),
        ([], "nobody", ORDERS, "IMPLICIT_DENY", "only roles and users that exist grant"),
    ],
)
def test_administrators_and_holders_of_the_option_grant(operations, who, act, verdict, why):
    """Administrators grant anything (B5-1), others what they hold with the grant option (B10), nobody else anything."""
    assert asked(operations, role(who), **act) == (verdict, verdict, why)


@pytest.mark.parametrize(("operations", "expected"), [(SHARED, ("UNKNOWN", "ALLOW")), ([], ("IMPLICIT_DENY",) * 2)])
def test_a_share_lets_the_other_accounts_administrator_grant(operations, expected):
    """Who administers an account that isn't described isn't known; without the share nobody there grants (B12-3)."""
    assert asked(operations, f"arn:aws:iam::{PARTNER}:role/someone", **ORDERS)[:2] == expected
