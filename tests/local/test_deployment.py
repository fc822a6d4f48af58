"""What a clone holds between two runs, and when it isn't trusted: whatever AWS may hold that no state knows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from local.aws import server
from local.deployment import FOLDER, Provider, prepare
from tests.soak.small_disk import possible, small_disk

ROOT = Path(__file__).parents[2]
FAILED = "engine: the last run failed in the middle; starting afresh"

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("cli")]


def clone_in(folder):
    """A clone of the program with stack `dev` alone, whose `.lakeward` is its own."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "__main__.py", "policies"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    folder = clone_in(tmp_path_factory.mktemp("clone"))
    yield folder
    server.stop(folder / FOLDER / "aws")


def prepared(clone):
    return prepare(clone, Provider.STAND_IN, date(2026, 1, 1))


def lose_states(environment):
    for name in ("state", "stacks"):
        shutil.rmtree(environment.folder / name)


def begin_a_lock(environment):
    locks = environment.folder / "state" / ".pulumi" / "locks" / "organization" / "lakeward" / "dev"
    locks.mkdir(parents=True, exist_ok=True)
    (locks / "begun.json").touch()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda _: None, None),
        (begin_a_lock, None),
        (lose_states, FAILED),
    ],
    ids=["nothing", "a lock that nobody holds", "states lost"],
)
def test_an_aws_that_no_state_describes_is_left_behind(clone, capsys, spoil, told):
    """Where the states may lack something, AWS starts anew with them, once; where they don't, it is the same."""
    before = prepared(clone)
    spoil(before)
    capsys.readouterr()
    after = prepared(clone)
    said = capsys.readouterr().err

    assert (before.running.instance == after.running.instance) is (told is None)
    assert ("starting afresh" in said) is (told is not None)
    assert told is None or told in said
    assert prepared(clone).running.instance == after.running.instance


@pytest.mark.skipif(not possible(), reason="no file system can be mounted here")
def test_a_full_disk_is_told_before_anything_is_started(tmp_path, figure):
    """On a disk that is full nothing is begun: one line says which, and what to do."""
    figure("full disks")
    clone = clone_in(tmp_path)
    with small_disk(clone / FOLDER) as disk:
        disk.fill()
        ended = subprocess.run(
            [*disk.entering(clone), sys.executable, "-m", "local.up"], capture_output=True, text=True, check=False
        )
        left = [file.name for file in disk.folder.iterdir()]

    assert ended.returncode == 3
    assert ended.stderr.startswith("up: `")
    assert ended.stderr.endswith("`: its disk has 0 MB left, 128 are needed: make room, and type the same again\n")
    assert left == ["ballast"]
