"""
The command `lakeward`: one module of this package per command, found by its name when it is called.

A command's module exports `command: click.Command`. Adding a command is adding a file; nothing is imported that the
call doesn't need, so `lakeward check` answers without waiting for AWS's libraries.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

import click

from lakeward.errors import LakewardError, Problem, UsageError

__all__ = ["main"]

RESERVED = {
    "adopt": "writes configuration from a live account",
    "audit": "compares what is declared with a live account",
    "prove": "proves tenant isolation",
}
"""Names that are kept for commands to come (`contracts.md` section 1)."""


def _reserved(name: str) -> click.Command:
    @click.command(
        name,
        help=f"Reserved: {RESERVED[name]}. It doesn't exist yet.",
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    )
    def command() -> None:
        raise UsageError(f"lakeward {name}", "this command is reserved and doesn't exist yet", "see `lakeward --help`")

    return command


_READER_LEFT = 141
"""What shells report of a program whose reader went away."""


class _Commands(click.Group):
    """Commands found by module name."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # What is still buffered can't be written; without this the interpreter would complain at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return _READER_LEFT
        return answer

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        found = {module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")}
        return sorted(found | RESERVED.keys())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        if cmd_name in RESERVED:
            return _reserved(cmd_name)
        command = importlib.import_module(f"{__name__}.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"lakeward/cli/{cmd_name}.py exports no click command")
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lakeward", prog_name="lakeward")
def _lakeward() -> None:
    """Declare, check and explain who can read what in a data lake."""


def _usage_problem(error: click.ClickException) -> Problem:
    """Say in our form what click found wrong with a call."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "lakeward"
    problem = " ".join(error.format_message().split()).rstrip(".")
    return Problem(command, problem[:1].lower() + problem[1:], f"see `{command} --help`")


def main(arguments: list[str] | None = None) -> None:
    """
    Run a command and exit with its code (`contracts.md` section 1).

    Errors meant for people become lines on standard error: 2 for bad input, 3 for a failed outside service. A reader
    that went away (`| head`) and an interrupt end quietly, with the codes that shells expect: 141 and 130.
    """
    try:
        code = _lakeward.main(arguments, prog_name="lakeward", standalone_mode=False)
    except LakewardError as error:
        for line in error.lines():
            click.echo(line, err=True)
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(str(_usage_problem(error)), err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
