"""A deployment is held to what was reviewed: by its digest, and by what the engine's preview gives."""

from __future__ import annotations

import json

import pytest

from delivery import reviewed
from delivery.reviewed import KEPT, hold_preview_to, hold_to
from lakeward.errors import ConfigurationError
from lakeward.estate.digest import digest_of
from lakeward.estate.sources import estate_of
from tests.reviews.brownfield import brownfield, named
from tests.reviews.lake import changed, grant, role

ACCOUNT, REGION = "100000000001", "eu-west-1"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-1111-1111-1111-111111111111"
BEFORE = brownfield()
MORE = changed(
    BEFORE,
    [{"at": "lakeformation.Permissions", "add": grant(role("planner"), named("people", "salaries"), ["SELECT"])}],
)


def refused(declared, monkeypatch, tmp_path, digest=None):
    """What is told, and why, where a stack declares an estate and another one was reviewed."""
    monkeypatch.setattr(reviewed, "open_source", lambda _: declared)
    told = []
    with pytest.raises(ConfigurationError) as error:
        hold_to(digest or digest_of(BEFORE), "dev", tmp_path, told.append)
    return "".join(told), str(error.value)


def keep(estate, tmp_path, name=None):
    (tmp_path / KEPT).mkdir(parents=True, exist_ok=True)
    (tmp_path / KEPT / f"{name or digest_of(estate)}.json").write_text(json.dumps(estate))


def test_what_was_reviewed_is_let_through(monkeypatch, tmp_path):
    """Of the digest that is asked for, nothing is told."""
    monkeypatch.setattr(reviewed, "open_source", lambda _: BEFORE)

    assert hold_to(digest_of(BEFORE), "dev", tmp_path, pytest.fail) == BEFORE


def test_something_else_is_refused_by_whose_access_differs(monkeypatch, tmp_path):
    """The rows that differ from what was reviewed are told, with what causes them."""
    keep(BEFORE, tmp_path)

    told, why = refused(MORE, monkeypatch, tmp_path)

    assert "planner can newly read people.salaries (id, name, pay)" in told
    assert "because: grant of SELECT on people.salaries to planner added" in told
    assert f"{digest_of(BEFORE)} was reviewed; whose access differs stands above" in why


@pytest.mark.parametrize("name", [None, digest_of(BEFORE)], ids=["nothing kept", "another one under its name"])
def test_without_what_was_reviewed_no_row_is_made_up(monkeypatch, tmp_path, name):
    """Where the estate isn't kept, or isn't the one of that digest, that is said."""
    if name:
        keep(MORE, tmp_path, name)

    told, why = refused(MORE, monkeypatch, tmp_path)

    assert told == ""
    assert "what was reviewed isn't kept in .lakeward/review/estates" in why


@pytest.mark.parametrize("digest", ["abc", "../../secret", "A" * 64])
def test_only_a_digest_is_looked_up(monkeypatch, tmp_path, digest):
    """What isn't one names no file."""
    _, why = refused(BEFORE, monkeypatch, tmp_path, digest)

    assert "REVIEWED: this is no digest" in why


def urn(kind, name):
    return f"urn:pulumi:dev::lakeward::{kind}::{name}"


LAKE_INPUTS = {
    "stack": "dev",
    "account": ACCOUNT,
    "region": REGION,
    "deployer": f"arn:aws:iam::{ACCOUNT}:role/deployer",
}
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def declared(key, *more):
    """A role that may use a key, whatever that is called, as (type, name, inputs)."""
    allow = [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": key}, *more]
    use = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}]}
    return [
        ("lake:stack:Lake", "lake", LAKE_INPUTS),
        ("aws:kms/key:Key", "data", {"policy": json.dumps(use)}),
        ("aws:iam/role:Role", "job", {"name": "job", "assumeRolePolicy": json.dumps(TRUST)}),
        ("aws:iam/role:Role", "other", {"name": "other", "assumeRolePolicy": json.dumps(TRUST)}),
        ("aws:iam/rolePolicy:RolePolicy", "job", {"role": "job", "policy": json.dumps({"Statement": allow})}),
    ]


def recording(*found):
    resources = [
        {"urn": urn(kind, name), "type": kind, "name": name, "custom": kind.startswith("aws:"), "inputs": inputs}
        for kind, name, inputs in found
    ]
    return estate_of({"recording": 1, "resources": resources}, "stack:dev")


def preview(*found):
    """A preview of a stack whose key is up."""
    up = {"aws:kms/key:Key": {"id": KEY.rpartition("/")[2], "outputs": {"arn": KEY}}}
    steps = []
    for kind, name, inputs in found:
        state = {"urn": urn(kind, name), "type": kind, "custom": kind.startswith("aws:"), "inputs": inputs}
        steps.append(
            {"op": "same", "urn": urn(kind, name), "newState": state, "oldState": {**state, **up.get(kind, {})}}
        )
    return {"steps": steps, "changeSummary": {"same": len(steps)}}


def test_a_preview_of_what_was_reviewed_is_let_through():
    """What AWS has named since is no difference."""
    hold_preview_to(recording(*declared("%{data.arn}")), preview(*declared(KEY)), pytest.fail)


def test_a_preview_that_gives_more_than_was_reviewed_is_refused():
    """A program that declares more under the engine than under a review is found by what it gives."""
    assume = {"Effect": "Allow", "Action": "iam:PutRolePolicy", "Resource": f"arn:aws:iam::{ACCOUNT}:role/other"}
    told = []

    with pytest.raises(ConfigurationError, match="gives access that wasn't reviewed"):
        hold_preview_to(recording(*declared("%{data.arn}")), preview(*declared(KEY, assume)), told.append)

    assert "job can newly do iam:PutRolePolicy on arn:aws:iam::100000000001:role/other" in "".join(told)
