"""The command line as a whole: commands found by name, errors as lines, and quiet ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from lakeward import cli
from lakeward.errors import OutsideServiceError, UsageError

ROOT = Path(__file__).parents[3]
LAKEWARD = Path(sys.executable).with_name("lakeward")


def run(arguments, capsys):
    with pytest.raises(SystemExit) as exit_:
        cli.main(arguments)
    printed = capsys.readouterr()
    return exit_.value.code, printed.out, printed.err


@pytest.fixture
def command(monkeypatch):
    """Stand a command of one's own in for `check`: `command(function)`."""

    def stand_in(function):
        made = click.command("check")(function)
        monkeypatch.setattr("lakeward.cli.check.command", made)

    return stand_in


def test_every_module_is_a_command():
    """What lies in the package is what can be called, sorted, with the reserved names."""
    listed = cli._lakeward.list_commands(click.Context(cli._lakeward))  # noqa: SLF001  # what `--help` lists
    modules = {path.stem for path in Path(cli.__file__).parent.glob("*.py") if not path.stem.startswith("_")}

    assert listed == sorted(modules | {"adopt", "audit", "prove"})


def test_every_command_can_be_loaded():
    """Each module exports a click command whose name is the module's."""
    context = click.Context(cli._lakeward)  # noqa: SLF001  # what calling a command does
    for name in cli._lakeward.list_commands(context):  # noqa: SLF001
        command = cli._lakeward.get_command(context, name)  # noqa: SLF001

        assert isinstance(command, click.Command)
        assert command.name == name


@pytest.mark.parametrize("name", ["adopt", "audit", "prove"])
@pytest.mark.parametrize("arguments", [[], ["stack:dev"], ["--format", "json"]])
def test_reserved_commands_say_so(name, arguments, capsys):
    """Whatever they are asked, they answer one line and exit 2 (`contracts.md` section 1)."""
    assert run([name, *arguments], capsys) == (
        2,
        "",
        f"lakeward {name}: this command is reserved and doesn't exist yet; see `lakeward --help`\n",
    )


def test_the_version_is_printed(capsys):
    """Name and number."""
    assert run(["--version"], capsys) == (0, "lakeward, version 0.1.0\n", "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chekc"], "lakeward: no such command"),
        (["check"], "lakeward check: missing argument 'CONFIG'; see `lakeward check --help`"),
        (["check", "--loud", "x"], "lakeward check: no such option"),
    ],
)
def test_a_wrong_call_is_one_line(arguments, line, capsys):
    """Exit 2, with where to look."""
    code, out, err = run(arguments, capsys)

    assert (code, out) == (2, "")
    assert err.startswith(line)
    assert err.count("\n") == 1


def test_a_call_without_a_command_shows_the_help(capsys):
    """Bad usage all the same: exit 2."""
    code, _, err = run([], capsys)

    assert code == 2
    assert "check" in err


def test_errors_for_people_become_lines_and_exit_codes(command, capsys):
    """2 for bad input, 3 for a failed outside service."""

    def bad_input():
        raise UsageError("--on", "isn't a date", "write YYYY-MM-DD")

    def failed_service():
        raise OutsideServiceError("lakeformation: throttled")

    command(bad_input)
    assert run(["check"], capsys) == (2, "", "--on: isn't a date; write YYYY-MM-DD\n")
    command(failed_service)
    assert run(["check"], capsys) == (3, "", "lakeformation: throttled\n")


def test_a_finding_is_exit_code_one(command, capsys):
    """A command says so by returning 1, or by click's own exit."""
    command(lambda: 1)
    assert run(["check"], capsys)[0] == 1
    command(lambda: click.get_current_context().exit(1))
    assert run(["check"], capsys)[0] == 1
    command(lambda: None)
    assert run(["check"], capsys)[0] == 0


def test_a_module_without_a_command_is_a_programmers_error(monkeypatch):
    """It isn't told as if the user had done something wrong."""
    monkeypatch.setattr("lakeward.cli.check.command", None)

    with pytest.raises(TypeError, match=r"lakeward/cli/check\.py exports no click command"):
        cli.main(["check"])


def test_an_interrupt_ends_quietly(command, capsys):
    """Ctrl-C: no traceback, the code that shells expect."""

    def interrupted():
        signal.raise_signal(signal.SIGINT)

    command(interrupted)
    code, out, err = run(["check"], capsys)

    assert code == 130
    assert out == ""
    assert err.strip() == ""


def test_a_reader_that_left_ends_quietly():
    """`| head`: no traceback, nothing on standard error."""
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [LAKEWARD, "check", "Pulumi.dev.yaml"], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, check=False, text=True
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (141, "")
