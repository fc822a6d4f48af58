"""Every rule accepts its good stack, and of the whole pack only it refuses the bad one."""

import sys
from pathlib import Path

import pytest

from local.analyzer import Analyzer
from local.engine import Engine
from local.recorder.project import find_project
from local.recorder.recording import record
from policies import catalogue
from policies.pack import RULES

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
STACKS = ROOT / "tests" / "stacks"

FIRST_OF_AREA = {rule.id.rstrip("0123456789"): rule for rule in reversed(RULES)}
"""One rule of each area: what shows that the engine and the analyzer's protocol come to the same."""


ON = {"LAKEWARD_ON": "2026-06-01"}
"""The day of the judgement: the stacks that exempt something name days around it."""


@pytest.fixture(scope="module")
def judged():
    """Judge the stack in a folder by the pack's own process, as the engine would in a preview."""

    def judge(folder):
        # The program of a stack runs in a process of its own elsewhere, and so imports what they share anew.
        sys.modules.pop("lake", None)
        config = find_project(STACKS / folder).settings("dev", None)
        return analyzer.judge(record(STACKS / folder, "dev"), config)

    with Analyzer(POLICIES, environment=ON) as analyzer:
        yield judge


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_good_stack_is_accepted(rule, judged):
    """No rule of the pack has anything against the good stack."""
    assert judged(catalogue.stack_folder(rule)) == ()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_bad_stack_is_refused_by_its_rule_alone(rule, judged):
    """The bad stack breaks this rule and no other, and what is said names rule, resource and fix."""
    violations = judged(catalogue.stack_folder(rule) + "_bad")

    assert {violation.rule for violation in violations} == {rule.name}
    assert {violation.level for violation in violations} == {"mandatory"}
    assert all(f"`{violation.name}`" in violation.message for violation in violations)
    assert all(rule.fix in violation.message for violation in violations)


@pytest.fixture
def engine_of(cli, embedded_aws, tmp_path):
    """The real engine on the stack in a folder, with that folder's configuration or another."""

    def prepare(folder, configuration=None):
        engine = Engine(
            cli=cli,
            project=STACKS / folder,
            folder=tmp_path,
            environment={**embedded_aws.environment("eu-west-1"), **ON},
        )
        engine.install_stand_in()
        engine.ensure_stack("dev", configuration)
        return engine

    return prepare


@pytest.mark.engine
@pytest.mark.parametrize("area", sorted(FIRST_OF_AREA))
@pytest.mark.parametrize("twin", ["", "_bad"], ids=["good", "bad"])
def test_engine_finds_what_the_recording_shows(area, twin, judged, engine_of):
    """On the real engine the same rules find the same things, a bad stack's preview fails and prints the fix."""
    rule = FIRST_OF_AREA[area]
    folder = catalogue.stack_folder(rule) + twin

    outcome = engine_of(folder).preview("dev", policy_pack=POLICIES)

    assert judged(folder) == outcome.violations, outcome.output
    assert (outcome.exit_code == 0) == (twin == "")
    assert not twin or rule.fix in outcome.output


@pytest.mark.engine
def test_engine_refuses_to_configure_the_pack(engine_of, tmp_path):
    """`--policy-pack-config` turns no rule off: the pack says that it takes none, and the engine stops there."""
    engine = engine_of("no_grant_option_bad")
    weakening = tmp_path / "weakening.json"
    weakening.write_text('{"all": "disabled"}')
    pack = ("--policy-pack", str(POLICIES), "--policy-pack-config", str(weakening))
    done = engine.run("preview", *pack, "--stack", "dev", "--config-file", str(tmp_path / "stacks" / "Pulumi.dev.yaml"))

    assert done.exit_code != 0
    assert "does not support config" in done.stdout + done.stderr


@pytest.mark.engine
def test_exempt_breach_passes_the_engine_as_advisory(engine_of, tmp_path):
    """The exemption comes from the stack's configuration as the engine hands it on; the breach is still reported."""
    exempting = tmp_path / "exempting.yaml"
    exempting.write_text((STACKS / "exemptions_are_in_force" / "Pulumi.dev.yaml").read_text())
    outcome = engine_of("no_grant_option_bad", exempting).preview("dev", policy_pack=POLICIES)

    assert outcome.exit_code == 0, outcome.output
    (violation,) = outcome.violations
    assert (violation.rule, violation.level) == ("LF003-no-grant-option", "advisory")
    assert "exempt until 2026-06-30 by data-governance" in violation.message
