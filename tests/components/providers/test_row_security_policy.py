from __future__ import annotations

import pytest

from components.providers.row_security_policy import RowSecurityPolicyProvider
from lakeward.errors import OutsideServiceError

PROVIDER = RowSecurityPolicyProvider()
POOLED = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "pooled", "TagValues": ["true"]}]}}
COLUMNS = [{"Name": "tenant_id", "Type": "string"}]


@pytest.fixture
def lake(account):
    """The LF-Tag `pooled`, and an administrator that is deployer too."""
    account.change_settings(
        DataLakeAdmins=[
            {"DataLakePrincipalIdentifier": account.role(name)}
            for name in ("deployer", "OrganizationAccountAccessRole")
        ]
    )
    account.lake_formation.create_lf_tag(TagKey="pooled", TagValues=["true"])
    return account


def inputs_of(account, *, tenant="tenant1", role="auditor"):
    return {
        **account.connection.inputs(),
        "name": "acme-dev-tenant-tenant1",
        "attachmentColumns": COLUMNS,
        "filterExpression": f"tenant_id = '{tenant}'",
        "attachments": [
            {"Principal": {"DataLakePrincipalIdentifier": account.role(role)}, "Resource": POOLED},
        ],
    }


def policies(account):
    return {
        found["Name"]: found["FilterExpression"] for found in account.lake_formation.list_rls_policies()["RLSPolicies"]
    }


def attached(account):
    """To whom policies are attached: the role's name, and whether as a default."""
    return [
        (
            found.get("Principal", {}).get("DataLakePrincipalIdentifier", "").rpartition("/")[2],
            found["DefaultRLSPolicy"],
        )
        for found in account.lake_formation.list_rls_policy_attachments()["RLSPolicyAttachments"]
    ]


def test_a_policy_lives_and_dies_with_its_attachment(lake):
    """Created and attached, read back as declared, and both gone after the deletion, which may be repeated."""
    inputs = inputs_of(lake)

    created = PROVIDER.create(inputs)
    made = (policies(lake), attached(lake))
    read = PROVIDER.read(created.id, created.outs)
    PROVIDER.delete(created.id, created.outs)
    PROVIDER.delete(created.id, created.outs)

    assert made == ({"acme-dev-tenant-tenant1": "tenant_id = 'tenant1'"}, [("auditor", False)])
    assert (read.id, read.outs) == (f"{lake.id}/eu-west-1/acme-dev-tenant-tenant1", inputs)
    assert PROVIDER.diff(created.id, read.outs, inputs).changes is False
    assert (policies(lake), attached(lake)) == ({}, [])


def test_a_creation_that_failed_halfway_is_taken_up(lake):
    """The policy is there, with an expression of before and no attachment: the next creation completes it."""
    lake.lake_formation.create_rls_policy(
        Name="acme-dev-tenant-tenant1", AttachmentColumns=COLUMNS, FilterExpression="tenant_id = 'x'"
    )

    PROVIDER.create(inputs_of(lake))

    assert policies(lake) == {"acme-dev-tenant-tenant1": "tenant_id = 'tenant1'"}
    assert attached(lake) == [("auditor", False)]


def test_a_policy_of_the_name_on_other_columns_is_no_ones_to_take(lake):
    """It is another thing, which nothing here may change."""
    other = [{"Name": "region", "Type": "string"}]
    lake.lake_formation.create_rls_policy(
        Name="acme-dev-tenant-tenant1", AttachmentColumns=other, FilterExpression="region = 'EU'"
    )

    with pytest.raises(OutsideServiceError, match="another one of this name, on other columns"):
        PROVIDER.create(inputs_of(lake))
    assert policies(lake) == {"acme-dev-tenant-tenant1": "region = 'EU'"}


def test_an_update_changes_the_expression_and_the_principal(lake):
    """In place: the policy stays, what it is attached to changes, nothing is attached to both afterwards."""
    before, after = inputs_of(lake), inputs_of(lake, tenant="tenant2", role="admin")
    created = PROVIDER.create(before)

    difference = PROVIDER.diff(created.id, created.outs, after)
    PROVIDER.update(created.id, created.outs, after)

    assert (difference.changes, difference.replaces) == (True, [])
    assert policies(lake) == {"acme-dev-tenant-tenant1": "tenant_id = 'tenant2'"}
    assert attached(lake) == [("admin", False)]


def test_a_further_attachment_is_drift_and_goes(lake):
    """B22-3: each one widens what is read; one as everyone's default the most."""
    inputs = inputs_of(lake)
    created = PROVIDER.create(inputs)
    lake.lake_formation.attach_rls_policy(Name=inputs["name"], Resource=POOLED, SetDefault=True)

    read = PROVIDER.read(created.id, created.outs)
    PROVIDER.update(created.id, read.outs, inputs)

    assert len(read.outs["attachments"]) == 2
    assert PROVIDER.diff(created.id, read.outs, inputs).changes is True
    assert attached(lake) == [("auditor", False)]


def test_an_attachment_that_is_gone_is_drift_and_comes_back(lake):
    """Detached by hand: the update attaches it again."""
    inputs = inputs_of(lake)
    created = PROVIDER.create(inputs)
    lake.lake_formation.detach_rls_policy(Name=inputs["name"], **inputs["attachments"][0])

    read = PROVIDER.read(created.id, created.outs)
    PROVIDER.update(created.id, read.outs, inputs)

    assert read.outs["attachments"] == []
    assert attached(lake) == [("auditor", False)]


def test_read_of_a_policy_that_is_gone_says_so(lake):
    """Deleted by hand: the resource is gone."""
    created = PROVIDER.create(inputs_of(lake))
    lake.lake_formation.delete_rls_policy(Name="acme-dev-tenant-tenant1")

    assert PROVIDER.read(created.id, created.outs).id == ""


@pytest.mark.parametrize("member", ["account", "region", "name", "attachmentColumns"])
def test_what_aws_cannot_change_replaces_the_policy_deleted_first(account, member):
    """The name is the identity: two can't exist side by side."""
    inputs = inputs_of(account)

    difference = PROVIDER.diff("id", inputs, {**inputs, member: "other"})

    assert (difference.replaces, difference.delete_before_replace) == ([member], True)


def test_the_preview_refuses_a_policy_for_everyone_and_what_is_too_long(account):
    """B22-4: without a principal it would be for all."""
    good = inputs_of(account)
    for_all = {**good, "attachments": [{"Resource": POOLED}]}
    long = {**good, "filterExpression": "x" * 2049}

    assert PROVIDER.check({}, good).failures == []
    assert [failure.property for failure in PROVIDER.check({}, for_all).failures] == ["attachments"]
    assert [failure.property for failure in PROVIDER.check({}, long).failures] == ["filterExpression"]
