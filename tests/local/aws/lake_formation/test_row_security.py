"""Row-level security policies: there are none, and none can be made."""

from __future__ import annotations


def test_there_are_no_policies_and_none_can_be_made(lake_formation, refused):
    """A listing is empty because making a policy is refused."""
    with refused("NotImplementedException", "doesn't implement CreateRLSPolicy"):
        lake_formation.create_rls_policy(
            Name="own-rows", AttachmentColumns=[{"Name": "id", "Type": "string"}], FilterExpression="id = 'x'"
        )

    assert [] == lake_formation.list_rls_policies()["RLSPolicies"]
    assert [] == lake_formation.list_rls_policy_attachments()["RLSPolicyAttachments"]
