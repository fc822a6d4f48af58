"""Whatever stands in a document, the answer is an estate or lines for people, never a traceback."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakeward.errors import EstateError, LakewardError
from lakeward.estate import read_estate
from lakeward.estate.sources import estate_of

ODD = st.sampled_from(
    [
        None,
        True,
        0,
        -1.5,
        "",
        "x",
        "%{a.b}",
        "{",
        "[]",
        '{"Statement": 5}',
        [],
        [None],
        [[]],
        {},
        {"unknown": "why"},
        {"a": []},
    ]
)


def paths(value, above=()):
    yield above
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from paths(member, (*above, key))


def mangled(document, path, odd):
    if not path:
        return odd
    result = copy.deepcopy(document)
    at = result
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = odd
    return result


def answered(document):
    """Say whether the answer is a sound estate, or error lines that each stand on one line."""
    try:
        read_estate(estate_of(document, "source"))
    except LakewardError as error:
        return error.exit_code == 2 and not any("\n" in line for line in error.lines())
    return True


@pytest.mark.parametrize("origin", ["recording", "preview", "export", "pack_arguments"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mangled_document_is_an_estate_or_an_error(tell, origin, data):
    """One odd value anywhere in a stack's declarations is read as unknown, or refused in words."""
    document = getattr(tell, origin)(tell.small_lake())
    path = data.draw(st.sampled_from(sorted(paths(document), key=str)))
    odd = data.draw(ODD)

    assert answered(mangled(document, path, odd))


def test_a_document_nested_too_deeply_is_refused(tell):
    """Depth that no program writes is an error, not the end of the stack."""
    deep = []
    for _ in range(5000):
        deep = [deep]

    recording = tell.recording([tell.lake()])
    recording["resources"][0]["inputs"]["organization"] = deep

    with pytest.raises(EstateError, match="it is nested too deeply"):
        estate_of(recording, "source")
