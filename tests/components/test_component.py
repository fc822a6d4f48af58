from __future__ import annotations

import inspect
import json
import logging
from dataclasses import replace

import pulumi
import pulumi_aws as aws
import pytest

from components.component import Declared, LakeComponent, registry
from lakeward.plan import declarations
from lakeward.plan.declarations import Declaration, GrantArgs, GrantedLocation, LakeArgs, LfTagArgs, RoleArgs
from local.recorder import record_program

BASES = {Declaration, declarations.TaggedDeclaration, RoleArgs}

GOVERNED = {
    "policy",
    "assumeRolePolicy",
    "principal",
    "permissions",
    "database",
    "table",
    "tableWithColumns",
    "dataCellsFilter",
    "dataLocation",
    "lfTagPolicy",
    "lfTags",
    "values",
    "tableData",
    "tags",
    "dataLakeAdmins",
    "readOnlyAdmins",
    "arn",
    "roleArn",
    "resourceArn",
    "storageDescriptor",
    "advancedEventSelectors",
}
"""The governed fields of style.md P2, as the provider calls them."""


def test_every_declaration_has_a_component():
    """A declaration that the plan can make is one that a component places."""
    declared = {
        value
        for _, value in inspect.getmembers(declarations, inspect.isclass)
        if issubclass(value, Declaration) and value not in BASES
    }

    assert set(registry()) == declared


def test_one_of_each_is_one_of_each(plan_of_each):
    """What the tests declare leaves no component out."""
    assert {type(declaration) for declaration in plan_of_each.declarations} == set(registry())


def test_tokens_name_area_and_noun():
    """A component's type token is `lake:<area>:<Noun>`, and no two share one."""
    tokens = [component.type_token for component in registry().values()]

    assert len(set(tokens)) == len(tokens)
    for component in registry().values():
        assert component.type_token.startswith("lake:")
        assert component.type_token.endswith(f":{component.__name__}")


def test_a_second_component_for_a_declaration_is_refused():
    """Two components can't place the same declaration."""
    registry()  # imports every component, whichever test runs first

    with pytest.raises(TypeError, match="LfTagArgs has two components"):

        class Second(LakeComponent[LfTagArgs], area="governance"):
            pass


def test_every_custom_resource_goes_through_the_one_provider(one_of_each):
    """No AWS resource is left to a default provider."""
    aws_resources = [entry for entry in one_of_each.document["resources"] if entry["type"].startswith("aws:")]

    providers = {(entry["provider"] or "").rsplit("::", 1)[0] for entry in aws_resources}
    assert providers == {"urn:pulumi:dev::lakeward::pulumi:providers:aws::aws"}


def test_provider_accepts_the_account_only(one_of_each):
    """The provider is told its Region, its role chain, and to refuse every other account."""
    inputs = one_of_each.the("pulumi:providers:aws")["inputs"]

    assert inputs["region"] == "eu-west-1"
    assert json.loads(inputs["allowedAccountIds"]) == ["100000000001"]
    assert json.loads(inputs["assumeRoles"]) == [
        {"roleArn": "arn:aws:iam::100000000001:role/lakeward-deployer", "sessionName": "lakeward"}
    ]


def test_lake_tells_readers_what_the_stack_is(one_of_each):
    """The root's inputs hold account, Region, deployer and organization, for readers of a preview."""
    assert one_of_each.the("lake:stack:Lake")["inputs"] == {
        "stack": "dev",
        "account": "100000000001",
        "region": "eu-west-1",
        "deployer": "arn:aws:iam::100000000001:role/lakeward-deployer",
        "organization": {"id": "o-aaaaaaaaaa", "accounts": {"100000000001": {"path": "o-aaaaaaaaaa/r-aaaa/"}}},
    }


def test_components_stand_below_the_lake(one_of_each):
    """Every component is a child of the lake, and every other resource a child of a component."""
    parents = {entry["urn"]: entry["parent"] for entry in one_of_each.document["resources"]}
    lake = one_of_each.the("lake:stack:Lake")["urn"]

    for entry in one_of_each.document["resources"]:
        if entry["type"] in {"lake:stack:Lake", "pulumi:pulumi:Stack", "pulumi:providers:aws"}:
            continue
        assert parents[entry["urn"]] == lake or parents[parents[entry["urn"]]] == lake


def test_children_take_over_no_option_of_their_component(one_of_each):
    """Nothing is protected, ignored or hidden by accident; nothing is deleted before what takes its place is there."""
    kept = {
        (entry["type"], entry["name"])
        for entry in one_of_each.document["resources"]
        if entry["custom"] and entry["options"]["deleteBeforeReplace"] is False
    }

    assert kept == {
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "gateway-endpoint-s3"),
        ("aws:kms/key:Key", "key-encrypted"),
        ("pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings", "settings-data-lake"),
    }
    ignoring = {
        entry["name"]: entry["options"]["ignoreChanges"]
        for entry in one_of_each.document["resources"]
        if entry["options"]["ignoreChanges"]
    }
    # Which VPCs are associated with a hub's zone is its spokes' business.
    assert ignoring == {"private-zone-s3": ["vpcs"]}


def test_children_wait_for_what_the_declaration_depends_on(recorded):
    """A dependency of the plan reaches the resources that AWS sees, and only where it is declared."""
    tag = LfTagArgs(logical_name="lf-tag-zone", key="zone", values=("masked",))
    grant = GrantArgs(
        logical_name="grant-a",
        principal="arn:aws:iam::100000000001:role/a",
        permissions=("DATA_LOCATION_ACCESS",),
        resource=GrantedLocation(arn="arn:aws:s3:::lake"),
    )

    free = recorded(tag, grant)
    bound = recorded(tag, replace(grant, depends_on=("lf-tag-zone",)))

    assert free.dependencies("aws:lakeformation/permissions:Permissions") == set()
    assert bound.dependencies("aws:lakeformation/permissions:Permissions") == {"lf-tag-zone"}


def test_a_dependency_on_something_later_is_refused(recorded):
    """A plan that refers forward is a mistake of the plan, told by name."""
    with pytest.raises(KeyError, match="`lf-tag-late` is referred to before it is declared"):
        recorded(LfTagArgs(logical_name="lf-tag-early", key="zone", values=("raw",), depends_on=("lf-tag-late",)))


def test_two_declarations_of_one_name_are_refused(recorded):
    """Logical names are unique, or a later reference would be ambiguous."""
    tag = LfTagArgs(logical_name="lf-tag-zone", key="zone", values=("raw",))

    with pytest.raises(ValueError, match="two declarations are named `lf-tag-zone`"):
        recorded(tag, tag)


def test_a_reference_to_another_kind_is_refused():
    """A field that names a key doesn't accept something else of that name."""
    declared = Declared(LakeArgs(stack="dev", account="1", region="r", deployer="d"))

    class Other:
        logical_name = "key-raw"

    declared.add(Other())

    with pytest.raises(TypeError, match="`key-raw` is a Other, not a LakeComponent"):
        declared.the(LakeComponent, "key-raw")


def test_governed_fields_hold_no_unknown(one_of_each):
    """What grants or denies is finished text before anything exists: a preview can judge all of it."""
    unknown = [
        (entry["type"], entry["name"], field)
        for entry in one_of_each.document["resources"]
        if entry["custom"]
        for field in GOVERNED & set(entry["inputs"])
        if "%{" in json.dumps(entry["inputs"][field])
    ]

    # The one exception (`lakeward.plan.unknowns`): AWS makes up a cluster's resource id.
    assert unknown == [("aws:iam/policy:Policy", "policy-tenant-login", "policy")]
    assert one_of_each.the("aws:kms/alias:Alias")["inputs"]["targetKeyId"] == "%{key-encrypted.keyId}"


def test_every_resource_that_can_carry_tags_carries_them(one_of_each):
    """Reports and reviewers find things by the fixed tags (contracts.md section 6)."""
    untagged = [
        (entry["type"], entry["name"])
        for entry in one_of_each.document["resources"]
        if "tagsAll" in entry["outputs"] and not {"lakeward:stack", "lakeward:owner"} <= set(entry["inputs"]["tags"])
    ]

    tagged = [entry for entry in one_of_each.document["resources"] if "tagsAll" in entry["outputs"]]
    assert untagged == []
    assert len(tagged) == 29


def test_nothing_deprecated_is_used(recorded, plan_of_each, caplog):
    """The SDK has nothing to warn about in what the components declare."""
    with caplog.at_level(logging.WARNING):
        recorded(*plan_of_each.declarations)

    assert caplog.messages == []


def test_something_deprecated_would_be_told(caplog):
    """The twin of the test above: a deprecated class of the SDK leaves a warning in the log."""
    with caplog.at_level(logging.WARNING):
        record_program(lambda: aws.s3.BucketV2("old"), project="lakeward", stack="dev")

    assert any("BucketV2 is deprecated" in message for message in caplog.messages)


def test_exports_name_roles_buckets_workgroups_and_private_zones(one_of_each):
    """A stack exports where its parts are: by persona, by zone and by service, external personas included."""
    assert one_of_each.document["exports"] == {
        "buckets": {
            "encrypted": "acme-dev-encrypted-100000000001",
            "logs": "acme-dev-logs-100000000001",
        },
        "roles": {
            "analyst": "arn:aws:iam::100000000001:role/analyst",
            "auditor": "arn:aws:iam::100000000001:role/auditor",
        },
        "workgroups": {"analyst": "acme-dev-analyst-100000000001"},
        "privateZones": {"s3": "%{private-zone-s3.zoneId}"},
    }


def test_components_are_components(one_of_each):
    """Every component is a plain Pulumi component: nothing of it exists in AWS by itself."""
    for component in registry().values():
        assert issubclass(component, pulumi.ComponentResource)
    external = one_of_each.the("lake:identity:ExternalPersona")
    assert one_of_each.below("persona-auditor") == {}
    assert external["inputs"] == {
        "persona": "auditor",
        "arn": "arn:aws:iam::100000000001:role/auditor",
        "ceiling": ['{"ceiling": true}'],
    }
