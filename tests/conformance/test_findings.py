"""Predicted held against observed: what agrees, what settles an open reading, what differs."""

from __future__ import annotations

import pytest

from conformance.findings import HARNESS_ONLY, Agreement, Finding, report
from conformance.observing import Observation, Outcome, refusal
from conformance.predicting import Prediction, Reach
from conformance.probes import Probe

PROBE = Probe(name="one-probe", rules=("B9-8",), claim="c.", source="s")
NOTHING = Reach((), 0)
ALL = Reach(("amount", "id"), 8)
PART = Reach(("id",), 4)

DENIED = Prediction("IMPLICIT_DENY", "IMPLICIT_DENY", "")
ALLOWED = Prediction("ALLOW", "ALLOW", "")
OPEN = Prediction("IMPLICIT_DENY", "ALLOW", "")
UNKNOWN = Prediction("UNKNOWN", "ALLOW", "")
READS_ALL = Prediction("ALLOW", "ALLOW", "", ALL, ALL)
READS_BETWEEN = Prediction("ALLOW", "ALLOW", "", PART, ALL)
READS_PERHAPS = Prediction("IMPLICIT_DENY", "ALLOW", "", NOTHING, ALL)

NO = Observation(Outcome.DENY, "AccessDenied")
YES = Observation(Outcome.ALLOW)


def read(columns, cells):
    return Observation(Outcome.ALLOW, "", columns, cells)


@pytest.mark.parametrize(
    ("prediction", "observation", "agreement"),
    [
        (ALLOWED, YES, "agrees"),
        (ALLOWED, NO, "differs"),
        (DENIED, NO, "agrees"),
        (DENIED, YES, "differs"),
        (OPEN, YES, "settles"),
        (OPEN, NO, "settles"),
        (UNKNOWN, YES, "settles"),
        (UNKNOWN, NO, "settles"),
        (READS_ALL, read(("amount", "id"), 8), "agrees"),
        (READS_ALL, read(("id",), 4), "differs"),
        (READS_ALL, read(("amount", "id"), 6), "differs"),
        (READS_ALL, NO, "differs"),
        (READS_ALL, YES, "differs"),
        (READS_BETWEEN, read(("id",), 4), "settles"),
        (READS_BETWEEN, read(("amount", "id"), 8), "settles"),
        (READS_BETWEEN, read(("amount", "email", "id"), 8), "differs"),
        (READS_BETWEEN, read(("amount",), 4), "differs"),
        (READS_PERHAPS, NO, "settles"),
        (READS_PERHAPS, read(("amount", "id"), 8), "settles"),
        (READS_PERHAPS, read(("amount", "id"), 9), "differs"),
        (ALLOWED, Observation(Outcome.UNCLEAR, "throttled"), "unclear"),
        (DENIED, Observation(Outcome.NOT_RUN, "no such operation"), "not run"),
    ],
)
def test_observation_stands_to_prediction(prediction, observation, agreement):
    """Within the two readings it agrees or settles; outside of them it differs; no answer is no agreement."""
    assert Agreement(agreement) is Finding(PROBE, prediction, observation).agreement


@pytest.mark.parametrize(
    ("prediction", "observation", "standing"),
    [
        (ALLOWED, YES, "confirmed by every probe"),
        (OPEN, NO, "confirmed by every probe"),
        (ALLOWED, NO, "refuted by a probe: the model is wrong here"),
        (ALLOWED, Observation(Outcome.UNCLEAR), "inferred still: a probe gave no answer"),
        (ALLOWED, Observation(Outcome.NOT_RUN), "inferred still: a probe gave no answer"),
    ],
)
def test_a_rule_stands_as_its_probes_do(prediction, observation, standing):
    """Only answers of AWS's own confirm or refute a rule, and only clear ones."""
    finding = Finding(PROBE, prediction, observation)

    assert f"B9-8   {standing}" in report([finding], is_aws=True)
    assert HARNESS_ONLY not in report([finding], is_aws=True)
    assert [HARNESS_ONLY] == [line for line in report([finding], is_aws=False) if "B9-8" in line or "only" in line][:1]


def test_a_line_shows_both_readings_and_what_aws_said():
    """One line says what was predicted, what was observed, and in AWS's words why not."""
    line = Finding(PROBE, READS_PERHAPS, NO).line()

    assert line == (
        "settles  one-probe                           "
        "predicted IMPLICIT_DENY or ALLOW [amount, id] 8 values; observed DENY (AccessDenied)"
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("AccessDenied: User is not authorized to perform s3:GetObject", Outcome.DENY),
        ("COLUMN_NOT_FOUND: line 1:8: Column 'email' cannot be resolved", Outcome.DENY),
        ("EntityNotFoundException: Table orders not found", Outcome.DENY),
        ("Insufficient Lake Formation permission(s): Required Select on orders", Outcome.DENY),
        ("HIVE_BAD_DATA: Error parsing field value", Outcome.UNCLEAR),
        ("ThrottlingException: Rate exceeded", Outcome.UNCLEAR),
    ],
)
def test_a_refusal_is_a_denial_only_where_aws_says_so(said, outcome):
    """What a caller may not see doesn't exist for it, so that is a denial, too; any other failure says nothing."""
    assert outcome is refusal(said).outcome
