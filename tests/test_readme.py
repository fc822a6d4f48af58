"""What the README tells people to type."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands():
    """Every `$lakeward` line of a code block, continuation lines joined and comments dropped."""
    for block in re.findall(r"```\n(.*?)```", README, flags=re.DOTALL):
        for line in re.sub(r"\\\n\s*", "", re.sub(r"#.*", "", block)).splitlines():
            if line.startswith("$lakeward "):
                yield line.removeprefix("$lakeward ").strip()


@pytest.mark.parametrize("command", list(commands()))
def test_command_of_the_readme_runs(command):
    """It ends well and prints something."""
    program = Path(sys.prefix, "bin", "lakeward")
    done = subprocess.run([program, *shlex.split(command)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, bool(done.stdout)) == (0, True), done.stderr


def test_commands_are_found():
    """The README shows how to ask."""
    assert len(list(commands())) >= 4
