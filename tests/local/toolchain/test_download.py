"""The vendor's release, from a vendor on loopback."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import os
import re
import tarfile
import threading
from functools import partial
from pathlib import Path

import pytest

from lakeward.errors import OutsideServiceError
from local.toolchain.cache import Cache
from local.toolchain.download import Release, pinned, this_platform
from local.toolchain.versions import COMPANIONS, VERSION

FILES = {f"pulumi/{name}": f"#!/bin/sh\necho {name}\n" for name in ("pulumi", *COMPANIONS)}


def archive(files) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            member.mode = 0o755
            tar.addfile(member, io.BytesIO(text.encode()))
    return packed.getvalue()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def vendor(tmp_path):
    folder = tmp_path / "vendor"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def release(vendor, tmp_path):
    """Publishes an archive of some files under a digest (its own if none is given) and returns the release."""
    folder, address = vendor

    def publish(files, digest=None):
        content = archive(files)
        (folder / f"pulumi-v{VERSION}-{this_platform()}.tar.gz").write_bytes(content)
        digests = {this_platform(): digest or hashlib.sha256(content).hexdigest()}
        return Release(Cache(tmp_path / "cache"), digests=digests, source=address)

    return publish


def test_what_the_vendor_published_is_taken_and_kept(release):
    """An archive with the pinned sha256 becomes a CLI with its companions, and is found the next time."""
    found = release(FILES)
    assert found.cached() is None
    cli = found.download()

    assert (cli.version, cli.origin) == (VERSION, "release")
    assert all(os.access(cli.pulumi.parent / name, os.X_OK) for name in ("pulumi", *COMPANIONS))
    assert found.cached() == cli


def test_another_archive_is_refused(release):
    """Bytes that the vendor didn't publish are never kept, and the reader is told both digests."""
    found = release(FILES, digest="0" * 64)

    with pytest.raises(
        OutsideServiceError, match=rf"has sha256 [0-9a-f]{{64}}, recorded in releases.json is {'0' * 64}"
    ):
        found.download()
    assert found.cached() is None


def test_an_archive_without_a_language_host_is_refused(release):
    """A release that couldn't run a Python program is no CLI; what lacks is named."""
    found = release({name: text for name, text in FILES.items() if not name.endswith("python-exec")})

    with pytest.raises(OutsideServiceError, match="lacks pulumi-language-python-exec"):
        found.download()
    assert found.cached() is None


def test_a_member_can_only_land_in_the_cache(release, tmp_path):
    """A path that leads elsewhere loses its folders."""
    cli = release({**FILES, "../../pulumi-escaped": "text", "/pulumi-absolute": "text"}).download()

    assert not (tmp_path / "pulumi-escaped").exists()
    assert not Path("/pulumi-absolute").exists()
    assert (cli.pulumi.parent / "pulumi-escaped").exists()


def test_a_platform_without_a_published_digest_is_not_downloaded(vendor, tmp_path, capsys):
    """Without a digest to check against nothing is fetched, and that is said."""
    found = Release(Cache(tmp_path / "cache"), digests={}, source=vendor[1])

    assert found.cached() is None
    assert found.download() is None
    assert f"no published sha256 for {this_platform()} is recorded" in capsys.readouterr().err


def test_a_vendor_that_cannot_be_reached_is_told(tmp_path, capsys):
    """No answer is no error: there is another way to get a CLI."""
    digests = {this_platform(): "0" * 64}
    found = Release(Cache(tmp_path / "cache"), digests=digests, source="http://127.0.0.1:9")

    assert found.download() is None
    assert "can't be downloaded" in capsys.readouterr().err


def test_pinned_digests_are_of_the_pinned_version():
    """`releases.json` is about the version that is downloaded, and holds a sha256 of each platform's archive."""
    file = Path(__file__).parents[3] / "local" / "toolchain" / "releases.json"

    assert json.loads(file.read_text())["version"] == VERSION
    assert set(pinned()) == {"darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"}
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in pinned().values())
