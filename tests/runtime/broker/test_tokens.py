"""Which tokens the broker takes; each refusal names what decided, beside a good token that is taken."""

import base64
import copy
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import RSAAlgorithm


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture(scope="module")
def stranger():
    """A key that the issuer never published."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def published(issuer):
    """Publish other keys for one test."""
    before = copy.deepcopy(issuer.keys)
    yield issuer.keys
    issuer.keys[:] = before


def test_good_token_is_taken(desk, issuer):
    """The positive twin of everything below."""
    answer = desk.ask(issuer.token())

    assert (answer["outcome"], answer["tenant"]) == ("granted", "tenant1")


def test_token_of_each_accepted_algorithm_is_taken(desk, issuer):
    """The header chooses among the accepted algorithms and the published keys."""
    token = issuer.token(key=issuer.ec, algorithm="ES256", header={"kid": "ec-1"})

    assert desk.ask(token)["outcome"] == "granted"


def test_audience_may_be_one_of_several(desk, issuer):
    """A token for several audiences is for this one too."""
    assert desk.ask(issuer.token(aud=["other", "lakeward"]))["outcome"] == "granted"


@pytest.mark.parametrize(
    ("claims", "outcome"),
    [
        ({"exp": -1_000_000_000}, "expired"),
        ({"exp": -1}, "expired"),
        ({"nbf": 3600}, "not-yet-valid"),
        ({"iat": 3600}, "not-yet-valid"),
        ({"aud": "another"}, "wrong-audience"),
        ({"aud": "Lakeward"}, "wrong-audience"),
        ({"aud": ["another"]}, "wrong-audience"),
        ({"aud": []}, "missing-claim"),
        ({"iss": "https://login.acme.example"}, "wrong-issuer"),
        ({"iss": "https://login.evil.example/"}, "wrong-issuer"),
        ({"iss": ["https://login.acme.example/"]}, "wrong-issuer"),
        ({"exp": None}, "missing-claim"),
        ({"nbf": None}, "missing-claim"),
        ({"aud": None}, "missing-claim"),
        ({"iss": None}, "missing-claim"),
        ({"sub": None}, "missing-claim"),
        ({"sub": ""}, "missing-claim"),
        ({"tenant_id": None}, "missing-claim"),
        ({"tenant_id": None, "Tenant_Id": "tenant1"}, "missing-claim"),
        ({"sub": 7}, "malformed-token"),
        ({"exp": "soon"}, "malformed-token"),
        ({"nbf": "soon"}, "malformed-token"),
    ],
    ids=str,
)
def test_token_with_wrong_claims_is_refused(desk, issuer, claims, outcome):
    """A signature alone opens nothing: issuer, audience, times (here from now on) and the claims must be right."""
    now = int(time.time())
    times = {name: now + claims[name] for name in ("exp", "nbf", "iat") if isinstance(claims.get(name), int)}
    claims = {**claims, **times}
    if isinstance(claims.get("iss"), list):  # PyJWT doesn't sign it, somebody else may
        token = jwt.api_jws.encode(
            json.dumps(issuer.claims(**claims)).encode(), issuer.rsa, algorithm="RS256", headers={"kid": "rsa-1"}
        )
    else:
        token = issuer.token(**claims)

    assert outcome == desk.refused(token)


def test_token_signed_with_a_foreign_key_is_refused(desk, issuer, stranger):
    """Naming the issuer's key in the header isn't having it."""
    assert desk.refused(issuer.token(key=stranger)) == "bad-signature"


@pytest.mark.parametrize("changed", [0, 1, 2], ids=["header", "claims", "signature"])
def test_token_that_was_changed_is_refused(desk, issuer, changed):
    """No part of a token can be exchanged for that of another good token."""
    one = issuer.token(tenant_id="tenant10").split(".")
    other = issuer.token(header={"typ": "at+jwt"}).split(".")
    one[changed] = other[changed]

    assert desk.refused(".".join(one)) == "bad-signature"


def test_token_without_a_signature_is_refused(desk, issuer):
    """`alg: none` is no algorithm, whatever its case."""
    for spelled in ("none", "None", "NONE"):
        token = f"{part({'alg': spelled, 'kid': 'rsa-1'})}.{part(issuer.claims())}."

        assert desk.refused(token) == "algorithm-not-accepted"


def test_token_signed_with_the_public_key_as_secret_is_refused(desk, issuer):
    """The published key is no secret: a symmetric algorithm is refused before any key is looked at."""
    public = issuer.rsa.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{part({'alg': 'HS256', 'kid': 'rsa-1'})}.{part(issuer.claims())}"
    signature = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), hashlib.sha256)).rstrip(b"=").decode()

    assert desk.refused(f"{signed}.{signature}") == "algorithm-not-accepted"
    assert issuer.fetches == 0


def test_algorithm_that_is_not_configured_is_refused(desk, issuer):
    """Only the configured algorithms count, though the key could verify others."""
    assert desk.refused(issuer.token(algorithm="RS512")) == "algorithm-not-accepted"


@pytest.mark.parametrize("header", ["jku", "jwk", "x5c", "x5u", "zip"])
def test_token_that_brings_its_own_key_is_refused(desk, issuer, stranger, header):
    """Where keys come from is configured; a header that says so is refused even on a token that is good otherwise."""
    value = {
        "jku": "https://evil.example/keys.json",
        "jwk": RSAAlgorithm.to_jwk(stranger.public_key(), as_dict=True),
        "x5c": ["MIIB"],
        "x5u": "https://evil.example/cert.pem",
        "zip": "DEF",
    }[header]

    assert desk.refused(issuer.token(header={header: value})) == "forbidden-header"
    assert issuer.fetches == 0


@pytest.mark.parametrize("demand", [{"crit": ["exp"]}, {"crit": ["b64"], "b64": False}], ids=str)
def test_token_that_demands_what_nobody_understands_is_refused(desk, issuer, demand):
    """What must be understood and isn't makes a token worthless."""
    header = {"alg": "RS256", "kid": "rsa-1", **demand}
    _, claims, signature = issuer.token().split(".")

    assert desk.refused(f"{part(header)}.{claims}.{signature}") == "malformed-token"


@pytest.mark.parametrize(
    ("key_id", "outcome"),
    [("rsa-2", "unknown-key"), ("", "unknown-key"), ("../rsa-1", "unknown-key"), ("ec-1", "unknown-key")],
)
def test_token_of_an_unknown_key_is_refused(desk, issuer, key_id, outcome):
    """A key id chooses from the published keys, and must be of the header's algorithm."""
    assert outcome == desk.refused(issuer.token(header={"kid": key_id}))


@pytest.mark.parametrize("key_id", [None, 7, ["rsa-1"], {"kid": "rsa-1"}], ids=str)
def test_token_without_a_key_id_is_refused(desk, issuer, key_id):
    """No key is guessed."""
    header = {"alg": "RS256", **({} if key_id is None else {"kid": key_id})}
    _, claims, signature = issuer.token().split(".")

    assert desk.refused(f"{part(header)}.{claims}.{signature}") in {"unknown-key", "malformed-token"}


def test_key_of_another_kind_is_refused(desk, issuer, published):
    """An RSA algorithm isn't verified with an elliptic key, published under whatever id."""
    del published[1]["alg"]

    assert desk.refused(issuer.token(header={"kid": "ec-1"})) == "unknown-key"


def test_key_for_encryption_is_refused(desk, issuer, published):
    """A key that isn't for signatures verifies none."""
    published[0]["use"] = "enc"

    assert desk.refused(issuer.token()) == "unknown-key"


def test_key_id_that_two_keys_share_is_refused(desk, issuer, published):
    """Which of two keys is meant isn't guessed."""
    published.append({**published[1], "kid": "rsa-1"})

    assert desk.refused(issuer.token()) == "unknown-key"


def test_symmetric_key_in_the_key_set_is_refused(desk, issuer, published):
    """A published secret would let every reader make tokens."""
    published.append({"kty": "oct", "kid": "oct-1", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"})

    assert desk.refused(issuer.token(header={"kid": "oct-1"})) == "unknown-key"


def test_short_key_is_refused(desk, issuer, published):
    """An RSA key that can be factored vouches for nobody."""
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  # the point
    published.append({**RSAAlgorithm.to_jwk(short.public_key(), as_dict=True), "kid": "short"})
    _, claims, signature = issuer.token().split(".")

    assert desk.refused(f"{part({'alg': 'RS256', 'kid': 'short'})}.{claims}.{signature}") == "unknown-key"


def test_curve_of_another_algorithm_is_refused(desk, issuer, published):
    """ES256 is one curve."""
    other = ec.generate_private_key(ec.SECP384R1())
    published.append({**jwt.algorithms.ECAlgorithm.to_jwk(other.public_key(), as_dict=True), "kid": "p384"})
    _, claims, signature = issuer.token().split(".")

    assert desk.refused(f"{part({'alg': 'ES256', 'kid': 'p384'})}.{claims}.{signature}") == "unknown-key"


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "tenant1",
        "é.é.é",
        "\ud800.a.b",
        "a" * 8193,
        f"{base64.urlsafe_b64encode(b'[' * 5000).decode()}..",
        f"{part([])}.{part({})}.",
        f"{part('RS256')}.{part({})}.",
    ],
    ids=lambda token: f"{len(token)}-{token[:6]!a}",
)
def test_what_is_no_token_is_refused(desk, token):
    """Whatever comes, the answer is a word."""
    assert desk.refused(token) == "malformed-token"


@pytest.mark.parametrize("event", [None, [], "token", {}, {"token": None}, {"token": 7}, {"Token": "x"}], ids=str)
def test_event_without_a_token_is_refused(desk, event):
    """The event has one member that counts."""
    assert desk.broker.answer(event, "request-1") == {"outcome": "malformed-request"}


def test_claims_that_are_no_object_are_refused(desk, issuer):
    """The issuer's signature under something else than claims opens nothing."""
    token = jwt.api_jws.encode(b"[]", issuer.rsa, algorithm="RS256", headers={"kid": "rsa-1"})

    assert desk.refused(token) == "malformed-token"
