"""A `make` target as a process: what ends it, and how it says so."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from local import command, preview, up

PROGRAM = """
import signal, sys, time
from local import command

if "ignored" in sys.argv:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

def action():
    print("at work", flush=True)
    time.sleep(float(sys.argv[1]))
    return 0

sys.exit(command.run("up", action))
"""


def ended_by(number, *arguments):
    """The exit code and what was told, after a signal in the middle of the action."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "at work\n"
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    return process.returncode, told


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_interrupt_end_and_closed_terminal_end_the_action(number):
    """Each interrupts the action, which leaves nothing running, and says how to go on."""
    code, told = ended_by(number, "60")

    assert code == 130
    assert told == "up: interrupted, nothing is left half-done; type `make up` to go on\n"


def test_nohup_outlives_its_terminal():
    """Who starts it with `nohup` has said that the terminal may close."""
    assert ended_by(signal.SIGHUP, "0.5", "ignored") == (0, "")


def test_a_full_disk_is_a_line_and_no_traceback(capsys):
    """Where a file can't grow the reader learns what to do; any other refusal of the system is a fault, and raised."""
    assert command.ended("up", lambda: Path("/dev/full").write_text("x"), "") == 3
    assert capsys.readouterr().err == "up: a file: its disk is full: make room, and type the same again\n"
    with pytest.raises(FileNotFoundError):
        command.ended("up", lambda: Path("/nowhere/file").write_text("x"), "")


@pytest.mark.parametrize("target", [preview.main, up.main], ids=["preview", "up"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--policy-pack-config", "weakening.json"], "No such option"),
        (["--on", "tomorrow"], "isn't a date; give year, month and day in quotes"),
        (["--on", "2026-02-30"], "is no day of the calendar"),
    ],
    ids=["pack-config", "no-date", "no-day"],
)
def test_delivery_takes_no_configuration_of_the_pack_and_no_guessed_day(target, arguments, said):
    """Refused as usage before anything is started: whoever runs a target can't weaken what judges it."""
    done = CliRunner().invoke(target, arguments)

    assert done.exit_code == 2
    assert said in done.output
