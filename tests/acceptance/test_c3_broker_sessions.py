"""
C3: the tenant broker, from a token to a session, judged by what stack `dev` declares.

The embedded STS gives a session of any role that exists to anybody, so every request that the broker makes of it is
replayed through the access model: would AWS have answered?
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import jwt
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from components.declare import declare
from lakeward.access import answer
from lakeward.access.cases import prepare_estate
from lakeward.config import parse
from lakeward.estate.sources import estate_of
from lakeward.plan import plan_stack
from local.recorder import record_program
from runtime.broker.broker import Broker
from runtime.broker.key_set import KeySet
from runtime.broker.sessions import hashed
from runtime.broker.settings import Settings

ROOT = Path(__file__).parents[2]
ACCOUNT = "100000000077"
"""An account of these tests' own, on the embedded AWS that others use too."""
REGION = "eu-west-1"
BROKER = f"arn:aws:sts::{ACCOUNT}:assumed-role/acme-dev-broker/acme-dev-broker"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:acme-dev-broker"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/aws-lambda"
CALLER = f"arn:aws:iam::{ACCOUNT}:role/tenant-api"
TENANTS = ("tenant1", "tenant2", "tenant10")


def role_of(tenant):
    return f"arn:aws:iam::{ACCOUNT}:role/tenants/dev/acme-dev-tenant-{tenant}"


def configured():
    """Stack `dev`, in the account of these tests."""
    text = (ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8").replace("100000000001", ACCOUNT)
    return parse({k: v for k, v in yaml.safe_load(text)["config"].items() if k.startswith("lakeward:")}, "dev")


class Brokered:
    """The declared broker at work on the embedded STS, with its requests written down."""

    def __init__(self, session):
        sts = session.client("sts")
        plan = plan_stack(configured())
        self.document = estate_of(record_program(lambda: declare(plan), project="lakeward", stack="dev"), "stack:dev")
        account = self.document["accounts"][ACCOUNT]
        # The account holds this stack and the broker's caller, which has no right of its own, and nothing else.
        account["iam"]["Roles"].append({"Arn": CALLER, "Policies": []})
        account.pop("partial", None)
        # As AWS's own key for environments does, this one lets the broker's role decrypt.
        opened = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/acme-dev-broker"},
            "Action": "kms:Decrypt",
            "Resource": "*",
        }
        policy = {"Version": "2012-10-17", "Statement": [opened]}
        account["regions"][REGION]["kms"]["Keys"].append({"Arn": KEY, "Policy": policy})
        deployed = {role["Arn"]: role for role in account["iam"]["Roles"]}
        for arn in (f"arn:aws:iam::{ACCOUNT}:role/acme-dev-broker", *map(role_of, TENANTS)):
            path, _, name = arn.partition(":role")[2].rpartition("/")
            trust = json.dumps(deployed[arn]["AssumeRolePolicyDocument"])
            session.client("iam").create_role(Path=f"{path}/", RoleName=name, AssumeRolePolicyDocument=trust)
        self.prepared = prepare_estate(self.document)
        self.requests = []
        sts.meta.events.register(
            "provide-client-params.sts.AssumeRole", lambda params, **_: self.requests.append(dict(params))
        )
        (function,) = (one for one in plan.declarations if one.logical_name == "broker-tenants")
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        published = {"keys": [{**RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True), "kid": "1"}]}
        settings = Settings.of(function.environment)
        self.broker = Broker(
            settings=settings,
            keys=KeySet(settings.key_set, read=lambda _: json.dumps(published).encode()),
            sts=sts,
            log=lambda _: None,
        )

    def ask(self, tenant, *, key=None):
        """Present a token of a tenant; return the broker's answer and the request it made of STS."""
        now = int(time.time())
        claims = {
            "iss": "https://login.acme.example/",
            "aud": "lakeward",
            "sub": "ada",
            "tenant_id": tenant,
            "nbf": now - 5,
            "exp": now + 300,
        }
        self.requests.clear()
        token = jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": "1"})
        return self.broker.answer({"token": token}, "request-1"), list(self.requests)

    def decide(self, principal, action, resource, **context):
        keys = {key.replace("__", ":"): value for key, value in context.items()}
        case = {"principal": principal, "action": action, "resource": resource, "context": keys}
        return answer({**case, "estate": self.document}, lambda _: self.prepared)

    def replay(self, request):
        """Return what AWS would say to a request for a session: every action that it takes."""
        context = {"sts__RoleSessionName": request["RoleSessionName"], "sts__SourceIdentity": request["SourceIdentity"]}
        taken = ["sts:AssumeRole", "sts:SetSourceIdentity", *(["sts:TagSession"] if "Tags" in request else [])]
        return {action: self.decide(BROKER, action, request["RoleArn"], **context) for action in taken}


@pytest.fixture(scope="module")
def brokered(embedded_aws):
    return Brokered(embedded_aws.session(ACCOUNT, REGION))


@pytest.mark.parametrize("tenant", TENANTS)
def test_token_of_a_tenant_opens_that_tenants_session(brokered, tenant):
    """What the broker asks for is what the declared trust, identity policy and boundary allow."""
    given, (request,) = brokered.ask(tenant)
    verdicts = {action: (decision["verdict"], decision["may"]) for action, decision in brokered.replay(request).items()}

    assert (given["outcome"], given["tenant"]) == ("granted", tenant)
    assert request == {
        "RoleArn": role_of(tenant),
        "RoleSessionName": hashed("ada"),
        "SourceIdentity": hashed("ada"),
        "DurationSeconds": 900,
    }
    assert verdicts == {"sts:AssumeRole": ("ALLOW", "ALLOW"), "sts:SetSourceIdentity": ("ALLOW", "ALLOW")}


def test_token_of_a_tenant_that_is_not_deployed_opens_nothing(brokered):
    """There is no such role, and the broker says what it says of an id that can't be one."""
    given, (request,) = brokered.ask("tenant3")
    malformed, nothing = brokered.ask("a/b")
    decisions = brokered.replay(request)

    assert (given, nothing) == (malformed, [])
    assert given == {"outcome": "unknown-tenant"}
    assert {action: decision["may"] for action, decision in decisions.items()} == {
        "sts:AssumeRole": "IMPLICIT_DENY",
        "sts:SetSourceIdentity": "IMPLICIT_DENY",
    }


def test_swapped_token_asks_for_nothing(brokered):
    """A token that somebody else signed never reaches STS."""
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert brokered.ask("tenant1", key=stranger) == ({"outcome": "bad-signature"}, [])


@pytest.mark.parametrize("tenant", TENANTS)
def test_broker_cannot_pass_session_tags(brokered, tenant):
    """K12: a session tag would override the role's own; the boundary denies it, whatever the trust says."""
    context = {"aws__RequestTag/tenant_id": "tenant2", "aws__TagKeys": ["tenant_id"]}
    decision = brokered.decide(BROKER, "sts:TagSession", role_of(tenant), **context)

    assert (decision["verdict"], decision["may"]) == ("EXPLICIT_DENY", "EXPLICIT_DENY")
    assert "DenyPassingSessionTags" in {reason["statement"] for reason in decision["reasons"]}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", f"arn:aws:s3:::acme-dev-tenants-{ACCOUNT}/tenant1/x"),
        ("s3:GetObject", f"arn:aws:s3:::acme-dev-encrypted-{ACCOUNT}/x"),
        ("lakeformation:GetDataAccess", "*"),
        ("glue:GetTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:catalog"),
        ("athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"),
        ("rds-db:connect", f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:cluster-1/tenant1_dbuser"),
    ],
)
def test_broker_reads_no_data(brokered, action, resource):
    """It hands out sessions and has no use of any (K14)."""
    decision = brokered.decide(BROKER, action, resource)

    assert (decision["verdict"], decision["may"]) == ("EXPLICIT_DENY", "EXPLICIT_DENY")
    assert "DenyReadingData" in {reason["statement"] for reason in decision["reasons"]}


@pytest.mark.parametrize("of", ["tenant", "another-function", "nothing"])
def test_broker_decrypts_nothing_but_its_own_environment(brokered, of):
    """AWS's own key grants the role its environment; whatever else somebody grants it stays shut."""
    context = {
        "tenant": {"kms__EncryptionContext:aws:s3:arn": f"arn:aws:s3:::acme-dev-tenants-{ACCOUNT}/tenant1/x"},
        "another-function": {"kms__EncryptionContext:aws:lambda:FunctionArn": f"{FUNCTION}-other"},
        "nothing": {},
    }[of]
    own = {"kms__EncryptionContext:aws:lambda:FunctionArn": FUNCTION}

    decision = brokered.decide(BROKER, "kms:Decrypt", KEY, **context)

    assert brokered.decide(BROKER, "kms:Decrypt", KEY, **own)["verdict"] == "ALLOW"
    assert decision["may"] == "EXPLICIT_DENY"
    assert "DenyEveryOtherUseOfKeys" in {reason["statement"] for reason in decision["reasons"]}


@pytest.mark.parametrize("role", ["secure-lf-data-scientist", "process-secure-data", "secure-lf-admin"])
def test_persona_takes_no_tenants_role(brokered, role):
    """The trust of a tenant's role names the broker and nobody else."""
    decision = brokered.decide(f"arn:aws:iam::{ACCOUNT}:role/{role}", "sts:AssumeRole", role_of("tenant1"))

    assert decision["may"] in {"IMPLICIT_DENY", "EXPLICIT_DENY"}
    assert "trust" in decision["blockedBy"] or "boundary" in decision["blockedBy"]


@pytest.mark.parametrize("role", ["secure-lf-data-scientist", "process-secure-data", "cloud-engineer"])
def test_persona_does_not_invoke_the_broker(brokered, role):
    """Nobody has a right to invoke it of their own, and its policy names its caller."""
    decision = brokered.decide(f"arn:aws:iam::{ACCOUNT}:role/{role}", "lambda:InvokeFunction", FUNCTION)

    assert (decision["verdict"], decision["may"]) == ("IMPLICIT_DENY", "IMPLICIT_DENY")


def test_caller_invokes_the_broker_by_the_brokers_own_policy(brokered):
    """The positive twin: one statement names it, so it needs no right of its own."""
    decision = brokered.decide(CALLER, "lambda:InvokeFunction", FUNCTION)

    assert (decision["verdict"], decision["may"]) == ("ALLOW", "ALLOW")
    assert "AllowTheOneCaller" in {reason["statement"] for reason in decision["reasons"]}
