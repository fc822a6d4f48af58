"""Exemptions: which hold on a day, and which a change gains."""

import json
from datetime import date

import pytest

from lakeward.errors import ConfigurationError
from lakeward.exemptions import KEY, exemption_to_json, fault_of, read_exemptions, widened
from lakeward.model import Exemption

GRANT = "aws:lakeformation/permissions:Permissions::grant-reader"


def spelled(**changes):
    return {
        "rule": "LF003",
        "resource": GRANT,
        "owner": "data-governance",
        "reason": "until the new process stands",
        "expires": "2026-06-30",
        **changes,
    }


def exemption(**changes):
    return Exemption.model_validate_json(json.dumps(spelled(**changes)))


@pytest.mark.parametrize(
    ("on", "fault"),
    [
        ("2026-06-30", None),
        ("2026-07-01", "it expired on 2026-06-30"),
        ("2026-04-01", None),
        ("2026-03-31", "it expires on 2026-06-30, more than 90 days ahead of 2026-03-31"),
    ],
    ids=["last-day", "day-after", "ninety-days-ahead", "ninety-one"],
)
def test_exemption_holds_to_its_last_day_and_for_ninety_days(on, fault):
    """It holds through the day it names, which is at most 90 days after the day of the judgement."""
    assert fault_of(exemption(), date.fromisoformat(on)) == fault


def test_exemptions_are_read_sorted_from_what_the_engine_hands_on():
    """The engine hands objects on as JSON text; without the key there is none."""
    config = {KEY: json.dumps([spelled(rule="TEN002"), spelled()])}

    assert [found.rule for found in read_exemptions(config)] == ["LF003", "TEN002"]
    assert read_exemptions({}) == ()


@pytest.mark.parametrize(
    ("value", "secret", "said"),
    [
        ("[]", (KEY,), "lakeward:exemptions: is a secret, so nobody can review it; write it in clear"),
        ("{", (), "lakeward:exemptions: "),
        (json.dumps([spelled(rule="LF3")]), (), "lakeward:exemptions[0].rule: "),
        (json.dumps([spelled(resource="aws:s3/bucket:Bucket::*")]), (), "lakeward:exemptions[0].resource: "),
        (json.dumps([spelled(expires="2026-02-30")]), (), "lakeward:exemptions[0].expires: "),
        (json.dumps([spelled(owner="")]), (), "lakeward:exemptions[0].owner: "),
        (json.dumps([spelled(reason="")]), (), "lakeward:exemptions[0].reason: "),
        (json.dumps([spelled(until="never")]), (), "lakeward:exemptions[0].until: "),
    ],
    ids=["secret", "no-json", "rule", "wildcard", "no-day", "no-owner", "no-reason", "unknown-key"],
)
def test_what_is_no_exemption_is_refused_with_its_place(value, secret, said):
    """Nobody is exempt by an entry that lacks something, names many, or can't be reviewed."""
    with pytest.raises(ConfigurationError) as refused:
        read_exemptions({KEY: value}, secret)

    assert refused.value.lines()[0].startswith(said)


@pytest.mark.parametrize(
    ("before", "after", "gained"),
    [
        ([], [exemption()], [exemption()]),
        ([exemption()], [exemption()], []),
        ([exemption()], [], []),
        ([exemption()], [exemption(expires="2026-07-01")], [exemption(expires="2026-07-01")]),
        ([exemption()], [exemption(expires="2026-06-01")], []),
        ([exemption()], [exemption(owner="other", reason="another reason")], []),
        ([exemption()], [exemption(rule="LF002")], [exemption(rule="LF002")]),
        ([exemption()], [exemption(resource=f"{GRANT}-2")], [exemption(resource=f"{GRANT}-2")]),
    ],
    ids=["new", "same", "gone", "longer", "shorter", "owner-and-reason", "another-rule", "another-resource"],
)
def test_new_or_wider_exemption_is_gained(before, after, gained):
    """What a change gains is what nobody was exempt from before, or not as long."""
    assert widened(before, after) == tuple(gained)


def test_exemption_is_spelled_as_its_configuration():
    """What a report shows can be put back where it came from."""
    assert exemption_to_json(exemption()) == spelled()
