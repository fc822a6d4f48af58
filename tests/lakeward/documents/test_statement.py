"""Statements that AWS would take and that would mean something else can't be built."""

from __future__ import annotations

import pytest

from lakeward.documents.conditions import KEY_ALIASES, PRINCIPAL_ARN, SECURE_TRANSPORT, SOURCE_ACCOUNT, SOURCE_ARN
from lakeward.documents.errors import MalformedDocumentError
from lakeward.documents.statement import EVERYTHING, Everyone, Roles, Service, allow, deny, deny_everyone, in_sid
from lakeward.identifiers import RoleArn

READER = RoleArn("arn:aws:iam::111111111111:role/reader")


def test_a_statement_says_what_it_was_given():
    """One value stands alone, several are sorted and unique, and conditions are grouped by operator."""
    statement = deny_everyone(
        "DenyAll",
        ("s3:PutObject", "s3:GetObject", "s3:GetObject"),
        ("arn:aws:s3:::lake/*",),
        PRINCIPAL_ARN.not_like(READER),
        SOURCE_ARN.not_like("arn:aws:s3:::b", "arn:aws:s3:::a"),
        SECURE_TRANSPORT.is_false(),
    )

    assert statement.rendered() == {
        "Sid": "DenyAll",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": "arn:aws:s3:::lake/*",
        "Condition": {
            "ArnNotLike": {"aws:PrincipalArn": READER, "aws:SourceArn": ["arn:aws:s3:::a", "arn:aws:s3:::b"]},
            "Bool": {"aws:SecureTransport": "false"},
        },
    }


@pytest.mark.parametrize("sid", ["Allow It", "allowIt", "", "Allow-It", "AllowIt.", "ÄllowIt"])
def test_a_sid_has_letters_and_digits_only(sid):
    """AWS refuses other characters in the Sid of an identity policy."""
    with pytest.raises(MalformedDocumentError, match="letters and digits only"):
        allow(sid, ("s3:GetObject",), EVERYTHING)


def test_an_allow_for_everyone_cannot_be_built():
    """Only a Deny may be about everyone."""
    with pytest.raises(MalformedDocumentError, match="an Allow names whom it allows"):
        allow("AllowAll", ("s3:GetObject",), ("arn:aws:s3:::lake/*",), principal=Everyone())

    assert (
        deny("DenyAll", ("s3:GetObject",), ("arn:aws:s3:::lake/*",), principal=Everyone()).rendered()["Principal"]
        == "*"
    )


def test_an_allow_with_a_wildcard_action_cannot_be_built():
    """An Allow that grows with AWS's next action isn't closed; a Deny that does is."""
    with pytest.raises(MalformedDocumentError, match="names its actions one by one"):
        allow("AllowAll", ("s3:Get*",), EVERYTHING)

    assert deny("DenyAll", ("s3:Get*",), EVERYTHING).rendered()["Action"] == "s3:Get*"


@pytest.mark.parametrize("condition", [PRINCIPAL_ARN.not_like(READER), KEY_ALIASES.none_equals("alias/a")])
def test_an_allow_that_a_missing_key_opens_cannot_be_built(condition):
    """A5: a negated operator matches a request without the key, which closes a Deny and opens an Allow."""
    with pytest.raises(MalformedDocumentError, match="must fail when its key is missing"):
        allow("AllowAll", ("kms:Decrypt",), EVERYTHING, condition)

    assert deny("DenyAll", ("kms:Decrypt",), EVERYTHING, condition).conditions == (condition,)


@pytest.mark.parametrize(
    "action", ["GetObject", "s3:get_object", "s3:GetObject,s3:PutObject", " s3:GetObject", "*", "s3:*Object"]
)
def test_an_action_that_is_no_action_cannot_be_built(action):
    """A19-5: AWS takes such strings and matches nothing with them."""
    with pytest.raises(MalformedDocumentError, match="actions are"):
        deny("DenyIt", (action,), EVERYTHING)


def test_a_pattern_over_bucket_names_cannot_be_built():
    """A2-2: `lake*` also covers `lake-evil`; a pattern behind the slash stays in the bucket."""
    with pytest.raises(MalformedDocumentError, match="reaches foreign buckets"):
        deny("DenyIt", ("s3:GetObject",), ("arn:aws:s3:::lake*",))

    assert deny("DenyIt", ("s3:GetObject",), ("arn:aws:s3:::lake/a*",)).resources == ("arn:aws:s3:::lake/a*",)


@pytest.mark.parametrize("text", ["arn:aws:s3:::lake/${aws:PrincipalTag/x}/*", "arn:aws:s3:::lake/%{key-raw.id}"])
def test_an_unresolved_string_cannot_be_built(text):
    """P1: a document is final; variables and unknown values have no place in it."""
    with pytest.raises(MalformedDocumentError, match="a variable or an unknown value"):
        deny("DenyIt", ("s3:GetObject",), (text,))


def test_two_conditions_on_one_key_cannot_be_built():
    """Two entries with one operator and key would be one JSON key, and AWS would keep one of them."""
    with pytest.raises(MalformedDocumentError, match="same operator and key"):
        allow(
            "AllowIt",
            ("s3:PutObject",),
            EVERYTHING,
            SOURCE_ACCOUNT.equals("111111111111"),
            SOURCE_ACCOUNT.equals("222222222222"),
            principal=Service("logging.s3.amazonaws.com"),
        )


def test_roles_are_a_principal_by_their_arns():
    """Several roles stand in one sorted list."""
    other = RoleArn("arn:aws:iam::111111111111:role/analyst")

    assert Roles((READER, other)).rendered() == {"AWS": [other, READER]}


def test_names_in_sids_stay_apart():
    """No two persona names share a Sid part; plain ones stay readable."""
    names = ["a-b", "ab", "a_b", "a.b", "a--b", "A-b", "aB", "a-1b", "a1b", "data-steward"]

    assert len({in_sid(name) for name in names}) == len(names)
    assert in_sid("secure-lf-data-scientist") == "SecureLfDataScientist"
    assert all(in_sid(name).isalnum() for name in names)
