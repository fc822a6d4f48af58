"""Every rule of the specification is shown: `tests/decisions/rules.yaml` held against cases, tests and probes."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path

import pytest
import yaml

from conformance.probes import load_probes

ROOT = Path(__file__).parents[3]
DECISIONS = ROOT / "tests" / "decisions"
WRITTEN = yaml.safe_load((DECISIONS / "rules.yaml").read_text(encoding="utf-8"))
IDS = [rule for group in WRITTEN["ids"] for rule in group]
RULES = WRITTEN["rules"]
KINDS = {"decision", "lint", "quota", "database", "note"}


def home(cited):
    """Return the id that a citation counts for: `B21-4` is a point of `B21`, which has no ids of its own."""
    return cited if cited in RULES else cited.rpartition("-")[0]


def is_section(cited):
    return any(rule.startswith(f"{cited}-") for rule in IDS)


@cache
def cases():
    return {
        f"{file.relative_to(DECISIONS).with_suffix('')}/{name}": entry
        for file in sorted(DECISIONS.rglob("*.json"))
        for name, entry in json.loads(file.read_text(encoding="utf-8")).items()
    }


@cache
def defined_tests(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_id_has_its_entry():
    """The list of ids and the rules are one to one, in one order."""
    assert list(RULES) == IDS


def test_there_are_as_many_rules_as_the_specification_has():
    """Nobody loses a rule by removing it from both lists: a new version of the specification changes this number."""
    assert len(IDS) == len(set(IDS)) == 212


@pytest.mark.parametrize("rule", IDS)
def test_rule_says_how_it_is_shown(rule):
    """A kind, tests where no case shows it, and for a note without a test the reason and the page."""
    entry = RULES[rule]

    assert entry["kind"] in KINDS
    assert entry.keys() <= {"kind", "tests", "why", "documented", "probes", "unprobed"}
    if entry["kind"] in {"lint", "quota", "database"}:
        assert entry["tests"]
    if entry["kind"] == "note":
        assert entry["why"]
        assert entry["documented"].startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize("rule", [rule for rule in IDS if RULES[rule]["kind"] == "decision"])
def test_decision_has_a_case_on_either_side(rule):
    """One case that ends in ALLOW, and one that doesn't."""
    sides = {entry["expected"]["verdict"] == "ALLOW" for entry in cases().values() if rule in map(home, entry["rules"])}

    assert sides == {True, False}


@pytest.mark.parametrize("rule", [rule for rule in IDS if "tests" in RULES[rule]])
def test_named_tests_exist(rule):
    """A rule's tests are there under the name that it gives."""
    missing = [name for name in RULES[rule]["tests"] if name.split("::")[1] not in defined_tests(name.split("::")[0])]

    assert missing == []


def test_cases_cite_rules_that_exist():
    """A case cites a rule, a point of a section without ids of its own, or a section whose rules meet in it."""
    unknown = {
        (name, rule)
        for name, entry in cases().items()
        for rule in entry["rules"]
        if home(rule) not in RULES and not is_section(rule)
    }

    assert unknown == set()


@pytest.mark.parametrize("rule", WRITTEN["inferred"])
def test_inferred_rule_names_its_probe(rule):
    """What no page says is probed, or a reason says why it can't be."""
    entry = RULES[rule]

    assert bool(entry.get("probes")) != bool(entry.get("unprobed"))


def test_probes_and_rules_name_each_other():
    """A rule lists exactly the probes that cite it."""
    cited = {}
    for probe in load_probes():
        for rule in probe.rules:
            cited.setdefault(rule, []).append(probe.name)

    assert cited == {rule: entry["probes"] for rule, entry in RULES.items() if "probes" in entry}
