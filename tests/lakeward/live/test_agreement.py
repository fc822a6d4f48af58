"""What a stack declares is what is found where it is deployed: two readers that share no code but the shapes."""

import copy
import json

import boto3
import pytest

from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of
from lakeward.live import read_account
from lakeward.reports import drift
from tests.soak.mutations import Spoiler, judge, one_of_each_kind

ACCOUNT, REGION = "100000000001", "eu-west-1"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/lakeward-deployer"

NEVER_DECLARED = {
    ("athena", "WorkGroups", "primary"),
    ("iam", "Roles", "OrganizationAccountAccessRole"),
    ("iam", "Roles", "lakeward-deployer"),
    ("iam", "Roles", "artifact-publisher"),
    ("iam", "Roles", "tenant-api"),
}
"""What an account has before the stack."""


def as_deployer(running):
    """A session of the role that deploys, which is a data lake administrator."""
    credentials = (
        running.session(ACCOUNT, REGION)
        .client("sts")
        .assume_role(RoleArn=DEPLOYER, RoleSessionName="reader")["Credentials"]
    )
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


@pytest.fixture(scope="module")
def live(deployed):
    running, _ = deployed
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", running.url)
        return read_account(as_deployer(running), ACCOUNT, REGION)


@pytest.fixture
def declared(deployed, dev_recording):
    """The recording's estate, with the ids that AWS has made up in the place of their tokens."""
    _, tokens = deployed
    text = json.dumps(estate_of(copy.deepcopy(dev_recording), "stack:dev"))
    for token, value in tokens.items():
        if isinstance(value, str):
            text = text.replace(token, value)
    return json.loads(text)


def sections(estate):
    account = estate["accounts"][ACCOUNT]
    for service, lists in {"iam": account["iam"], **account["regions"][REGION]}.items():
        for name, entries in lists.items():
            yield service, name, entries


def stacks_own(service, section, entries):
    if not isinstance(entries, list):
        return entries
    return [
        entry
        for entry in entries
        if (service, section, (entry.get("Name") or entry.get("Arn", "")).rsplit("/", 1)[-1]) not in NEVER_DECLARED
    ]


def by_identity(entries):
    """Lists sorted by what is in them: an endpoint's groups stood in the order of their tokens."""
    if not isinstance(entries, list):
        return entries
    sorted_within = [{**one, "Groups": by_identity(one["Groups"])} if "Groups" in one else one for one in entries]
    return sorted(sorted_within, key=lambda entry: json.dumps(entry, sort_keys=True))


PEERS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")


def as_declared(group):
    """A security group's rules one by one, where AWS puts peers of one port together and tells whose a group is."""
    return {
        **group,
        "IpPermissions": [
            {
                **{key: value for key, value in rule.items() if key not in PEERS},
                kind: [{"GroupId": peer["GroupId"]} if kind == "UserIdGroupPairs" else peer],
            }
            for rule in group["IpPermissions"]
            for kind in PEERS
            for peer in rule.get(kind, [])
        ],
    }


def test_everything_declared_is_found_as_declared(declared, live):
    """Section by section, what the stack declares is what AWS says; nothing more, but what an account starts with."""
    found = {
        (service, name): stacks_own(service, name, entries) for service, name, entries in sections(copy.deepcopy(live))
    }
    # AWS adds a parameter of its own to the settings; those that are declared are as declared.
    settings, written = found["lakeformation", "DataLakeSettings"], {"CROSS_ACCOUNT_VERSION", "SET_SOURCE_IDENTITY"}
    settings["Parameters"] = {key: value for key, value in settings["Parameters"].items() if key in written}

    # A password that RDS keeps is under a key of AWS's own.
    keys = found["kms", "Keys"]
    found["kms", "Keys"] = [key for key in keys if not any(name.startswith("alias/aws/") for name in key["Aliases"])]
    # The network is the user's, with groups of its own; those that the stack adds are as declared.
    groups = {
        entry["GroupId"] for _, name, entries in sections(declared) if name == "SecurityGroups" for entry in entries
    }
    network = found["ec2", "SecurityGroups"]
    found["ec2", "SecurityGroups"] = [as_declared(group) for group in network if group["GroupId"] in groups]

    for service, name, entries in sections(declared):
        assert by_identity(entries) == by_identity(found[service, name]), (service, name)


def test_nothing_is_found_that_is_not_declared(declared, live):
    """A section that the stack leaves out is empty in AWS, but for the network every account starts with."""
    stated = {(service, name) for service, name, _ in sections(declared)}

    surplus = {
        (service, name): entries
        for service, name, entries in sections(live)
        if (service, name) not in stated and stacks_own(service, name, entries) and name != "SecurityGroups"
    }
    assert {place: entries for place, entries in surplus.items() if "unknown" not in entries} == {}


def test_a_data_lake_administrator_sees_all_of_the_account(live):
    """The deployer administers the lake, so nothing was left out of what it was shown."""
    assert "partial" not in live["accounts"][ACCOUNT]


def test_the_live_estate_is_accepted_by_the_strict_reader(live):
    """What is read is an estate."""
    assert read_estate(live).account(ACCOUNT) is not None


def test_reading_twice_gives_the_same_bytes(deployed, live, monkeypatch):
    """Nothing in a live estate depends on when it was read."""
    running, _ = deployed
    monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)

    again = read_account(as_deployer(running), ACCOUNT, REGION)

    assert json.dumps(live, sort_keys=True) == json.dumps(again, sort_keys=True)


def test_comparison_names_each_kind_of_change_behind_its_back(deployed, declared, live, monkeypatch, figure):
    """
    Nothing differs; then one thing of each kind is dropped, widened or swapped, and the comparison names every one.

    `make soak PART=comparison` does so with every single thing.
    """
    running, _ = deployed
    monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
    session = as_deployer(running)

    def look():
        return [str(one) for one in drift(declared, read_account(session, ACCOUNT, REGION), ACCOUNT)]

    mutations = list(one_of_each_kind(Spoiler(session, ACCOUNT, REGION, declared).mutations()))
    verdict = judge(mutations, look)
    figure("mutations named by the comparison", verdict.named)

    assert drift(declared, live, ACCOUNT) == ()
    assert verdict.unnamed == ()
    assert verdict.refused == ()
    assert verdict.named == len(mutations) >= 60
