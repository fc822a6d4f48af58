"""Every rule on the real engine: it accepts its good stack, and of the whole pack only it refuses the bad one."""

from pathlib import Path

import pytest

from local.engine import Engine
from policies import catalogue
from policies.pack import RULES

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
STACKS = ROOT / "tests" / "stacks"

pytestmark = pytest.mark.engine


@pytest.fixture
def preview(cli, embedded_aws, tmp_path):
    """Preview the stack in a folder under the pack."""

    def run(folder):
        engine = Engine(
            cli=cli, project=STACKS / folder, folder=tmp_path, environment=embedded_aws.environment("eu-west-1")
        )
        engine.install_stand_in()
        engine.ensure_stack("dev")
        return engine.preview("dev", policy_pack=POLICIES)

    return run


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_good_stack_is_accepted(rule, preview):
    """No rule of the pack has anything against the good stack."""
    outcome = preview(catalogue.stack_folder(rule))

    assert (outcome.exit_code, outcome.violations) == (0, ()), outcome.output


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_bad_stack_is_refused_by_its_rule_alone(rule, preview):
    """The bad stack fails the preview, and what is printed names rule, resource and fix."""
    outcome = preview(catalogue.stack_folder(rule) + "_bad")

    assert outcome.exit_code != 0
    assert {violation.rule for violation in outcome.violations} == {rule.name}, outcome.output
    assert {violation.level for violation in outcome.violations} == {"mandatory"}
    assert all(f"`{violation.name}`" in violation.message for violation in outcome.violations)
    assert all(rule.fix in violation.message for violation in outcome.violations)
    assert rule.fix in outcome.output
