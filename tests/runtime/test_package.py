"""The archive that AWS runs: the same bytes from the same sources, and everything the function needs."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from runtime import package

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "runtime" / "broker" / "requirements.lock"


def pins(lock):
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    target = tmp_path_factory.mktemp("built") / "broker.zip"
    package.archive("broker", target)
    return target


def test_two_builds_are_byte_identical(built, tmp_path):
    """A preview shows the code only when it changes; where, when and in which order it is built doesn't matter."""
    package.archive("broker", tmp_path / "deeper" / "again.zip")

    assert built.read_bytes() == (tmp_path / "deeper" / "again.zip").read_bytes()
    assert [path.name for path in (tmp_path / "deeper").iterdir()] == ["again.zip"]


def test_entries_say_nothing_of_the_machine(built):
    """Sorted, undated, of one mode, not compressed; nothing that an installer writes about itself."""
    with ZipFile(built) as file:
        entries = file.infolist()
    names = [entry.filename for entry in entries]

    assert sorted(set(names)) == names
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {stat.filemode(entry.external_attr >> 16) for entry in entries} == {"-rw-r--r--"}
    assert {entry.compress_type for entry in entries} == {ZIP_STORED}
    assert [name for name in names if re.search(r"RECORD|INSTALLER|direct_url|__pycache__|\.pyc|^bin/", name)] == []


def test_archive_is_what_lambda_takes(built):
    """50 MB at most, with native code for the function's own platform only."""
    with ZipFile(built) as file:
        native = {name.rsplit(".", 2)[1] for name in file.namelist() if name.endswith(".so")}

    assert built.stat().st_size < 50_000_000
    assert native <= {"cpython-312-aarch64-linux-gnu", "abi3"}


def test_archive_runs_on_its_own(built, tmp_path):
    """
    The function answers with nothing on its path but the archive.

    Native wheels are for another platform than this one, so theirs come from here.
    """
    with ZipFile(built) as file:
        file.extractall(
            tmp_path,
            [name for name in file.namelist() if not name.startswith(("cryptography/", "cffi/", "_cffi_backend"))],
        )
    here = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    for name in ("cryptography", "cffi", *(path.name for path in here.glob("_cffi_backend*"))):
        (tmp_path / name).symlink_to(here / name)
    program = (
        "import sys; sys.path = [path for path in sys.path if 'site-packages' not in path]; "
        f"sys.path.insert(0, {str(tmp_path)!r}); "
        "from types import SimpleNamespace; import boto3; from runtime.broker.handler import handle; "
        "boto3.client('sts', region_name='eu-west-1'); "
        "print(handle({}, SimpleNamespace(aws_request_id='request-1')))"
    )
    environment = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "LAKEWARD_ISSUER": "https://login.acme.example/",
        "LAKEWARD_AUDIENCE": "lakeward",
        "LAKEWARD_ALGORITHMS": "RS256",
        "LAKEWARD_KEY_SET": "https://login.acme.example/keys.json",
        "LAKEWARD_CLAIM": "tenant_id",
        "LAKEWARD_TENANT_ROLES": "arn:aws:iam::100000000001:role/tenants/dev/acme-dev-tenant-",
    }
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", program],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "{'outcome': 'malformed-request'}"


def test_what_is_tested_is_what_runs():
    """Every version in the archive is the one that these tests import."""
    tested = pins(ROOT / "requirements.lock")
    markers = {"pycparser": "3.12"}  # two versions there, by Python

    assert {name: markers.get(name, tested[name]) for name in pins(LOCK)} == pins(LOCK)


def test_lock_names_no_index_and_pins_every_hash():
    """Whatever index is asked, what it answers is checked."""
    text = LOCK.read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[a-z])", text.strip()))


def test_lock_and_archive_are_for_one_platform():
    """The lock was resolved for the platform that the archive is built for."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert f"--python-version {package.PYTHON} --python-platform {package.PLATFORM}" in makefile


def test_requirement_that_is_not_what_it_was_is_refused(tmp_path, monkeypatch):
    """A package whose hash differs isn't shipped, and the message says which."""
    source = tmp_path / "runtime" / "broken"
    source.mkdir(parents=True)
    (tmp_path / "runtime" / "__init__.py").touch()
    (source / "requirements.lock").write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(package, "ROOT", tmp_path)

    with pytest.raises(package.PackagingError, match=r"six"):
        package.archive("broken", tmp_path / "broken.zip")

    assert not (tmp_path / "broken.zip").exists()
