"""The pack as a whole: what every rule has, and that the catalogue says so."""

import re
from pathlib import Path

import pytest
from pulumi.runtime.proto import analyzer_pb2

from policies import catalogue
from policies.analyzer import Analyzer
from policies.pack import RULES

STACKS = Path(__file__).parents[1] / "stacks"


def test_rule_ids_are_unique_and_well_formed():
    """An id is an area and three digits, and no two rules share one."""
    ids = [rule.id for rule in RULES]

    assert sorted(set(ids)) == ids
    assert all(re.fullmatch(r"(LF|TEN|NET|ENC|SHR|IAM|AUD|COST|GEN)\d{3}", id_) for id_ in ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_rule_is_whole(rule):
    """Every rule has a kebab-case claim, a reason, a source and a fix."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.claim)
    assert all(text and not text.endswith(".") for text in (rule.why, rule.source, rule.fix))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("twin", ["", "_bad"], ids=["good", "bad"])
def test_rule_has_a_good_and_a_bad_stack(rule, twin):
    """No rule lacks the stack that it accepts or the one that it refuses."""
    folder = STACKS / (catalogue.stack_folder(rule) + twin)

    assert (folder / "Pulumi.yaml").is_file()
    assert (folder / "__main__.py").is_file()


def test_no_stack_lacks_its_rule():
    """Every folder of stacks belongs to a rule."""
    folders = {path.parent.name.removesuffix("_bad") for path in STACKS.glob("*/Pulumi.yaml")}

    assert {catalogue.stack_folder(rule) for rule in RULES} == folders


def test_catalogue_is_fresh():
    """`policies/RULES.md` says what the rules say."""
    assert catalogue.render() == catalogue.PATH.read_text(encoding="utf-8")


def test_every_rule_is_mandatory():
    """The engine gets each rule once, as mandatory, and no way to configure it."""
    info = Analyzer().GetAnalyzerInfo(None, None)

    assert {rule.name: analyzer_pb2.MANDATORY for rule in RULES} == {
        policy.name: policy.enforcementLevel for policy in info.policies
    }
    assert info.supportsConfig is False
