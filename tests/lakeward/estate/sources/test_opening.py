"""From the name of a source to its estate, and back to the one who mistyped it."""

import io
import json
import os
import subprocess
import sys
import textwrap

import pytest

import lakeward.estate.sources
from lakeward.errors import EstateError, OutsideServiceError, UsageError
from lakeward.estate.sources import estate_of, open_source, open_sources

RECORDER = """
    import json, os, sys
    from pathlib import Path
    behaviour = json.loads(Path("behaviour.json").read_text())
    Path("seen.json").write_text(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ)}))
    print("noise", file=sys.stderr)
    for line in behaviour.get("says", []):
        print(line, file=sys.stderr)
    if behaviour.get("recording"):
        print(json.dumps(behaviour["recording"]))
    sys.exit(behaviour.get("exit", 0))
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose recorder does as its `behaviour.json` says; the current folder is inside it."""
    root = tmp_path / "project"
    (root / "local").mkdir(parents=True)
    (root / "deeper").mkdir()
    (root / "Pulumi.yaml").write_text("name: lakeward\nruntime: python\n")
    (root / "local" / "__init__.py").touch()
    (root / "local" / "recorder.py").write_text(textwrap.dedent(RECORDER))
    monkeypatch.chdir(root / "deeper")

    def behave(**behaviour):
        (root / "behaviour.json").write_text(json.dumps(behaviour))
        return root

    return behave


def test_the_exported_names_are_these():
    """What other packages may import is this list."""
    assert lakeward.estate.sources.__all__ == sorted(lakeward.estate.sources.__all__)
    assert lakeward.estate.sources.__all__ == [
        "Declarations",
        "DeclaredResource",
        "as_asked_for",
        "assembled",
        "declarations_of",
        "estate_of",
        "merged",
        "open_source",
        "open_sources",
    ]


def test_a_file_is_told_by_its_content(tell, tmp_path):
    """Recording, preview, state and estate need no mark but their content."""
    lake = tell.small_lake()
    expected = estate_of(tell.recording(lake), "x")
    for number, document in enumerate((tell.recording(lake), tell.preview(lake), expected)):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(document))

        assert expected == open_source(str(path))


def test_a_hyphen_is_standard_input(tell, monkeypatch):
    """`-` reads what is piped in."""
    recording = tell.recording(tell.small_lake())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(recording).encode())))

    assert open_source("-") == estate_of(recording, "x")


def test_a_stack_is_recorded_in_the_nearest_project(tell, project):
    """`stack:NAME` runs the recorder of the project around the current folder, and takes what it prints."""
    recording = tell.recording(tell.small_lake())
    root = project(recording=recording)

    assert open_source("stack:dev") == estate_of(recording, "x")
    assert json.loads((root / "seen.json").read_text())["arguments"] == ["--", "dev"]


def test_a_recorded_program_sees_neither_aws_nor_the_engine(tell, project, monkeypatch):
    """Credentials and engine settings of the caller don't reach the program; the rest of the environment does."""
    root = project(recording=tell.recording(tell.small_lake()))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "PULUMI_HOME", "PULUMI_CONFIG", "ORDINARY"):
        monkeypatch.setenv(name, "x")

    open_source("stack:dev")

    seen = json.loads((root / "seen.json").read_text())["environment"]
    assert [name for name in seen if name.startswith(("AWS_", "PULUMI_"))] == []
    assert seen["ORDINARY"] == "x"


def test_the_recorders_error_lines_are_passed_on(project):
    """Exit code 2 means that the configuration is wrong, and each line says where."""
    project(exit=2, says=["zones[0].name: `x` is no zone; use `raw`", "owner: is missing; add it"])

    with pytest.raises(EstateError) as error:
        open_source("stack:dev")

    assert error.value.lines()[-2:] == ("zones[0].name: `x` is no zone; use `raw`", "owner: is missing; add it")
    assert error.value.exit_code == 2


def test_a_program_that_fails_is_an_outside_failure(project):
    """Any other exit code is told with the last thing that was said, and no traceback."""
    project(exit=1, says=["Traceback …", "KeyError: 'x'"])

    with pytest.raises(
        OutsideServiceError, match=r"stack:dev: `local.recorder` failed with exit code 1: KeyError: 'x'"
    ):
        open_source("stack:dev")


def test_a_recorder_that_prints_no_recording_is_refused(project):
    """Success with nothing on standard output isn't an empty stack."""
    project()

    with pytest.raises(EstateError, match="stack:dev: this isn't JSON"):
        open_source("stack:dev")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere.json", "nowhere.json: this can't be read: no such file or directory; "),
        ("stack:", "stack:: no stack is named; "),
        ("stack:dev", "stack:dev: no Pulumi.yaml here or in a folder above; "),
        ("git:main", "git:main: a revision and a stack are needed; "),
        ("git::dev", "git::dev: a revision and a stack are needed; "),
        ("live:12/eu-west-1", "live:12/eu-west-1: `12/eu-west-1` names no account and Region; "),
        ("live:111111111111", "live:111111111111: `111111111111` names no account and Region; "),
    ],
)
def test_a_name_that_names_no_source_is_refused(tmp_path, monkeypatch, name, problem):
    """Each mistake is one line, with what to type instead, and exit code 2."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError) as error:
        open_source(name)

    (line,) = error.value.lines()
    assert line.startswith(problem)
    assert error.value.exit_code == 2


def test_text_that_is_no_json_is_refused(tmp_path):
    """A file of another kind is named with the reason."""
    (tmp_path / "x.yaml").write_text("a: 1")

    with pytest.raises(EstateError, match=r"x\.yaml: this isn't JSON"):
        open_source(str(tmp_path / "x.yaml"))


def test_a_folder_is_refused(tmp_path):
    """A folder holds no document."""
    with pytest.raises(UsageError, match="can't be read: is a directory"):
        open_source(str(tmp_path))


@pytest.fixture
def repository(tell, project):
    """A project whose first revision records a lake without its grant; the folder itself has moved on."""
    lake = [resource for resource in tell.small_lake() if resource.name != "grant-reader"]
    root = project(recording=tell.recording(lake))
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        **dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "x"),
        **dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "x@example.com"),
    }
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"], ["tag", "first"]):
        subprocess.run(["git", *arguments], cwd=root, env=environment, check=True)
    project(recording=tell.recording(tell.small_lake()))
    return root


def test_a_revision_is_read_as_it_was(tell, repository):
    """`git:REV:NAME` records the program of that revision and leaves the working tree as it is."""
    then = open_source("git:first:dev")["accounts"][tell.account]["regions"][tell.region]["lakeformation"]
    now = open_source("stack:dev")["accounts"][tell.account]["regions"][tell.region]["lakeformation"]

    assert len(now["Permissions"]) == len(then["Permissions"]) + 1
    status = subprocess.run(["git", "status", "--porcelain"], cwd=repository, capture_output=True, check=True)
    assert status.stdout.decode().split() == ["M", "behaviour.json", "??", "seen.json"]


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "-h"])
def test_a_revision_that_does_not_exist_is_refused(repository, revision):
    """What git doesn't know, or would take for an option, is a mistake of the name."""
    with pytest.raises(UsageError, match="git knows no such revision; give a revision that this repository holds"):
        open_source(f"git:{revision}:dev")

    assert not (repository / "x").exists()


def test_a_folder_that_is_no_repository_is_refused(project):
    """Without a repository there are no revisions."""
    project()

    with pytest.raises(UsageError, match="not a git repository"):
        open_source("git:main:dev")


def test_several_sources_are_one_estate(tell, tmp_path):
    """Files are merged under the names they were given by."""
    (tmp_path / "a.json").write_text(json.dumps(tell.recording(tell.small_lake())))
    (tmp_path / "b.json").write_text(json.dumps({"version": 1, "accounts": {"222222222222": {}}}))

    estate = open_sources([str(tmp_path / "a.json"), str(tmp_path / "b.json")])

    assert list(estate["accounts"]) == [tell.account, "222222222222"]
