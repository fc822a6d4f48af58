"""The verdict on a change, and what it rests on."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path

import pytest
import yaml

from lakeward.errors import EstateError
from local.recorder import record
from local.recorder.project import find_project
from local.review.__main__ import _page, _report
from local.review.declarations import Declaration
from local.review.judging import judge
from tests.local.test_up import small

ROOT = Path(__file__).parents[3]
ON = date(2026, 1, 1)
CONFIG = small(yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text()))["config"]


def declared(change=None):
    """What the cut-down stack declares, with a change of its configuration."""
    config = copy.deepcopy(CONFIG)
    if change is not None:
        change(config)
    values = find_project(ROOT).settings("dev", config)
    return {"dev": Declaration("dev", record(ROOT, "dev", config=config), values)}


def judged(base, head, changed=("Pulumi.dev.yaml",)):
    return judge(base, head, changed, on=ON, pack=ROOT / "policies")


def reasons(found, *, gains=True, approved=False):
    return found.blocks(gains=gains, approved=approved)


@pytest.fixture(scope="module")
def base():
    """The stack as it stands."""
    return declared()


def test_nothing_changes(base):
    """The same twice is no change, and nothing blocks; the digest is the estate's."""
    found = judged(base, base)

    assert found.difference.is_empty
    assert reasons(found) == ()
    assert found.digests == judged(base, base).digests
    assert len(found.digests["dev"]) == 64


def test_code_is_its_own_witness(base):
    """What declares has changed: that stands first and blocks until a code owner has approved it; prose is no code."""
    found = judged(base, base, ["README.md", "components/grant.py", "Pulumi.dev.yaml", "docs/Pulumi.dev.yaml"])

    assert found.code == ("components/grant.py", "docs/Pulumi.dev.yaml")
    assert found.notices[0].startswith("The declaring code changed (components/grant.py, docs/Pulumi.dev.yaml)")
    assert reasons(found) == ("the declaring code changed and no code owner has approved it",)
    assert reasons(found, approved=True) == ()


def test_gains_block_where_they_are_told_to(base):
    """One more column is access gained; taking it away again is none."""

    def one_more(config):
        [grant] = [one for one in config["lakeward:personas"][0]["grants"] if "columns" in one or "excluded" in one][:1]
        grant["columns"] = [*grant["columns"], "region"] if "columns" in grant else grant["columns"]

    def one_less(config):
        [grant] = [one for one in config["lakeward:personas"][0]["grants"] if "columns" in one][:1]
        grant["columns"] = grant["columns"][:-1]

    less = declared(one_less)
    gained, lost = judged(less, base), judged(base, less)

    assert reasons(gained) == ("access is gained, or may be",)
    assert reasons(gained, gains=False) == ()
    assert reasons(lost) == ()
    assert not lost.difference.is_empty


def test_exemptions_are_the_bases(base):
    """A new exemption blocks and doesn't help the change that brings it."""

    def exempt(config):
        config["lakeward:exemptions"] = [
            {
                "rule": "ENC001",
                "resource": "aws:s3/bucket:Bucket::bucket-masked",
                "owner": "lake-team",
                "reason": "moving to another key",
                "expires": "2026-02-01",
            }
        ]

    exempted = declared(exempt)
    found, later = judged(base, exempted), judged(exempted, exempted)

    assert reasons(found) == ("an exemption is new or wider",)
    assert "newly exempts aws:s3/bucket:Bucket::bucket-masked from ENC001 until 2026-02-01" in found.notices[0]
    assert reasons(later) == ()
    assert found.findings[0].exemptions == ()
    assert len(later.findings[0].exemptions) == 1


def test_findings_of_the_pack_block(base):
    """The pack judges the change's own resources."""
    broken = copy.deepcopy(base["dev"].recording)
    [block] = [one for one in broken["resources"] if one["urn"].endswith("::bucket-masked-public-access-block")]
    block["inputs"]["blockPublicPolicy"] = block["outputs"]["blockPublicPolicy"] = False
    found = judged(base, {"dev": Declaration("dev", broken, base["dev"].config)})

    assert reasons(found, gains=False) == ("the policy pack has 1 finding that blocks",)
    assert [one.rule for one in found.findings[0].blocking] == ["SHR003"]


def test_a_new_stack_gains_and_a_removed_one_loses(base):
    """The side on which it isn't has an empty account."""
    new, gone = judged({}, base), judged(base, {})

    assert new.difference.has_gains
    assert not gone.difference.has_gains
    assert not gone.difference.is_empty


def test_a_recording_that_is_not_whole_is_refused(base):
    """Someone else wrote it."""
    torn = json.loads(json.dumps(base["dev"].recording))
    del torn["resources"][0]["options"]

    with pytest.raises(EstateError):
        judged(base, {"dev": Declaration("dev", torn, base["dev"].config)})


def test_every_format_says_first_on_what_the_verdict_rests(base, tmp_path):
    """The notice stands before the verdict, for people and for programs; redacted, no account is left."""
    found = judged(base, base, ["components/grant.py"])
    page = _page(found, "base", "head", redact=True)

    assert _report(found, page, reasons(found), tmp_path, redact=True) == 1
    for form in ("html", "md", "txt"):
        text = (tmp_path / f"review.{form}").read_text(encoding="utf-8")
        assert 0 < text.index("The declaring code changed") + 1 < text.index("No change in access"), form
        assert "100000000001" not in text, form
    assert json.loads((tmp_path / "review.json").read_text())["notices"][0].startswith("The declaring code changed")
    assert "The declaring code changed" in (tmp_path / "review.sarif").read_text()
    assert json.loads((tmp_path / "judgement.json").read_text())["blocks"] == list(reasons(found))
