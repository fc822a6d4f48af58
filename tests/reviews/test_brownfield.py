"""Ordinary changes where most of an account isn't the stack's: short reports, of what changes only."""

from __future__ import annotations

import pytest

from lakeward.access.difference import difference
from lakeward.reports.review import render_review, review
from lakeward.reports.review.entries import short
from tests.reviews.brownfield import (
    CONTRACTORS,
    JOBS,
    OLD_TABLES,
    OURS,
    PEOPLE,
    SSO,
    STACK_TABLES,
    UNSTATED,
    brownfield,
    by_tag,
    named,
)
from tests.reviews.lake import ACCOUNT, REGION, allow, changed, document, grant, role, table

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

SHOP = {f"shop.t{number}" for number in range(STACK_TABLES - 1)}
READERS_OF_FILES = {"registration", *JOBS[:3]}

# Each with whose access it changes, on what, and in how many lines that is told.
ORDINARY = {
    "a grant": (
        [{"at": PERMISSIONS, "add": grant(role("planner"), named("shop", "t2"), ["SELECT"])}],
        {"planner"},
        {"shop.t2"},
        1,
    ),
    "a grant less": ([{"at": f"{PERMISSIONS}[1]", "remove": True}], {"steward"}, {"people.salaries"}, 1),
    "a grant by tags": (
        [{"at": PERMISSIONS, "add": grant(role("steward"), by_tag("shop"), ["SELECT"])}],
        {"steward"},
        SHOP,
        1,
    ),
    "a column": (
        [{"at": "glue.Tables[t3].StorageDescriptor.Columns", "add": {"Name": "size", "Type": "int"}}],
        {"seller", "owner", *READERS_OF_FILES},
        {"shop.t3"},
        4,
    ),
    "a table": (
        [{"at": "glue.Tables", "add": table("shop", "new", ["id"])}],
        {"seller", "owner", *READERS_OF_FILES},
        {"shop.new"},
        4,
    ),
    "a wider filter": (
        [{"at": "lakeformation.DataCellsFilters[cheap].RowFilter.FilterExpression", "set": "price < 20"}],
        {"planner"},
        {"shop.t0"},
        1,
    ),
    "a tag less": ([{"at": "lakeformation.ResourceLFTags[0]", "remove": True}], {"seller"}, SHOP, 1),
    "an opt-in": ([{"at": "lakeformation.OptIns", "add": OPT_IN}], {JOBS[0]}, {"old.o1"}, 1),
    "a role": (
        [{"at": "iam.Roles", "add": NEWCOMER}],
        {"newcomer", "glue.amazonaws.com"},
        {role("newcomer"), *(f"old.o{number}" for number in range(OLD_TABLES))},
        2,
    ),
    "a policy renamed": ([{"at": "iam.Roles[seller].Policies[query].PolicyName", "set": "reading"}], set(), set(), 0),
}
LEAKS = {
    "a permission set reads salaries": (
        [{"at": PERMISSIONS, "add": grant(role(PEOPLE[3]), named("people", "salaries"), ["SELECT"])}],
        EVERYONE,
        "because: grant of SELECT on people.salaries to",
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
        "because: key",
    ),
    "everybody's IAM opens salaries": (
        [{"at": PERMISSIONS, "add": grant("IAM_ALLOWED_PRINCIPALS", named("people", "salaries"), ["ALL"])}],
        EVERYONE,
        "because: grant of ALL on people.salaries to",
    ),
    "a permission set administers": (
        [
            {
                "at": "lakeformation.DataLakeSettings.DataLakeAdmins",
                "add": {"DataLakePrincipalIdentifier": role(PEOPLE[3])},
            }
        ],
        EVERYONE,
        "because: data lake settings",
    ),
}
FIRST = 3


def reviewed(operations):
    before = brownfield()
    after = changed(before, operations)
    return review(difference(before, after), "before", "after", after)


def test_most_of_the_account_is_not_the_stacks():
    """At least sixty in a hundred principals and tables aren't the stack's, and what history leaves behind is there."""
    estate = brownfield()["accounts"][ACCOUNT]
    region = estate["regions"][REGION]
    roles = [entry["Arn"] for entry in estate["iam"]["Roles"]]
    tables = [f"{one['DatabaseName']}.{one['Name']}" for one in region["glue"]["Tables"]]
    left = [
        entry
        for entry in region["lakeformation"]["Permissions"]
        if entry["Principal"]["DataLakePrincipalIdentifier"] == "IAM_ALLOWED_PRINCIPALS"
    ]

    assert sum(short(arn) not in OURS for arn in roles) >= 0.6 * len(roles)
    assert sum(name.startswith("old.") for name in tables) >= 0.6 * len(tables)
    assert sum("AWSReservedSSO" in arn for arn in roles) == len(PEOPLE) + len(CONTRACTORS) == 5
    assert len(left) == OLD_TABLES
    assert [one["ResourceArn"] for one in region["lakeformation"]["Resources"] if one["HybridAccessEnabled"]] == [
        "arn:aws:s3:::lake/old"
    ]


def test_ten_changes_are_ordinary():
    """As many as the review is held to."""
    assert len(ORDINARY) == 10


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_change_is_told_shortly(name):
    """At most fifteen lines stand before the fold, and at most one row in twenty is unknown."""
    operations, _, _, lines = ORDINARY[name]

    found = reviewed(operations)

    page = render_review(found, "markdown")
    shown = [line for line in page.partition("<details>")[0].splitlines() if line and not line.startswith("Digest")]
    changes = [change for line in found.lines for change in line.changes]
    assert page.count("\n- **") == len(found.lines) == lines
    assert len(shown) <= 15
    assert sum(not change.is_certain for change in changes) <= 0.05 * len(changes)


@pytest.mark.parametrize("name", ORDINARY)
def test_an_ordinary_change_tells_only_what_it_touches(name):
    """Each row is about somebody and something that the change names, and each of these has one."""
    operations, principals, resources, _ = ORDINARY[name]

    rows = [change.row for line in reviewed(operations).lines for change in line.changes]

    assert {short(row.principal) for row in rows} == principals
    assert {row.resource.rpartition("/")[2] if "." in row.resource else row.resource for row in rows} == resources


def test_what_is_not_known_is_named():
    """A right for somebody whose policies are kept elsewhere is possible: the row says what would have to be known."""
    given = grant(role(CONTRACTORS[0]), named("shop", "t2"), ["SELECT"])

    [line] = reviewed([{"at": PERMISSIONS, "add": given}]).lines

    assert [(short(change.row.principal), change.is_certain) for change in line.changes] == [
        ("AWSReservedSSO_Contractors_0123456789abcdef", False)
    ]
    assert line.missing
    assert all(UNSTATED in why for why in line.missing)


@pytest.mark.parametrize("name", [name for name in ORDINARY if name != "a role"])
def test_who_may_do_anything_gains_nothing_by_a_change_elsewhere(name):
    """A role of which nothing is known may change any role that holds access, before as after."""
    before = changed(
        brownfield(), [{"at": f"iam.Roles[{short(role(CONTRACTORS[0]))}].PermissionsBoundary", "remove": True}]
    )

    found = difference(before, changed(before, ORDINARY[name][0]))

    told = {change.row.principal for change in (*found.gained, *found.lost, *found.changed, *found.unknown)}
    assert role(CONTRACTORS[0]) not in told


@pytest.mark.parametrize("leak", LEAKS)
@pytest.mark.parametrize("name", ORDINARY)
def test_a_leak_stands_in_the_first_lines(name, leak):
    """Whatever ordinary change it is hidden in, who gains by a leak is read at once, and what it comes from."""
    operations, who, cause = LEAKS[leak]

    page = render_review(reviewed([*ORDINARY[name][0], *operations]), "markdown")

    first = [line for line in page.splitlines() if line.startswith("- **")][:FIRST]
    assert [True for line in first if who in line.replace("\\", "").partition("<br>")[0] and cause in line]
