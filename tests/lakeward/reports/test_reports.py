"""Reports: the same answers, shaped for people and programs."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lakeward.access import AccessRow, Engine, Matrix, PreparedEstate, Verdict, matrix
from lakeward.access import Path as Way
from lakeward.config import load
from lakeward.estate import read_estate
from lakeward.estate.sources import open_source
from lakeward.plan.access import intended_access
from lakeward.reports import compare, explain_read, explain_request, render_matrix
from lakeward.reports.untrusted import in_markdown, on_terminal

ROOT = Path(__file__).parents[3]
ROLE = "arn:aws:iam::100000000001:role/"
HERE = ("100000000001", "eu-west-1")
MASKED = ("secure-db", "secure_dl_masked_data")
CURATED = ("secure-db", "secure_dl_curated_data")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The estate that stack `dev` declares."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return open_source("stack:dev")


@pytest.fixture(scope="module")
def prepared(document: dict[str, Any]) -> PreparedEstate:
    """The same, prepared."""
    return PreparedEstate(read_estate(document))


def _caller(prepared: PreparedEstate, name: str) -> Any:
    return prepared.caller(ROLE + name)


def test_intended_and_effective_access_are_equal(document: dict[str, Any]) -> None:
    """What configuration intends is what the declared estate allows, cell by cell."""
    intended = intended_access(load(ROOT / "Pulumi.dev.yaml"))

    actual = compare(intended, read_estate(document))

    assert actual.differences == ()
    assert actual.cells > 0


def test_comparison_names_what_differs(document: dict[str, Any]) -> None:
    """An intent that isn't met, one that is wider, and one that is left out: each is told with its columns."""
    intended = list(intended_access(load(ROOT / "Pulumi.dev.yaml")))
    scientist = next(read for read in intended if read.principal == ROLE + "secure-lf-data-scientist")
    filtered = next(read for read in intended if read.rows is not None)
    changed = [
        replace(scientist, columns=(*scientist.columns[:-1], "ssn")),
        replace(filtered, rows="count >= 6"),
    ]
    others = [read for read in intended if read not in (scientist, filtered)]

    actual = compare([*others, *changed], read_estate(document))

    told = {(one.principal.rpartition("/")[2], one.kind, one.columns) for one in actual.differences}
    assert told == {
        ("central-analytics-reader", "rows differ", ("count", "region")),
        ("secure-lf-data-scientist", "missing", ("ssn",)),
        ("secure-lf-data-scientist", "unintended", scientist.columns[-1:]),
    }


def test_comparison_names_a_reader_nobody_configured(document: dict[str, Any]) -> None:
    """A role from elsewhere that reads is a difference too, whoever gave it the grant."""
    changed = copy.deepcopy(document)
    account = changed["accounts"][HERE[0]]
    everything = {"Effect": "Allow", "Action": ["glue:GetTable", "lakeformation:GetDataAccess"], "Resource": "*"}
    role = {"Arn": ROLE + "stranger", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}
    policy = {"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17", "Statement": [everything]}}
    account["iam"]["Roles"].append({**role, "Policies": [policy]})
    resource = {"TableWithColumns": {"DatabaseName": MASKED[0], "Name": MASKED[1], "ColumnNames": ["dob"]}}
    grant = {"Principal": {"DataLakePrincipalIdentifier": ROLE + "stranger"}, "Resource": resource}
    permissions = account["regions"][HERE[1]]["lakeformation"]["Permissions"]
    permissions.append({**grant, "Permissions": ["SELECT"], "PermissionsWithGrantOption": []})

    actual = compare(intended_access(load(ROOT / "Pulumi.dev.yaml")), read_estate(changed))

    assert [(one.principal, one.kind, one.columns) for one in actual.differences] == [
        (ROLE + "stranger", "unintended", ("dob",))
    ]


def test_explanation_of_a_read_ends_with_whether_it_can_run(prepared: PreparedEstate) -> None:
    """Door by door, with the grant that would have to go, and workgroup, results prefix and key."""
    explanation = explain_read(prepared, _caller(prepared, "secure-lf-data-scientist"), HERE, MASKED)

    assert explanation.answer == "yes"
    assert {door.state for door in explanation.doors} == {"open"}
    assert [change.split()[0] for change in explanation.changes] == ["revoke"]
    assert explanation.running is not None
    assert explanation.running.answer == "yes"
    assert [door.name.split()[0] for door in explanation.running.doors] == ["workgroup", "results", "results"]


def test_explanation_of_a_denial_names_the_missing_grant(prepared: PreparedEstate) -> None:
    """The smallest change is the grant that isn't there."""
    explanation = explain_read(prepared, _caller(prepared, "secure-lf-data-scientist"), HERE, CURATED)

    assert explanation.answer == "no"
    assert f"grant SELECT on {'.'.join(CURATED)} to {ROLE}secure-lf-data-scientist" in explanation.changes


def test_explanation_says_possible_where_only_the_wide_reading_allows(prepared: PreparedEstate) -> None:
    """Denied is said only where the permissive reading denies too."""
    explanation = explain_read(prepared, _caller(prepared, "process-secure-data"), HERE, CURATED)

    assert explanation.answer == "possible"


def test_someone_without_a_workgroup_cannot_run_queries(prepared: PreparedEstate) -> None:
    """The cloud engineer has no workgroup to query in."""
    explanation = explain_read(prepared, _caller(prepared, "cloud-engineer"), HERE, MASKED)

    assert explanation.running is not None
    assert explanation.running.answer == "no"


def test_raw_path_names_the_statement_that_denies(prepared: PreparedEstate) -> None:
    """Explaining the objects quotes the bucket policy's Sid, and how to be exempt from it."""
    caller = _caller(prepared, "secure-lf-data-scientist")

    explanation = explain_read(prepared, caller, HERE, MASKED, engine=Engine.OBJECTS)

    assert any("DenyDataOutsideLakeFormation" in change for change in explanation.changes)


def test_request_is_explained_by_its_deciding_statement(prepared: PreparedEstate) -> None:
    """One action on one resource, with the statement that allows it."""
    caller = _caller(prepared, "secure-lf-data-scientist")

    explanation = explain_request(prepared, caller, "lakeformation:GetDataAccess", "*")

    assert explanation.answer == "yes"
    statements = {reason.statement for door in explanation.doors for reason in door.reasons}
    assert "AllowAskingLakeFormationForData" in statements


@pytest.mark.parametrize("form", ["html", "json", "markdown", "text"])
def test_every_form_shows_every_reader(prepared: PreparedEstate, form: str) -> None:
    """Who reads, and who reads nothing, is in each of them."""
    text = render_matrix(matrix(prepared), form)

    assert "secure-lf-business-analyst" in text
    assert "cloud-engineer" in text
    assert text.endswith("\n")


def test_json_has_the_members_people_script_against(prepared: PreparedEstate) -> None:
    """`contracts.md` section 4."""
    rows = json.loads(render_matrix(matrix(prepared), "json"))["rows"]

    assert all({"principal", "resource", "verb", "columns", "rows", "path", "verdict"} <= row.keys() for row in rows)


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        ("1/eu-west-1/shop.carts", ("shop.orders", "shop.carts")),
        ("2/eu-west-1/shop.orders", ("shop.orders (1)", "shop.orders (2)")),
        ("1/us-east-1/shop.orders", ("shop.orders (eu-west-1)", "shop.orders (us-east-1)")),
        ("2/us-east-1/shop.orders", ("shop.orders (1)", "shop.orders (2)")),
    ],
)
def test_tables_of_one_name_are_told_apart(other: str, shown: tuple[str, str]) -> None:
    """By account where there are several, by Region where one account's tables are of several."""
    rows = tuple(
        AccessRow("p", name, "SELECT", ("c",), None, Way.LAKE_FORMATION, Verdict.ALLOW)
        for name in ("1/eu-west-1/shop.orders", other)
    )

    text = render_matrix(Matrix(("p",), rows), "markdown")

    assert [line.split(" | ")[1].replace("\\", "") for line in text.splitlines() if line.startswith("| p |")] == [
        *shown
    ]


def test_names_from_elsewhere_cannot_write_markup() -> None:
    """A table's name is text, in HTML, in Markdown and on a terminal."""
    row = AccessRow("<b>p", "1/r/<script>|`*[red]\x1b[31m", "SELECT", ("c",), None, Way.LAKE_FORMATION, Verdict.ALLOW)
    found = Matrix(("<b>p",), (row,))

    page, plain = render_matrix(found, "html"), render_matrix(Matrix((), ()), "html")

    assert "&lt;script&gt;" in page
    assert (page.count("<script>"), page.count("<b>")) == (plain.count("<script>"), 0)
    assert "\\<script\\>\\|" in render_matrix(found, "markdown")
    assert "\x1b" not in render_matrix(found, "text")
    assert "[red]" in render_matrix(found, "text")


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
@pytest.mark.parametrize("sign", ["\x1b", "\u202e", "\u2066", "\x9b", "\r"])
def test_names_from_elsewhere_control_nothing(form: str, sign: str) -> None:
    """No terminal code and no mark that turns the direction of reading gets through."""
    row = AccessRow(f"p{sign}q", f"1/r/t{sign}u", "SELECT", (f"c{sign}",), None, Way.LAKE_FORMATION, Verdict.ALLOW)
    shown = render_matrix(Matrix((f"p{sign}q",), (row,)), form)

    assert sign not in shown
    assert "p\N{REPLACEMENT CHARACTER}q" in shown


def test_names_from_elsewhere_instruct_no_build_server() -> None:
    """A line that begins with a name like an instruction isn't one; elsewhere in a line it stays as it is."""
    rows = tuple(
        AccessRow("p", f"1/r/{name}", "SELECT", ("c",), None, Way.LAKE_FORMATION, Verdict.ALLOW)
        for name in ("d.t", "::set-output name=x::y")
    )
    shown = render_matrix(Matrix(("::error::p",), rows), "text")

    assert [line for line in shown.splitlines() if line.lstrip().startswith(("::", "##["))] == []
    assert "::set-output name=x::y" in shown
    assert on_terminal(["  ::error::p", "a ::b"]) == ["  \N{ZERO WIDTH SPACE}::error::p", "a ::b"]


def test_names_from_elsewhere_call_nobody() -> None:
    """In Markdown a mention, a reference and an entity that would make one are text."""
    assert in_markdown("@team #1 &#64;team") == "@<!-- -->team #<!-- -->1 &amp;#<!-- -->64;team"
