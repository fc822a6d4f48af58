"""Exemptions in the pack: what they let through, and what they never do."""

import json
from datetime import date

import pytest

from lakeward.exemptions import KEY
from policies.access import LAKE
from policies.pack import RULES, judge_alone, judge_together
from policies.resources import UNKNOWN, Resource, Resources
from policies.rules.exemptions_are_in_force import NEVER_EXEMPT
from policies.stack import DAY, Stack, today

GRANT = "aws:lakeformation/permissions:Permissions"
ON = date(2026, 6, 1)


def resource(kind, name, **properties):
    return Resource(urn=f"urn:pulumi:dev::p::{kind}::{name}", type=kind, name=name, properties=properties)


LAKE_ITSELF = resource(LAKE, "lake", account="100000000001", region="eu-west-1")
READER = "arn:aws:iam::100000000001:role/reader"


def grant(name="grant", **changes):
    properties = {"principal": READER, "permissions": ["SELECT"], "permissionsWithGrantOptions": ["SELECT"], **changes}
    return resource(GRANT, name, **properties)


def stack(*exemptions, secret_keys=()):
    return Stack({KEY: json.dumps(exemptions)}, secret_keys=secret_keys, on=ON)


def exemption(**changes):
    return {
        "rule": "LF003",
        "resource": f"{GRANT}::grant",
        "owner": "data-governance",
        "reason": "until the new process stands",
        "expires": "2026-06-30",
        **changes,
    }


def alone(subject, its_stack, rule="LF003"):
    return [breach.exemption for breach in judge_alone(subject, its_stack) if breach.rule.id == rule]


def in_force(its_stack, *resources):
    together = judge_together(Resources([LAKE_ITSELF, grant(), *resources], its_stack))
    return [breach.message for breach in together if breach.rule.id == "GEN003"]


def test_exempt_breach_is_shown_with_its_exemption():
    """The breach is still there, with who answers for it, until when and why."""
    (breach,) = (one for one in judge_alone(grant(), stack(exemption())) if one.rule.id == "LF003")

    assert str(breach).endswith("; exempt until 2026-06-30 by data-governance: until the new process stands")
    assert in_force(stack(exemption())) == []


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, grant("other")),
        ({"rule": "LF002"}, grant()),
        ({"resource": "aws:s3/bucket:Bucket::grant"}, grant()),
        ({"expires": "2026-05-31"}, grant()),
        ({"expires": "2026-08-31"}, grant()),
    ],
    ids=["another-resource", "another-rule", "another-type", "expired", "too-far-ahead"],
)
def test_exemption_lets_nothing_else_through(changes, subject):
    """It holds for its rule on its resource while it is in force, and for nothing besides."""
    assert alone(subject, stack(exemption(**changes))) == [None]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expires": "2026-05-31"}, "it expired on 2026-05-31"),
        ({"expires": "2026-08-31"}, "more than 90 days ahead"),
        ({"resource": f"{GRANT}::gone"}, "a resource that isn't declared"),
        *(({"rule": rule}, "nobody is exempt from that rule") for rule in sorted(NEVER_EXEMPT)),
    ],
)
def test_exemption_that_is_not_in_force_fails_by_itself(changes, said):
    """Whoever looks at the stack again is told, also where the rule isn't broken any more."""
    (message,) = in_force(stack(exemption(**changes)))

    assert said in message


@pytest.mark.parametrize(
    ("config", "secret_keys"),
    [({KEY: "{"}, ()), ({KEY: json.dumps([exemption()])}, (KEY,)), ({KEY: json.dumps([{"rule": "LF003"}])}, ())],
    ids=["no-json", "secret", "without-owner"],
)
def test_unreadable_exemptions_exempt_nobody_and_fail(config, secret_keys):
    """Nothing is let through by what can't be read, and it is told."""
    unread = Stack(config, secret_keys=secret_keys, on=ON)

    assert alone(grant(), unread) == [None]
    assert in_force(unread)


def test_rules_on_unknowns_secrets_and_exemptions_exempt_nobody():
    """They say so themselves, and the rule on exemptions knows the same ones."""
    assert {rule.id for rule in RULES if not rule.exemptible} == NEVER_EXEMPT


def test_unknown_is_not_exempt():
    """The positive twin of the exempt breach above: the same exemption of GEN001 lets nothing through."""
    unknown = grant(principal=UNKNOWN, permissionsWithGrantOptions=[])

    assert alone(unknown, stack(exemption(rule="GEN001")), "GEN001") == [None]


def test_day_is_what_the_delivery_command_hands_over(monkeypatch):
    """An input, as in `--on`; what is no day stops the pack instead of being guessed."""
    monkeypatch.setenv(DAY, "2026-06-01")

    assert today() == ON

    monkeypatch.setenv(DAY, "yesterday")
    with pytest.raises(ValueError, match="isn't a date"):
        today()


def test_without_a_day_no_exemption_holds():
    """A stack of which nobody said the day is judged as if all of them were over."""
    assert alone(grant(), Stack({KEY: json.dumps([exemption()])})) == [None]
