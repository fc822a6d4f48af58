"""Strict YAML: what the engine would read otherwise is asked back, what could harm is refused."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lakeward.config import document
from lakeward.config.document import DEEPEST, LARGEST_FILE, Secret, mapping, read, with_placeholders
from lakeward.errors import ConfigurationError


def scalar(text):
    return read(f"key: {text}\n".encode(), "f.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("word", "word"),
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("off", "off"),
        ("0", 0),
        ("-12", -12),
        ("123456789012", 123456789012),
        ("1.5", 1.5),
        ('"012"', "012"),
        ("'2026-01-01'", "2026-01-01"),
        ('"true"', "true"),
        ('"~"', "~"),
        ("12:30", "12:30"),
        ("1.2.3.4", "1.2.3.4"),
        ("eu-west-1", "eu-west-1"),
    ],
)
def test_scalars_are_read_as_the_engine_reads_them(text, value):
    """Only `true` and `false` are booleans; quotes always make a text."""
    found = scalar(text)

    assert found.values == {"key": value}
    assert type(found.values["key"]) is type(value)
    assert found.findings == ()


@pytest.mark.parametrize(
    "text", ["012345670123", "0x1f", "0o17", "1_000", "1e3", "+5", ".5", "5.", ".inf", "-.INF", ".nan", "2026-01-01",
             "2026-1-1 10:00:00", "2026-01-01T00:00:00Z", "01.50"]
)  # fmt: skip
def test_scalars_that_the_engine_reads_otherwise_are_asked_back(text):
    """An octal account id, a date, an exponent: each is a finding that says to quote it."""
    found = scalar(text)

    (finding,) = found.findings
    assert finding.loc == ("key",)
    assert finding.remedy == f'write it in quotes: "{text}"'


def test_anchors_are_read_and_bounded():
    """An alias is the value it names; a million of them are refused."""
    small = read(b"a: &a [x, y]\nb: [*a, *a]\n", "f.yaml")
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
    )

    assert small.values["b"] == [["x", "y"], ["x", "y"]]
    with pytest.raises(ConfigurationError, match="holds more than 200000 values"):
        read(bomb.encode(), "f.yaml")


def test_nesting_is_bounded():
    """What a configuration can need is read; deeper is refused, however deep it is."""
    assert read(b"a: " + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1), "f.yaml").values
    for depth in (DEEPEST + 1, 100_000):
        with pytest.raises(ConfigurationError, match="nested deeper than 32 levels"):
            read(b"a: " + b"[" * depth, "f.yaml")


def test_size_is_bounded():
    """A file just within the bound is read, one byte more is refused."""
    fits = b"a: b\n#" + b"x" * (LARGEST_FILE - 6)

    assert read(fits, "f.yaml").values == {"a": "b"}
    with pytest.raises(ConfigurationError, match="larger than 1048576 bytes"):
        read(fits + b"x", "f.yaml")


@pytest.mark.parametrize("text", [b"? [a, b]\n: c\n", b"? {a: b}\n: c\n"])
def test_a_key_is_a_word(text):
    """A list or mapping for a key is one error with its place."""
    with pytest.raises(ConfigurationError, match=r"f\.yaml:1:3: a key isn't a word"):
        read(text, "f.yaml")


def test_a_byte_order_mark_is_no_content():
    """Editors of one system write it; the engine skips it too."""
    assert read(b"\xef\xbb\xbfa: b\n", "f.yaml").values == {"a": "b"}


@given(st.binary(max_size=200))
@example(b"\x00")
@example(b"%YAML 9.9\n---\na: b\n")
@example(b"a: &a b\n*a: c\n")
@example(b"--- \n...\n--- \n")
@example(b"!!binary a: b")
def test_no_bytes_make_another_error(data):
    """Whatever is in a file, it is a document or one problem at the file."""
    try:
        found = read(data, "f.yaml")
    except ConfigurationError as error:
        (problem,) = error.problems
        assert problem.path.startswith("f.yaml")
    else:
        assert isinstance(found.values, dict)


def test_the_slower_parser_reads_the_same(monkeypatch):
    """Where PyYAML comes without its C library, its own parser stands in."""
    text = b"a: &a [1, 'two', {three: 3.5}]\nb: *a\n"
    fast = read(text, "f.yaml")

    monkeypatch.delattr(document.yaml, "CSafeLoader")

    assert read(text, "f.yaml") == fast


def test_a_file_for_someone_else_is_held_to_the_same_text(tmp_path):
    """What isn't to be validated here is refused for its text alone, by its name; a secret stays as it is written."""
    file = tmp_path / "Pulumi.yaml"
    file.write_text("name:\tlake\nsecret: {secure: AAAB}\t# kept\n")

    assert mapping(file) == {"name": "lake", "secret": {"secure": "AAAB"}}

    file.write_text("name: 012\nname: lake\n")
    with pytest.raises(ConfigurationError, match=r"Pulumi\.yaml: name: .* write it in quotes(.|\n)*stands twice"):
        mapping(file)

    file.unlink()
    with pytest.raises(ConfigurationError, match=r"Pulumi\.yaml: can't be read: No such file or directory; it must"):
        mapping(file)


def test_placeholders_tell_their_place_and_nothing_else():
    """A `secure:` mapping becomes an opaque text wherever it stands; a mapping that merely has such a key doesn't."""
    value = {"a": [{"secure": "AAAB"}], "b": {"secure": "AAAB", "other": 1}, "c": {"secure": 5}}

    replaced = with_placeholders(value, "x")

    assert replaced == {"a": ["secure:x.a.0"], "b": {"secure": "AAAB", "other": 1}, "c": {"secure": 5}}
    assert isinstance(replaced["a"][0], Secret)
