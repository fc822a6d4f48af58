"""The organization's guardrails: what no account can open, and what goes on working under them."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.access import answer
from lakeward.access.cases import prepare_estate
from lakeward.estate.sources import estate_of, merged
from local.recorder import record

ROOT = Path(__file__).parents[2]
DEV = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]

ANALYST = "secure-lf-business-analyst"
RESULT = f"arn:aws:s3:::acme-dev-query-results-100000000001/{ANALYST}/1.csv"


class Guarded:
    """Stack `dev` with guardrails on the root of its organization, and optionally with a bucket that denies nothing."""

    def __init__(self, document):
        self.document = document
        self._prepared = prepare_estate(document)

    def ask(self, principal, action, resource, **context):
        keys = {key.replace("__", ":"): value for key, value in context.items()}
        case = {"principal": principal, "action": action, "resource": resource, "context": keys}
        return answer({**case, "estate": self.document}, lambda _: self._prepared)

    def read(self, persona, table):
        read = {"account": "100000000001", "region": "eu-west-1", "database": "secure-db", "table": table}
        case = {"principal": role(persona), "read": read}
        return answer({**case, "estate": self.document}, lambda _: self._prepared)


def role(name):
    return f"arn:aws:iam::100000000001:role/{name}"


@pytest.fixture(scope="module")
def guarded():
    config = copy.deepcopy(DEV)
    config["lakeward:organization"]["guardrails"] = {
        "targets": ["r-1aaa"],
        "publicNetworks": ["203.0.113.0/24"],
        "awsBuckets": ["prod-{region}-starport-layer-bucket"],
    }
    document = estate_of(record(ROOT, "dev", config), "stack:dev")
    # What the buckets themselves refuse is shown elsewhere.
    for bucket in document["accounts"]["100000000001"]["regions"]["eu-west-1"]["s3"]["Buckets"]:
        if "query-results" in bucket["Name"] or "-encrypted-" in bucket["Name"]:
            del bucket["Policy"]
    return Guarded(document)


def statements(found, layer):
    return {reason["statement"] for reason in found["reasons"] if reason["layer"] == layer}


def test_strangers_get_none_of_our_resources(guarded):
    """Identity perimeter: a principal of another organization is denied by the resource control policy."""
    stranger = {"aws__PrincipalOrgID": "o-2bbbbbbbbb", "aws__SourceIp": "203.0.113.9"}
    found = guarded.ask("arn:aws:iam::200000000001:role/stranger", "s3:GetObject", RESULT, **stranger)

    assert found["may"] == "EXPLICIT_DENY"
    assert statements(found, "rcp") == {"DenyStrangersOurResources"}


@pytest.mark.parametrize(
    ("action", "statement"),
    [("s3:PutObject", "DenyWritingToStrangersBuckets"), ("s3:GetObject", "DenyReadingStrangersBuckets")],
)
def test_our_principals_reach_no_strangers_bucket(guarded, action, statement):
    """Resource perimeter: the service control policy denies what isn't the organization's."""
    foreign = {"aws__ResourceOrgID": "o-2bbbbbbbbb", "aws__SourceIp": "203.0.113.9"}
    found = guarded.ask(role(ANALYST), action, "arn:aws:s3:::strangers/x", **foreign)
    layers = guarded.ask(role(ANALYST), action, "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x", **foreign)

    assert found["may"] == "EXPLICIT_DENY"
    assert statement in statements(found, "scp")
    # Reading AWS's own buckets is left to identity policies, writing them isn't.
    assert (statement in statements(layers, "scp")) is (action == "s3:PutObject")


def test_data_stays_in_expected_networks(guarded):
    """Network perimeter, from both sides; the twins come from a network of ours, and through an endpoint of ours."""
    elsewhere = guarded.ask(role(ANALYST), "s3:GetObject", RESULT, aws__SourceIp="198.51.100.7")
    office = guarded.ask(role(ANALYST), "s3:GetObject", RESULT, aws__SourceIp="203.0.113.9")
    inside = guarded.ask(role(ANALYST), "s3:GetObject", RESULT, aws__SourceVpce="%{gateway-endpoint-s3.id}")

    assert elsewhere["may"] == "EXPLICIT_DENY"
    assert statements(elsewhere, "scp") == {"DenyDataFromUnexpectedNetworks"}
    assert statements(elsewhere, "rcp") == {"DenyDataToUnexpectedNetworks"}
    assert office["verdict"] == inside["verdict"] == "ALLOW"


def test_queries_go_on_under_the_guardrails(guarded):
    """C2: neither Athena's own calls nor the registration role's reads are stopped."""
    assert guarded.read(ANALYST, "secure_dl_encrypted_data")["verdict"] == "ALLOW"


def test_nobody_makes_a_registration_role_but_deployers(guarded):
    """Whoever made a role of that name would escape the network perimeter."""
    made = "arn:aws:iam::100000000001:role/acme-x-registration-y"
    deployer = guarded.ask(role("lakeward-deployer"), "iam:CreateRole", made)
    other = guarded.ask(role("cloud-engineer"), "iam:CreateRole", made)

    assert "scp" not in deployer["blockedBy"]
    assert "DenyMakingRegistrationRolesToAllButDeployers" in statements(other, "scp")


def test_guardrails_of_one_stack_bind_the_accounts_of_others(guarded):
    """A12-1: a silo that declares none stands below the root that the central stack's are attached to."""
    silo = estate_of(record(ROOT, "dev-silo1"), "stack:dev-silo1")
    together = Guarded(merged([("stack:dev", guarded.document), ("stack:dev-silo1", silo)]))
    engineer = "arn:aws:iam::100000000011:role/silo-engineer"
    stranger = (engineer, "s3:PutObject", "arn:aws:s3:::strangers/x")
    foreign = {"aws__ResourceOrgID": "o-2bbbbbbbbb", "aws__SourceIp": "203.0.113.9"}

    assert "DenyWritingToStrangersBuckets" in statements(together.ask(*stranger, **foreign), "scp")
    # The silo's own stack says nothing of them.
    assert "scp" not in Guarded(silo).ask(*stranger, **foreign)["blockedBy"]
    query = {"account": "100000000011", "region": "eu-west-1", "database": "project", "table": "orders"}
    assert answer({"estate": together.document, "principal": engineer, "read": query})["verdict"] == "ALLOW"
