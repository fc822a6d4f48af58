"""What stacks declare reads the same, whoever tells it."""

import json

import pytest

from lakeward.errors import EstateError
from lakeward.estate import read_estate
from lakeward.estate.sources import as_asked_for, declarations_of, estate_of


def region_of(estate, tell):
    return estate["accounts"][tell.account]["regions"][tell.region]


def lines(error):
    return error.value.lines()


@pytest.mark.parametrize("origin", ["preview", "pack_arguments"])
def test_a_first_preview_and_the_packs_arguments_tell_what_a_recording_tells(tell, origin):
    """Ids that nobody knows yet are the same tokens, wherever they stand and whoever leaves them open."""
    lake = tell.small_lake()

    recorded = estate_of(tell.recording(lake), "recording")
    told = estate_of(getattr(tell, origin)(lake), origin)

    assert recorded == told
    assert region_of(told, tell)["kms"]["Keys"][0]["Arn"] == "%{key-lake.arn}"


def test_a_state_tells_what_a_recording_tells_with_the_ids_filled_in(tell):
    """From a stack export the same estate comes, with the key's real ARN in every place of its token."""
    lake = tell.small_lake()

    recorded = json.dumps(estate_of(tell.recording(lake), "recording"))
    exported = estate_of(tell.export(lake), "export")

    assert recorded.count("%{key-lake.arn}") == 3
    assert json.loads(recorded.replace("%{key-lake.arn}", tell.key_arn)) == exported


def test_a_declared_estate_is_accepted_by_the_strict_reader(tell):
    """What the readers make is an estate, and the account is partial since a stack never declares all of one."""
    estate = read_estate(estate_of(tell.recording(tell.small_lake()), "recording"))

    assert estate.accounts[tell.account].partial == "stack `dev` of project `lakeward` declares part of this account"


def test_a_preview_without_the_unchanged_is_refused_with_the_flag_to_add(tell):
    """A preview whose steps leave unchanged resources out would look like an empty stack."""
    preview = tell.preview(tell.small_lake(), op="same")
    preview["steps"] = preview["steps"][:1]

    with pytest.raises(EstateError) as error:
        estate_of(preview, "preview.json")

    assert lines(error) == (
        (
            f"preview.json.steps: {len(tell.small_lake()) - 1} unchanged resources are left out; "
            "add `--show-sames`: `pulumi preview --json --show-sames`"
        ),
    )


def test_a_preview_with_the_unchanged_is_taken(tell):
    """The same preview with all its steps is an estate: the refusal above is about what is missing."""
    lake = tell.small_lake()

    assert estate_of(tell.preview(lake, op="same"), "p") == estate_of(tell.preview(lake, op="create"), "p")


def test_a_preview_that_broke_off_is_refused(tell):
    """A program that failed on its way has declared only part of what it would have."""
    preview = {
        **tell.preview(tell.small_lake()),
        "diagnostics": [
            {"severity": "warning", "message": "careful"},
            {"severity": "error", "message": "error: the program\nended with exit code 1\n"},
        ],
    }

    with pytest.raises(EstateError) as error:
        estate_of(preview, "p.json")

    assert lines(error) == (
        "p.json.diagnostics[1]: the preview broke off: the program ended with exit code 1; make it succeed first",
    )


def test_a_preview_that_the_pack_refused_is_taken(tell):
    """A violated rule stops the update, not the preview: every resource is there, and who would read what is asked."""
    preview = tell.preview(tell.small_lake())
    refused = {**preview, "diagnostics": [{"severity": "error", "message": "error: preview failed\n"}]}

    assert estate_of(preview, "p") == estate_of(refused, "p")


def test_a_preview_of_a_deletion_leaves_the_deleted_out(tell):
    """A resource that the update deletes isn't in the estate; without its step's `delete` it would be."""
    lake = tell.small_lake()
    preview = tell.preview(lake)
    step = next(step for step in preview["steps"] if step["urn"].endswith("::grant-reader"))
    grants_before = region_of(estate_of(preview, "p"), tell)["lakeformation"]["Permissions"]
    step["op"], step["oldState"] = "delete", step.pop("newState")

    grants_after = region_of(estate_of(preview, "p"), tell)["lakeformation"]["Permissions"]

    assert [
        grant["Principal"]["DataLakePrincipalIdentifier"] for grant in grants_before if grant not in grants_after
    ] == [f"arn:aws:iam::{tell.account}:role/reader"]


def test_a_preview_of_a_replacement_shows_the_new_resource_with_an_id_of_its_own(tell):
    """A key that is replaced gets a new id, so the old one is nowhere; an updated key keeps its id."""
    lake = tell.small_lake()
    arns = {}
    for op in ("update", "create-replacement"):
        preview = tell.preview(lake)
        step = next(step for step in preview["steps"] if step["urn"].endswith("::key-lake"))
        step["op"] = op
        step["oldState"] = {**step["newState"], "outputs": {"arn": tell.key_arn}}
        arns[op] = region_of(estate_of(preview, "p"), tell)["kms"]["Keys"][0]["Arn"]

    assert arns == {"update": tell.key_arn, "create-replacement": "%{key-lake.arn}"}


@pytest.mark.parametrize(
    "step",
    [
        pytest.param({"op": "delete-replaced", "oldState": "newState"}, id="old copy deleted"),
        pytest.param({"op": "replace", "newState": "newState"}, id="logical replacement"),
    ],
)
def test_the_steps_around_a_replacement_change_nothing(tell, step):
    """A replacement's other steps are about the resource that goes, or repeat the one that comes."""
    preview = tell.preview(tell.small_lake())
    before = estate_of(preview, "p")
    new = next(step for step in preview["steps"] if step["urn"].endswith("::bucket-lake"))
    preview["steps"].append({"urn": new["urn"], **{k: new["newState"] if k != "op" else v for k, v in step.items()}})

    assert before == estate_of(preview, "p")


def test_secrets_are_unknown(tell):
    """A policy that a secret went into is unknown, in a preview and in a state; nothing of it shows."""
    lake = tell.small_lake()
    for place in lake:
        if place.name == "bucket-lake-policy":
            place.inputs["policy"] = "[secret]"
    preview = estate_of(tell.preview(lake), "p")
    for place in lake:
        if place.name == "bucket-lake-policy":
            place.inputs["policy"] = {
                "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
                "ciphertext": "v1:opaque",
            }
    export = estate_of(tell.export(lake), "e")

    policies = [region_of(estate, tell)["s3"]["Buckets"][0]["Policy"] for estate in (preview, export)]

    assert policies == [{"unknown": "secret"}, {"unknown": "secret"}]


def test_a_state_leaves_out_what_waits_for_its_deletion(tell):
    """The old half of an interrupted replacement isn't declared any more."""
    export = tell.export(tell.small_lake())
    resources = export["deployment"]["resources"]
    before = estate_of(export, "e")
    old = next(resource for resource in resources if resource["urn"].endswith("::bucket-lake"))
    resources.append({**old, "inputs": {"bucket": "acme-old"}, "outputs": {"bucket": "acme-old"}, "delete": True})

    assert before == estate_of(export, "e")


def test_a_state_prefers_what_the_provider_read_over_what_was_asked_for(tell):
    """After a refresh the outputs tell the drift; the inputs still tell the wish."""
    export = tell.export(tell.small_lake())
    policy = next(r for r in export["deployment"]["resources"] if r["urn"].endswith("::bucket-lake-policy"))
    policy["outputs"]["policy"] = json.dumps(tell.statement("s3:*", Principal="*"))

    read = region_of(estate_of(export, "e"), tell)["s3"]["Buckets"][0]["Policy"]

    assert read["Statement"][0]["Action"] == "s3:*"


def test_a_state_as_asked_for_tells_the_wish_with_the_ids_that_aws_made_up(tell):
    """The twin: what the provider read stands back, and the key's real ARN stays in every place of its token."""
    untouched = estate_of(tell.export(tell.small_lake()), "export")
    export = tell.export(tell.small_lake())
    policy = next(r for r in export["deployment"]["resources"] if r["urn"].endswith("::bucket-lake-policy"))
    policy["outputs"]["policy"] = json.dumps(tell.statement("s3:*", Principal="*"))

    assert estate_of(as_asked_for(export), "export") == untouched


@pytest.mark.parametrize(
    ("break_it", "path"),
    [
        pytest.param(
            lambda p: p["steps"][0]["newState"].update(urn=5), ".steps[0].newState.urn", id="number for a urn"
        ),
        pytest.param(lambda p: p["steps"][1].pop("op"), ".steps[1]", id="no operation"),
        pytest.param(lambda p: p.update(steps={}), ".steps", id="no list"),
        pytest.param(lambda p: p.update(steps=[]), ".steps", id="no steps"),
    ],
)
def test_a_malformed_preview_is_refused_at_its_place(tell, break_it, path):
    """What isn't a preview is one error line with the path, and what to give instead."""
    preview = tell.preview(tell.small_lake())
    break_it(preview)

    with pytest.raises(EstateError) as error:
        estate_of(preview, "p.json")

    assert [line.split(": ")[0] for line in lines(error)] == [f"p.json{path}"]


def test_a_stack_that_does_not_tell_its_account_is_refused(tell):
    """Without the root component nobody knows which account and Region the stack is."""
    without = [resource for resource in tell.small_lake() if resource.name != "lake"]

    with pytest.raises(EstateError) as error:
        estate_of(tell.recording(without), "recording.json")

    assert lines(error) == (
        (
            "recording.json: no component of type `lake:stack:Lake`, which tells account and Region; "
            "read a stack of this project, whole"
        ),
    )


@pytest.mark.parametrize("inputs", [{"account": "12"}, {"region": "mars"}, {"account": True}])
def test_an_account_or_region_that_is_none_is_refused(tell, inputs):
    """The root component's word is checked like any other input."""
    lake = [tell.lake(**inputs)]

    with pytest.raises(EstateError, match="recording: `lake`: "):
        estate_of(tell.recording(lake), "recording")


def test_an_account_written_as_a_number_gets_its_zeros_back(tell):
    """The engine's configuration command writes account ids as numbers (`platform.md` rule 7)."""
    estate = estate_of(tell.recording([tell.lake(account=1)]), "recording")

    assert list(estate["accounts"]) == ["000000000001"]


@pytest.mark.parametrize("document", [{}, {"a": 1}, 5, "text", None])
def test_what_is_no_source_is_refused(document):
    """A document of no known kind says what would be one."""
    with pytest.raises(EstateError, match="neither an estate nor a preview, a stack export or a recording"):
        estate_of(document, "file")


def test_an_estate_passes_as_it_is(tell):
    """An estate declares nothing; it is one already."""
    estate = estate_of(tell.recording(tell.small_lake()), "recording")

    assert declarations_of(estate, "file") is None
    assert estate_of(estate, "file") == estate


def test_a_malformed_estate_is_refused_by_the_strict_reader():
    """A key that no estate has is an error with its path."""
    with pytest.raises(EstateError) as error:
        estate_of({"version": 1, "accounts": {"111111111111": {"iam": {"Rolls": []}}}}, "estate.json")

    assert lines(error)[0].startswith("estate.json.accounts.111111111111.iam.Rolls: ")
