from __future__ import annotations


def test_data_key_rotates_and_dies_slowly(one_of_each):
    """A key rotates, has the planned policy from the start, and can be kept from deletion for 30 days."""
    inputs = one_of_each.the("aws:kms/key:Key")["inputs"]

    assert inputs["enableKeyRotation"] is True
    assert inputs["deletionWindowInDays"] == 30
    assert inputs["policy"] == '{"key": true}'


def test_data_key_has_its_alias(one_of_each):
    """Policies recognise the key by this alias."""
    assert one_of_each.the("aws:kms/alias:Alias")["inputs"] == {
        "name": "alias/acme-dev-encrypted-100000000001",
        "targetKeyId": "%{key-encrypted.keyId}",
    }


def test_persona_role_is_bounded_from_the_start(one_of_each):
    """Trust and boundary are there at creation; the boundary's policy exists by then."""
    role = one_of_each.the("aws:iam/role:Role", "persona-analyst")

    assert role["inputs"]["assumeRolePolicy"] == '{"trust": "saml"}'
    assert role["inputs"]["permissionsBoundary"] == "arn:aws:iam::100000000001:policy/acme-dev-boundary"
    assert role["inputs"]["name"] == "analyst"
    assert role["inputs"]["maxSessionDuration"] == 3600
    assert one_of_each.dependencies("aws:iam/role:Role", "persona-analyst") == {"boundary-personas"}


def test_persona_role_has_its_policies_one_by_one(one_of_each):
    """Each inline policy is a resource of its own, so that a refresh shows which one changed."""
    assert one_of_each.the("aws:iam/rolePolicy:RolePolicy", "persona-analyst-query")["inputs"] == {
        "role": "analyst",
        "name": "query",
        "policy": '{"query": true}',
    }
    assert one_of_each.the("lake:identity:PersonaRole")["inputs"] == {"persona": "analyst"}


def test_registration_role_has_no_boundary_and_its_own_policy(one_of_each):
    """The registration role's single policy names its location."""
    role = one_of_each.the("aws:iam/role:Role", "registration-role-encrypted")

    assert "permissionsBoundary" not in role["inputs"]
    assert one_of_each.the("aws:iam/rolePolicy:RolePolicy", "registration-role-encrypted-location")["inputs"] == {
        "role": "acme-dev-registration-encrypted",
        "name": "location",
        "policy": '{"location": true}',
    }


def test_boundary_is_a_managed_policy(one_of_each):
    """The boundary has the planned name and document."""
    inputs = one_of_each.the("aws:iam/policy:Policy", "boundary-personas")["inputs"]

    assert (inputs["name"], inputs["policy"]) == ("acme-dev-boundary", '{"boundary": true}')
