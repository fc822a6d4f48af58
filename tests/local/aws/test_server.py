"""The embedded AWS as a process: started once, found, told from others, stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import boto3
import pytest

from lakeward.errors import OutsideServiceError
from local.aws import connect, instance, start, status, stop


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "clone" / "aws"
    yield folder
    stop(folder)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_start_serves_what_the_environment_reaches(folder, monkeypatch):
    """A client that knows nothing but the environment talks to the server."""
    running = start(folder)
    for name, value in running.environment("eu-west-1").items():
        monkeypatch.setenv(name, value)

    identity = boto3.client("sts").get_caller_identity()

    assert instance.MANAGEMENT_ACCOUNT == identity["Account"]


def test_start_twice_returns_the_one_server(folder):
    """A second start finds the first server instead of making another."""
    assert start(folder) == start(folder)


def test_start_at_once_from_several_places_makes_one_server(folder):
    """Starters that race end up with the same server."""
    found = []
    starters = [threading.Thread(target=lambda: found.append(start(folder))) for _ in range(3)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()

    assert 3 == len(found)
    assert 1 == len({running.instance for running in found})


def test_folder_is_readable_by_this_user_only(folder):
    """Credentials and log are for nobody else."""
    folder.mkdir(parents=True)
    folder.chmod(0o755)

    start(folder)

    assert 0o700 == mode(folder)
    assert {0o600} == {mode(path) for path in folder.iterdir()}


def test_each_start_has_its_own_credentials_and_identity(folder):
    """Nothing of an ended server opens the next one."""
    first = start(folder)
    stop(folder)
    second = start(folder)

    assert first.instance != second.instance
    assert first.environment("eu-west-1")["AWS_ACCESS_KEY_ID"] != second.environment("eu-west-1")["AWS_ACCESS_KEY_ID"]


def test_credentials_are_not_shown(folder):
    """A server that is printed doesn't print its keys."""
    running = start(folder)

    shown = repr(running)

    assert running.environment("eu-west-1")["AWS_ACCESS_KEY_ID"] not in shown
    assert running.environment("eu-west-1")["AWS_SECRET_ACCESS_KEY"] not in shown


def test_server_survives_the_interrupt_of_who_started_it(folder):
    """Ctrl-C, which reaches the whole process group of the starter, doesn't reach the server."""
    program = (
        "import sys, time\nfrom pathlib import Path\nfrom local.aws import start\n"
        "start(Path(sys.argv[1]))\nprint('started', flush=True)\ntime.sleep(60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with starter:
        assert starter.stdout.readline() == b"started\n"
        os.killpg(starter.pid, signal.SIGINT)
        starter.wait()

    assert status(folder) is not None


def test_stop_ends_the_process_and_forgets_it(folder):
    """After `stop` neither process nor port nor file is left, and a second stop has nothing to do."""
    running = start(folder)

    assert stop(folder) is True
    assert stop(folder) is False
    assert status(folder) is None
    assert not (folder / "instance.json").exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(running.url.rsplit(":", 1)[1]))) != 0


def test_killed_server_is_gone_not_running(folder):
    """A server that was killed leaves a file, and the file isn't believed."""
    os.kill(start(folder).pid, signal.SIGKILL)
    while instance.is_locked(folder):
        pass

    assert (folder / "instance.json").exists()
    assert status(folder) is None
    with pytest.raises(OutsideServiceError, match=r"its process is gone .* run `make up`"):
        connect(folder)


def test_lost_folder_ends_the_server(folder):
    """A server whose folder is gone can't be found any more, so it ends; its successor there isn't disturbed."""
    orphan = start(folder)
    shutil.rmtree(folder)
    successor = start(folder)
    for _ in range(100):
        if not Path("/proc", str(orphan.pid)).exists():
            break
        time.sleep(0.1)

    assert not Path("/proc", str(orphan.pid)).exists()
    assert successor == status(folder)


def test_stale_file_with_a_living_pid_signals_nobody(folder):
    """A pid that another process has by now is neither taken for the server nor ended."""
    folder.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as bystander:
        document = {"pid": bystander.pid, "port": 9, "instance": "0", "access_key": "A", "secret_key": "S"}
        (folder / "instance.json").write_text(json.dumps(document))
        (folder / "lock").touch()

        assert status(folder) is None
        assert stop(folder) is False
        assert bystander.poll() is None
        bystander.kill()


def test_another_program_on_the_port_is_told(folder):
    """A server whose process lives but whose port belongs to someone else is an error that says so."""
    start(folder)
    document = json.loads((folder / "instance.json").read_text())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        changed = document | {"port": other.getsockname()[1]}
        (folder / "instance.json").write_text(json.dumps(changed))

        with pytest.raises(OutsideServiceError, match=r"process \d+ lives, but port \d+ doesn't answer"):
            status(folder)

    (folder / "instance.json").write_text(json.dumps(document))


def test_connect_without_a_server_names_the_remedy(folder):
    """Whoever needs a server that never was started is told how to start it."""
    with pytest.raises(OutsideServiceError, match=r"no server runs in .* run `make up`"):
        connect(folder)


def test_unusable_folder_is_told(tmp_path):
    """A folder that can't be made is one line, not a traceback."""
    (tmp_path / "file").touch()

    with pytest.raises(OutsideServiceError, match=r"can't be used: Not a directory; choose a folder"):
        start(tmp_path / "file" / "aws")
