"""The probes are data that reads well: enough of them, each with its source, each asked of a scene that can be made."""

from __future__ import annotations

import json
import re

import pytest
from pydantic import ValidationError

from conformance.lake import Lake
from conformance.ledger import Ledger
from conformance.names import Names, filled
from conformance.probes import Ask, Probe, load_probes

PROBES = load_probes()


def test_there_are_at_least_forty_probes():
    """Hybrid modes, opt-ins, tag override, filters, vended reads, endpoint conditions, contested rules of IAM."""
    rules = {rule.split("-")[0] for probe in PROBES for rule in probe.rules}

    assert len(PROBES) >= 40
    assert {"B3", "B8", "B9", "B11", "B15", "C1", "C2", "A10", "A15"} <= rules


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_probe_is_whole(probe):
    """A claim, the vendor's page, and placeholders that mean something in its scene."""
    places = Lake(None, Names("111111111111", "eu-west-1", "abc123"), Ledger()).places(probe)
    if probe.scene.key:
        places["key"] = "arn:aws:kms:eu-west-1:111111111111:key/k"
    scene = probe.scene
    statements = filled(
        [*scene.caller.identity, *scene.bucket_policy, *scene.registration, *scene.registration_boundary, *scene.key],
        places,
    )

    assert probe.claim.endswith(".")
    assert probe.source.startswith("https://docs.aws.amazon.com/")
    assert re.search(r"<[a-z]+>", json.dumps(statements)) is None


def test_no_two_probes_ask_the_same():
    """Each probe differs from every other in its scene or its question."""
    asked = [(probe.scene.model_dump_json(), probe.ask.model_dump_json()) for probe in PROBES]

    assert len(asked) == len(set(asked))


def test_a_placeholder_that_means_nothing_is_told():
    """A slip in a probe fails loudly instead of making a policy about nothing."""
    with pytest.raises(KeyError, match="buckett"):
        filled({"Resource": "arn:aws:s3:::<buckett>/*"}, {"bucket": "b"})

    assert filled({"<a>": ["<a>/${aws:username}"]}, {"a": "x"}) == {"x": ["x/${aws:username}"]}


@pytest.mark.parametrize("ask", [{}, {"read": True, "action": "s3:GetObject"}])
def test_a_probe_asks_one_thing(ask):
    """Neither nothing nor two things."""
    with pytest.raises(ValidationError, match="one of"):
        Ask.model_validate(ask)


def test_an_unknown_key_is_refused():
    """A misspelled member of a probe isn't ignored."""
    with pytest.raises(ValidationError, match="optin"):
        Probe.model_validate(
            {"name": "one-probe", "rules": ["B3"], "claim": "c", "source": "s", "scene": {"optin": True}}
        )
