"""Reading a stack's configuration: from its file, over the project's defaults, or from the engine's values."""

import json
from pathlib import Path

import pytest
import yaml

from lakeward import config as configuration
from lakeward.config import StackConfig, load, load_bytes, parse
from lakeward.errors import ConfigurationError, UsageError
from lakeward.model import DatabaseGrant, Persona, RoleTrust, TableGrant, TagGrant

ROOT = Path(__file__).parents[3]
SOUND = Path(__file__).parent / "sound.yaml"


def sound_values():
    return yaml.safe_load(SOUND.read_text(encoding="utf-8"))["config"]


def problems(values, stack="test"):
    with pytest.raises(ConfigurationError) as error:
        parse(values, stack)
    return error.value.lines()


def test_the_public_names_are_these():
    """The package exports what its callers need, sorted."""
    assert configuration.__all__ == ["StackConfig", "load", "load_bytes", "parse"]


def test_the_stack_to_read_first_is_sound():
    """`Pulumi.dev.yaml` gives the personas, tables and zones it says, under the stack's name of the file."""
    dev = load(ROOT / "Pulumi.dev.yaml")

    assert (dev.stack, dev.account, dev.region) == ("dev", "100000000001", "eu-west-1")
    assert [table.name for database in dev.databases for table in database.tables] == [
        "temp-raw-table",
        "secure_dl_curated_data",
        "secure_dl_encrypted_data",
        "secure_dl_masked_data",
        "events",
        "customers",
        "sites",
    ]
    analyst = next(persona for persona in dev.personas if persona.name == "secure-lf-business-analyst")
    assert analyst.grants == (
        TableGrant(
            database="secure-db",
            table="secure_dl_encrypted_data",
            columns=(
                "count",
                "address1_encrypted",
                "address2_encrypted",
                "firstname_encrypted",
                "lastname_encrypted",
                "dob_encrypted",
            ),
        ),
    )


def test_the_engines_values_give_the_same_configuration():
    """The engine hands mappings and lists over as JSON texts and every scalar as text; nothing changes by that."""
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in sound_values().items()}

    assert parse(values, "test") == load(SOUND, "test")


def test_problems_inside_a_json_text_have_their_place():
    """What the engine handed over as JSON is told of as if it stood in the file."""
    values = sound_values()
    values["lakeward:zones"][1]["name"] = "kurated"

    told = problems(values | {"lakeward:zones": json.dumps(values["lakeward:zones"])})

    assert told == problems(values)
    assert told == ("zones[1].name: `kurated` isn't possible here; did you mean `curated`?",)


def test_nouns_that_are_made_already_choose_their_alternative():
    """A grant or trust that is a value, not a mapping from a file, stands for its own kind."""
    grant = DatabaseGrant(database="crm")
    trust = RoleTrust(role="arn:aws:iam::111111111111:role/jobs")

    persona = Persona(name="loader", kind="pipeline", trust=trust, grants=(grant,))

    assert (persona.trust, persona.grants) == (trust, (grant,))


def test_numbers_for_texts_are_taken_where_nothing_is_lost():
    """Unquoted digits are an account id or a cost centre all the same."""
    values = sound_values() | {"lakeward:account": 111111111111, "lakeward:costCenter": 4711}

    assert parse(values, "test") == load(SOUND, "test")


def test_keys_of_other_namespaces_are_nobodys_business_here():
    """Providers' and the engine's own keys are left to them, whatever they hold and however it is written."""
    text = SOUND.read_text(encoding="utf-8") + "  aws:allowedAccountIds: [012345670123]\nencryptionsalt: 2026-01-01\n"
    values = sound_values() | {"aws:region": 5, "pulumi:disable-default-providers": ["aws"], "other:zones": "x"}

    assert parse(values, "test") == load(SOUND, "test")
    assert load_bytes(text.encode(), "Pulumi.test.yaml", "test", SOUND.parent) == load(SOUND, "test")


@pytest.mark.parametrize("spelling", ["region", "lakeward:region", "lakeward:config:region"])
def test_every_spelling_of_a_key_that_the_engine_takes_is_read(spelling):
    """A key without a namespace is the project's, as for the engine."""
    values = {key: value for key, value in sound_values().items() if key != "lakeward:region"}

    assert parse(values | {spelling: "us-east-1"}, "test").region == "us-east-1"


def test_one_key_in_two_spellings_is_refused():
    """Nobody can tell which one is meant."""
    values = sound_values() | {"region": "us-east-1"}

    assert problems(values) == ("region: stands twice, with and without its namespace; keep `lakeward:region`",)


def test_an_optional_section_may_be_empty():
    """`{}` is how a default says that there is none: the engine can't leave a key out."""
    values = sound_values() | {"lakeward:organization": {}, "lakeward:breakGlass": "{}"}

    assert parse(values, "test") == load(SOUND, "test")


def test_an_organization_makes_its_accounts_known():
    """A role of an account that is listed may be trusted; the negative twin is `broken/trust-of-unknown-accounts`."""
    values = sound_values()
    values["lakeward:personas"][0]["trust"] = {"role": "arn:aws:iam::222222222222:role/partner"}
    values["lakeward:organization"] = {
        "id": "o-aaaaaaaaaa",
        "managementAccount": "100000000000",
        "accounts": [
            {"id": "111111111111", "path": "o-aaaaaaaaaa/r-aaaa/"},
            {"id": 222222222222, "path": "o-aaaaaaaaaa/r-aaaa/ou-aaaa-aaaaaaaa/"},
        ],
    }

    config = parse(values, "test")

    assert config.organization is not None
    assert [account.id for account in config.organization.accounts] == ["111111111111", "222222222222"]


def test_an_external_persona_states_a_role_and_a_ceiling():
    """The positive twin of `broken/external-persona-impossible`."""
    values = sound_values()
    ceiling = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "athena:*", "Resource": "*"}}
    values["lakeward:personas"][1] = {
        "name": "partner",
        "kind": "external",
        "role": "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Partner_0123",
        "ceiling": [ceiling],
    }

    assert parse(values, "test").personas[1].ceiling == (ceiling,)


def test_tag_grants_name_both_keys():
    """The positive twin of `broken/managed-persona-by-wide-tags`."""
    values = sound_values()
    values["lakeward:personas"][0]["grants"] = [{"tags": {"zone": ["masked"], "classification": ["public"]}}]

    assert parse(values, "test").personas[0].grants == (
        TagGrant(tags={"zone": ("masked",), "classification": ("public",)}),
    )


def test_several_filters_of_one_table_dont_overlap():
    """Filters unite (`semantics.md` B9-7), so one persona may go through several; the same one twice is refused."""
    values = sound_values()
    table = values["lakeward:databases"][0]["tables"][0]
    table["filters"].append({"name": "small", "columns": ["id"], "rows": "id < 100"})
    values["lakeward:personas"][0]["grants"] = [
        {"database": "crm", "table": "orders", "filter": name} for name in ("recent", "small")
    ]

    assert [grant.filter for grant in parse(values, "test").personas[0].grants] == ["recent", "small"]


def test_more_filters_than_lake_formation_takes_are_refused():
    """A hundred filters for one principal on one table, and not one more (`semantics.md` B9-3)."""
    values = sound_values()
    table = values["lakeward:databases"][0]["tables"][0]
    table["filters"] = [{"name": f"f{number}", "columns": ["id"]} for number in range(101)]
    grants = [{"database": "crm", "table": "orders", "filter": f"f{number}"} for number in range(101)]

    values["lakeward:personas"][0]["grants"] = grants[:100]
    assert len(parse(values, "test").personas[0].grants) == 100
    values["lakeward:personas"][0]["grants"] = grants
    (line,) = problems(values)
    assert line.startswith("personas[0].grants[100]: `analyst` has 101 filters on table `crm.orders`; ")


def test_more_reviewers_than_lake_formation_takes_are_refused():
    """Thirty read-only administrators, and not one more."""
    values = sound_values()
    trust = {"saml": "arn:aws:iam::111111111111:saml-provider/corporate"}
    values["lakeward:personas"] += [
        {"name": f"auditor-{number}", "trust": trust, "administration": "read-only"} for number in range(31)
    ]

    assert problems(values) == (
        "personas: 31 of them are read-only administrators; Lake Formation takes 30: let fewer roles review",
    )


def test_a_stacks_name_is_no_key_of_its_file():
    """The file's name says it, once."""
    assert problems(sound_values() | {"lakeward:stack": "test"}) == (
        "stack: unknown key `stack`; remove it: the file's name is the stack's name",
    )


@pytest.mark.parametrize("stack", ["Production", "a" * 24, "a_b", ""])
def test_a_stack_name_that_fits_no_bucket_is_refused(stack):
    """The engine would take more than bucket names do."""
    (line,) = problems(sound_values(), stack)

    assert line.startswith("stack: ")


def test_a_file_says_its_stack_by_its_name(tmp_path):
    """`Pulumi.<stack>.yaml`; any other name needs the stack given, and given it wins."""
    named = tmp_path / "Pulumi.prod.yaml"
    named.write_bytes(SOUND.read_bytes())

    assert load(named).stack == "prod"
    assert load(named, "test").stack == "test"
    with pytest.raises(UsageError, match="doesn't say which stack"):
        load(SOUND)


def test_a_file_that_cant_be_read_is_one_line(tmp_path):
    """Neither a missing file nor a folder makes a traceback."""
    with pytest.raises(UsageError, match="no such file or directory; give the path of"):
        load(tmp_path / "Pulumi.none.yaml")
    with pytest.raises(UsageError, match="is a directory; give the path of"):
        load(tmp_path, "test")


def test_the_projects_defaults_stand_below_the_stacks_values(tmp_path):
    """A key that the stack leaves out comes from the nearest project file of this project, `value` or `default`."""
    stack = tmp_path / "stacks" / "Pulumi.test.yaml"
    stack.parent.mkdir()
    text = SOUND.read_text(encoding="utf-8")
    stack.write_text(
        text.replace("  lakeward:owner: data-platform\n", "").replace('  lakeward:costCenter: "4711"\n', "")
    )
    (stack.parent / "Pulumi.yaml").write_text("name: another\nconfig: { owner: nobody }\n")
    (tmp_path / "Pulumi.yaml").write_text(
        "name: lakeward\nruntime: python\nconfig:\n"
        "  owner: { type: string, default: everyone }\n"
        "  lakeward:costCenter: { value: shared }\n"
        "  prefix: never-reached\n"
        "  account: { type: string }\n"
    )

    found = load(stack)

    assert (found.owner, found.cost_center, found.prefix) == ("everyone", "shared", "acme")


def test_encrypted_values_are_opaque_placeholders():
    """Nobody can decrypt them here; prose gets a placeholder of its place, the same each time."""
    text = SOUND.read_text(encoding="utf-8").replace("owner: data-platform", "owner: { secure: AAABAMZpc2hlcg== }")

    found = load_bytes(text.encode(), "Pulumi.test.yaml", "test", SOUND.parent)

    assert found.owner == "secure:owner"


@pytest.mark.parametrize("key", sorted(sound_values()))
def test_a_secret_is_refused_by_its_key_wherever_it_stands(key):
    """The engine hands it over in clear; nothing of it is told, and the same value in clear is taken."""
    values = sound_values()

    with pytest.raises(ConfigurationError) as refused:
        parse(values, "test", [key, "aws:token"])

    assert [f"lakeward:{line.split(':')[0]}" for line in refused.value.lines()] == [key]
    assert str(values[key]) not in str(refused.value)
    assert parse(values, "test", ["aws:token"]) == load(SOUND, "test")


def test_what_the_engine_keeps_in_the_file_is_no_error():
    """The salt and secrets provider stand beside `config`."""
    text = "encryptionsalt: v1:abc=:v1:def:ghi==\nsecretsprovider: passphrase\n" + SOUND.read_text(encoding="utf-8")

    assert load_bytes(text.encode(), "x", "test", SOUND.parent) == load(SOUND, "test")


def places(value, above=()):
    """Every place in a configuration, the leaves first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from places(part, (*above, key))
        yield (*above, key)


TOP_LEVEL = {field.alias for field in StackConfig.model_fields.values()}
PLACES = list(places(sound_values()))
WRONG = [None, True, -1, 1.5, "", "x", [], ["x"], {}, {"x": 1}, [{"name": "x"}]]


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_whatever_stands_anywhere_is_accepted_or_told(wrong):
    """At every place of a configuration, any value is either taken or answered by problems, never by another error."""
    told = 0
    for *above, last in PLACES:
        values = sound_values()
        holder = values
        for part in above:
            holder = holder[part]
        holder[last] = wrong
        told += len(outcome(values)) > 0

    assert told > len(PLACES) / 2


def outcome(values):
    """The problems of a configuration, none if it is sound; each is whole."""
    try:
        parse(values, "test")
    except ConfigurationError as error:
        found = error.problems
    else:
        return ()

    assert found
    assert all(problem.path and problem.problem and problem.remedy for problem in found)
    return found


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_whatever_is_left_out_is_a_default_or_told(place):
    """Removing any one thing gives a configuration, or problems; never another error."""
    values = sound_values()
    holder = values
    for part in place[:-1]:
        holder = holder[part]
    del holder[place[-1]]

    assert all(problem.path.split("[")[0].split(".")[0] in TOP_LEVEL for problem in outcome(values))


def test_a_wrong_value_has_no_second_hand_problems():
    """What is left out for one problem makes no further one: not a grant too wide, nor a role of the wrong kind."""
    values = sound_values()
    values["lakeward:personas"][0]["grants"] = [
        {"database": "crm", "table": "orders", "colums": ["id"]},
        {"database": "crm", "table": "orders", "filter": "Recent"},
        {"database": "crm", "table": "orders", "columns": ["ID"]},
    ]
    values["lakeward:personas"][1]["kind"] = "pipline"
    values["lakeward:databases"][0]["tables"][0]["columns"][1] = {
        "name": "email",
        "type": "string",
        "classification": "pii",
        "protecton": "masked",
    }

    assert problems(values) == (
        "databases[0].tables[0].columns[1].protecton: unknown key `protecton`; did you mean `protection`?",
        "personas[0].grants[0].colums: unknown key `colums`; did you mean `columns`?",
        "personas[0].grants[1].filter: `Recent` has upper-case letters, which the catalog folds; write `recent`",
        "personas[0].grants[2].columns[0]: `ID` has upper-case letters, which the catalog folds; write `id`",
        "personas[1].kind: `pipline` isn't possible here; did you mean `pipeline`?",
    )


def test_problems_come_in_the_order_of_the_file_and_are_the_same_each_time():
    """Two runs tell the same, sorted by place; what is missing follows what is there."""
    values = sound_values()
    del values["lakeward:owner"]
    values["lakeward:personas"][1]["kind"] = "pipline"
    values["lakeward:zones"][0]["name"] = "rwa"
    values["lakeward:prefix"] = "ACME"

    first = problems(values)

    assert [line.split(":")[0] for line in first] == ["prefix", "zones[0].name", "personas[1].kind", "owner"]
    assert problems(values) == first


def test_a_key_that_stands_twice_may_hold_what_the_other_has_no_place_for():
    """Text that is misread in the value that isn't kept is told beside the doubled key, in the order of the file."""
    text = SOUND.read_text(encoding="utf-8") + "  databases:\n    - { name: a }\n    - { name: 012345678901 }\n"

    with pytest.raises(ConfigurationError) as error:
        load_bytes(text.encode(), "twice.yaml", "test", ROOT)

    assert error.value.lines() == (
        "databases: stands twice, with and without its namespace; keep `lakeward:databases`",
        (
            "databases[1].name: `012345678901` without quotes isn't read as it is written; "
            'write it in quotes: "012345678901"'
        ),
    )
