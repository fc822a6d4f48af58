"""
The access model against the public simulator, over generated cases.

2,000 here; the long form is `python -m tests.differential`. Where Node.js or npm is missing the comparison is skipped
and says so; what is claimed of the generator is tested anyway.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.differential import comparison
from tests.differential.__main__ import LEAST_ALLOWED, MOST_ALLOWED, MOST_COVERED, main, report
from tests.differential.comparison import compare, outcomes, shrink
from tests.differential.deviations import DEVIATIONS
from tests.differential.generator import OPERATORS, case, cases
from tests.differential.simulator import Simulator, SimulatorMissingError
from tests.differential.universe import TARGETS

CASES = 2_000
SEED = 1
DEVIATING = [
    pytest.param(path.stem, entry, id=f"{path.stem}-{number}")
    for path in sorted(Path(__file__).with_name("deviations").glob("*.json"))
    for number, entry in enumerate(json.loads(path.read_text(encoding="utf-8")))
]


@pytest.fixture(scope="module")
def simulator():
    """A running simulator; installed into the user's cache the first time."""
    try:
        running = Simulator()
    except SimulatorMissingError as error:
        pytest.skip(f"not compared with the public simulator: {error}")
    with running:
        yield running


@pytest.fixture(scope="module")
def tally(simulator):
    """What came of comparing the generated cases."""
    return compare(cases(CASES, SEED), simulator)


def test_model_agrees_with_simulator(tally, simulator):
    """Whatever differs is decided by a rule that a deviation names."""
    shown = "\n".join(shrink(outcome, simulator).text for outcome in tally.unexplained[:3])

    assert [] == tally.unexplained, f"{report(tally, 0)}\n{shown}"


def test_deviations_cover_little(tally):
    """All deviations together cover at most one case in a hundred."""
    assert tally.covered <= MOST_COVERED * tally.cases, tally.covered_by


def test_generator_allows_about_a_third(tally):
    """Between a quarter and 45 % of the cases are allowed, and each kind of denial decides a tenth or more."""
    assert tally.cases == CASES
    assert LEAST_ALLOWED <= tally.allowed <= MOST_ALLOWED
    assert tally.verdicts["IMPLICIT_DENY"] >= CASES / 10
    assert tally.verdicts["EXPLICIT_DENY"] >= CASES / 10


def test_generator_is_deterministic():
    """The same seed and number make the same case, alone or in a row; another seed makes another."""
    row = [json.dumps(one) for one in cases(20, SEED, first=5)]

    assert row == [json.dumps(case(SEED, number)) for number in range(5, 25)]
    assert row != [json.dumps(one) for one in cases(20, SEED + 1, first=5)]


def test_generator_is_rich():
    """Every action, policy type, element, operator with and without its modifiers, and caller occurs."""
    drawn = list(cases(CASES, SEED))
    text = "\n".join(json.dumps(one) for one in drawn)
    members = Counter(member for one in drawn for member in one)
    operators = {operator for shape in OPERATORS.values() for operator in shape}

    assert {target.action for target in TARGETS} == {one["action"] for one in drawn}
    for member in (
        *("identityPolicies", "resourcePolicy", "sessionPolicy", "permissionBoundaries", "endpointPolicies"),
        *("serviceControlPolicies", "resourceControlPolicies", "settings"),
    ):
        assert members[member] >= CASES / 50, member
    assert [] == [operator for operator in sorted(operators) if f'"{operator}": ' not in text]
    assert [] == [operator for operator in sorted(operators) if f'"{operator}IfExists": ' not in text]
    for written in (
        *('"ForAnyValue:String', '"ForAllValues:String', 'IfExists": {', '"Null": {', "${aws:", ", 'none'}"),
        *(
            '"NotAction"',
            '"NotResource"',
            '"NotPrincipal"',
            '"Service"',
            '"Federated"',
            '"RestrictPublicBuckets": true',
        ),
        *(":assumed-role/", ":federated-user/", ":user/", ":role/", '"anonymous"', '"athena.amazonaws.com"'),
    ):
        assert written in text, written
    assert {True, False} == {f":{one['resourceAccount']}:" in one["principal"] for one in drawn}


@pytest.mark.parametrize(("rule", "entry"), DEVIATING)
def test_deviation_is_proved_by_hand(rule, entry, simulator):
    """Ours follows the rule, the simulator doesn't, the deviation covers it; in the twin both agree and it doesn't."""
    differing, twin = outcomes([entry["case"], entry["twin"]], simulator)

    assert (entry["verdict"], entry["may"]) == (differing.verdict, differing.may), entry["claim"]
    assert entry["simulator"] == differing.theirs
    assert rule in differing.rules
    assert (entry["both"],) * 3 == (twin.verdict, twin.may, twin.theirs)
    assert rule not in twin.rules


def test_every_deviation_is_proved():
    """Each deviation has a case written by hand, and each such case a deviation."""
    assert {deviation.rule for deviation in DEVIATIONS} == {rule for rule, _ in (one.values for one in DEVIATING)}


def test_missing_node_is_named(monkeypatch):
    """Without Node.js there is no comparison, and what to install is said."""
    monkeypatch.setenv("PATH", "")

    with pytest.raises(SimulatorMissingError, match=r"`node` isn't on this machine: install Node\.js"):
        Simulator()


def test_long_form_reports_its_figures(simulator):
    """`python -m tests.differential` compares as many cases as asked for and prints the figures."""
    outcome = CliRunner().invoke(main, ["--cases", "40", "--seed", "11", "--jobs", "1"])

    assert outcome.exit_code in {0, 1}, outcome.output
    assert re.search(
        r"^cases: 40 in \d+ s\nallowed: \d\d\.\d%\nunexplained differences: 0$", outcome.output, re.MULTILINE
    )


def test_comparison_notices_a_wrong_verdict(simulator, monkeypatch):
    """A model that overlooks explicit denials doesn't get through."""

    def careless(given):
        found = answer(given)
        return {**found, "verdict": "ALLOW", "may": "ALLOW"} if found["verdict"] == "EXPLICIT_DENY" else found

    answer = comparison.answer
    monkeypatch.setattr(comparison, "answer", careless)
    tally = compare(cases(50, SEED), simulator)

    assert {"ALLOW"} == {outcome.verdict for outcome in tally.unexplained}
    assert {"EXPLICIT_DENY"} == {outcome.theirs for outcome in tally.unexplained}


def test_difference_is_made_small(simulator, monkeypatch):
    """Shrinking keeps the difference and drops what doesn't bear on it."""
    entry = json.loads(Path(__file__).with_name("deviations").joinpath("A14-1.json").read_text(encoding="utf-8"))[0]
    noise = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]}
    padded = {
        **entry["case"],
        "context": {"aws:SecureTransport": "true"},
        "identityPolicies": [noise, *entry["case"]["identityPolicies"]],
    }
    monkeypatch.setattr(comparison, "DEVIATIONS", ())
    [outcome] = outcomes([padded], simulator)

    assert entry["case"] == shrink(outcome, simulator).case
