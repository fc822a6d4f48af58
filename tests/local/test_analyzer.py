"""The pack's process without an engine."""

from pathlib import Path

import pytest

from lakeward.errors import OutsideServiceError
from local.analyzer import Analyzer


def resource(urn, **changes):
    return {
        "urn": urn,
        "type": urn.split("::")[2],
        "name": urn.split("::")[3],
        "parent": None,
        "inputs": {},
        "outputs": {},
        "dependencies": [],
        "propertyDependencies": {},
        "options": {"protect": False, "deleteBeforeReplace": None, "ignoreChanges": []},
        **changes,
    }


LAKE = resource("urn:pulumi:dev::p::lake:stack:Lake::lake", inputs={"account": "100000000001", "region": "eu-west-1"})
POLICY = "urn:pulumi:dev::p::aws:s3/bucketPolicy:BucketPolicy::policy"


@pytest.fixture(scope="module")
def analyzer():
    with Analyzer(Path(__file__).parents[2] / "policies") as started:
        yield started


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("{}", []), ('{"Statement": []}%{key.arn}', [("GEN001-governed-fields-are-known", POLICY, "mandatory")])],
    ids=["known", "token"],
)
def test_token_is_unknown_to_the_pack(analyzer, policy, expected):
    """What a recording marks with a token is what a preview doesn't know."""
    found = analyzer.judge({"resources": [LAKE, resource(POLICY, inputs={"policy": policy})]})

    assert expected == [(violation.rule, violation.urn, violation.level) for violation in found]


def test_pack_that_does_not_start_is_told(tmp_path):
    """A folder without a pack is an error of its own, not a wait without end."""
    with pytest.raises(OutsideServiceError, match="didn't start"), Analyzer(tmp_path):
        pass
