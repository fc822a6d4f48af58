"""Resource types that no reader knows are named, and what they could touch is unknown."""

import json

import pytest

from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of


@pytest.fixture
def beside(tell):
    """Return the account of the small lake with one more resource beside it."""

    def read(kind, inputs, name="new", **more):
        estate = estate_of(tell.recording([*tell.small_lake(), tell.declared(kind, name, inputs, **more)]), "recording")
        read_estate(estate)
        return estate["accounts"][tell.account]

    return read


def region_of(account, tell):
    return account["regions"][tell.region]


def test_a_type_without_access_is_only_named(tell, beside):
    """A queue of messages is said not to be understood, and no entry changes."""
    account = beside("aws:sqs/queue:Queue", {"name": "q"})
    understood = estate_of(tell.recording(tell.small_lake()), "recording")["accounts"][tell.account]

    assert account["partial"] == f"{understood['partial']}; not understood: `aws:sqs/queue:Queue`"
    assert {**account, "partial": understood["partial"]} == understood


def test_a_type_that_may_carry_access_is_named_as_such(beside):
    """A policy of a kind that nobody reads is told apart from what can't open anything."""
    account = beside("aws:sqs/queuePolicy:QueuePolicy", {"policy": "{}"})

    assert account["partial"].endswith("; not understood, may carry access: `aws:sqs/queuePolicy:QueuePolicy`")


def test_an_access_list_makes_its_bucket_unknown(tell, beside):
    """Who may read a bucket with a list that isn't understood can't be said; the bucket's policy alone isn't it."""
    account = beside("aws:s3/bucketAcl:BucketAcl", {"bucket": "acme-lake", "acl": "public-read"})

    (bucket,) = region_of(account, tell)["s3"]["Buckets"]
    assert bucket["Policy"] == {"unknown": "`aws:s3/bucketAcl:BucketAcl` isn't understood"}


def test_only_the_bucket_that_is_named_becomes_unknown(tell):
    """Another bucket beside it keeps its policy."""
    other = tell.declared("aws:s3/bucket:Bucket", "other", {"bucket": "acme-other"})
    acl = tell.declared("aws:s3/bucketAcl:BucketAcl", "acl", {"bucket": "acme-other", "acl": "public-read"})

    account = estate_of(tell.recording([*tell.small_lake(), other, acl]), "r")["accounts"][tell.account]

    policies = {bucket["Name"]: bucket.get("Policy") for bucket in region_of(account, tell)["s3"]["Buckets"]}
    assert "Statement" in policies["acme-lake"]
    assert list(policies["acme-other"]) == ["unknown"]


def test_without_a_name_every_entry_of_the_service_becomes_unknown(tell, beside):
    """What a resource touches that names nothing known may be anything of its service."""
    account = beside("aws:iam/policyAttachment:PolicyAttachment", {"policyArn": "arn:aws:iam::aws:policy/Some"})

    (role,) = account["iam"]["Roles"]
    assert {"unknown": "`aws:iam/policyAttachment:PolicyAttachment` isn't understood"} in role["Policies"]
    assert any(policy.get("PolicyName") == "query" for policy in role["Policies"])


def test_a_reference_tells_what_is_touched_too(tell, beside):
    """A role that the resource's inputs come from is the one that is touched."""
    account = beside(
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        {"policyArns": []},
        references={"roleName": ("aws:iam/role:Role", "persona-reader", "name")},
    )

    (role,) = account["iam"]["Roles"]
    assert any("unknown" in policy for policy in role["Policies"])


def test_a_kind_of_lake_formation_leaves_the_grants_open(tell, beside):
    """A grant in a form that isn't understood may be one on anything."""
    account = beside("aws:lakeformation/grantOfTomorrow:GrantOfTomorrow", {"principal": "x"})

    grants = region_of(account, tell)["lakeformation"]["Permissions"]
    assert {"unknown": "`aws:lakeformation/grantOfTomorrow:GrantOfTomorrow` isn't understood"} in grants
    assert len(grants) == 4


def test_inputs_tell_that_a_type_may_carry_access(beside):
    """A name that says nothing doesn't help where an input names a role."""
    account = beside("pulumi-python:dynamic/somewhere.else:Thing", {"settings": {"executionRoleArn": "arn:…"}})

    assert "may carry access: `pulumi-python:dynamic/somewhere.else:Thing`" in account["partial"]


def test_components_and_providers_declare_nothing(tell):
    """The engine's own resources and our components aren't among what isn't understood."""
    recording = tell.recording(tell.small_lake())
    engines = ("pulumi:providers:aws", True), ("pulumi:pulumi:Stack", False), ("pulumi:pulumi:StackReference", True)
    for kind, custom in (*engines, ("lake:storage:New", False)):
        recording["resources"].append(
            {
                **json.loads(json.dumps(recording["resources"][0])),
                "urn": f"urn:pulumi:dev::lakeward::{kind}::{kind}",
                "type": kind,
                "name": kind,
                "custom": custom,
            }
        )

    account = estate_of(recording, "r")["accounts"][tell.account]

    assert "not understood" not in account["partial"]
