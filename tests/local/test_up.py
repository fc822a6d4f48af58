"""`make up` as a person meets it: begun, repeated, interrupted, killed, and its AWS gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lakeward.config import load
from local.aws import server
from local.toolchain.cache import default_folder

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("cli")]


def small(document: dict) -> dict:
    """The dev stack's configuration, cut down to one table, its zones and its reader: the same path, fewer steps."""
    config = document["config"]
    zones = {"masked", "query-results", "logs"}
    config["lakeward:zones"] = [zone for zone in config["lakeward:zones"] if zone["name"] in zones]
    config["lakeward:dataKeys"] = {"administrators": []}
    for key in ("network", "sharedBuckets", "sharing", "tenancy"):
        config.pop(f"lakeward:{key}", None)
    [database] = [one for one in config["lakeward:databases"] if one["name"] == "secure-db"]
    config["lakeward:databases"] = [database]
    database["tables"] = [table for table in database["tables"] if table["zone"] == "masked"]
    config["lakeward:personas"] = [
        persona for persona in config["lakeward:personas"] if persona["name"] == "secure-lf-data-scientist"
    ]
    return document


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone of the program, whose `.lakeward` is its own."""
    folder = tmp_path_factory.mktemp("clone")
    for name in ("Pulumi.yaml", "__main__.py", "policies"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    document = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
    (folder / "Pulumi.dev.yaml").write_text(yaml.safe_dump(small(document), sort_keys=False))
    yield folder
    server.stop(folder / ".lakeward" / "aws")


def start(clone: Path, target: str = "up") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"local.{target}"],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(clone: Path, target: str = "up") -> tuple[int, str, str]:
    """The exit code, what was printed, and what was told on the way."""
    with start(clone, target) as process:
        out, told = process.communicate(timeout=180)
    return process.returncode, out, told


def be_up(clone: Path) -> None:
    """Have it up, as the tests before leave it."""
    if server.status(clone / ".lakeward" / "aws") is None:
        code, _, told = finish(clone)
        assert code == 0, told


def begun(process: subprocess.Popen[str], sign: str) -> None:
    """Wait until a line of its progress shows the sign."""
    told = []
    for line in process.stderr:
        told.append(line)
        if sign in line:
            return
    pytest.fail(f"ended before `{sign}`: {''.join(told)}")


def engine_of(clone: Path) -> int:
    [lock] = clone.glob(".lakeward/state/.pulumi/locks/organization/lakeward/dev/*.json")
    return json.loads(lock.read_text())["pid"]


def pending_in(clone: Path) -> list[dict]:
    """The steps that the state says were under way."""
    [state] = clone.glob(".lakeward/state/.pulumi/stacks/lakeward/dev.json")
    return json.loads(state.read_text())["checkpoint"]["latest"].get("pending_operations") or []


def providers_of(clone: Path) -> list[int]:
    """The stand-in provider's processes that serve this clone."""
    processes = (entry for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [
        int(entry.name)
        for entry in processes
        if b"local.provider" in (entry / "cmdline").read_bytes() and (entry / "cwd").readlink() == clone
    ]


def test_an_interrupted_up_goes_on_and_a_second_one_changes_nothing(clone, figure):
    """SIGINT in the middle leaves AWS running; the next `up` makes the rest only; the one after it, nothing."""
    figure("points killed")
    with start(clone) as process:
        begun(process, "created aws:kms/key:Key")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)

    assert process.returncode == 130
    assert told.splitlines()[-1] == "up: interrupted, nothing is left half-done; type `make up` to go on"
    running = server.status(clone / ".lakeward" / "aws")
    assert running is not None

    code, _, told = finish(clone)

    assert code == 0
    assert "starting afresh" not in told
    assert "created" in told
    assert "unchanged" in told
    assert server.status(clone / ".lakeward" / "aws").instance == running.instance

    code, printed, told = finish(clone)

    assert code == 0
    assert " created" not in told
    assert "unchanged" in told
    assert "secure-lf-data-scientist" in printed
    assert "access: exactly what the plan intends" in told


def test_what_changed_behind_its_back_is_named(clone):
    """Who reads what is as intended; that a deny is gone ends `make up` with 1 all the same."""
    be_up(clone)
    config = load(clone / "Pulumi.dev.yaml")
    session = server.status(clone / ".lakeward" / "aws").session(config.account, config.region, config.deployer)
    bucket = f"acme-dev-masked-{config.account}"
    policy = json.loads(session.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])
    kept = [statement for statement in policy["Statement"] if statement["Sid"] != "DenyPlainHttp"]
    changed = json.dumps({**policy, "Statement": kept})
    session.client("s3").put_bucket_policy(Bucket=bucket, Policy=changed)
    code, _, told = finish(clone)

    assert code == 1
    assert f"s3 Buckets {bucket}: Policy.Statement DenyPlainHttp: not found" in told
    assert "access: exactly what the plan intends" in told
    assert "`make down`, then `make up`" in told


def test_a_failed_up_starts_afresh(clone, figure):
    """After the provider died in the middle nobody knows what was made: the next `up` doesn't meet it."""
    figure("points killed")
    server.stop(clone / ".lakeward" / "aws")
    with start(clone) as process:
        begun(process, "created aws:kms/key:Key")
        for provider in providers_of(clone):
            os.kill(provider, signal.SIGKILL)
        _, failed = process.communicate(timeout=180)
    code, _, told = finish(clone)

    assert process.returncode == 1, failed
    assert code == 0, told
    assert "engine: the last run failed in the middle; starting afresh" in told


def test_a_killed_up_starts_afresh(clone, figure):
    """
    After `kill -9` with steps under way nobody knows what was made: both sides start from nothing.

    Without any, all that was made is recorded, and the next `up` goes on.
    """
    figure("points killed")
    server.stop(clone / ".lakeward" / "aws")
    with start(clone) as process:
        begun(process, "created aws:kms/key:Key")
        os.kill(engine_of(clone), signal.SIGKILL)
        process.kill()
        process.communicate()
    under_way = pending_in(clone)
    code, _, told = finish(clone)

    assert code == 0, told
    assert ("engine: the last run was killed in the middle; starting afresh" in told) == bool(under_way)
    assert (" unchanged" in told) != bool(under_way)


def test_an_aws_that_is_gone_is_started_anew(clone, figure):
    """A state that describes a dead AWS isn't trusted: everything is made again, and the reader is told why."""
    figure("points killed")
    be_up(clone)
    os.kill(server.status(clone / ".lakeward" / "aws").pid, signal.SIGKILL)
    code, _, told = finish(clone)

    assert code == 0
    assert "embedded AWS: the one that the last state describes is gone; starting afresh" in told
    assert " unchanged" not in told


def test_two_at_once_are_told_apart(clone):
    """While one run is at work another is refused by its process id, and harms nothing."""
    server.stop(clone / ".lakeward" / "aws")
    with start(clone) as first:
        begun(first, "created aws:kms/key:Key")
        first_engine = engine_of(clone)
        # It works for as long as the other run needs to see that it does.
        os.kill(first_engine, signal.SIGSTOP)
        code, _, told = finish(clone)
        os.kill(first_engine, signal.SIGCONT)
        first.communicate(timeout=180)

    assert code == 3
    assert f"another run is at work on this clone (process {first_engine} on " in told
    assert first.returncode == 0


def test_a_bad_configuration_starts_nothing(clone):
    """What is wrong with the stack's file is told by its path before anything is started."""
    assert finish(clone, "down")[0] == 0
    file = clone / "Pulumi.dev.yaml"
    good = file.read_text()
    file.write_text(good.replace("lakeward:prefix", "lakeward:prefixes"))
    code, _, told = finish(clone)
    file.write_text(good)

    assert code == 2
    assert "prefixes" in told
    assert "Traceback" not in told
    assert server.status(clone / ".lakeward" / "aws") is None


def test_preview_says_what_up_would_make(clone):
    """A preview lists the steps of the next `up`, makes none, and leaves nothing to be said once it is up."""
    finish(clone, "down")
    code, planned, _ = finish(clone, "preview")

    assert code == 0
    assert "create aws:lakeformation/permissions:Permissions" in planned
    assert finish(clone)[0] == 0
    assert finish(clone, "preview")[:2] == (0, "")


def test_preview_ends_with_whose_access_changes(clone):
    """A column withdrawn in the file is told by who no longer reads it, and nothing else is."""
    be_up(clone)
    file = clone / "Pulumi.dev.yaml"
    good = file.read_text()
    document = yaml.safe_load(good)
    document["config"]["lakeward:personas"][0]["grants"][0]["columns"].remove("count")
    file.write_text(yaml.safe_dump(document, sort_keys=False))
    code, told, _ = finish(clone, "preview")
    file.write_text(good)

    assert code == 0
    assert "No access gained: lost 1; " in told
    assert "  secure-lf-data-scientist can no longer read secure-db.secure_dl_masked_data (count)" in told


def test_down_stops_what_up_started(clone):
    """`down` ends the embedded AWS, says so, and has nothing to do the second time."""
    be_up(clone)
    running = server.status(clone / ".lakeward" / "aws")

    assert running is not None
    assert finish(clone, "down") == (0, "", "embedded AWS: stopped\n")
    assert finish(clone, "down") == (0, "", "embedded AWS: none runs\n")


def test_nothing_of_the_users_pulumi_is_touched(clone, tmp_path, monkeypatch):
    """A user's home, login and profile are neither read nor written."""
    # The cache of CLIs stays where it is: making one anew takes minutes.
    monkeypatch.setenv("XDG_CACHE_HOME", str(default_folder().parents[2]))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///nowhere")
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    code, _, told = finish(clone)

    assert code == 0, told
    assert list(tmp_path.iterdir()) == []
