"""What one job writes and another one reads, which trusts none of it."""

import json

import pytest

from lakeward.errors import EstateError
from local.review import declarations
from local.review.declarations import Declaration

RECORDING = {"recording": 1, "project": "lakeward", "stack": "prod", "resources": [], "exports": {}}
PROD = Declaration("prod", RECORDING, {"lakeward:account": "100000000001"})


@pytest.fixture
def folder(tmp_path):
    """A folder with what one stack declares."""
    declarations.write({"prod": PROD}, tmp_path / "declared")
    return tmp_path / "declared"


def test_what_is_written_is_read(folder):
    """Nothing is lost on the way."""
    assert declarations.read(folder) == {"prod": PROD}
    assert [type(one.stack) for one in declarations.read(folder).values()] == [str]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("prod.json", "{", "this isn't JSON"),
        ("prod.json", "[]", "these aren't declarations of this version"),
        ("prod.json", json.dumps({**PROD.to_json(), "version": 2}), "these aren't declarations of this version"),
        ("prod.json", json.dumps({**PROD.to_json(), "more": 1}), "these aren't declarations of this version"),
        ("prod.json", json.dumps({**PROD.to_json(), "config": {"a": 1}}), "it isn't a stack's configuration"),
        ("prod.json", json.dumps({**PROD.to_json(), "names": {"%{a.id}": 1}}), "these aren't names of tokens"),
        ("other.json", json.dumps(PROD.to_json()), "it isn't a recording of that stack"),
        ("a b.json", json.dumps(PROD.to_json()), "it isn't named after a stack"),
        ("prod.sh", "true", "it isn't a file of declarations"),
    ],
)
def test_what_is_no_declaration_is_refused_by_name(folder, name, content, problem):
    """Each with its file."""
    (folder / name).write_text(content)

    with pytest.raises(EstateError) as refused:
        declarations.read(folder)

    assert [problem in line and name in line for line in refused.value.lines()] == [True]


def test_a_link_is_not_followed(folder, tmp_path):
    """Whoever unpacks an artifact reads nothing of the machine."""
    (tmp_path / "elsewhere").write_text(json.dumps(PROD.to_json()))
    (folder / "link.json").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(EstateError, match="it isn't a file of declarations"):
        declarations.read(folder)


def test_sizes_and_counts_are_bounded(folder, monkeypatch):
    """Before anything is read."""
    monkeypatch.setattr(declarations, "MOST_BYTES", 10)
    with pytest.raises(EstateError, match="it has more than 10 bytes"):
        declarations.read(folder)

    monkeypatch.setattr(declarations, "MOST_STACKS", 0)
    with pytest.raises(EstateError, match="at most 0 are read"):
        declarations.read(folder)
