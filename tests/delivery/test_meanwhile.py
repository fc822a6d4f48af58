"""What may not happen while a question waits for its answer."""

from pathlib import Path

import pytest

from delivery.meanwhile import hold_still
from lakeward.config import load
from lakeward.errors import ConfigurationError

DEV = Path(__file__).parents[2] / "Pulumi.dev.yaml"
STATE = {"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:dev::lakeward::aws:s3/bucket:Bucket::a"}]}}


@pytest.fixture
def file(tmp_path):
    copied = tmp_path / "Pulumi.dev.yaml"
    copied.write_text(DEV.read_text())
    return copied


def test_what_was_shown_is_carried_out(file):
    """The same configuration and the same state: nothing is said; a comment is no change."""
    shown = load(file)
    file.write_text("# read again\n" + file.read_text())

    hold_still(file, shown, lambda: STATE, STATE)


def test_what_was_not_shown_is_not_carried_out(file):
    """A changed configuration and another's deployment are told, both at once."""
    shown = load(file)
    file.write_text(file.read_text().replace("lakeward:owner:", "lakeward:owner: somebody-else  #"))

    with pytest.raises(ConfigurationError) as refused:
        hold_still(file, shown, lambda: {"version": 3, "deployment": {"resources": []}}, STATE)

    assert [problem.path for problem in refused.value.problems] == ["Pulumi.dev.yaml", "the state of dev"]
