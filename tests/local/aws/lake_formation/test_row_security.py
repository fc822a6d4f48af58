"""Row-level security policies: kept, attached, listed and dropped as AWS does; nobody here says what rows they give."""

from __future__ import annotations

import pytest

ORDERS = {"Table": {"DatabaseName": "crm", "Name": "orders"}}
POOLED = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "pooled", "TagValues": ["true"]}]}}
EU = {"Name": "eu", "AttachmentColumns": [{"Name": "region", "Type": "string"}], "FilterExpression": "region = 'EU'"}


@pytest.fixture
def policy(lake_formation, closed, tables):
    """A policy on the column `region`, attached to nothing, and the LF-Tag `pooled`."""
    lake_formation.create_lf_tag(TagKey="pooled", TagValues=["true"])
    lake_formation.create_rls_policy(**EU)


@pytest.fixture
def reader(new_role):
    return {"DataLakePrincipalIdentifier": new_role("reader")}


def attachments(lake_formation, **asked):
    return lake_formation.list_rls_policy_attachments(**asked)["RLSPolicyAttachments"]


def test_a_policy_is_returned_as_created(lake_formation, account, policy):
    """By name in any letter case, and in the listing."""
    expected = {"CatalogId": account, **EU}

    assert lake_formation.get_rls_policy(Name="EU")["RLSPolicy"] == expected
    assert lake_formation.list_rls_policies()["RLSPolicies"] == [expected]


def test_an_update_changes_the_expression_alone(lake_formation, account, policy):
    """B22-1: columns and attachments stay."""
    lake_formation.update_rls_policy(Name="eu", FilterExpression="region <> 'US'")

    changed = {"CatalogId": account, **EU, "FilterExpression": "region <> 'US'"}
    assert lake_formation.get_rls_policy(Name="eu")["RLSPolicy"] == changed


@pytest.mark.parametrize("resource", [ORDERS, POOLED], ids=["table", "LF-Tags"])
def test_a_policy_is_attached_and_detached(lake_formation, account, policy, reader, resource):
    """To a table or by LF-Tags, for one principal; the listing gives the catalog id."""
    lake_formation.attach_rls_policy(Name="eu", Resource=resource, Principal=reader)
    attached = attachments(lake_formation)
    lake_formation.detach_rls_policy(Name="eu", Resource=resource, Principal=reader)

    ((kind, named),) = resource.items()
    assert attached == [
        {
            "CatalogId": account,
            "PolicyName": "eu",
            "Principal": reader,
            "Resource": {kind: {"CatalogId": account, **named}},
            "DefaultRLSPolicy": False,
        }
    ]
    assert attachments(lake_formation) == []


def test_attachments_are_listed_by_policy_principal_and_resource(lake_formation, policy, reader):
    """Each of them selects; an attachment for everyone is nobody's in particular."""
    lake_formation.create_rls_policy(**{**EU, "Name": "other"})
    lake_formation.attach_rls_policy(Name="eu", Resource=ORDERS, Principal=reader)
    lake_formation.attach_rls_policy(Name="other", Resource=POOLED, SetDefault=True)

    def names(**asked):
        return [found["PolicyName"] for found in attachments(lake_formation, **asked)]

    assert names() == ["eu", "other"]
    assert names(PolicyName="OTHER") == ["other"]
    assert names(Principal=reader) == ["eu"]
    assert names(Resource=POOLED) == ["other"]
    assert [found["DefaultRLSPolicy"] for found in attachments(lake_formation)] == [False, True]


def test_a_deleted_policy_takes_its_attachments_along(lake_formation, policy, reader):
    """B22-1: silently; a new policy of the name starts without any."""
    lake_formation.attach_rls_policy(Name="eu", Resource=ORDERS, Principal=reader)

    lake_formation.delete_rls_policy(Name="eu")
    lake_formation.create_rls_policy(**EU)

    assert attachments(lake_formation) == []


def test_a_dropped_table_takes_its_attachments_along(lake_formation, glue, policy, reader):
    """Those by LF-Tags stay: they are about whatever is tagged."""
    lake_formation.attach_rls_policy(Name="eu", Resource=ORDERS, Principal=reader)
    lake_formation.attach_rls_policy(Name="eu", Resource=POOLED, Principal=reader)

    glue.delete_table(DatabaseName="crm", Name="orders")

    assert [[*found["Resource"]] for found in attachments(lake_formation)] == [["LFTagPolicy"]]


def test_a_policy_that_makes_no_sense_is_refused(lake_formation, policy, refused):
    """A second one of the name in another letter case, an undeclared column, an expression that isn't one."""
    with refused("AlreadyExistsException", "exists"):
        lake_formation.create_rls_policy(**{**EU, "Name": "EU"})
    with refused("InvalidInputException", "attachment columns: total"):
        lake_formation.create_rls_policy(**{**EU, "Name": "x", "FilterExpression": "total > 1"})
    with refused("InvalidInputException", "Invalid filter expression"):
        lake_formation.update_rls_policy(Name="eu", FilterExpression="region = = 'EU'")
    with refused("EntityNotFoundException", "not found"):
        lake_formation.get_rls_policy(Name="x")


def test_an_attachment_that_makes_no_sense_is_refused(lake_formation, policy, reader, refused):
    """Twice the same, to something without the column, to a database, by a tag or for a principal that isn't there."""
    lake_formation.attach_rls_policy(Name="eu", Resource=ORDERS, Principal=reader)

    with refused("AlreadyExistsException", "attached already"):
        lake_formation.attach_rls_policy(Name="eu", Resource=ORDERS, Principal=reader)
    elsewhere = {"AttachmentColumns": [{"Name": "total", "Type": "int"}], "FilterExpression": "total > 1"}
    lake_formation.create_rls_policy(Name="large", **elsewhere)
    with refused("InvalidInputException", "Column not found: total"):
        lake_formation.attach_rls_policy(Name="large", Resource=ORDERS, Principal=reader)
    with refused("InvalidInputException", "attached to a table"):
        lake_formation.attach_rls_policy(Name="eu", Resource={"Database": {"Name": "crm"}}, Principal=reader)
    with refused("EntityNotFoundException", "Tag or tag value"):
        untagged = {"LFTagPolicy": {"ResourceType": "TABLE", "Expression": [{"TagKey": "no", "TagValues": ["x"]}]}}
        lake_formation.attach_rls_policy(Name="eu", Resource=untagged, Principal=reader)
    with refused("InvalidInputException", "Invalid principal"):
        nobody = {"DataLakePrincipalIdentifier": "arn:aws:iam::111111111111:role/nobody"}
        lake_formation.attach_rls_policy(Name="eu", Resource=POOLED, Principal=nobody)
    with refused("EntityNotFoundException", "isn't attached"):
        lake_formation.detach_rls_policy(Name="eu", Resource=POOLED, Principal=reader)


def test_only_administrators_touch_policies(lake_formation, as_role, policy, reader, refused):
    """B22-10: others need rights on the policy and the tags, which aren't known here."""
    stranger = as_role("stranger", "lakeformation")

    with refused("AccessDeniedException", "Insufficient"):
        stranger.create_rls_policy(**{**EU, "Name": "mine"})
    with refused("AccessDeniedException", "Insufficient"):
        stranger.attach_rls_policy(Name="eu", Resource=POOLED, Principal=reader)
    with refused("AccessDeniedException", "Insufficient"):
        stranger.delete_rls_policy(Name="eu")
