"""A run makes its lake, reads it back, asks, and leaves nothing: shown on the embedded AWS, which judges nothing."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from conformance.findings import HARNESS_ONLY, report
from conformance.ledger import Ledger
from conformance.names import Names
from conformance.observing import Outcome
from conformance.probes import load_probes
from conformance.run import Recording, confirm, run
from lakeward.errors import OutsideServiceError, UsageError
from lakeward.estate import read_estate

ACCOUNT = "390000000001"
REGION = "eu-west-1"


def test_everything_that_was_made_is_removed(finished):
    """After a run the account holds what it held before, the settings included."""
    assert finished.left == []
    assert finished.before == finished.after


def test_the_lake_is_read_back_as_it_was_made(finished):
    """What the model judges is what AWS says there is: scenes, grants and all, and not what the probes say."""
    region = finished.recording.estate["accounts"][ACCOUNT]["regions"][REGION]
    tables = {entry["DatabaseName"] for entry in region["glue"]["Tables"]}

    read_estate(finished.recording.estate)
    assert {Names(ACCOUNT, REGION, "abc123").database(probe.name) for probe in load_probes()} == tables
    assert len(region["lakeformation"]["DataCellsFilters"]) >= 4
    assert len(region["lakeformation"]["OptIns"]) == 5


def test_every_probe_is_asked_or_says_why_not(finished):
    """The embedded AWS makes every scene, row-level security included, so that all of them are asked."""
    seen = finished.recording.observations
    not_run = {name for name, observation in seen.items() if observation.outcome is Outcome.NOT_RUN}

    assert {probe.name for probe in load_probes()} == set(seen)
    assert [probe.name for probe in load_probes() if probe.scene.row_security]
    assert not_run == set()


# What the documents say beyond doubt; the embedded AWS has no part in these, only the lake that was read back.
PREDICTED = {
    "registered-with-grant": ("ALLOW", ("amount", "id", "region"), 11),
    "registered-without-grant": ("IMPLICIT_DENY", (), 0),
    "plain-without-own-objects": ("IMPLICIT_DENY", (), 0),
    "hybrid-without-iam-allowed": ("ALLOW", ("id",), 4),
    "included-columns-stay": ("ALLOW", ("id", "region"), 7),
    "excluded-columns-grow": ("ALLOW", ("id", "note", "region"), 7),
    "tag-override": ("IMPLICIT_DENY", (), 0),
    "tag-override-on-a-column": ("ALLOW", ("id", "region"), 7),
    "filtered-rows": ("ALLOW", ("amount", "id", "region"), 6),
    "null-rows-stay-hidden": ("ALLOW", ("amount", "id", "region"), 3),
    "attribute-met-by-session-tag": ("ALLOW", ("amount", "id", "region"), 11),
    "attribute-overridden": ("IMPLICIT_DENY", (), 0),
    "endpoint-only-bucket": ("EXPLICIT_DENY", (), 0),
    "endpoint-only-registration": ("ALLOW", ("amount", "id", "region"), 11),
    "key-for-the-registration": ("ALLOW", ("amount", "id", "region"), 11),
    "key-for-the-caller": ("IMPLICIT_DENY", (), 0),
}


@pytest.mark.parametrize("name", sorted(PREDICTED))
def test_prediction_follows_from_what_was_made(finished, name):
    """A scene that is made, read back and judged comes to what its source says: the whole way holds."""
    (finding,) = finished.recording.findings(probe for probe in load_probes() if probe.name == name)
    reach = finding.prediction.surely

    assert PREDICTED[name] == (finding.prediction.verdict, reach.columns, reach.cells)


def test_a_recording_says_what_the_run_said(finished):
    """Written and read again, a recording gives the same findings, byte for byte."""
    once = finished.recording.to_json()
    again = Recording.from_json(once)

    assert once == again.to_json()
    assert report(finished.recording.findings(load_probes()), is_aws=False) == report(
        again.findings(load_probes()), is_aws=False
    )


def test_answers_that_are_not_aws_own_confirm_no_rule(finished):
    """The first and the last line say what such output is worth, and no rule is spoken of."""
    lines = report(finished.recording.findings(load_probes()), is_aws=False)

    assert HARNESS_ONLY == lines[0] == lines[-1]
    assert [line for line in lines if "confirmed" in line or "refuted" in line] == []


def test_a_run_that_fails_removes_what_it_made(sandbox, contents, monkeypatch):
    """A failure halfway leaves nothing behind either."""
    before = contents()

    def fail(*_):
        raise OutsideServiceError("reading failed")

    monkeypatch.setattr("conformance.run.read_account", fail)
    with pytest.raises(OutsideServiceError, match="reading failed"):
        run(sandbox, Names(ACCOUNT, REGION, "def456"), load_probes()[:3], pause=0)

    assert before == contents()


def test_other_credentials_are_refused(sandbox):
    """Nothing begins in an account that isn't the one that was named."""
    with pytest.raises(OutsideServiceError, match=f"account {ACCOUNT}, not of 390000000002"):
        confirm(sandbox, "390000000002", REGION)
    confirm(sandbox, ACCOUNT, REGION)


def test_who_does_not_administer_the_lake_is_refused(embedded_aws):
    """Whoever isn't shown the whole lake could neither grant in it nor predict from it."""
    session = embedded_aws.session("390000000003", REGION)

    with pytest.raises(OutsideServiceError, match="add the role of these credentials"):
        confirm(session, "390000000003", REGION)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"recording": 2}', '{"recording": 1}'])
def test_something_else_is_no_recording(text):
    """A file that no run wrote is refused in a line."""
    with pytest.raises(UsageError, match="isn't a recording of a run"):
        Recording.from_json(text)


def test_the_ledger_goes_on_after_a_failure_and_tells():
    """What can't be removed is told, what is gone already isn't, and what was made earlier is removed all the same."""
    removed = []

    def fail(code):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Delete")

    ledger = Ledger()
    ledger.enter("first", lambda: removed.append("first"))
    ledger.enter("gone", lambda: fail("NoSuchEntity"))
    ledger.enter("kept", lambda: fail("AccessDenied"))
    ledger.enter("last", lambda: removed.append("last"))

    left = ledger.settle()

    assert ["last", "first"] == removed
    assert ["kept: An error occurred (AccessDenied) when calling the Delete operation: no"] == left
    assert [] == ledger.settle()


def test_names_of_a_run_fit_what_aws_takes():
    """The longest probe's names stay within AWS's lengths, and every name carries the suffix."""
    names = Names(ACCOUNT, REGION, "abc123")
    what = max((probe.name for probe in load_probes()), key=len)

    assert len(names.bucket(what)) <= 63
    assert len(names.role(f"{what}-registration")) <= 64
    assert all("abc123" in name for name in (names.bucket(what), names.role(what), names.database(what), names.lf_tag))
