"""Ordinary changes where most of an account isn't the stack's: short reports, of what changes only."""

from __future__ import annotations

import pytest

from lakeward.access import Path
from lakeward.access.difference import difference
from lakeward.reports.review import render_review, review
from lakeward.reports.review.entries import short
from lakeward.reports.review.render_markdown import BEFORE_THE_FOLD
from tests.reviews.brownfield import JOBS, OURS, PEOPLE, SSO, brownfield, by_tag, named
from tests.reviews.lake import allow, changed, document, grant, role, table

EVERYONE = f"{SSO.rpartition('/')[2]}Everyone_0123456789abcdef"
PERMISSIONS = "lakeformation.Permissions"
OPT_IN = {"Principal": {"DataLakePrincipalIdentifier": role(JOBS[0])}, "Resource": named("old", "o1")}
NEWCOMER = {
    "Arn": role("newcomer"),
    "AssumeRolePolicyDocument": document(
        {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ),
    "Policies": [
        {
            "PolicyName": "query",
            "PolicyDocument": document(allow("Query", ["glue:Get*", "lakeformation:GetDataAccess"])),
        }
    ],
}

# Each with what it touches: principals by name, and tables by the beginning of theirs.
ORDINARY = {
    "a grant": (
        [{"at": PERMISSIONS, "add": grant(role("planner"), named("shop", "t2"), ["SELECT"])}],
        {"planner"},
        "shop.t2",
    ),
    "a grant less": ([{"at": f"{PERMISSIONS}[1]", "remove": True}], {"steward"}, "people.salaries"),
    "a grant by tags": (
        [{"at": PERMISSIONS, "add": grant(role("steward"), by_tag("shop"), ["SELECT"])}],
        {"steward"},
        "shop.",
    ),
    "a column": (
        [{"at": "glue.Tables[t3].StorageDescriptor.Columns", "add": {"Name": "size", "Type": "int"}}],
        {"seller", "owner", "registration", *JOBS[:3]},
        "shop.t3",
    ),
    "a table": (
        [{"at": "glue.Tables", "add": table("shop", "new", ["id"])}],
        {"seller", "owner", "registration", *JOBS[:3]},
        "shop.new",
    ),
    "a wider filter": (
        [{"at": "lakeformation.DataCellsFilters[cheap].RowFilter.FilterExpression", "set": "price < 20"}],
        {"planner"},
        "shop.t0",
    ),
    "a tag less": ([{"at": "lakeformation.ResourceLFTags[0]", "remove": True}], {"seller"}, "shop."),
    "an opt-in": ([{"at": "lakeformation.OptIns", "add": OPT_IN}], {JOBS[0]}, "old.o1"),
    "a role": ([{"at": "iam.Roles", "add": NEWCOMER}], {"newcomer", "glue.amazonaws.com"}, ""),
    "a policy renamed": ([{"at": "iam.Roles[seller].Policies[query].PolicyName", "set": "reading"}], set(), "-"),
}
LEAKS = {
    "a permission set reads salaries": (
        [{"at": PERMISSIONS, "add": grant(role(PEOPLE[3]), named("people", "salaries"), ["SELECT"])}],
        EVERYONE,
    ),
    "a job reads everything past Lake Formation": (
        [
            {
                "at": "iam.Roles[job5].Policies[query].PolicyDocument.Statement",
                "add": allow("Raw", ["s3:GetObject", "kms:Decrypt"]),
            },
            {"at": "kms.Keys[0].Policy.Statement", "add": allow("Job", "kms:Decrypt", Principal={"AWS": role("job5")})},
        ],
        "job5",
    ),
    "everybody's IAM opens salaries": (
        [{"at": PERMISSIONS, "add": grant("IAM_ALLOWED_PRINCIPALS", named("people", "salaries"), ["ALL"])}],
        EVERYONE,
    ),
    "a permission set administers": (
        [
            {
                "at": "lakeformation.DataLakeSettings.DataLakeAdmins",
                "add": {"DataLakePrincipalIdentifier": role(PEOPLE[3])},
            }
        ],
        EVERYONE,
    ),
}
FIRST = 3


def reviewed(operations):
    before = brownfield()
    after = changed(before, operations)
    return review(difference(before, after), "before", "after", after)


def test_most_of_the_account_is_not_the_stacks():
    """At least sixty in a hundred principals and tables aren't the stack's; some are permission sets."""
    estate = brownfield()["accounts"]["111111111111"]
    roles = [entry["Arn"] for entry in estate["iam"]["Roles"]]
    tables = estate["regions"]["eu-west-1"]["glue"]["Tables"]

    assert sum(short(arn) not in OURS for arn in roles) >= 0.6 * len(roles)
    assert sum(one["DatabaseName"] == "old" for one in tables) >= 0.6 * len(tables)
    assert sum("AWSReservedSSO" in arn for arn in roles) == len(PEOPLE)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_change_is_told_shortly(name):
    """At most fifteen lines before the fold, and at most one row in twenty unknown, each with what is missing."""
    found = reviewed(ORDINARY[name][0])
    changes = [change for line in found.lines for change in line.changes]
    unknown = [change for change in changes if not change.is_certain]

    assert len(found.lines) <= BEFORE_THE_FOLD
    assert len(unknown) <= 0.05 * len(changes)
    assert all(change.missing for change in unknown)
    assert render_review(found, "markdown").count("\n- ") == len(found.lines)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_change_tells_only_what_it_touches(name):
    """No row is about another principal or another table."""
    operations, principals, tables = ORDINARY[name]

    rows = [change.row for line in reviewed(operations).lines for change in line.changes]

    assert {short(row.principal) for row in rows} == principals
    assert all(
        row.resource.rpartition("/")[2].startswith(tables) for row in rows if row.path not in (Path.ASSUME, Path.KEY)
    )


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("name", ORDINARY)
def test_a_leak_stands_in_the_first_lines(name, leak):
    """Whatever ordinary change it is hidden in, who gains by a leak is read at once, and what it comes from."""
    operations, who = LEAKS[leak]

    lines = reviewed([*ORDINARY[name][0], *operations]).lines

    assert any(who in {short(one) for one in line.principals} for line in lines[:FIRST])
