from __future__ import annotations

import json
import time
from datetime import datetime, timezone

import jwt
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from runtime.broker.broker import Broker
from runtime.broker.key_set import KeySet
from runtime.broker.settings import Settings

ISSUER = "https://login.acme.example/"
SUBJECT = "ada@acme.example"
ROLES = "arn:aws:iam::100000000001:role/tenants/dev/acme-dev-tenant-"
SECRETS = ("AKIAEXAMPLEEXAMPLE00", "secret-access-key", "session-token")


class Issuer:
    """An identity provider: signs tokens, publishes a key set, counts who fetches it."""

    def __init__(self):
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.keys = [
            {**RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True), "kid": "rsa-1", "use": "sig"},
            {**ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True), "kid": "ec-1", "use": "sig", "alg": "ES256"},
        ]
        self.fetches = 0

    def read(self, _address):
        self.fetches += 1
        return json.dumps({"keys": self.keys}).encode()

    def claims(self, **changes):
        """Return good claims with changes; `None` leaves one out."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": "lakeward",
            "sub": SUBJECT,
            "tenant_id": "tenant1",
            "iat": now - 5,
            "nbf": now - 5,
            "exp": now + 300,
        }
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def token(self, *, key=None, algorithm="RS256", header=None, **claims):
        """Return a good token with changes."""
        return jwt.encode(
            self.claims(**claims), key or self.rsa, algorithm=algorithm, headers={"kid": "rsa-1", **(header or {})}
        )


class Sts:
    """STS as the broker sees it: roles of deployed tenants trust it, no others do. Requests are recorded."""

    def __init__(self, *tenants):
        self.roles = {f"{ROLES}{tenant}" for tenant in tenants}
        self.requests = []
        self.fails_with = None

    def assume_role(self, **request):
        self.requests.append(request)
        if self.fails_with is not None:
            raise self.fails_with
        if request["RoleArn"] not in self.roles:
            raise refusal("AccessDenied")
        expires = datetime(2030, 1, 1, tzinfo=timezone.utc)
        members = dict(zip(("AccessKeyId", "SecretAccessKey", "SessionToken"), SECRETS, strict=True))
        return {"Credentials": {**members, "Expiration": expires}}


def refusal(code):
    """What botocore raises where STS answers with an error."""
    return ClientError({"Error": {"Code": code, "Message": f"not {SECRETS[1]}"}}, "AssumeRole")


class Clock:
    """A clock that stands still until it is moved."""

    now = 1000.0

    def __call__(self):
        return self.now


class Desk:
    """A broker with everything around it at hand."""

    def __init__(self, issuer):
        self.issuer = issuer
        self.issuer.fetches = 0
        self.sts = Sts("tenant1", "tenant10")
        self.clock = Clock()
        self.lines = []
        self.settings = Settings(
            issuer=ISSUER,
            audience="lakeward",
            algorithms=("RS256", "ES256"),
            key_set="https://login.acme.example/keys.json",
            claim="tenant_id",
            tenant_roles=ROLES,
        )
        self.broker = Broker(
            settings=self.settings,
            keys=KeySet(self.settings.key_set, read=issuer.read, clock=self.clock),
            sts=self.sts,
            log=self.lines.append,
        )

    def ask(self, token, **more):
        """Return what the invoker gets for a token."""
        return self.broker.answer({"token": token, **more}, "request-1")

    def refused(self, token, **more):
        """Return the word a token is refused with, after making sure that STS was asked nothing."""
        answer = self.ask(token, **more)
        assert self.sts.requests == []
        assert set(answer) == {"outcome"}
        return answer["outcome"]

    @property
    def logged(self):
        (line,) = self.lines
        return json.loads(line)


@pytest.fixture(scope="session")
def issuer():
    return Issuer()


@pytest.fixture
def desk(issuer):
    return Desk(issuer)


@pytest.fixture
def sts_refusal():
    """How STS refuses."""
    return refusal
