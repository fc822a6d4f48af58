"""Reviews as text, JSON and Markdown: whole, short enough, and safe whatever things are called."""

from __future__ import annotations

import json
import re

import pytest

from lakeward.access.difference import difference
from lakeward.reports.review import FORMATS, Standing, render_review, review
from lakeward.reports.review.redaction import redacted
from lakeward.reports.review.render_markdown import LONGEST
from tests.reviews.lake import allow, changed, document, grant, lake, role, table

PERMISSIONS = "lakeformation.Permissions"
HOSTILE = (
    "<script>alert(1)</script>",
    "`a` | b | ```",
    "@everyone #1",
    "![x](http://example.com/x.png)",
    "\u202egnp.exe",
    "::error::x",
    "\x1b[31mred",
    "n" * 4_000,
)


def reviewed(operations, before=None):
    before = before or lake()
    after = changed(before, operations)
    return review(difference(before, after), "before", "after", after)


def with_name(name):
    """A change in which one name stands wherever people choose one."""
    reader = {
        "Arn": role(name),
        "AssumeRolePolicyDocument": document(
            {"Sid": name, "Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ),
        "Policies": [
            {"PolicyName": name, "PolicyDocument": document(allow(name, ["glue:Get*", "lakeformation:GetDataAccess"]))}
        ],
        "Tags": [{"Key": name, "Value": name}],
    }
    cells = {"DataCellsFilter": {"DatabaseName": name, "TableName": name, "Name": name}}
    rows = {"FilterExpression": f"kind = '{name}'"}
    return [
        {"at": "iam.Roles", "add": reader},
        {"at": "glue.Databases", "add": {"Name": name}},
        {"at": "glue.Tables", "add": table(name, name, ["kind", name], "s3://lake/crm/x")},
        {
            "at": "lakeformation.DataCellsFilters",
            "add": {"DatabaseName": name, "TableName": name, "Name": name, "RowFilter": rows, "ColumnWildcard": {}},
        },
        {"at": PERMISSIONS, "add": grant(role(name), cells, ["SELECT"])},
        {
            "at": PERMISSIONS,
            "add": grant(role(name), {"Table": {"DatabaseName": name, "Name": name}}, ["SELECT"], ["SELECT"]),
        },
        {"at": "s3.Buckets[artifacts].Policy.Statement", "add": {**allow(name, "s3:GetObject", Principal="*")}},
    ]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_wherever_they_stand(form, name):
    """No name is markup, a mention, an image, a control or an instruction of a build server."""
    page = render_review(reviewed(with_name(name)), form)

    assert not any(sign in page for sign in "\x1b\u202e")
    assert not any(line.lstrip().startswith("::") for line in page.splitlines())
    if form == "markdown":
        prose = re.sub(r"```json\n.*?\n```", "", page, flags=re.DOTALL)

        assert page.count("```") == 2 * page.count("```json")
        assert not re.search(r"(?<!\\)<(?!/?details>|/?summary>|br>|!-- -->)", prose)
        assert not re.search(r"[@#](?!<!-- -->)\w", prose)
        assert "](http" not in prose.replace("\\", "\\\\").replace("\\\\]", "")


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_copied_from_a_page_is_the_whole_case(name):
    """A witness in Markdown is JSON, and the one that the JSON report holds."""
    found = reviewed(with_name(name))
    page = render_review(found, "markdown")
    block = re.search(r"```json\n(.*?)\n```", page, flags=re.DOTALL)
    told = [json.loads(line) for line in block[1].splitlines()] if block else []

    assert [line.witness for line in found.lines if line.witness is not None] == told or len(name) > 1000


def many(count, length=1):
    """A change by which each of many roles gains a table of its own, so that no two lines are one."""
    operations = []
    for number in range(count):
        name = f"{'r' * length}{number}"
        query = allow("Query", ["glue:Get*", "lakeformation:GetDataAccess"])
        reader = {"Arn": role(name), "Policies": [{"PolicyName": "own", "PolicyDocument": document(query)}]}
        operations += [
            {"at": "iam.Roles", "add": reader},
            {
                "at": PERMISSIONS,
                "add": grant(
                    role(name), {"Table": {"DatabaseName": "events", "Name": f"day{number % 200:03}"}}, ["SELECT"]
                ),
            },
        ]
    return operations


@pytest.mark.parametrize(("count", "length"), [(20, 1), (150, 1), (120, 500)])
def test_markdown_fits_a_comment_and_keeps_every_gain(count, length):
    """However much is gained, the page is no longer than a comment, and every gained line stands in it."""
    found = reviewed(many(count, length))

    page = render_review(found, "markdown")
    gained = found.of(Standing.GAINED, Standing.POSSIBLE)

    assert len(page) <= LONGEST
    assert page.count("\n- **") >= len(gained) >= count
    assert found.digest in page


def test_markdown_counts_what_cannot_be_told_line_by_line(monkeypatch):
    """Where not even the shortest lines fit, every gained right is in a count."""
    monkeypatch.setattr("lakeward.reports.review.render_markdown.LONGEST", 4_000)
    found = reviewed(many(60))

    page = render_review(found, "markdown")
    counts = [int(count.replace(",", "")) for count in re.findall(r": ([\d,]+) rights", page)]

    assert len(page) <= 4_000
    assert sum(counts) == sum(len(line.changes) for line in found.of(Standing.GAINED, Standing.POSSIBLE))


def test_json_is_the_contract_and_what_is_reviewed():
    """The lists of `contracts.md` section 4, each gained row with cause and witness."""
    found = json.loads(
        render_review(
            reviewed(
                [
                    {
                        "at": PERMISSIONS,
                        "add": grant(
                            role("auditor"), {"Table": {"DatabaseName": "crm", "Name": "tenants"}}, ["SELECT"]
                        ),
                    }
                ]
            ),
            "json",
        )
    )

    assert found["gained"] == [
        {
            "principal": role("auditor"),
            "resource": "111111111111/eu-west-1/crm.tenants",
            "verb": "SELECT",
            "columns": ["id"],
            "rows": None,
            "path": "lake-formation",
            "verdict": "ALLOW",
            "cause": found["gained"][0]["cause"],
            "witness": {
                "principal": role("auditor"),
                "read": {
                    "account": "111111111111",
                    "region": "eu-west-1",
                    "database": "crm",
                    "table": "tenants",
                    "columns": ["id"],
                },
                "through": "athena",
            },
        }
    ]
    assert found["gained"][0]["cause"][0].startswith(
        "accounts.111111111111.regions.eu-west-1.lakeformation.Permissions["
    )
    assert (found["lost"], found["changed"], found["unknown"]) == ([], [], [])
    assert found["unchanged"] > 400


NAMES = ("analyst", "auditor", "crm", "orders", "email", "customers", "111111111111", "222222222222", "o-exampleorg")


@pytest.mark.parametrize("form", FORMATS)
def test_a_redacted_review_names_nobody(form):
    """Accounts, names and literals are pseudonyms in every format, the same for the same name."""
    before = lake()
    operations = [
        {"at": "lakeformation.DataCellsFilters[eu].RowFilter.FilterExpression", "set": "region in ('EU', 'LATAM')"},
        {"at": f"{PERMISSIONS}[1].Resource.TableWithColumns.ColumnNames", "set": ["id", "email"]},
        {
            "at": PERMISSIONS,
            "add": grant("222222222222", {"Table": {"DatabaseName": "crm", "Name": "orders"}}, ["SELECT"]),
        },
        {
            "at": "lakeformation.DataLakeSettings.DataLakeAdmins",
            "add": {"DataLakePrincipalIdentifier": role("auditor")},
        },
        {"at": "kms.Keys[0].Policy.Statement[Users].Principal", "set": "*"},
    ]
    after = changed(before, operations)
    found = difference(before, after)

    page = render_review(review(redacted(found, (before, after)), "before", "after", after), form)

    assert [name for name in (*NAMES, "LATAM") if re.search(rf"\b{name}\b", page)] == []
    assert "SELECT" in page or "read" in page
    assert page == render_review(review(redacted(found, (before, after)), "before", "after", after), form)


def test_pseudonyms_stay_while_the_earlier_estate_does():
    """Another commit on the same branch doesn't rename what was there before."""
    before = lake()
    reads = grant(role("auditor"), {"Table": {"DatabaseName": "crm", "Name": "orders"}}, ["SELECT"])
    pages = []
    for name in ("Zulu", "Alpha"):
        after = changed(
            before, [{"at": PERMISSIONS, "add": reads}, {"at": "glue.Tables", "add": table("crm", name, ["c"])}]
        )
        found = redacted(difference(before, after), (before, after))
        pages.append({change.row.principal for change in found.gained if change.row.verb == "SELECT"})

    assert pages[0] == pages[1]
