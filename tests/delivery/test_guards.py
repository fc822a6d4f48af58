"""What a preview may not do by accident."""

import json

import pytest

from delivery.guards import LF_TAG, LF_TAG_ASSIGNMENT, assigned_values, refusals
from lakeward.model import ExpectedChanges
from local.outcome import Step

GRANT = "aws:lakeformation/permissions:Permissions"
NOTHING = ExpectedChanges()


def steps(op, count, kind=GRANT, name="grant"):
    return [
        Step(urn=f"urn:pulumi:prod::lakeward::{kind}::{name}-{op}-{number}", op=op, planned=True, custom=True)
        for number in range(count)
    ]


def expected(**values):
    return ExpectedChanges.model_validate_json(json.dumps(values))


@pytest.mark.parametrize(
    ("removed", "kept", "refused"),
    [(0, 3, False), (10, 200, False), (11, 200, True), (1, 10, False), (1, 9, False), (1, 8, True), (2, 17, True)],
)
def test_grants_are_not_removed_by_the_dozen(removed, kept, refused):
    """More than ten, or more than a tenth of those that stand."""
    found = refusals([*steps("delete", removed), *steps("same", kept)], NOTHING)

    assert [problem.path for problem in found] == ["lakeward:expectedChanges.grantsRemoved"] * refused


def test_grants_to_come_do_not_hide_those_that_go():
    """What is created isn't counted among what stands; what is replaced isn't removed."""
    many = [*steps("delete", 2), *steps("same", 8), *steps("create", 100)]

    assert len(refusals(many, NOTHING)) == 1
    assert refusals([*steps("delete-replaced", 20), *steps("create-replacement", 20)], NOTHING) == ()


def test_the_very_number_of_grants_allows_it():
    """Another number is another change."""
    change = [*steps("delete", 12), *steps("same", 30)]

    assert refusals(change, expected(grantsRemoved=12)) == ()
    assert len(refusals(change, expected(grantsRemoved=13))) == 1
    assert "12 of 42 grants would be removed" in str(refusals(change, NOTHING)[0])


@pytest.mark.parametrize(
    "kind",
    [
        "aws:glue/catalogDatabase:CatalogDatabase",
        "aws:glue/catalogTable:CatalogTable",
        "aws:kms/key:Key",
        "aws:lakeformation/lfTag:LfTag",
        "aws:rds/cluster:Cluster",
        "aws:s3/bucket:Bucket",
        "pulumi-python:dynamic/components.providers.data_lake_settings:DataLakeSettings",
    ],
)
@pytest.mark.parametrize(
    ("op", "key"), [("delete", "deleted"), ("replace", "replaced"), ("create-replacement", "replaced")]
)
def test_what_holds_data_or_the_lake_is_named_one_by_one(kind, op, key, figure):
    """What holds data, definitions or others' grants neither goes nor comes anew unless that very one is named."""
    change = steps(op, 2, kind, "it")
    other = {"deleted": "replaced", "replaced": "deleted"}[key]

    found = refusals(change, expected(**{key: [f"it-{op}-0"], other: [f"it-{op}-1"]}))
    figure("losses refused by name", len(found))

    assert [(problem.path, f"it-{op}-1 would be {key}" in problem.problem) for problem in found] == [
        (f"lakeward:expectedChanges.{key}", True)
    ]
    assert refusals(change, expected(**{key: [f"it-{op}-0", f"it-{op}-1"]})) == ()


def test_a_replacement_is_told_once():
    """Its three steps are one change."""
    urn = "urn:pulumi:prod::lakeward::aws:s3/bucket:Bucket::bucket-curated"
    change = [
        Step(urn=urn, op=op, planned=True, custom=True) for op in ("create-replacement", "replace", "delete-replaced")
    ]

    assert len(refusals(change, NOTHING)) == 1


def test_ordinary_changes_pass():
    """Creating and updating is what deployments do."""
    kinds = ("aws:s3/bucket:Bucket", "aws:kms/key:Key", GRANT)

    assert (
        refusals(
            [step for kind in kinds for op in ("create", "update", "same") for step in steps(op, 3, kind)], NOTHING
        )
        == ()
    )


def previewed(values_after, *, op="update"):
    """A preview in which an LF-Tag loses values, and a database that has one goes."""
    urn = "urn:pulumi:prod::lakeward::lakeward:governance:LfTag$"
    was, becomes = ({"inputs": {"key": "tenant_id", "values": values}} for values in (["a", "b", "c"], values_after))
    assigned = {"inputs": {"lfTags": [{"key": "tenant_id", "value": "b"}, {"key": "zone", "value": "a"}]}}
    return {
        "steps": [
            {"op": op, "urn": f"{urn}{LF_TAG}::lf-tag-tenant_id", "oldState": was, "newState": becomes},
            {"op": "delete", "urn": f"{urn}{LF_TAG_ASSIGNMENT}::of-b", "oldState": assigned},
        ]
    }


def test_a_value_that_something_has_is_not_removed():
    """AWS would refuse it half-way, and the engine deletes what has it only afterwards."""
    [problem] = assigned_values(previewed(["a"]))

    assert str(problem) == (
        "lakeward:tenancy.retired: LF-Tag tenant_id=b would be removed while something still has it, which AWS refuses;"
        " list b there for this deployment, and take it out again for the next one"
    )


@pytest.mark.parametrize(("values", "op"), [(["a", "b"], "update"), (["a", "b", "c", "d"], "update"), ([], "delete")])
def test_a_value_that_nothing_has_may_go(values, op):
    """So may values that are kept, and a whole tag."""
    assert assigned_values(previewed(values, op=op)) == ()
