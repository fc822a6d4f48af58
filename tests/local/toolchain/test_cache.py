"""The cache of CLIs: whole or not there."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from local.toolchain.cache import Cache, default_folder


def fill(folder: Path) -> None:
    (folder / "pulumi").write_bytes(b"executable")
    (folder / "pulumi").chmod(0o755)


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def test_an_entry_is_made_once(cache):
    """What was made is found again, with its files and their modes, and isn't made anew."""
    made = []

    def make(folder):
        made.append(folder)
        fill(folder)

    first, second = cache.put("entry", make), cache.put("entry", make)

    assert first == second == cache.find("entry")
    assert len(made) == 1
    assert os.access(first / "pulumi", os.X_OK)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda entry: (entry / "pulumi").write_bytes(b"executive!"), "pulumi has changed"),
        (lambda entry: (entry / "pulumi").write_bytes(b"short"), "pulumi has changed"),
        (lambda entry: (entry / "pulumi").unlink(), "manifest names other files"),
        (lambda entry: (entry / "pulumi-more").touch(), "manifest names other files"),
        (lambda entry: (entry / "manifest.json").unlink(), "No such file"),
        (lambda entry: (entry / "manifest.json").write_text("{"), "Expecting"),
        (lambda entry: (entry / "manifest.json").write_text("[]"), "manifest names other files"),
        (lambda entry: (entry / "manifest.json").write_text("{}"), "manifest names other files"),
    ],
    ids=["same-size", "shorter", "gone", "more", "no-manifest", "half-manifest", "other-manifest", "empty-manifest"],
)
def test_a_damaged_entry_is_told_and_made_anew(cache, capsys, damage, why):
    """A file that isn't as it was made, or a manifest that says nothing, makes the entry unusable, in words."""
    entry = cache.put("entry", fill)
    damage(entry)

    assert cache.find("entry") is None
    assert why in capsys.readouterr().err
    assert cache.put("entry", fill) == entry
    assert cache.find("entry") == entry
    assert (entry / "pulumi").read_bytes() == b"executable"


def test_an_entry_that_was_only_touched_is_used(cache):
    """Another time on the same bytes is no damage: the digest decides."""
    entry = cache.put("entry", fill)
    os.utime(entry / "pulumi", (0, 0))

    assert cache.find("entry") == entry


def test_a_change_that_keeps_size_and_time_is_found(cache, capsys):
    """Neither says what is in a file: every use reads it."""
    entry = cache.put("entry", fill)
    before = (entry / "pulumi").stat()
    (entry / "pulumi").write_bytes(b"executabel")
    os.utime(entry / "pulumi", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert (entry / "pulumi").stat().st_mtime_ns == before.st_mtime_ns
    assert cache.find("entry") is None
    assert "pulumi has changed" in capsys.readouterr().err


def test_what_fails_in_the_middle_leaves_nothing(cache):
    """A half-made entry is never found, and the next attempt starts from an empty folder."""

    def fail(folder):
        fill(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.put("entry", fail)

    assert cache.find("entry") is None
    assert [file.name for file in cache.folder.iterdir() if file.is_dir()] == []


def test_what_was_killed_in_the_middle_is_cleared_away(cache):
    """A draft that nobody could remove goes with the next one; another entry's draft is someone's work."""
    (cache.folder / ".entry.killed" / "scratch").mkdir(parents=True)
    (cache.folder / ".other.at-work").mkdir()
    cache.put("entry", fill)

    assert sorted(file.name for file in cache.folder.iterdir() if file.is_dir()) == [".other.at-work", "entry"]


def test_two_that_want_the_same_make_it_once(cache):
    """Who comes second waits for the first, and finds its work."""
    begun, go_on, made, found = threading.Event(), threading.Event(), [], []

    def make(folder):
        made.append(folder)
        begun.set()
        assert go_on.wait(10)
        fill(folder)

    threads = [threading.Thread(target=lambda: found.append(cache.put("entry", make))) for _ in range(2)]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert len(made) == 1
    assert found == [cache.folder / "entry"] * 2


@pytest.mark.parametrize(
    ("given", "expected"), [("/somewhere", "/somewhere"), ("", "/home/me/.cache"), ("relative", "/home/me/.cache")]
)
def test_the_cache_is_the_users(monkeypatch, given, expected):
    """The cache stands where XDG says, and in `~/.cache` otherwise; a relative place is no place."""
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("XDG_CACHE_HOME", given)

    assert default_folder() == Path(expected, "lakeward", "toolchain", "3.259.0")
