"""Whose session a token opens, and what of it is told to whom."""

import json
import re
import unicodedata
from datetime import datetime

import pytest
from botocore.exceptions import EndpointConnectionError

from lakeward.identifiers import TenantId
from runtime.broker.sessions import TENANT_ID, hashed

HOMOGLYPHS = [
    "ten\N{CYRILLIC SMALL LETTER A}nt1",
    "tenant\N{FULLWIDTH DIGIT ONE}",
    "\N{FULLWIDTH LATIN SMALL LETTER T}enant1",
    "tenant1\N{ZERO WIDTH SPACE}",
    "te\N{COMBINING ACUTE ACCENT}nant1",
    "tenant\N{SUPERSCRIPT ONE}",
]
MALFORMED = [
    *("Tenant1", "TENANT1", "a/b", "*", "tenant*", "?", "", " ", "tenant1 ", " tenant1", "a" * 65, "a" * 31, "a"),
    *("-ab", "ab-", "1ab", "tenant1\n", "\ntenant1", "tenant1\x00", "tenant_1", "${aws:username}", "../tenant1"),
    *("tenant1,tenant10", "tenant%31", "arn:aws:iam::100000000001:role/x", *HOMOGLYPHS),
]


def test_session_is_asked_for_as_little_as_possible(desk, issuer):
    """Fifteen minutes of the one role, named and marked by the hashed subject, without session tags or policies."""
    answer = desk.ask(issuer.token())
    who = hashed("ada@acme.example")

    assert desk.sts.requests == [
        {
            "RoleArn": "arn:aws:iam::100000000001:role/tenants/dev/acme-dev-tenant-tenant1",
            "RoleSessionName": who,
            "SourceIdentity": who,
            "DurationSeconds": 900,
        }
    ]
    assert answer == {
        "outcome": "granted",
        "tenant": "tenant1",
        "credentials": {
            "AccessKeyId": "AKIAEXAMPLEEXAMPLE00",
            "SecretAccessKey": "secret-access-key",
            "SessionToken": "session-token",
            "Expiration": "2030-01-01T00:00:00+00:00",
        },
    }


def test_hashed_subject_is_what_sts_takes():
    """Two to 64 characters, whatever the subject; others don't give the same."""
    subjects = ["a", "A", "ada@acme.example", "x" * 5000, "\ud800", "ä", "a\x00"]
    names = [hashed(subject) for subject in subjects]

    assert all(re.fullmatch(r"sub-[0-9a-f]{40}", name) for name in names)
    assert len(set(names)) == len(subjects)


@pytest.mark.parametrize("tenant", MALFORMED, ids=ascii)
def test_claim_that_is_no_tenant_id_is_refused(desk, issuer, tenant):
    """Nothing is folded, trimmed or cut into a tenant's id, and STS isn't asked."""
    assert desk.refused(issuer.token(tenant_id=tenant)) == "unknown-tenant"


@pytest.mark.parametrize("tenant", [7, True, ["tenant1"], {"id": "tenant1"}, 1.5], ids=str)
def test_claim_that_is_no_text_is_refused(desk, issuer, tenant):
    """A list of one tenant isn't a tenant."""
    assert desk.refused(issuer.token(tenant_id=tenant)) == "unknown-tenant"


def test_homoglyphs_are_what_they_say():
    """They look like `tenant1` or fold to it, and aren't."""
    folded = {unicodedata.normalize("NFKC", name) for name in HOMOGLYPHS}

    assert "tenant1" in folded
    assert "tenant1" not in HOMOGLYPHS


def test_tenant_ids_are_those_of_configuration():
    """The broker takes exactly the ids that a stack may list."""
    assert TENANT_ID.pattern == TenantId.pattern.pattern


@pytest.mark.parametrize("tenant", ["tenant1", "tenant10"])
def test_each_tenant_gets_its_own_role(desk, issuer, tenant):
    """An id that begins like another's is another."""
    desk.ask(issuer.token(tenant_id=tenant))

    assert [request["RoleArn"].rpartition("/")[2] for request in desk.sts.requests] == [f"acme-dev-tenant-{tenant}"]


@pytest.mark.parametrize("name", ["tenant", "tenant_id", "login_tenant_id", "claims", "role", "RoleArn", "Tags"])
def test_tenant_in_the_event_is_not_looked_at(desk, issuer, name):
    """The request's body chooses nothing: only the verified claim does."""
    with_it = desk.ask(issuer.token(), **{name: "tenant10"})
    request, desk.sts.requests = desk.sts.requests, []
    without = desk.ask(issuer.token())

    assert (with_it, request) == (without, desk.sts.requests)
    assert with_it["tenant"] == "tenant1"


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchEntity"])
def test_tenant_that_is_not_deployed_is_refused_like_any_other(desk, issuer, sts_refusal, code):
    """Nobody learns whether a tenant exists elsewhere, is malformed, or has a role that doesn't trust the broker."""
    malformed = desk.ask(issuer.token(tenant_id="a/b"))
    desk.sts.fails_with = sts_refusal(code)

    assert desk.ask(issuer.token(tenant_id="tenant2")) == malformed == {"outcome": "unknown-tenant"}


@pytest.mark.parametrize("code", ["ExpiredToken", "RegionDisabledException", "Throttling", "ValidationError"])
def test_other_answers_of_sts_are_its_own_trouble(desk, issuer, sts_refusal, code):
    """A broker that is broken doesn't look like a tenant that isn't there."""
    desk.sts.fails_with = sts_refusal(code)

    assert desk.ask(issuer.token()) == {"outcome": "sessions-unavailable"}


def test_sts_that_cannot_be_reached_is_said(desk, issuer):
    """No answer is an answer of its own."""
    desk.sts.fails_with = EndpointConnectionError(endpoint_url="https://sts.eu-west-1.amazonaws.com")

    assert desk.ask(issuer.token()) == {"outcome": "sessions-unavailable"}


# --- The log ---------------------------------------------------------------------------------------------------------


def test_log_says_who_and_what(desk, issuer):
    """One line of JSON a request."""
    desk.ask(issuer.token())

    assert desk.logged == {
        "request": "request-1",
        "outcome": "granted",
        "subject": hashed("ada@acme.example"),
        "tenant": "tenant1",
    }


def test_log_of_a_forged_token_repeats_nothing_of_it(desk, issuer):
    """What isn't verified isn't written down."""
    desk.refused(issuer.token(iss="https://login.evil.example/", sub="eve", tenant_id="tenant10"))

    assert desk.logged == {"request": "request-1", "outcome": "wrong-issuer"}


def test_log_of_a_malformed_tenant_does_not_repeat_it(desk, issuer):
    """A claim reaches the log only as a tenant's id."""
    desk.refused(issuer.token(tenant_id='x", "outcome": "granted'))

    assert desk.logged == {
        "request": "request-1",
        "outcome": "unknown-tenant",
        "subject": hashed("ada@acme.example"),
    }


def test_failure_that_nobody_foresaw_is_logged_by_its_type(desk, issuer):
    """No message of an error reaches log or invoker: it may repeat what it choked on."""
    desk.sts.fails_with = RuntimeError("session-token")
    answer = desk.ask(issuer.token())

    assert answer == {"outcome": "failed"}
    assert desk.logged["error"] == "RuntimeError"


def test_no_secret_is_in_any_log(desk, issuer, sts_refusal):
    """Over all that can happen: no credential, no token or part of one, no raw subject."""
    tokens = [issuer.token(), issuer.token(exp=1), issuer.token(tenant_id="*"), issuer.token(header={"kid": "no"})]
    for token in tokens:
        desk.ask(token)
    for failure in (sts_refusal("AccessDenied"), sts_refusal("Throttling"), RuntimeError("secret-access-key")):
        desk.sts.fails_with = failure
        desk.ask(tokens[0])
    log = "\n".join(desk.lines)
    parts = [part for token in tokens for part in token.split(".")]

    assert len(desk.lines) == 7
    assert all(set(json.loads(line)) <= {"error", "outcome", "request", "subject", "tenant"} for line in desk.lines)
    assert [secret for secret in [*parts, "ada@", "AKIA", "secret-", "session-token"] if secret in log] == []


def test_expiration_is_a_date(desk, issuer):
    """The invoker can read when to come again."""
    given = desk.ask(issuer.token())["credentials"]["Expiration"]

    assert datetime.fromisoformat(given).year == 2030
