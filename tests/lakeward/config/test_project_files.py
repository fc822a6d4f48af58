"""The project's file and the example tell what the configuration is: neither can drift from the models."""

from pathlib import Path

import pytest
import yaml

from lakeward.config import StackConfig, load, parse
from lakeward.errors import ConfigurationError

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "Pulumi.example.yaml"

PROJECT = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
FIELDS = {field.alias: field for name, field in StackConfig.model_fields.items() if name != "stack"}

FILLED_IN = {
    "<12 digits>": "222222222222",
    "<region>": "eu-central-1",
    "<prefix>": "beta",
    "<team>": "lake-team",
    "<cost center>": "0815",
    "<account>": "222222222222",
    "<deployer>": "lake-deployer",
    "<provider>": "corporate",
}


def test_the_project_describes_every_key_and_no_other():
    """A key that is added to `StackConfig` must be described in `Pulumi.yaml`, in the same words."""
    described = {key: entry["description"] for key, entry in PROJECT["config"].items()}

    assert described == {key: field.description for key, field in FIELDS.items()}


def test_the_projects_defaults_are_the_models():
    """A key without a default is required; one that may be absent has `{}`, for the engine can't leave it out."""
    stated = {key: entry["default"] for key, entry in PROJECT["config"].items() if "default" in entry}
    expected = {
        key: {} if field.default is None else plain(field.default)
        for key, field in FIELDS.items()
        if not field.is_required()
    }

    assert stated == expected


def plain(default):
    if isinstance(default, bool):
        return default
    return list(default) if isinstance(default, tuple) else default.model_dump(by_alias=True)


def test_the_projects_types_are_the_models():
    """The engine checks types of its own before the program starts: they must agree."""
    for key, entry in PROJECT["config"].items():
        schema = StackConfig.model_json_schema()["properties"][key] if key in PLAIN_SCHEMAS else None
        expected = PLAIN_SCHEMAS.get(key, "string")

        assert entry["type"] == expected, key
        assert (entry["type"] == "array") == ("items" in entry), key
        assert schema is None or schema.get("type", "object") == expected or "$ref" in schema or "anyOf" in schema, key


PLAIN_SCHEMAS = {
    "administrators": "array",
    "assumeRoles": "array",
    "attributeGrants": "array",
    "audit": "object",
    "breakGlass": "object",
    "dataKeys": "object",
    "databases": "array",
    "expectedChanges": "object",
    "exemptions": "array",
    "network": "object",
    "organization": "object",
    "personas": "array",
    "protectData": "boolean",
    "quotas": "object",
    "sharedBuckets": "array",
    "sharing": "object",
    "tenancy": "object",
    "zones": "array",
}


def test_the_project_is_the_one_that_stacks_belong_to():
    """The namespace of every key is the project's name."""
    assert PROJECT["name"] == "lakeward"
    assert PROJECT["runtime"] == {"name": "python", "options": {"virtualenv": ".venv"}}


def yours():
    """The lines of the example that are marked for its reader."""
    return [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if " # yours" in line]


def test_the_example_asks_for_exactly_what_is_marked():
    """Checked as it is, the example names each value marked `# yours`, and nothing else."""
    with pytest.raises(ConfigurationError) as error:
        load(EXAMPLE)
    asked = [problem.path for problem in error.value.problems]

    assert asked == [
        "account",
        "region",
        "prefix",
        "owner",
        "costCenter",
        "deployer",
        "personas[0].trust.saml",
        "personas[1].trust.saml",
    ]
    assert len(yours()) == len(asked)
    assert all("<" in line for line in yours())


def test_the_example_is_sound_once_filled_in(tmp_path):
    """With a value for each placeholder, and no other change, it is a stack of that account."""
    text = EXAMPLE.read_text(encoding="utf-8")
    filled = "\n".join(fill(line) if " # yours" in line else line for line in text.splitlines())
    (tmp_path / "Pulumi.beta.yaml").write_text(filled, encoding="utf-8")

    found = load(tmp_path / "Pulumi.beta.yaml")

    assert (found.stack, found.account, found.cost_center) == ("beta", "222222222222", "0815")
    assert found.personas[0].trust.saml == "arn:aws:iam::222222222222:saml-provider/corporate"


def fill(line):
    value, mark = line.split(" # yours", 1)
    for placeholder, given in FILLED_IN.items():
        value = value.replace(f" {placeholder}", f' "{given}"').replace(placeholder, given)
    return f"{value} # yours{mark}"


@pytest.mark.parametrize("placeholder", sorted(FILLED_IN))
def test_no_placeholder_passes_for_a_value(placeholder):
    """Left as it is, each one alone keeps the example from being deployed."""
    text = EXAMPLE.read_text(encoding="utf-8")
    for line in yours():
        kept = placeholder in line
        text = text.replace(line, line if kept else fill(line))
    values = yaml.safe_load(text)["config"]

    with pytest.raises(ConfigurationError) as error:
        parse(values, "beta")

    assert any(placeholder in problem.problem for problem in error.value.problems)
