"""C2: silo accounts, central readers of all of them, and nothing from silo to silo."""

import copy
from pathlib import Path

import pytest
import yaml

from lakeward.access import answer
from lakeward.access.cases import prepare_estate
from lakeward.config import load, parse
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of
from lakeward.estate.sources.merge import merged
from lakeward.plan import intended_access, plan_stack
from lakeward.plan.declarations import DatabaseLinkArgs, DataKeyArgs, GrantArgs
from lakeward.reports import compare
from local.recorder import record

ROOT = Path(__file__).parents[2]
STACKS = ("dev", "dev-silo1", "dev-silo2")
REGION = "eu-west-1"
CENTRAL, SILO1, SILO2 = "100000000001", "100000000011", "100000000012"
READER = f"arn:aws:iam::{CENTRAL}:role/central-analytics-reader"
ENGINEER1 = f"arn:aws:iam::{SILO1}:role/silo-engineer"
ENGINEER2 = f"arn:aws:iam::{SILO2}:role/silo-engineer"
SHARED = ["amount", "site", "status"]


class Environment:
    """The three stacks as declared, merged into one estate."""

    def __init__(self):
        recorded = [(stack, estate_of(record(ROOT, stack), f"stack:{stack}")) for stack in STACKS]
        self.document = merged(recorded)
        self._prepared = prepare_estate(self.document)

    def decide(self, case):
        return answer({**case, "estate": self.document}, lambda _: self._prepared)

    def read(self, principal, account, database="project", table="orders", *, columns=None, through="athena"):
        read = {"account": account, "region": REGION, "database": database, "table": table}
        if columns is not None:
            read["columns"] = columns
        return self.decide({"principal": principal, "read": read, "through": through})

    def request(self, principal, action, resource, **context):
        keys = {"aws:SecureTransport": "true"} | {key.replace("__", ":"): value for key, value in context.items()}
        return self.decide({"principal": principal, "action": action, "resource": resource, "context": keys})

    def key(self, account, zone):
        keys = self.document["accounts"][account]["regions"][REGION]["kms"]["Keys"]
        (found,) = (key["Arn"] for key in keys if any(f"-{zone}-" in alias for alias in key["Aliases"]))
        return found


@pytest.fixture(scope="module")
def environment():
    return Environment()


@pytest.fixture(scope="module")
def configs():
    return {stack: load(ROOT / f"Pulumi.{stack}.yaml") for stack in STACKS}


@pytest.mark.parametrize(
    ("account", "link"), [(SILO1, "silo1_project"), (SILO2, "silo2_project")], ids=["silo1", "silo2"]
)
def test_the_central_reader_reads_every_silo_in_its_list(environment, account, link):
    """By the owner's table and through the link alike: what the silo shares, for certain, and no other column."""
    for decision in (environment.read(READER, account), environment.read(READER, CENTRAL, link)):
        assert (decision["verdict"], decision["columns"], decision["mayColumns"]) == ("ALLOW", SHARED, SHARED)
    refused = environment.read(READER, account, columns=["customer"])
    assert (refused["verdict"], refused["may"]) == ("IMPLICIT_DENY", "IMPLICIT_DENY")
    assert refused["blockedBy"] == ["lake-formation"]


def test_a_silos_engineer_reads_its_own(environment):
    """The positive twin of what follows."""
    assert environment.read(ENGINEER1, SILO1)["verdict"] == "ALLOW"
    assert environment.read(ENGINEER2, SILO2)["verdict"] == "ALLOW"


def test_a_silos_engineer_is_refused_another_silo_at_all_four_layers(environment):
    """S3 by the bucket, Glue and KMS for want of any statement, Lake Formation for want of a grant."""
    objects = environment.request(ENGINEER1, "s3:GetObject", f"arn:aws:s3:::acme-dev-silo2-curated-{SILO2}/orders/1")
    catalog = environment.request(ENGINEER1, "glue:GetTable", f"arn:aws:glue:{REGION}:{SILO2}:table/project/orders")
    query = environment.read(ENGINEER1, SILO2)
    key = environment.request(
        ENGINEER1,
        "kms:Decrypt",
        environment.key(SILO2, "curated"),
        kms__ViaService=f"s3.{REGION}.amazonaws.com",
        **{"kms__EncryptionContext:aws:s3:arn": f"arn:aws:s3:::acme-dev-silo2-curated-{SILO2}"},
    )

    assert objects["may"] == "EXPLICIT_DENY"
    assert "DenyDataOutsideLakeFormation" in {reason["statement"] for reason in objects["reasons"]}
    assert catalog["may"] == "IMPLICIT_DENY"
    assert {"identity", "resource"} <= set(catalog["blockedBy"])
    assert query["may"] == "IMPLICIT_DENY"
    assert "lake-formation" in query["blockedBy"]
    assert key["may"] == "EXPLICIT_DENY"
    assert "key" in key["blockedBy"]
    assert "DenyEveryOtherKey" in {reason["statement"] for reason in key["reasons"]}


@pytest.mark.parametrize("engineer", [ENGINEER1, ENGINEER2])
def test_what_the_central_account_shares_is_granted_on_to_the_silos_personas(environment, engineer):
    """The account got it with grant option; its persona reads what both list and can't pass it on."""
    account = engineer.split(":")[4]
    columns = {SILO1: ["region", "site"], SILO2: ["country", "region", "site"]}[account]
    decision = environment.read(engineer, CENTRAL, "reference", "sites")

    assert (decision["verdict"], decision["columns"], decision["mayColumns"]) == ("ALLOW", columns, columns)
    grants = environment.document["accounts"][account]["regions"][REGION]["lakeformation"]["Permissions"]
    own = [grant for grant in grants if grant["Principal"]["DataLakePrincipalIdentifier"] == engineer]
    assert own
    assert all(grant["PermissionsWithGrantOption"] == [] for grant in own)


def test_an_engineer_without_the_owners_share_reads_nothing(environment):
    """Without the central account's share the same grant in the silo opens nothing: the owner's side decides."""
    document = copy.deepcopy(environment.document)
    lake = document["accounts"][CENTRAL]["regions"][REGION]["lakeformation"]
    lake["Permissions"] = [g for g in lake["Permissions"] if g["Principal"]["DataLakePrincipalIdentifier"] != SILO1]
    read = {"account": CENTRAL, "region": REGION, "database": "reference", "table": "sites"}
    decision = answer({"id": "1", "estate": document, "principal": ENGINEER1, "read": read})

    assert (decision["verdict"], decision["may"]) == ("IMPLICIT_DENY", "IMPLICIT_DENY")
    assert "lake-formation" in decision["blockedBy"]


def test_intended_access_is_effective_access_stack_by_stack_and_merged(environment, configs):
    """Each stack alone, and all of them as one environment."""
    assert compare(intended_access(*configs.values()), read_estate(environment.document, "merged")).differences == ()
    for stack, config in configs.items():
        estate = read_estate(estate_of(record(ROOT, stack), stack), stack)
        assert compare(intended_access(config), estate).differences == ()


@pytest.mark.parametrize("stack", STACKS)
def test_no_consumer_stands_in_a_key_policy(configs, stack):
    """Vended reads decrypt as the registration role of the owner: no data key names another account's role."""
    config = configs[stack]
    for key in (d for d in plan_stack(config).declarations if isinstance(d, DataKeyArgs)):
        others = {CENTRAL, SILO1, SILO2} - {config.account}
        assert not any(f"arn:aws:iam::{account}:" in key.policy for account in others)


def planned(stack, change=None):
    """The declarations of a stack by name, after a change to its configuration."""
    values = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    own = {key: value for key, value in values.items() if key.startswith("lakeward:")}
    if change:
        change(own)
    return {declaration.logical_name: declaration for declaration in plan_stack(parse(own, stack)).declarations}


def without_link_to_silo2(values):
    sharing = values["lakeward:sharing"]
    sharing["links"] = [link for link in sharing["links"] if link["account"] != SILO2]


def test_dropping_silo2_from_the_central_readers_list_removes_exactly_its_links(environment):
    """The link, the right to describe it, and silo 2's ARNs in the reader's policy; everything else is untouched."""
    del environment
    before, after = planned("dev"), planned("dev", without_link_to_silo2)
    gone = [before[name] for name in before.keys() - after.keys()]
    changed = {name for name in after if after[name] != before[name]}

    assert after.keys() <= before.keys()
    assert {type(declaration) for declaration in gone} == {DatabaseLinkArgs, GrantArgs}
    assert {d.logical_name for d in gone} == {
        "link-database/silo2_project",
        "grant-central-analytics-reader/database/silo2_project",
    }
    assert changed == {"persona-central-analytics-reader"}
    before_role, after_role = (str(found["persona-central-analytics-reader"]) for found in (before, after))
    assert SILO2 in before_role
    assert SILO2 not in after_role
    assert SILO1 in after_role


def test_dropping_the_reader_from_silo2_removes_exactly_its_grants():
    """The silo's own share: two grants go, nothing is added and nothing else changes."""

    def unshared(values):
        values["lakeward:sharing"]["shares"] = []

    before, after = planned("dev-silo2"), planned("dev-silo2", unshared)
    gone = [before[name] for name in before.keys() - after.keys()]

    assert all(after[name] == before[name] for name in after)
    assert {type(declaration) for declaration in gone} == {GrantArgs}
    assert {declaration.principal for declaration in gone} == {READER}


def test_only_accounts_and_units_get_the_grant_option(configs):
    """Roles get what they read; an account gets the right to grant on, which is what it is for."""
    for config in configs.values():
        for grant in (d for d in plan_stack(config).declarations if isinstance(d, GrantArgs)):
            assert bool(grant.grantable) == grant.principal.isdigit()


def test_a_share_with_a_unit_reaches_the_accounts_in_it_and_below():
    """What the central account shares with an OU is granted on by a silo below that OU, and by no other account."""
    unit = "arn:aws:organizations::100000000000:ou/o-1aaaaaaaaa/ou-1aaa-dddddddd"

    def by_unit(values):
        grants = [{"database": "reference", "table": "sites", "columns": ["site", "region", "country"]}]
        values["lakeward:sharing"]["shares"] = [{"principal": unit, "grants": grants}]

    central = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))["config"]
    by_unit(central)
    shared = parse({key: value for key, value in central.items() if key.startswith("lakeward:")}, "dev")
    silos = [load(ROOT / f"Pulumi.{stack}.yaml") for stack in STACKS[1:]]
    reads = intended_access(shared, *silos)

    assert {read.principal for read in reads if read.table == "sites"} == {ENGINEER2}
