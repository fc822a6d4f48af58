"""What is to be said before a stack's data goes."""

import pytest

from delivery.destroy import what_is_unsaid


def holding(*names, protect=True):
    return [
        {"urn": f"urn:pulumi:prod::lakeward::aws:s3/bucket:Bucket::{name}", "type": "aws:s3/bucket:Bucket"}
        | ({"protect": True} if protect else {})
        for name in names
    ]


@pytest.mark.parametrize(
    ("protect_data", "protected", "data", "unsaid"),
    [
        (True, True, "", ["lakeward:protectData", "DATA"]),
        (True, True, "prod", ["lakeward:protectData"]),
        (False, True, "prod", ["prod"]),
        (False, False, "", ["DATA"]),
        (False, False, "dev", ["DATA"]),
        (False, False, "prod", []),
    ],
)
def test_two_settings_stand_before_data(protect_data, protected, data, unsaid):
    """In the configuration, deployed, and in the command, with this very stack's name."""
    found = what_is_unsaid("prod", holding("bucket-b", "bucket-a", protect=protected), data, protect_data=protect_data)

    assert [problem.path for problem in found] == unsaid
    assert all("bucket-a, bucket-b" in problem.problem for problem in found if problem.path != "DATA")


def test_a_stack_without_data_needs_neither():
    """Roles and grants can be made again."""
    assert what_is_unsaid("prod", [], "", protect_data=True) == []
