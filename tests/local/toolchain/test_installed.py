"""Which `pulumi` of the user's is taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.toolchain.installed import installed
from local.toolchain.versions import COMPANIONS, in_tested_range


def put(folder: Path, says: str, *, companions=COMPANIONS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {"pulumi": f"#!/bin/sh\n{says}\n", **dict.fromkeys(companions, "#!/bin/sh\n")}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder / "pulumi"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.259.0", True),
        ("3.259.1", True),
        ("3.1000.0", True),
        ("3.258.9", False),
        ("3.26.0", False),
        ("2.999.0", False),
        ("4.0.0", False),
        ("3.260.0-alpha.1", False),
        ("3.259", False),
        ("", False),
    ],
)
def test_the_tested_range(version, expected):
    """From 3.259.0 to before 4, released versions only."""
    assert in_tested_range(version) is expected


@pytest.mark.parametrize("version", ["3.259.0", "3.301.2"])
def test_a_cli_in_the_range_is_taken(tmp_path, version):
    """A tested CLI with the vendor's language host beside it is used where it lies."""
    pulumi = put(tmp_path, f"echo v{version}")
    cli = installed(str(tmp_path))

    assert (cli.pulumi, cli.version, cli.origin) == (pulumi, version, "path")


def test_a_link_leads_to_the_companions_of_its_target(tmp_path):
    """A package manager's link on PATH is followed to the folder that holds the rest."""
    pulumi = put(tmp_path / "cellar", "echo v3.259.0")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(pulumi)

    assert installed(str(tmp_path / "bin")).pulumi == pulumi


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("echo v3.100.0", "is 3.100.0, tested is >=3.259.0,<4: not used"),
        ("echo v4.1.0", "is 4.1.0, tested is >=3.259.0,<4: not used"),
        ("echo v3.260.0-dev.1", "is 3.260.0-dev.1, tested is >=3.259.0,<4: not used"),
        ("echo hello", "doesn't say its version: not used"),
        ("echo v3.259.0; exit 1", "doesn't say its version: not used"),
    ],
)
def test_another_cli_is_refused_with_words(tmp_path, capsys, says, why):
    """What is outside the range, or no Pulumi at all, is named and left alone."""
    pulumi = put(tmp_path, says)

    assert installed(str(tmp_path)) is None
    assert capsys.readouterr().err == f"toolchain: {pulumi} {why}\n"


def test_a_cli_without_its_language_host_is_refused_with_words(tmp_path, capsys):
    """A `pulumi` alone can't run a Python program; what lacks is named."""
    put(tmp_path, "echo v3.259.0", companions=COMPANIONS[1:])

    assert installed(str(tmp_path)) is None
    assert "3.259.0 lacks pulumi-language-python beside it: not used" in capsys.readouterr().err


def test_nothing_on_path_is_nothing_to_tell(tmp_path, capsys):
    """Who has no Pulumi isn't told about it here."""
    assert installed(str(tmp_path)) is None
    assert capsys.readouterr().err == ""
