"""The sentences that reports print for the rules that leave an answer open."""

import re
from pathlib import Path

import yaml

from lakeward import access
from lakeward.reports.open_rules import OPEN_RULES

SOURCES = Path(access.__file__).parent
RULES = Path(__file__).parents[2] / "decisions/rules.yaml"


def cited():
    """Every rule id that the access model writes into an answer: an id that stands alone in quotes."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.rglob("*.py")))
    return set(re.findall(r'"([A-DG]\d*-[0-9A-Z]+)"', text))


def test_every_rule_that_is_cited_has_a_sentence():
    """Nobody has to look an id up, and no sentence is left over."""
    assert cited() == set(OPEN_RULES)


def test_sentences_read_as_the_rest_of_a_line():
    """They begin in lower case or with a name, and end without a full stop."""
    assert all(sentence and not sentence.endswith(".") for sentence in OPEN_RULES.values())


def test_what_is_inferred_says_so():
    """A verdict that hangs on a rule which no document states says that it is inferred; any other one doesn't."""
    inferred = set(yaml.safe_load(RULES.read_text(encoding="utf-8"))["inferred"])

    said = {rule for rule, sentence in OPEN_RULES.items() if sentence.startswith("inferred: ")}

    assert said == inferred & set(OPEN_RULES)
    assert said
