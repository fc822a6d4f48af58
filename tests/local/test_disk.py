"""Room on a disk: asked for in words, where the folder is or will be."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from lakeward.errors import quote
from local import disk
from local.disk import FullDiskError


def test_too_little_room_is_told_with_the_figures(tmp_path, monkeypatch):
    """Who has less than is needed is told how much, and where; who has it goes on, also before the folder is made."""
    folder = tmp_path / "not" / "made"
    rooms = {tmp_path: SimpleNamespace(free=5 * 1024**2)}
    monkeypatch.setattr(disk.shutil, "disk_usage", rooms.__getitem__)

    disk.require(folder, 5 * 1024**2)
    told = re.escape(f"{quote(folder)}: its disk has 5 MB left, 6 are needed: make room, and type")
    with pytest.raises(FullDiskError, match=f"^{told}"):
        disk.require(folder, 6 * 1024**2)


@pytest.mark.parametrize(
    ("error", "full"), [(OSError(28, ""), True), (OSError(122, ""), True), (OSError(13, ""), False)]
)
def test_a_full_disk_and_a_spent_quota_are_alike(error, full):
    """Both refuse a write for want of room; a missing permission doesn't."""
    assert disk.is_full(error) is full
