"""Attribute conditions, judged by Cedar's own engine."""

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakeward.documents.attributes import attribute_condition
from lakeward.documents.errors import MalformedDocumentError

ENTITY = {"type": "Lake::Entity", "id": "one"}
REQUEST = {
    "principal": 'Lake::Entity::"one"',
    "action": 'Lake::Action::"read"',
    "resource": 'Lake::Entity::"one"',
    "context": {"iam": {"principalTags": {"__entity": ENTITY}}},
}


def judged(condition, tags):
    """What Cedar says to a principal with these tags, and the errors it met."""
    policy = f"permit(principal, action, resource) when {{ {condition} }};"
    result = cedarpy.is_authorized(REQUEST, policy, [{"uid": ENTITY, "attrs": {}, "parents": [], "tags": tags}])
    return result.decision is cedarpy.Decision.Allow, result.diagnostics.errors


def test_a_condition_is_spelled_like_this():
    """B11-1: each tag is asked for before it is read; values are OR-ed, attributes AND-ed, in one order."""
    condition = attribute_condition({"site": ["zrh"], "department": ["sales", "hr", "sales"]})

    assert condition == (
        'context.iam.principalTags.hasTag("department") && (context.iam.principalTags.getTag("department") == "hr" '
        '|| context.iam.principalTags.getTag("department") == "sales") && '
        'context.iam.principalTags.hasTag("site") && (context.iam.principalTags.getTag("site") == "zrh")'
    )


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"department": "sales", "site": "zrh"}, True),
        ({"department": "hr", "site": "zrh", "more": "x"}, True),
        ({"department": "hr"}, False),
        ({"site": "zrh"}, False),
        ({}, False),
        ({"department": "it", "site": "zrh"}, False),
        ({"department": "sales", "site": "ZRH"}, False),
        ({"Department": "sales", "site": "zrh"}, False),
        ({"department": "", "site": "zrh"}, False),
    ],
)
def test_a_principal_meets_a_condition_with_all_attributes_each_with_one_of_the_values(tags, expected):
    """Letter by letter; and a missing tag is a plain no, never an error."""
    condition = attribute_condition({"department": ["sales", "hr"], "site": ["zrh"]})

    assert judged(condition, tags) == (expected, [])


texts = st.text(min_size=1, max_size=12)


@given(name=texts, value=texts, other=texts)
def test_any_text_stands_for_itself(name, value, other):
    """Whatever quotes, backslashes, braces or letters it holds, a text neither ends its literal nor matches another."""
    condition = attribute_condition({name: [value]})

    assert judged(condition, {name: value}) == (True, [])
    assert judged(condition, {name: other}) == (other == value, [])


@pytest.mark.parametrize(
    "escaping",
    ['x") || true || ("', "\\", '\\"', "x\n|| true", "*", "\\*", "${x}", '" == "', "a\u202eb", "\x00"],
    ids=ascii,
)
def test_no_value_escapes_its_quotes(escaping):
    """A value that tries to be code is a value: nobody else meets the condition."""
    condition = attribute_condition({"department": [escaping]})

    assert condition.isascii()
    assert judged(condition, {"department": escaping}) == (True, [])
    assert judged(condition, {"department": "x"}) == (False, [])


@pytest.mark.parametrize("attributes", [{}, {"department": []}, {"site": ["zrh"], "department": []}])
def test_a_condition_of_nothing_is_refused(attributes):
    """No attribute at all would be everyone."""
    with pytest.raises(MalformedDocumentError, match="needs attributes"):
        attribute_condition(attributes)
