"""What counts as a change, and what as drift."""

from __future__ import annotations

import json

import pytest

from local.provider.differences import canonical_document, differences, reconcile
from local.provider.resources import resource_types
from local.provider.sdk_types import resource_shape
from local.provider.wire import UNKNOWN

TYPES = resource_types()
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
GRANT = "aws:lakeformation/permissions:Permissions"
FILTER = "aws:lakeformation/dataCellsFilter:DataCellsFilter"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
TABLE = "aws:glue/catalogTable:CatalogTable"
KEY = "aws:kms/key:Key"


def found(pulumi_type, old, new):
    shape = resource_shape(pulumi_type).inputs
    return [(one.path, one.change.value, one.replaces) for one in differences(TYPES[pulumi_type], shape, old, new)]


def reconciled(pulumi_type, declared, real, importing=False):
    shape = resource_shape(pulumi_type).inputs
    return reconcile(TYPES[pulumi_type], shape, declared, real, importing=importing)


def document(action, **more):
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": ["a", "b"], **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(document("s3:GetObject"), indent=4),
        json.dumps(document(["s3:GetObject"])),
        json.dumps(document("s3:GetObject", Resource=["b", "a"])),
        json.dumps({"Statement": document("s3:GetObject")["Statement"][0], "Version": "2012-10-17"}),
    ],
    ids=["indented", "list-of-one", "order", "one-statement"],
)
def test_a_reformatted_document_is_no_change(text):
    """Layout, order of values and a list of one mean nothing."""
    assert found(POLICY, {"policy": json.dumps(document("s3:GetObject"))}, {"policy": text}) == []


@pytest.mark.parametrize(
    "changed",
    [
        document("s3:PutObject"),
        document("s3:GetObject", Effect="Deny"),
        document("s3:GetObject", Resource=["a"]),
        document("s3:GetObject", Condition={"Bool": {"aws:SecureTransport": "false"}}),
        document("s3:GetObject", Principal={"AWS": "*"}),
    ],
    ids=["action", "effect", "resource", "condition", "principal"],
)
def test_another_meaning_is_a_change(changed):
    """Whatever could change who may do what is a change."""
    old = {"policy": json.dumps(document("s3:GetObject"))}

    assert found(POLICY, old, {"policy": json.dumps(changed)}) == [("policy", "update", False)]


def test_text_that_is_no_document_stands_for_itself():
    """A broken document differs from every other text."""
    assert canonical_document("{") == "{"


@pytest.mark.parametrize(
    ("pulumi_type", "old", "new", "expected"),
    [
        pytest.param(
            GRANT,
            {"permissions": ["SELECT", "DESCRIBE"]},
            {"permissions": ["DESCRIBE", "SELECT"]},
            [],
            id="order-of-a-set",
        ),
        pytest.param(
            GRANT,
            {"permissions": ["SELECT"]},
            {"permissions": ["DESCRIBE", "SELECT"]},
            [("permissions", "update", True)],
            id="another-set",
        ),
        pytest.param(
            GRANT,
            {"tableWithColumns": {"databaseName": "d", "name": "t", "columnNames": ["a"]}},
            {"tableWithColumns": {"databaseName": "d", "name": "t", "columnNames": ["b"]}},
            [("tableWithColumns.columnNames", "update", True)],
            id="inherits-replacement",
        ),
        pytest.param(
            FILTER,
            {"tableData": {"name": "a", "rowFilter": {"filterExpression": "x"}}},
            {"tableData": {"name": "b", "rowFilter": {"filterExpression": "y"}}},
            [("tableData.name", "update", True), ("tableData.rowFilter.filterExpression", "update", False)],
            id="one-below-replaces-another-does-not",
        ),
        pytest.param(
            FILTER,
            {"tableData": {"rowFilter": {"filterExpression": "x"}}},
            {"tableData": {"rowFilter": {"allRowsWildcard": {}}}},
            [("tableData.rowFilter.allRowsWildcard", "add", False)],
            id="an-empty-object-says-something",
        ),
        pytest.param(
            LIFECYCLE,
            {"rules": [{"id": "a", "status": "Enabled"}, {"id": "b", "status": "Enabled"}]},
            {"rules": [{"id": "a", "status": "Enabled"}, {"id": "b", "status": "Disabled"}]},
            [("rules[1].status", "update", False)],
            id="position-in-a-list",
        ),
        pytest.param(
            LIFECYCLE,
            {"rules": [{"id": "a", "status": "Enabled"}]},
            {"rules": [{"id": "a", "status": "Enabled"}, {"id": "b", "status": "Disabled"}]},
            [("rules", "update", False)],
            id="longer-list",
        ),
        pytest.param(
            TABLE,
            {"parameters": {"a": "1", "b-c": "1"}},
            {"parameters": {"a": "2"}},
            [("parameters.a", "update", False), ('parameters["b-c"]', "delete", False)],
            id="keys-of-a-mapping",
        ),
        pytest.param(KEY, {"policy": "{}", "multiRegion": False}, {}, [], id="silence-about-what-aws-fills-in"),
        pytest.param(KEY, {"description": "d"}, {"description": ""}, [("description", "update", False)], id="emptied"),
        pytest.param(
            TABLE, {"description": "d"}, {}, [("description", "delete", False)], id="silence-about-anything-else"
        ),
        pytest.param(TABLE, {"name": "t"}, {"name": UNKNOWN}, [("name", "update", True)], id="not-known-yet"),
        pytest.param(TABLE, {"description": ""}, {}, [], id="two-ways-of-saying-nothing"),
    ],
)
def test_differences(pulumi_type, old, new, expected):
    """A difference has its path, its kind, and whether it replaces."""
    assert found(pulumi_type, old, new) == expected


def test_reconciling_keeps_the_programs_words():
    """What still holds is spelled as the program has it."""
    declared = {"policy": json.dumps(document(["s3:GetObject"]), indent=2), "bucket": "b"}
    real = {"policy": json.dumps(document("s3:GetObject")), "bucket": "b"}

    assert reconciled(POLICY, declared, real) == declared


def test_reconciling_shows_drift_in_what_is_declared():
    """What no longer holds is what is there."""
    real = {"bucket": "b", "policy": json.dumps(document("s3:*"))}

    assert reconciled(POLICY, {"bucket": "b", "policy": json.dumps(document("s3:GetObject"))}, real) == real


def test_reconciling_shows_what_someone_added():
    """What the program is silent about is drift, unless it is empty or AWS fills it in."""
    real = {
        "name": "t",
        "description": "added",
        "catalogId": "100000000001",
        "retention": 0,
        "storageDescriptor": {
            "columns": [{"name": "a", "type": "string", "comment": "added"}, {"name": "b", "type": "string"}],
            "compressed": False,
        },
    }
    declared = {"name": "t", "storageDescriptor": {"columns": [{"name": "a", "type": "string"}]}}

    assert reconciled(TABLE, declared, real) == {
        "name": "t",
        "description": "added",
        "storageDescriptor": {
            "columns": [{"name": "a", "type": "string", "comment": "added"}, {"name": "b", "type": "string"}]
        },
    }


def test_reconciling_shows_what_someone_removed():
    """What the program says and AWS answers as empty is gone from the inputs, so that it differs from the program."""
    declared = {"name": "t", "description": "d", "parameters": {"a": "1"}}

    assert reconciled(TABLE, declared, {"name": "t", "description": None, "parameters": {}}) == {
        "name": "t",
        "parameters": {},
    }


def test_reconciling_keeps_what_cannot_be_read():
    """A property that `read` doesn't answer keeps its recorded value."""
    assert reconciled(KEY, {"deletionWindowInDays": 7}, {"description": ""}) == {"deletionWindowInDays": 7}


def test_reconciling_matches_the_elements_of_a_set():
    """Elements of a set are recognised wherever AWS puts them; what AWS fills in at one doesn't hide it."""
    assignment = "aws:lakeformation/resourceLfTags:ResourceLfTags"
    declared = {"lfTags": [{"key": "zone", "value": "raw"}, {"key": "classification", "value": "pii"}]}
    real = {
        "lfTags": [
            {"catalogId": "1", "key": "classification", "value": "pii"},
            {"catalogId": "1", "key": "zone", "value": "raw"},
        ]
    }
    drifted = {"lfTags": [{"catalogId": "1", "key": "zone", "value": "masked"}, real["lfTags"][0]]}

    assert reconciled(assignment, declared, real) == declared
    assert reconciled(assignment, declared, drifted) == {
        "lfTags": [{"key": "classification", "value": "pii"}, {"key": "zone", "value": "masked"}]
    }


def test_importing_takes_everything_that_says_something():
    """An import declares nothing, and takes what AWS fills in too."""
    real = {"description": "", "policy": "{}", "isEnabled": True, "enableKeyRotation": False}

    assert reconciled(KEY, {}, real, importing=True) == {"policy": "{}", "isEnabled": True}
